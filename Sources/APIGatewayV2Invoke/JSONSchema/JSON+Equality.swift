/// Equality of JSON values by draft 4: 1 and 1.0 are equal, and so are objects with the same members in any
/// order.

internal import JSON

extension JSON {
    /// Whether both are the same value.
    func equals(_ other: JSON) -> Bool {
        switch (self, other) {
        case (.integer(let left), .number(let right)): Double(left) == right
        case (.number(let left), .integer(let right)): left == Double(right)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.equals($1) }
        case (.object(let left), .object(let right)):
            left.members.count == right.members.count
                && left.members.allSatisfy { member in right[member.name]?.equals(member.value) ?? false }
        // Swift takes texts of different characters for equal if they look the same.
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        default: self == other
        }
    }

    /// A text that equal values share, so that comparisons of a long list take one step for each value.
    private var equalityKey: String {
        switch self {
        case .integer(let integer): return "n\(Double(integer))"
        case .number(let number): return "n\(number)"
        case .array(let list): return "[" + list.map(\.equalityKey).joined(separator: ",") + "]"
        case .object(let object):
            let members = object.members.sorted { $0.name < $1.name }
            return "{"
                + members.map { JSON.string($0.name).jsonText + ":" + $0.value.equalityKey }
                .joined(separator: ",") + "}"
        case .null, .bool, .string: return jsonText
        }
    }

    /// Whether no two values of the list are equal.
    static func areDistinct(_ list: [JSON]) -> Bool {
        var seen: [String: [JSON]] = [:]
        for value in list {
            let key = value.equalityKey
            if seen[key]?.contains(where: { $0.equals(value) }) == true { return false }
            seen[key, default: []].append(value)
        }
        return true
    }
}
