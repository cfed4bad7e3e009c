/// A quick check whether a value of a document is right in its written form. `Validation` reports mistakes.

import JSON

extension FieldKind {
    /// Whether `node` is right and can keep its written form. If not, `Validation` looks at it in full.
    func isMet(by node: JSONNode) -> Bool {
        switch self {
        case .string(nil): node.kind == .string
        case .string(let length?):
            // A string has at most as many scalars as bytes, and at least one scalar if it has bytes.
            length.lowerBound <= 1 && node.plainByteCount.map(length.contains) ?? false
        case .choice(let names): names.contains { node.isString($0) }
        case .boolean: node.kind == .bool
        case .integer(let range): node.integer.map { range?.contains($0) ?? true } ?? false
        case .list(let element): node.kind == .array && node.elements.allSatisfy(element.isMet)
        case .map(let element):
            node.kind == .object && node.duplicateMember == nil
                && node.members.allSatisfy { element.isMet(by: $0.value) }
        case .object(let fields): fields.areMet(by: node)
        case .number, .timestamp: false
        }
    }
}

extension [Field] {
    /// Whether `node` is an object of only these members, in their order, with all required ones.
    func areMet(by node: JSONNode) -> Bool {
        guard node.kind == .object else { return false }
        var next = 0
        for member in node.members {
            while next < count, !member.isNamed(self[next].name) {
                if self[next].isRequired { return false }
                next += 1
            }
            guard next < count, self[next].mayStayWritten, self[next].kind.isMet(by: member.value) else {
                return false
            }
            next += 1
        }
        return self[next...].allSatisfy { !$0.isRequired }
    }
}

extension Field {
    /// Whether only the kind decides about this member of an object.
    var mayStayWritten: Bool { !isReadOnly && !isInputOnly && onlyIn == nil }
}
