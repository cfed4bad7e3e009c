/// Patterns of JSON schemas, which are regular expressions of ECMA 262 (draft-fge-json-schema-validation-00
/// section 3.3), in the syntax of PCRE2. White space, names of properties, escapes of some letters, and
/// classes that are empty or hold a bracket differ.

internal import HTTPWire

/// A pattern on its way from one syntax to the other.
struct ECMAScriptPattern {
    /// WhiteSpace and LineTerminator of ECMA 262, as the members of a class.
    private static let spaces =
        #"\t\n\x0B\f\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}"#

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var result = ""

    private init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// `text` in the syntax of PCRE2. A mistake in it stays one.
    static func perl(_ text: String) -> String {
        var pattern = ECMAScriptPattern(text)
        while let scalar = pattern.next() {
            switch scalar {
            case "\\": pattern.takeEscape()
            case "[": pattern.takeClass()
            default: pattern.result.unicodeScalars.append(scalar)
            }
        }
        return pattern.result
    }

    private var following: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func next() -> Unicode.Scalar? {
        guard let scalar = following else { return nil }
        place += 1
        return scalar
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard following == scalar else { return false }
        place += 1
        return true
    }

    /// Takes an escape outside of a class.
    private mutating func takeEscape() {
        switch following {
        case "s":
            place += 1
            result += "[\(Self.spaces)]"
        case "S":
            place += 1
            result += "[^\(Self.spaces)]"
        default: result += escape()
        }
    }

    /// Takes a class behind its bracket. PCRE2 has no class for all but white space within a class.
    private mutating func takeClass() {
        let isNegated = skip("^")
        var (members, hasOthers) = ("", false)
        while let scalar = next(), scalar != "]" {
            if scalar != "\\" {
                members += scalar == "[" ? "\\[" : String(Character(scalar))
            } else if skip("s") {
                members += Self.spaces
            } else if skip("S") {
                hasOthers = true
            } else {
                members += escape()
            }
        }
        // A bracket that opens a class without an end stays a mistake.
        let end = scalars[place - 1] == "]" ? "]" : ""
        switch (isNegated, hasOthers, members.isEmpty) {
        case (false, false, true): result += end.isEmpty ? "[" : "(?!)"
        case (true, false, true): result += end.isEmpty ? "[" : "(?s:.)"
        case (false, false, false): result += "[\(members)\(end)"
        case (true, false, false): result += "[^\(members)\(end)"
        case (false, true, true): result += "[^\(Self.spaces)\(end)"
        case (true, true, true): result += "[\(Self.spaces)\(end)"
        case (false, true, false): result += "(?:[\(members)\(end)|[^\(Self.spaces)])"
        case (true, true, false): result += "(?![\(members)\(end))[\(Self.spaces)]"
        }
    }

    /// The escape behind its backslash, other than that of white space.
    private mutating func escape() -> String {
        guard let letter = next() else { return "\\" }
        switch letter {
        case "v": return "\\x0B"
        case "0" where following?.properties.numericType == nil: return "\\x00"
        case "u": return codePoint() ?? "u"
        case "p", "P": return property("\\\(letter)")
        case "d", "D", "w", "W", "b", "B", "t", "n", "f", "r", "c", "x", "k": return "\\\(letter)"
        case "a"..."z", "A"..."Z":
            // An escape without a meaning is the letter itself.
            return String(Character(letter))
        default: return "\\\(letter)"
        }
    }

    /// The four digits behind `\u`, or two surrogates, or the digits in braces; nil for other text.
    private mutating func codePoint() -> String? {
        let start = place
        if skip("{") {
            var digits = ""
            while let digit = next(), digit != "}" { digits.unicodeScalars.append(digit) }
            return "\\x{\(digits)}"
        }
        guard let first = fourDigits() else {
            place = start
            return nil
        }
        guard 0xD800...0xDBFF ~= first else { return "\\x{\(String(first, radix: 16))}" }
        let end = place
        if skip("\\"), skip("u"), let second = fourDigits(), 0xDC00...0xDFFF ~= second {
            let scalar = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
            return "\\x{\(String(scalar, radix: 16))}"
        }
        place = end
        return "\\x{\(String(first, radix: 16))}"
    }

    private mutating func fourDigits() -> Int? {
        guard place + 4 <= scalars.count else { return nil }
        var value = 0
        for scalar in scalars[place..<(place + 4)] {
            guard scalar.isASCII, let digit = UInt8(ascii: scalar).hexDigitValue else { return nil }
            value = value << 4 + Int(digit)
        }
        place += 4
        return value
    }

    /// The property in braces, by the short name that PCRE2 knows.
    private mutating func property(_ escape: String) -> String {
        guard skip("{") else { return escape }
        var name = ""
        while let scalar = next(), scalar != "}" { name.unicodeScalars.append(scalar) }
        let value = name.split(separator: "=", maxSplits: 1).last.map(String.init) ?? name
        return "\(escape){\(Self.categories[value] ?? value)}"
    }

    /// The short names of the general categories (PropertyValueAliases.txt of Unicode).
    private static let categories = [
        "Other": "C", "Control": "Cc", "cntrl": "Cc", "Format": "Cf", "Unassigned": "Cn",
        "Private_Use": "Co", "Surrogate": "Cs", "Letter": "L", "Cased_Letter": "L&", "LC": "L&",
        "Lowercase_Letter": "Ll", "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Titlecase_Letter": "Lt",
        "Uppercase_Letter": "Lu", "Mark": "M", "Combining_Mark": "M", "Spacing_Mark": "Mc",
        "Enclosing_Mark": "Me", "Nonspacing_Mark": "Mn", "Number": "N", "Decimal_Number": "Nd",
        "digit": "Nd", "Letter_Number": "Nl", "Other_Number": "No", "Punctuation": "P", "punct": "P",
        "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd", "Close_Punctuation": "Pe",
        "Final_Punctuation": "Pf", "Initial_Punctuation": "Pi", "Other_Punctuation": "Po",
        "Open_Punctuation": "Ps", "Symbol": "S", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk",
        "Math_Symbol": "Sm", "Other_Symbol": "So", "Separator": "Z", "Line_Separator": "Zl",
        "Paragraph_Separator": "Zp", "Space_Separator": "Zs",
    ]
}
