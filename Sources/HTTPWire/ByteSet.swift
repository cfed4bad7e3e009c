/// Which bytes a rule of the grammar admits, as two words of bits, so that a look-up is a shift and a mask.
/// The sets are those of RFC 9110 section 5.6.2 and RFC 3986 appendix A; a test spells each of them out.

/// A set of ASCII characters. No byte above 127 is ever in one.
struct ByteSet: Sendable {
    /// One bit each for the bytes 0 to 63 and 64 to 127.
    private let low: UInt64
    private let high: UInt64

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 64 ? low : high
        return byte < 128 && (word &>> UInt64(byte & 63)) & 1 == 1
    }

    /// Characters of a token: methods, field names, codings.
    static let token = ByteSet(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe)
    /// Characters that never need percent-encoding.
    static let unreserved = ByteSet(low: 0x03ff_6000_0000_0000, high: 0x47ff_fffe_87ff_fffe)
    /// Characters of a path: unreserved, sub-delims, `:`, `@`, `/`, and the `%` of an encoding.
    static let path = ByteSet(low: 0x2fff_fff2_0000_0000, high: 0x47ff_fffe_87ff_ffff)
    /// Characters of a query: those of a path and `?`.
    static let query = ByteSet(low: 0xafff_fff2_0000_0000, high: 0x47ff_fffe_87ff_ffff)
    /// Characters of a host name: unreserved, sub-delims and `%`.
    static let hostName = ByteSet(low: 0x2bff_7ff2_0000_0000, high: 0x47ff_fffe_87ff_fffe)
    /// Characters between the brackets of an IP literal: unreserved, sub-delims and `:`.
    static let ipLiteral = ByteSet(low: 0x2fff_7fd2_0000_0000, high: 0x47ff_fffe_87ff_fffe)
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

    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    /// CTL of RFC 5234: 0 to 31, and 127.
    var isControl: Bool { self < .space || self == 0x7f }

    var lowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }

    /// The value of a hexadecimal digit of either case.
    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
