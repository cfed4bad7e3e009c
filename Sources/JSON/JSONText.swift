/// The lexical part of JSON: the ends of strings and numbers, and the values of their bytes. The reader
/// checks with it, and the nodes decode with it. Follows RFC 8259 sections 6 and 7 and RFC 3629 for UTF-8.

enum JSONText {
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    /// Checks the string with its opening quotation mark at `start`. Returns its end.
    static func endOfString(
        _ text: Span<UInt8>, at start: Int
    ) throws(JSONError) -> (end: Int, hasEscapes: Bool) {
        var i = start + 1
        var hasEscapes = false
        while i < text.count {
            i = endOfPlain(text, from: i)
            guard i < text.count else { break }
            switch text[i] {
            case quote: return (i + 1, hasEscapes)
            case backslash:
                i = try endOfEscape(text, at: i)
                hasEscapes = true
            case 0x80...0xFF: i = try endOfScalar(text, at: i)
            default:
                throw JSONError(
                    offset: i, found: description(text, at: i),
                    expected: "it escaped in a string (\\n, \\t, \\u0000)")
            }
        }
        throw JSONError(
            offset: text.count, found: "the end of the text", expected: "'\"' at the end of the string")
    }

    /// The offset of the first byte from `start` that is not plain. It looks at blocks of 16 bytes without a
    /// branch, from which the compiler makes vector instructions.
    private static func endOfPlain(_ text: Span<UInt8>, from start: Int) -> Int {
        var first = start
        while text.count &- first >= 16 {
            let block = text.extracting(first..<(first &+ 16))
            var found: UInt8 = 0
            for i in 0..<16 { found |= isSpecial(block[i]) }
            if found != 0 {
                var mask: UInt16 = 0
                for i in 0..<16 { mask |= UInt16(isSpecial(block[i])) &<< UInt16(truncatingIfNeeded: i) }
                return first &+ mask.trailingZeroBitCount
            }
            first &+= 16
        }
        while first < text.count, isSpecial(text[first]) == 0 { first &+= 1 }
        return first
    }

    /// 0 for a plain byte: an ASCII character without an escape. Else 1.
    private static func isSpecial(_ byte: UInt8) -> UInt8 {
        (byte &- 0x20 < 0x60 ? 0 : 1) | (byte == quote ? 1 : 0) | (byte == backslash ? 1 : 0)
    }

    /// Checks the number at `start`. It is an integer if it is written as one and fits `Int`.
    static func endOfNumber(
        _ text: Span<UInt8>, at start: Int
    ) throws(JSONError) -> (end: Int, kind: JSONNode.Kind) {
        var i = start
        if text[i] == UInt8(ascii: "-") { i += 1 }
        let first = i
        i = try endOfDigits(text, at: i, expected: "a digit")
        if text[first] == UInt8(ascii: "0"), i > first + 1 {
            throw JSONError(offset: first, found: "a leading zero", expected: "a number without one")
        }
        let integerEnd = i
        if i < text.count, text[i] == UInt8(ascii: ".") {
            i = try endOfDigits(text, at: i + 1, expected: "a digit after the decimal point")
        }
        if i < text.count, text[i] | 0x20 == UInt8(ascii: "e") {
            i += 1
            if i < text.count, text[i] == UInt8(ascii: "+") || text[i] == UInt8(ascii: "-") { i += 1 }
            i = try endOfDigits(text, at: i, expected: "a digit in the exponent")
        }
        if i == integerEnd, integer(text, from: start, to: i) != nil { return (i, .integer) }
        guard let number = number(text, from: start, to: i), number.isFinite else {
            throw JSONError(
                offset: start, found: "a number too large to hold",
                expected: "one that fits 64-bit floating point")
        }
        return (i, .number)
    }

    private static func endOfDigits(
        _ text: Span<UInt8>, at start: Int, expected: String
    ) throws(JSONError) -> Int {
        var i = start
        while i < text.count, text[i] &- UInt8(ascii: "0") <= 9 { i += 1 }
        guard i > start else {
            throw JSONError(offset: i, found: description(text, at: i), expected: expected)
        }
        return i
    }

    /// Checks the escape with its backslash at `start`. An escaped surrogate must be one half of a pair,
    /// because no `String` can hold it alone.
    private static func endOfEscape(_ text: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
        guard start + 1 < text.count else {
            throw JSONError(
                offset: start + 1, found: "the end of the text", expected: "the rest of an escape")
        }
        switch text[start + 1] {
        case quote, backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            guard let unit = codeUnit(text, at: start) else {
                throw JSONError(
                    offset: start, found: "an incomplete escape",
                    expected: "four hexadecimal digits after \\u")
            }
            if !UTF16.isSurrogate(unit) { return start + 6 }
            guard UTF16.isLeadSurrogate(unit), let trail = codeUnit(text, at: start + 6),
                UTF16.isTrailSurrogate(trail)
            else {
                throw JSONError(
                    offset: start, found: "half of a surrogate pair",
                    expected: "both halves, the leading one first")
            }
            return start + 12
        default:
            throw JSONError(
                offset: start, found: "an unknown escape",
                expected: "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000")
        }
    }

    /// The value of a whole `\uXXXX` at `start`; nil if there is none.
    static func codeUnit(_ text: Span<UInt8>, at start: Int) -> UInt16? {
        guard start + 6 <= text.count, text[start] == backslash, text[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt16 = 0
        for i in start + 2..<start + 6 {
            let digit: UInt8
            switch text[i] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = text[i] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = text[i] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = text[i] - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// Checks the scalar of two to four bytes at `start` by the table of RFC 3629 section 4. The table allows
    /// no overlong form, no surrogate and nothing above U+10FFFF.
    private static func endOfScalar(_ text: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
        let second: ClosedRange<UInt8>
        let length: Int
        switch text[start] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw malformed(at: start)
        }
        guard start + length <= text.count, second.contains(text[start + 1]) else {
            throw malformed(at: start)
        }
        for i in start + 2..<start + length where text[i] & 0xC0 != 0x80 { throw malformed(at: start) }
        return start + length
    }

    private static func malformed(at offset: Int) -> JSONError {
        JSONError(offset: offset, found: "bytes that are not UTF-8", expected: "a string in UTF-8")
    }
}
