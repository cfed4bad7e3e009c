/// Percent-encoding both ways (RFC 3986 section 2.1). Decoding refuses a `%` without two hexadecimal digits
/// behind it, an encoded NUL, and bytes that do not make UTF-8. A plus sign is no space: only HTML forms use
/// it so, and the AWS SDKs send `%20`.

/// Decodes and encodes one path segment, or one name or value of a query.
package enum PercentCoding {
    package static func decoded(_ bytes: Span<UInt8>) throws(HTTPParseError) -> String {
        // Most segments and values are short, and need no memory of their own on the way.
        guard bytes.count > shortBytes else {
            var short = InlineArray<64, UInt8>(repeating: 0)
            var room = short.mutableSpan
            let count = try decode(bytes, into: &room)
            return try text(of: short.span.extracting(..<count))
        }
        var long = [UInt8](repeating: 0, count: bytes.count)
        var room = long.mutableSpan
        let count = try decode(bytes, into: &room)
        return try text(of: long.span.extracting(..<count))
    }

    /// The bytes of `InlineArray` in `decoded`.
    private static let shortBytes = 64

    /// Writes the decoded bytes. Returns their number, which is at most that of the encoded ones.
    private static func decode(
        _ bytes: Span<UInt8>, into decoded: inout MutableSpan<UInt8>
    ) throws(HTTPParseError) -> Int {
        var (i, count) = (0, 0)
        while i < bytes.count {
            var byte = bytes[i]
            if byte == UInt8(ascii: "%") {
                guard i + 2 < bytes.count, let high = bytes[i + 1].hexDigitValue,
                    let low = bytes[i + 2].hexDigitValue
                else {
                    throw .badRequest("The target has a % without two hexadecimal digits behind it.")
                }
                byte = high << 4 | low
                guard byte != 0 else { throw .badRequest("The target has an encoded NUL.") }
                i += 2
            }
            decoded[count] = byte
            count += 1
            i += 1
        }
        return count
    }

    private static func text(of bytes: Span<UInt8>) throws(HTTPParseError) -> String {
        guard let text = String(utf8: bytes) else {
            throw .badRequest("The target's percent-encoding does not decode to UTF-8.")
        }
        return text
    }

    /// Encodes every byte but the unreserved characters, as AWS's signing does, so the result fits anywhere
    /// in a URI.
    package static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if ByteSet.unreserved.contains(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append((byte >> 4).upperHexDigit)
                encoded.append(byte.upperHexDigit)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
