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
    /// Values that one evaluation visits, with those of paths in filters. With more the path has no value.
    var stepsMax = 0

    /// The value; nil if there is none. A path that can give more than one value gives a list.
    package func value(in root: JSON) -> JSON? {
        var visits = stepsMax
        return value(in: root, visits: &visits)
    }

    /// `visits` are those that are left. The value is nil if they do not suffice.
    fileprivate func value(in root: JSON, visits: inout Int) -> JSON? {
        var values = [root]
        for step in steps {
            var next: [JSON] = []
            for value in values where visits >= 0 {
                Self.append(step, of: value, root: root, to: &next, visits: &visits)
            }
            visits -= values.count
            values = next
        }
        if visits < 0 { return nil }
        if steps.contains(where: \.isList) { return .array(values) }
        return values.first
    }

    private static func append(
        _ step: Step, of value: JSON, root: JSON, to values: inout [JSON], visits: inout Int
    ) {
        switch (step, value) {
        case (.names(let names), .object(let object)): values += names.compactMap { object[$0] }
        case (.indexes(let indexes), .array(let list)):
            values += indexes.map { $0 < 0 ? list.count + $0 : $0 }.filter(list.indices.contains)
                .map { list[$0] }
        case (.slice(let start, let end, let step), .array(let list)):
            values += slice(of: list, start, end, by: step)
        case (.all, .array(let list)): values += list
        case (.all, .object(let object)): values += object.members.map(\.value)
        case (.descendants, _): appendDescendants(of: value, to: &values, visits: &visits)
        case (.filter(let filter), .array(let list)):
            for element in list where filter.holds(for: element, root: root, visits: &visits) {
                values.append(element)
            }
        case (.filter(let filter), .object):
            if filter.holds(for: value, root: root, visits: &visits) { values.append(value) }
        case (.length, .array(let list)): values.append(.integer(list.count))
        case (.length, .object(let object)): values.append(.integer(object.members.count))
        case (.length, .string(let text)): values.append(.integer(text.utf16.count))
        default: break
        }
    }

    private static func slice(of list: [JSON], _ start: Int?, _ end: Int?, by step: Int) -> [JSON] {
        func place(_ index: Int) -> Int { min(max(0, index < 0 ? list.count + index : index), list.count) }
        let (from, to) = (place(start ?? 0), place(end ?? list.count))
        return from < to ? stride(from: from, to: to, by: min(step, list.count)).map { list[$0] } : []
    }

    /// The value and all within it, from the outside in.
    private static func appendDescendants(of value: JSON, to values: inout [JSON], visits: inout Int) {
        visits -= 1
        guard visits >= 0 else { return }
        values.append(value)
        switch value {
        case .array(let list):
            for element in list { appendDescendants(of: element, to: &values, visits: &visits) }
        case .object(let object):
            for member in object.members { appendDescendants(of: member.value, to: &values, visits: &visits) }
        default: break
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

        fileprivate func value(for element: JSON, root: JSON, visits: inout Int) -> JSON? {
            switch self {
            case .value(let value): value
            case .element(let path): path.value(in: element, visits: &visits)
            case .document(let path): path.value(in: root, visits: &visits)
            }
        }
    }

    fileprivate func holds(for element: JSON, root: JSON, visits: inout Int) -> Bool {
        visits -= 1
        guard visits >= 0 else { return false }
        switch self {
        case .all(let filters):
            for filter in filters where !filter.holds(for: element, root: root, visits: &visits) {
                return false
            }
            return true
        case .any(let filters):
            for filter in filters where filter.holds(for: element, root: root, visits: &visits) {
                return true
            }
            return false
        case .not(let filter): return !filter.holds(for: element, root: root, visits: &visits)
        case .exists(let operand): return operand.value(for: element, root: root, visits: &visits) != nil
        case .compare(let left, let comparison, let right):
            let value = left.value(for: element, root: root, visits: &visits)
            return Self.compare(
                value, comparison, right.value(for: element, root: root, visits: &visits))
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
