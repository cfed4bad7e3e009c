/// The JSON paths of mapping templates, selection expressions and parameter mappings: names, indexes, slices,
/// `*`, `..`, and filters. RFC 9535 has their forms. `length()` is of its forerunner by Goessner.

package import JSON

/// A parsed path, `$.pets[?(@.price > 10)].name`.
package struct JSONPath: Sendable {
    indirect enum Step: Sendable {
        case names([String])
        case indexes([Int])
        case slice(Int?, Int?, by: Int)
        case all
        case descendants
        case filter(JSONPathFilter)
        case length

        /// Whether the step can give more than one value.
        var isList: Bool {
            switch self {
            case .names(let names): names.count > 1
            case .indexes(let indexes): indexes.count > 1
            case .slice, .all, .descendants, .filter: true
            case .length: false
            }
        }

        /// The form that a text with the step needs.
        var form: Forms {
            switch self {
            case .names(let names): names.count > 1 ? .selections : []
            case .indexes(let indexes): indexes.count > 1 ? .selections : []
            case .slice(_, _, let stride): stride > 1 ? .selections : []
            case .all: []
            case .descendants: .descendants
            case .filter: .filters
            case .length: .length
            }
        }
    }

    /// The steps that a text may have besides single names and indexes, slices of neighbours, and `*`.
    struct Forms: OptionSet, Sendable {
        let rawValue: UInt8

        static let descendants = Forms(rawValue: 1)
        static let filters = Forms(rawValue: 2)
        static let length = Forms(rawValue: 4)
        /// Several names or indexes, and slices with a stride.
        static let selections = Forms(rawValue: 8)
        static let all: Forms = [.descendants, .filters, .length, .selections]
    }

    let steps: [Step]

    /// The value; nil if there is none. A path that can give more than one value gives a list.
    package func value(in root: JSON) -> JSON? {
        var values = [root]
        for step in steps { values = values.flatMap { Self.values(of: step, in: $0, root: root) } }
        if steps.contains(where: \.isList) { return .array(values) }
        return values.first
    }

    private static func values(of step: Step, in value: JSON, root: JSON) -> [JSON] {
        switch (step, value) {
        case (.names(let names), .object(let object)): names.compactMap { object[$0] }
        case (.indexes(let indexes), .array(let list)):
            indexes.map { $0 < 0 ? list.count + $0 : $0 }.filter(list.indices.contains).map { list[$0] }
        case (.slice(let start, let end, let step), .array(let list)): slice(of: list, start, end, by: step)
        case (.all, .array(let list)): list
        case (.all, .object(let object)): object.members.map(\.value)
        case (.descendants, _): descendants(of: value)
        case (.filter(let filter), .array(let list)): list.filter { filter.holds(for: $0, root: root) }
        case (.filter(let filter), .object): filter.holds(for: value, root: root) ? [value] : []
        case (.length, .array(let list)): [.integer(list.count)]
        case (.length, .object(let object)): [.integer(object.members.count)]
        case (.length, .string(let text)): [.integer(text.utf16.count)]
        default: []
        }
    }

    private static func slice(of list: [JSON], _ start: Int?, _ end: Int?, by step: Int) -> [JSON] {
        func place(_ index: Int) -> Int { min(max(0, index < 0 ? list.count + index : index), list.count) }
        let (from, to) = (place(start ?? 0), place(end ?? list.count))
        return from < to ? stride(from: from, to: to, by: min(step, list.count)).map { list[$0] } : []
    }

    /// The value and all within it, from the outside in.
    private static func descendants(of value: JSON) -> [JSON] {
        switch value {
        case .array(let list): [value] + list.flatMap(descendants)
        case .object(let object): [value] + object.members.flatMap { descendants(of: $0.value) }
        default: [value]
        }
    }
}

/// The condition of `[?(…)]`.
indirect enum JSONPathFilter: Sendable {
    case all([JSONPathFilter])
    case any([JSONPathFilter])
    case not(JSONPathFilter)
    case exists(Operand)
    case compare(Operand, String, Operand)

    /// A value, or a path from the element (`@`) or the whole document (`$`).
    enum Operand: Sendable {
        case value(JSON)
        case element(JSONPath)
        case document(JSONPath)

        func value(for element: JSON, root: JSON) -> JSON? {
            switch self {
            case .value(let value): value
            case .element(let path): path.value(in: element)
            case .document(let path): path.value(in: root)
            }
        }
    }

    func holds(for element: JSON, root: JSON) -> Bool {
        switch self {
        case .all(let filters): filters.allSatisfy { $0.holds(for: element, root: root) }
        case .any(let filters): filters.contains { $0.holds(for: element, root: root) }
        case .not(let filter): !filter.holds(for: element, root: root)
        case .exists(let operand): operand.value(for: element, root: root) != nil
        case .compare(let left, let comparison, let right):
            Self.compare(
                left.value(for: element, root: root), comparison, right.value(for: element, root: root))
        }
    }

    private static func compare(_ left: JSON?, _ comparison: String, _ right: JSON?) -> Bool {
        guard let left, let right else { return comparison == "!=" && (left == nil) != (right == nil) }
        let (first, second) = (number(left), number(right))
        switch comparison {
        case "==": return left == right || (first != nil && first == second)
        case "!=": return !compare(left, "==", right)
        default: break
        }
        if let first, let second { return isOrdered(first, comparison, second) }
        if case .string(let first) = left, case .string(let second) = right {
            return isOrdered(first, comparison, second)
        }
        return false
    }

    private static func isOrdered<Value: Comparable>(
        _ left: Value, _ comparison: String, _ right: Value
    ) -> Bool {
        switch comparison {
        case "<": left < right
        case "<=": left <= right
        case ">": left > right
        case ">=": left >= right
        default: false
        }
    }

    private static func number(_ value: JSON) -> Double? {
        switch value {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }
}
