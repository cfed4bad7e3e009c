/// The texts of JSON paths and of their filters.

internal import JSON
internal import VTL

extension JSONPath {
    /// Nil for a text that is no path. One evaluation visits at most `stepsMax` values.
    package init?(_ text: String, stepsMax: Int) {
        self.init(text, allowing: .all, stepsMax: stepsMax)
    }

    /// The path of a parameter mapping, which is given without its `$`. Nil for a text that is no such path.
    /// The developer guide excludes recursive descent and filters ("Transform API requests and responses for
    /// HTTP APIs").
    package init?(mapping text: String, stepsMax: Int) {
        self.init(text.first == "[" ? text : "$." + text, allowing: [], stepsMax: stepsMax)
    }

    private init?(_ text: String, allowing forms: Forms, stepsMax: Int) {
        var cursor = Cursor(Array(text.utf8))
        guard let path = cursor.takePath(depth: 0), cursor.isAtEnd,
            path.steps.allSatisfy({ forms.isSuperset(of: $0.form) })
        else { return nil }
        self = path
        self.stepsMax = stepsMax
    }
}

extension Cursor {
    /// Paths and filters within each other. Fixed, because the parser is recursive.
    private static var filterDepthMax: Int { 16 }

    /// `$…` or `@…`, or the members alone, to which the service adds the `$.`.
    fileprivate mutating func takePath(depth: Int) -> JSONPath? {
        var steps: [JSONPath.Step] = []
        if !(take("$") || take("@")), byte != UInt8(ascii: "[") {
            guard let step = takeNameStep() else { return nil }
            steps.append(step)
        }
        while let byte {
            if byte == UInt8(ascii: "[") {
                guard let step = takeBrackets(depth: depth) else { return nil }
                steps.append(step)
            } else if take("..") {
                steps.append(.descendants)
                if self.byte != UInt8(ascii: "[") {
                    guard let step = takeNameStep() else { return nil }
                    steps.append(step)
                }
            } else if take(".") {
                guard let step = takeNameStep() else { return nil }
                steps.append(step)
            } else {
                break
            }
        }
        return JSONPath(steps: steps)
    }

    private mutating func takeNameStep() -> JSONPath.Step? {
        if take("*") { return .all }
        if take("length()") || take("size()") { return .length }
        let start = place
        skip { !$0.endsName }
        guard place > start else { return nil }
        return .names([String(decoding: text[start..<place], as: UTF8.self)])
    }

    private mutating func takeBrackets(depth: Int) -> JSONPath.Step? {
        place += 1
        skipWhitespace()
        var step: JSONPath.Step?
        switch byte {
        case UInt8(ascii: "*"):
            place += 1
            step = .all
        case UInt8(ascii: "?"):
            place += 1
            skipWhitespace()
            guard depth < Self.filterDepthMax, let filter = takeAny(depth: depth + 1) else { return nil }
            step = .filter(filter)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): step = takeNames()
        default: step = takeNumbers()
        }
        skipWhitespace()
        return take("]") ? step : nil
    }

    private mutating func takeNames() -> JSONPath.Step? {
        var names: [String] = []
        repeat {
            skipWhitespace()
            guard let name = takeString() else { return nil }
            names.append(name)
            skipWhitespace()
        } while take(",")
        return .names(names)
    }

    /// A string in single or double quotes, in which a backslash takes the next character as it is.
    private mutating func takeString() -> String? {
        guard let mark = byte, mark == UInt8(ascii: "'") || mark == UInt8(ascii: "\"") else { return nil }
        place += 1
        var bytes: [UInt8] = []
        while let next = byte {
            place += 1
            if next == mark { return String(decoding: bytes, as: UTF8.self) }
            if next == UInt8(ascii: "\\"), let escaped = byte {
                bytes.append(escaped)
                place += 1
            } else {
                bytes.append(next)
            }
        }
        return nil
    }

    /// `2`, `0,2`, `1:3` or `::2`.
    private mutating func takeNumbers() -> JSONPath.Step? {
        let start = place
        skip { $0.isDigit || "-:, ".utf8.contains($0) }
        let text = String(decoding: self.text[start..<place], as: UTF8.self).filter { $0 != " " }
        if text.contains(":") {
            let bounds = text.split(separator: ":", omittingEmptySubsequences: false)
            let numbers = bounds.map { Int($0) }
            guard bounds.count <= 3, zip(bounds, numbers).allSatisfy({ $0.isEmpty || $1 != nil }) else {
                return nil
            }
            let step = numbers.count == 3 ? numbers[2] ?? 1 : 1
            return step > 0 ? .slice(numbers[0], numbers[1], by: step) : nil
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let indexes = parts.compactMap { Int($0) }
        return indexes.count == parts.count ? .indexes(indexes) : nil
    }

    private mutating func takeAny(depth: Int) -> JSONPathFilter? {
        guard let first = takeAll(depth: depth) else { return nil }
        var filters = [first]
        skipWhitespace()
        while take("||") {
            guard let next = takeAll(depth: depth) else { return nil }
            filters.append(next)
            skipWhitespace()
        }
        return filters.count == 1 ? first : .any(filters)
    }

    private mutating func takeAll(depth: Int) -> JSONPathFilter? {
        guard let first = takeCondition(depth: depth) else { return nil }
        var filters = [first]
        skipWhitespace()
        while take("&&") {
            guard let next = takeCondition(depth: depth) else { return nil }
            filters.append(next)
            skipWhitespace()
        }
        return filters.count == 1 ? first : .all(filters)
    }

    private mutating func takeCondition(depth: Int) -> JSONPathFilter? {
        guard depth < Self.filterDepthMax else { return nil }
        skipWhitespace()
        if take("!") { return takeCondition(depth: depth + 1).map { .not($0) } }
        if take("(") {
            guard let inner = takeAny(depth: depth + 1) else { return nil }
            skipWhitespace()
            return take(")") ? inner : nil
        }
        guard let left = takeOperand(depth: depth) else { return nil }
        skipWhitespace()
        guard let comparison = ["==", "!=", "<=", ">=", "<", ">"].first(where: has) else {
            return .exists(left)
        }
        _ = take(comparison)
        skipWhitespace()
        return takeOperand(depth: depth).map { .compare(left, comparison, $0) }
    }

    private mutating func takeOperand(depth: Int) -> JSONPathFilter.Operand? {
        switch byte {
        case UInt8(ascii: "@"): return takePath(depth: depth + 1).map { .element($0) }
        case UInt8(ascii: "$"): return takePath(depth: depth + 1).map { .document($0) }
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return takeString().map { .value(.string($0)) }
        default: break
        }
        if take("true") { return .value(.bool(true)) }
        if take("false") { return .value(.bool(false)) }
        if take("null") { return .value(.null) }
        let start = place
        skip { $0.isDigit || "-+.eE".utf8.contains($0) }
        let text = String(decoding: self.text[start..<place], as: UTF8.self)
        return Int(text).map { .value(.integer($0)) } ?? Double(text).map { .value(.number($0)) }
    }
}

extension UInt8 {
    /// Whether the byte ends a name without quotation marks: a blank, or one of `.[]()=<>!&|,`.
    fileprivate var endsName: Bool {
        switch self {
        case UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "!"), UInt8(ascii: "&"),
            UInt8(ascii: "|"), UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"):
            true
        default: false
        }
    }
}
