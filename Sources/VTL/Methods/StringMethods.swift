/// The methods of Java's `String` that templates call. Places count UTF-16 code units, as Java does.

enum StringMethods {
    static func call(
        _ name: String, on text: String, _ arguments: [TemplateValue], limits: TemplateLimits
    ) throws(MethodFailure) -> TemplateValue? {
        switch (name, arguments.count) {
        case (_, 0): return without(name, text)
        case (_, 1):
            if case .integer(let number) = arguments[0] {
                return try withNumber(name, text, number, bytesMax: limits.outputBytesMax)
            }
            guard case .string(let other) = arguments[0] else {
                return name == "equals" ? .boolean(false) : nil
            }
            return try withText(name, text, other, limits)
        case (_, 2): return try withTwo(name, text, arguments[0], arguments[1], limits)
        default: return nil
        }
    }

    private static func without(_ name: String, _ text: String) -> TemplateValue? {
        switch name {
        case "toString", "intern": .string(text)
        case "length": .integer(text.utf16.count)
        case "isEmpty": .boolean(text.isEmpty)
        case "isBlank": .boolean(text.allSatisfy(\.isWhitespace))
        case "toLowerCase": .string(text.lowercased())
        case "toUpperCase": .string(text.uppercased())
        // Java's `trim` takes control characters too, and no other space than the ASCII one.
        case "trim": .string(trimmed(text) { $0 <= 0x20 })
        case "strip": .string(trimmed(text) { Unicode.Scalar($0)?.properties.isWhitespace == true })
        case "hashCode": .integer(Int(hash(text)))
        default: nil
        }
    }

    private static func withNumber(
        _ name: String, _ text: String, _ number: Int, bytesMax: Int
    ) throws(MethodFailure) -> TemplateValue? {
        switch name {
        case "substring": return .string(try part(of: text, from: number, to: text.utf16.count))
        case "charAt": return .string(try part(of: text, from: number, to: number &+ 1))
        case "equals": return .boolean(false)
        case "repeat":
            guard number >= 0 else { throw MethodFailure("count is negative: \(number)") }
            let (bytes, isBeyond) = text.utf8.count.multipliedReportingOverflow(by: number)
            guard !isBeyond, bytes <= bytesMax else { throw MethodFailure("the text is too long") }
            return .string(String(repeating: text, count: number))
        default: return nil
        }
    }

    private static func withText(
        _ name: String, _ text: String, _ other: String, _ limits: TemplateLimits
    ) throws(MethodFailure) -> TemplateValue? {
        switch name {
        case "equals": return .boolean(text == other)
        case "equalsIgnoreCase": return .boolean(text.lowercased() == other.lowercased())
        case "compareTo": return .integer(compare(text, other))
        case "compareToIgnoreCase": return .integer(compare(text.lowercased(), other.lowercased()))
        case "contains": return .boolean(index(of: other, in: text, from: 0) >= 0)
        case "startsWith": return .boolean(text.utf8.starts(with: other.utf8))
        case "endsWith": return .boolean(text.utf8.reversed().starts(with: other.utf8.reversed()))
        case "concat": return .string(text + other)
        case "indexOf": return .integer(index(of: other, in: text, from: 0))
        case "lastIndexOf": return .integer(lastIndex(of: other, in: text))
        case "matches":
            return .boolean(try RegularExpression(other, stepsMax: limits.matchStepsMax).matches(whole: text))
        case "split":
            return .list(
                ListValue(
                    try split(text, by: other, limit: 0, stepsMax: limits.matchStepsMax).map { .string($0) }))
        default: return nil
        }
    }

    private static func withTwo(
        _ name: String, _ text: String, _ first: TemplateValue, _ second: TemplateValue,
        _ limits: TemplateLimits
    ) throws(MethodFailure) -> TemplateValue? {
        switch (name, first, second) {
        case ("substring", .integer(let from), .integer(let to)):
            return .string(try part(of: text, from: from, to: to))
        case ("indexOf", .string(let other), .integer(let from)):
            return .integer(index(of: other, in: text, from: from))
        case ("startsWith", .string(let other), .integer(let from)):
            return .boolean(Array(text.utf16).dropFirst(max(0, from)).starts(with: other.utf16) && from >= 0)
        case ("split", .string(let pattern), .integer(let limit)):
            return .list(
                ListValue(
                    try split(text, by: pattern, limit: limit, stepsMax: limits.matchStepsMax).map {
                        .string($0)
                    }))
        case ("replace", .string(let old), .string(let new)):
            return .string(try replacing(old, in: text, with: new, bytesMax: limits.outputBytesMax))
        case ("replaceAll", .string(let pattern), .string(let new)):
            return .string(try substituting(pattern, text, new, isFirstOnly: false, limits))
        case ("replaceFirst", .string(let pattern), .string(let new)):
            return .string(try substituting(pattern, text, new, isFirstOnly: true, limits))
        default: return nil
        }
    }

    private static func trimmed(_ text: String, _ isSpace: (UInt16) -> Bool) -> String {
        let units = Array(text.utf16)
        guard let first = units.firstIndex(where: { !isSpace($0) }),
            let last = units.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: units[first...last], as: UTF16.self)
    }

    private static func part(of text: String, from: Int, to: Int) throws(MethodFailure) -> String {
        let units = Array(text.utf16)
        guard from >= 0, from <= to, to <= units.count else {
            throw MethodFailure("begin \(from), end \(to), length \(units.count)")
        }
        return String(decoding: units[from..<to], as: UTF16.self)
    }

    private static func index(of other: String, in text: String, from: Int) -> Int {
        let (units, wanted) = (Array(text.utf16), Array(other.utf16))
        var place = min(max(0, from), units.count)
        while place + wanted.count <= units.count {
            if units[place..<place + wanted.count].elementsEqual(wanted) { return place }
            place += 1
        }
        return -1
    }

    private static func lastIndex(of other: String, in text: String) -> Int {
        let (units, wanted) = (Array(text.utf16), Array(other.utf16))
        var place = units.count - wanted.count
        while place >= 0 {
            if units[place..<place + wanted.count].elementsEqual(wanted) { return place }
            place -= 1
        }
        return -1
    }

    /// The difference of the first units that differ, or of the lengths.
    private static func compare(_ left: String, _ right: String) -> Int {
        for (first, second) in zip(left.utf16, right.utf16) where first != second {
            return Int(first) - Int(second)
        }
        return left.utf16.count - right.utf16.count
    }

    private static func hash(_ text: String) -> Int32 {
        text.utf16.reduce(0) { $0 &* 31 &+ Int32($1) }
    }
}
