/// Decimal and hexadecimal digits as bytes, in both directions. `JSON` and `VTL` have their own code for
/// digits, because they know nothing of HTTP.

extension UInt8 {
    package var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    /// Whether the byte is one of `a-z`, `A-Z` and `0-9`, the characters of most names.
    package var isLetterOrDigit: Bool { isLetter || isDigit }

    /// The value of a hexadecimal digit of either case; nil for another byte.
    package var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// The hexadecimal digit of the lowest four bits.
    var upperHexDigit: UInt8 {
        let value = self & 15
        return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}

extension [UInt8] {
    /// Appends a number that is not negative, with leading zeros up to `digits`. It makes no String, because
    /// each response has three numbers.
    package mutating func appendDecimal(_ number: Int, digits: Int = 1) {
        precondition(number >= 0, "Only lengths, codes and dates are written, and none is negative.")
        let first = count
        var rest = number
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0 || count - first < digits
        var low = first
        var high = count - 1
        while low < high {
            swapAt(low, high)
            low += 1
            high -= 1
        }
    }
}

extension StringProtocol {
    /// The number in decimal digits; nil for other text, such as a sign, which `Int` accepts.
    package var wholeNumber: Int? {
        utf8.allSatisfy(\.isDigit) ? Int(self) : nil
    }
}

/// The eight lower-case hexadecimal digits of `word` as bytes, the lowest digit in the lowest byte. It makes
/// all eight at once, because the identifiers of each response have dozens of digits.
package func hexadecimalDigits(_ word: UInt32) -> UInt64 {
    var digits = UInt64(word)
    digits = (digits | digits << 16) & 0x0000_ffff_0000_ffff
    digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
    digits = (digits | digits << 4) & 0x0f0f_0f0f_0f0f_0f0f
    // 1 in the byte of each digit above 9, which becomes a letter.
    let letters = ((digits + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    return digits + 0x3030_3030_3030_3030 + letters * 0x27
}

/// The 16 lower-case hexadecimal digits of `word`.
package func hexadecimal(_ word: UInt64) -> String {
    let halves = [hexadecimalDigits(UInt32(word >> 32)), hexadecimalDigits(UInt32(truncatingIfNeeded: word))]
    let bytes = halves.flatMap { half in
        (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * UInt64($0))) }
    }
    return String(decoding: bytes, as: UTF8.self)
}
