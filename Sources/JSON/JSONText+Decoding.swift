/// The values of checked strings and numbers, and the name of a misplaced byte in a message. Refuses nothing,
/// because the reader has accepted the bytes before.

extension JSONText {
    /// The integer; nil if it does not fit `Int`. The range holds an optional minus and at least one digit.
    static func integer(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        let isNegative = text[start] == UInt8(ascii: "-")
        var value = 0
        for i in (isNegative ? start + 1 : start)..<end {
            let digit = Int(text[i] - UInt8(ascii: "0"))
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            // The digits of a negative number are subtracted, because `Int` has one more negative number.
            let (sum, isPastEnd) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            if isTooLarge || isPastEnd { return nil }
            value = sum
        }
        return value
    }

    static func number(_ text: Span<UInt8>, from start: Int, to end: Int) -> Double? {
        var digits: [UInt8] = []
        for i in start..<end { digits.append(text[i]) }
        return Double(String(decoding: digits, as: UTF8.self))
    }

    /// Appends the decoded bytes of the string between the quotation marks, from `start` to `end`. Bytes
    /// between two escapes are copied together.
    static func appendDecoded(_ text: [UInt8], from start: Int, to end: Int, to output: inout [UInt8]) {
        var copied = start
        var i = start
        while i < end {
            guard text[i] == UInt8(ascii: "\\") else {
                i += 1
                continue
            }
            output.append(contentsOf: text[copied..<i])
            i = appendEscape(text, at: i, to: &output)
            copied = i
        }
        output.append(contentsOf: text[copied..<end])
    }

    /// Appends the character of the escape at `start`. Returns the offset after the escape.
    private static func appendEscape(_ text: [UInt8], at start: Int, to output: inout [UInt8]) -> Int {
        switch text[start + 1] {
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            let (scalar, end) = escapedScalar(text.span, at: start)
            output.append(contentsOf: String(scalar).utf8)
            return end
        case let literal: output.append(literal)
        }
        return start + 2
    }

    private static func escapedScalar(
        _ text: Span<UInt8>, at start: Int
    ) -> (scalar: Unicode.Scalar, end: Int) {
        guard let unit = codeUnit(text, at: start) else {
            preconditionFailure("The reader checked every escape.")
        }
        if let scalar = Unicode.Scalar(unit) { return (scalar, start + 6) }
        guard let trail = codeUnit(text, at: start + 6) else {
            preconditionFailure("The reader checked every pair.")
        }
        let value = 0x10000 + (UInt32(unit - 0xD800) << 10 | UInt32(trail - 0xDC00))
        guard let scalar = Unicode.Scalar(value) else {
            preconditionFailure("Every surrogate pair is a scalar.")
        }
        return (scalar, start + 12)
    }

    /// The phrase for the text at `offset`, for the 'found' of an error.
    static func description(_ text: Span<UInt8>, at offset: Int) -> String {
        guard offset < text.count else { return "the end of the text" }
        switch text[offset] {
        case UInt8(ascii: "'"): return "a single quotation mark"
        case UInt8(ascii: "/"): return "a comment or '/'"
        case UInt8(ascii: "\""): return "a string"
        case UInt8(ascii: ","): return "a comma"
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            return "'\(word(text, at: offset))'"
        case 0x21...0x7E: return "'\(Character(Unicode.Scalar(text[offset])))'"
        case 0xEF where startsWithByteOrderMark(text, at: offset): return "a byte order mark"
        case 0x80...0xFF: return "the byte 0x\(hexadecimal(text[offset]))"
        default: return "the control character U+00\(hexadecimal(text[offset]))"
        }
    }

    /// The letters at `offset`, at most as many as fit a message.
    private static func word(_ text: Span<UInt8>, at offset: Int) -> String {
        var letters = ""
        var i = offset
        while i < text.count, i < offset + 20,
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[i] | 0x20)
        {
            letters.unicodeScalars.append(Unicode.Scalar(text[i]))
            i += 1
        }
        return letters
    }

    private static func startsWithByteOrderMark(_ text: Span<UInt8>, at offset: Int) -> Bool {
        offset + 3 <= text.count && text[offset + 1] == 0xBB && text[offset + 2] == 0xBF
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 0x10 ? "0" + digits : digits
    }
}
