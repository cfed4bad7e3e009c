/// Percent-encoding both ways (RFC 3986 section 2.1). Decoding refuses a `%` without two hexadecimal digits
/// behind it, an encoded NUL, and bytes that do not make UTF-8. A plus sign is no space: only HTML forms use
/// it so, and the AWS SDKs send `%20`.

/// Decodes and encodes one path segment, or one name or value of a query.
package enum PercentCoding {
    package static func decoded(_ bytes: Span<UInt8>) throws(HTTPParseError) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var i = 0
        while i < bytes.count {
            var end = i
            while end < bytes.count, bytes[end] != UInt8(ascii: "%") { end += 1 }
            if end > i { decoded.append(bytes.extracting(i..<end)) }
            if end == bytes.count { break }
            i = end
            guard i + 2 < bytes.count, let high = bytes[i + 1].hexDigitValue,
                let low = bytes[i + 2].hexDigitValue
            else {
                throw .badRequest("The target has a % without two hexadecimal digits behind it.")
            }
            let byte = high << 4 | low
            guard byte != 0 else { throw .badRequest("The target has an encoded NUL.") }
            decoded.append(byte)
            i += 3
        }
        let span = decoded.span
        guard let text = String(utf8: span) else {
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
