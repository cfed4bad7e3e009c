/// Equality, order and truth of values in Velocity 1.7, and the bytes of a value as JSON.

package import JSON

extension TemplateValue {
    /// `==` of templates: numbers by value, values of one kind by content, and others by their texts.
    func isEqual(to other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.null, _), (_, .null): false
        default:
            if let left = double, let right = other.double { left == right } else { equalsByKind(other) }
        }
    }

    private func equalsByKind(_ other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.list, .list), (.map, .map), (.string, .string), (.boolean, .boolean):
            hasEqualContent(to: other)
        case (.object, _), (_, .object): false
        default: text(bytesMax: .max) == other.text(bytesMax: .max)
        }
    }

    /// Java's `equals`: no two kinds are equal, nor are two values that are deeper than `depthMax`.
    func hasEqualContent(to other: TemplateValue, depthMax: Int = 128) -> Bool {
        if depthMax == 0 { return false }
        return switch (self, other) {
        case (.null, .null): true
        case (.string(let left), .string(let right)): left == right
        case (.boolean(let left), .boolean(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.list(let left), .list(let right)):
            left.elements.count == right.elements.count
                && zip(left.elements, right.elements).allSatisfy {
                    $0.hasEqualContent(to: $1, depthMax: depthMax - 1)
                }
        case (.map(let left), .map(let right)):
            left.entries.count == right.entries.count
                && left.entries.allSatisfy {
                    right[$0.key]?.hasEqualContent(to: $0.value, depthMax: depthMax - 1) == true
                }
        case (.entry(let left), .entry(let right)):
            left.key.hasEqualContent(to: right.key, depthMax: depthMax - 1)
                && left.value.hasEqualContent(to: right.value, depthMax: depthMax - 1)
        default: false
        }
    }

    /// The number, if the value is one.
    var double: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }

    /// Whether a reference with this value makes a condition true.
    var isTrue: Bool {
        switch self {
        case .null: false
        case .boolean(let boolean): boolean
        default: true
        }
    }

    /// The value as JSON; nil below a depth that no JSON text has.
    package func json(depthMax: Int = 64) -> JSON? {
        switch self {
        case .null: return .null
        case .string(let text): return .string(text)
        case .boolean(let boolean): return .bool(boolean)
        case .integer(let integer): return .integer(integer)
        case .number(let number): return number.isFinite ? .number(number) : nil
        case .entry, .object: return nil
        case .list(let list):
            guard depthMax > 0 else { return nil }
            let elements = list.elements.compactMap { $0.json(depthMax: depthMax - 1) }
            return elements.count == list.elements.count ? .array(elements) : nil
        case .map(let map):
            guard depthMax > 0 else { return nil }
            var object = JSONObject()
            for entry in map.entries {
                guard let name = entry.key.text(bytesMax: 10_000),
                    let value = entry.value.json(depthMax: depthMax - 1)
                else { return nil }
                object[name] = value
            }
            return .object(object)
        }
    }
}
