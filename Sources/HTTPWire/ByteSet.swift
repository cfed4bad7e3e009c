/// The bytes that a rule of the grammar allows, as two words of bits, so that a look-up is a shift and a
/// mask. The sets are those of RFC 9110 section 5.6.2 and RFC 3986 appendix A.

/// A set of ASCII characters.
struct ByteSet: Sendable {
    /// One bit each for the bytes 0 to 63 and 64 to 127.
    private let low: UInt64
    private let high: UInt64

    /// Letters, digits and the characters of `others`.
    init(lettersDigitsAnd others: String) {
        var words: (low: UInt64, high: UInt64) = (0, 0)
        for byte in UInt8.min..<128 where byte.isDigit || byte.isLetter || others.utf8.contains(byte) {
            if byte < 64 { words.low |= 1 &<< UInt64(byte) } else { words.high |= 1 &<< UInt64(byte - 64) }
        }
        (low, high) = words
    }

    func contains(_ byte: UInt8) -> Bool {
        // Letters and digits are in every set, and most bytes are letters.
        if (byte | 0x20) &- UInt8(ascii: "a") < 26 { return true }
        let word = byte & 0x40 == 0 ? low : high
        return byte < 128 && (word &>> UInt64(byte & 0x3f)) & 1 == 1
    }

    /// The number of bytes at the start that are in the set.
    func prefixCount(of bytes: Span<UInt8>) -> Int {
        for i in bytes.indices where !contains(bytes[i]) { return i }
        return bytes.count
    }

    /// Characters of a token: methods, field names, codings.
    static let token = ByteSet(lettersDigitsAnd: "!#$%&'*+-.^_`|~")
    /// Characters that never need percent-encoding.
    static let unreserved = ByteSet(lettersDigitsAnd: "-._~")
    /// Characters within a segment of a path: unreserved, sub-delims, `:` and `@`, but no `%` of an encoding.
    static let segment = ByteSet(lettersDigitsAnd: "-._~!$&'()*+,;=:@")
    /// Characters of a query: those of a path and `?`.
    static let query = ByteSet(lettersDigitsAnd: "-._~!$&'()*+,;=:@/%?")
    /// Visible characters of ASCII, all that a request line can carry within its target.
    static let printable = ByteSet(lettersDigitsAnd: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    /// Characters of a host name: unreserved, sub-delims and `%`.
    static let hostName = ByteSet(lettersDigitsAnd: "-._~!$&'()*+,;=%")
    /// Characters between the brackets of an IP literal: unreserved, sub-delims and `:`.
    static let ipLiteral = ByteSet(lettersDigitsAnd: "-._~!$&'()*+,;=:")
}

/// The bytes that the grammar names.
extension UInt8 {
    static let horizontalTab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
    static let slash = UInt8(ascii: "/")

    /// Space or HTAB: the white space of RFC 9110 section 5.6.3.
    var isWhitespace: Bool { self == .space || self == .horizontalTab }

    var isLetter: Bool { lowercased >= UInt8(ascii: "a") && lowercased <= UInt8(ascii: "z") }

    /// CTL of RFC 5234: 0 to 31, and 127.
    var isControl: Bool { self < .space || self == 0x7f }

    var lowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}
