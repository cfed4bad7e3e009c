/// Numbers and strings. A quotation mark within a string is doubled. A backslash is an ordinary character,
/// except before `u` and four hexadecimal digits in double quotes.

extension TemplateParser {
    /// A number with its sign, or nil.
    mutating func takeNumber() throws(SyntaxFailure) -> Expression.Constant? {
        let start = cursor.place
        _ = cursor.take("-")
        let digits = takeDigits()
        // Two dots behind digits are those of a range.
        let hasPoint =
            cursor.byte == UInt8(ascii: ".") && cursor.byte(after: 1) != UInt8(ascii: ".")
            && (digits > 0 || cursor.byte(after: 1)?.isDigit == true)
        if hasPoint {
            cursor.place += 1
            _ = takeDigits()
        }
        guard digits > 0 || hasPoint else {
            cursor.place = start
            return nil
        }
        let hasExponent = takeExponent()
        let text = String(decoding: cursor.text[start..<cursor.place], as: UTF8.self)
        if !hasPoint, !hasExponent {
            guard let integer = Int(text) else {
                throw SyntaxFailure("the number \(text) is beyond 64 bits", at: base + start)
            }
            return .integer(integer)
        }
        guard let number = Double(text) else { throw SyntaxFailure("\(text) is no number", at: base + start) }
        return .number(number)
    }

    private mutating func takeDigits() -> Int {
        let start = cursor.place
        cursor.skip { $0.isDigit }
        return cursor.place - start
    }

    private mutating func takeExponent() -> Bool {
        let start = cursor.place
        guard cursor.take("e") || cursor.take("E") else { return false }
        _ = cursor.take("-") || cursor.take("+")
        if takeDigits() > 0 { return true }
        cursor.place = start
        return false
    }

    /// The inside of a string, with single quotation marks for doubled ones, and its place.
    mutating func takeQuoted(_ mark: UInt8) throws(SyntaxFailure) -> (bytes: [UInt8], offset: Int) {
        let start = cursor.place
        cursor.place += 1
        var bytes: [UInt8] = []
        while let byte = cursor.byte {
            cursor.place += 1
            if byte == mark {
                guard cursor.byte == mark else { return (bytes, start + 1) }
                cursor.place += 1
            }
            bytes.append(byte)
        }
        throw SyntaxFailure("the end of this string is missing", at: base + start)
    }

    /// A string in double quotes. It is a template of its own if it has references or directives.
    mutating func parseDoubleQuoted() throws(SyntaxFailure) -> Expression {
        let (quoted, offset) = try takeQuoted(UInt8(ascii: "\""))
        let bytes = withoutUnicodeEscapes(quoted)
        guard bytes.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "#") }) else {
            return .literal(.string(String(decoding: bytes, as: UTF8.self)))
        }
        try enter()
        var parser = TemplateParser(text: bytes, limits: limits, base: base + offset, depth: depth)
        let statements = try parser.parse()
        names.formUnion(parser.names)
        depth -= 1
        return .interpolated(statements)
    }

    /// Replaces `\u0041` by the character. The numbers are UTF-16 code units, as in Java.
    private func withoutUnicodeEscapes(_ bytes: [UInt8]) -> [UInt8] {
        var units: [UInt16] = []
        var rest = Array(String(decoding: bytes, as: UTF8.self).utf16)[...]
        var hasEscapes = false
        while let unit = rest.popFirst() {
            let digits = rest.dropFirst().prefix(4)
            if unit == 0x5C, rest.first == UInt16(UInt8(ascii: "u")), digits.count == 4,
                let code = UInt16(String(decoding: digits, as: UTF16.self), radix: 16)
            {
                units.append(code)
                rest = rest.dropFirst(5)
                hasEscapes = true
            } else {
                units.append(unit)
            }
        }
        return hasEscapes ? Array(String(decoding: units, as: UTF16.self).utf8) : bytes
    }
}
