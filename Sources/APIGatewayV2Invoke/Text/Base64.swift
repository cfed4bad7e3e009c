/// Base64 of RFC 4648 both ways: section 4 for bodies, section 5 for tokens. Only Foundation has it in Swift,
/// and no library target imports that.

/// Bytes to text and back.
package enum Base64 {
    private static let digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text with padding, in the alphabet of section 4.
    package static func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        let (bytes, digits) = (bytes.span, digits.span)
        var index = 0
        while index + 2 < bytes.count {
            let word = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            text.append(digits[word >> 18])
            text.append(digits[word >> 12 & 63])
            text.append(digits[word >> 6 & 63])
            text.append(digits[word & 63])
            index += 3
        }
        let rest = bytes.count - index
        if rest > 0 {
            let word = Int(bytes[index]) << 16 | (rest == 2 ? Int(bytes[index + 1]) << 8 : 0)
            text.append(digits[word >> 18])
            text.append(digits[word >> 12 & 63])
            text.append(rest == 2 ? digits[word >> 6 & 63] : UInt8(ascii: "="))
            text.append(UInt8(ascii: "="))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text in either alphabet, with or without padding; nil for other text.
    package static func decoded(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        var (word, bits, padding) = (0, 0, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: byte) else { return nil }
            word = (word << 6 | value) & 0xffff
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> bits))
            }
        }
        // A single last digit leaves six bits, which encode no byte.
        return bits == 6 || padding > 2 ? nil : bytes
    }

    private static func value(of byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) + 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
