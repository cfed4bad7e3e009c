/// One check of a value against a compiled schema. It stops at the first broken rule. Past the bounds of
/// depth and steps the value is invalid, whatever `not` and `oneOf` make of it.

internal import JSON
internal import VTL

/// The state of one check.
struct SchemaCheck {
    let schema: JSONSchema
    private var steps = 0
    /// The problem of a check that passed a bound; nil for one that did not.
    private(set) var excess: String?

    init(schema: JSONSchema) {
        self.schema = schema
    }

    /// The first rule that `value` breaks, in a sentence with its place; nil for none.
    mutating func problem(_ value: JSON, _ index: Int, place: String, depth: Int) -> String? {
        if let excess { return excess }
        steps += 1
        guard depth < schema.limits.depthMax, steps <= schema.limits.stepsMax else {
            let text = "\(place): the check takes more steps than are allowed"
            excess = text
            return text
        }
        let node = schema.nodes[index]
        if let reference = node.reference {
            return problem(value, reference, place: place, depth: depth + 1)
        }
        if let text = basicProblem(value, node) { return "\(place): \(text)" }
        switch value {
        case .array(let list):
            if let text = arrayProblem(list, node, place, depth) { return text }
        case .object(let object):
            if let text = objectProblem(object, node, place, depth) { return text }
        default: break
        }
        return combinationProblem(value, node, place, depth)
    }

    private func basicProblem(_ value: JSON, _ node: SchemaNode) -> String? {
        if let types = node.types, !types.contains(where: { Self.isOf($0, value) }) {
            return "\(Self.type(of: value)) found, \(types.joined(separator: " or ")) expected"
        }
        if let values = node.values, !values.contains(where: { $0.equals(value) }) {
            return "does not have a value of the enumeration"
        }
        switch value {
        case .integer(let integer): return numberProblem(Double(integer), node)
        case .number(let number): return numberProblem(number, node)
        case .string(let text): return textProblem(text, node)
        default: return nil
        }
    }

    private static func isOf(_ type: String, _ value: JSON) -> Bool {
        switch (type, value) {
        // A number beyond `Int` is read as a `Double`, and no such `Double` has a fraction.
        case ("integer", .number(let number)): abs(number) >= 0x1p63
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer),
            ("number", .number), ("string", .string), ("array", .array), ("object", .object):
            true
        default: false
        }
    }

    private static func type(of value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    private func numberProblem(_ number: Double, _ node: SchemaNode) -> String? {
        if let minimum = node.minimum, number < minimum || node.isMinimumExclusive && number == minimum {
            return "must have a minimum value of \(minimum)"
        }
        if let maximum = node.maximum, number > maximum || node.isMaximumExclusive && number == maximum {
            return "must have a maximum value of \(maximum)"
        }
        guard let divisor = node.multipleOf else { return nil }
        let quotient = number / divisor
        // The quotient of two decimal fractions such as 0.0075 and 0.0001 is a hair off the whole number.
        let isMultiple =
            quotient.isFinite
            ? abs(quotient - quotient.rounded()) <= 1e-9 * max(1, abs(quotient))
            : number.truncatingRemainder(dividingBy: divisor) == 0
        return isMultiple ? nil : "must be multiple of \(divisor)"
    }

    private func textProblem(_ text: String, _ node: SchemaNode) -> String? {
        if node.lengthMin != nil || node.lengthMax != nil {
            let count = text.unicodeScalars.count
            if let minimum = node.lengthMin, count < minimum { return "must be \(minimum) characters long" }
            if let maximum = node.lengthMax, count > maximum {
                return "may only be \(maximum) characters long"
            }
        }
        guard let pattern = node.pattern, !pattern.isFound(in: text) else { return nil }
        return "does not match the pattern \(pattern.text)"
    }

    // MARK: Containers

    private mutating func arrayProblem(
        _ list: [JSON], _ node: SchemaNode, _ place: String, _ depth: Int
    ) -> String? {
        if let minimum = node.itemsMin, list.count < minimum {
            return "\(place): there must be a minimum of \(minimum) items"
        }
        if let maximum = node.itemsMax, list.count > maximum {
            return "\(place): there must be a maximum of \(maximum) items"
        }
        if node.hasUniqueItems, !JSON.areDistinct(list) {
            return "\(place): the items must be unique"
        }
        for (number, value) in list.enumerated() {
            let place = "\(place)/\(number)"
            var index: Int?
            switch node.items {
            case .any: break
            case .all(let schema): index = schema
            case .tuple(let schemas) where number < schemas.count: index = schemas[number]
            case .tuple:
                switch node.additionalItems {
                case .allowed: break
                case .refused: return "\(place): no item is defined"
                case .schema(let schema): index = schema
                }
            }
            if let index, let text = problem(value, index, place: place, depth: depth + 1) { return text }
        }
        return nil
    }

    private mutating func objectProblem(
        _ object: JSONObject, _ node: SchemaNode, _ place: String, _ depth: Int
    ) -> String? {
        for name in node.required where object[name] == nil {
            return "\(place): is missing but it is required: \(name)"
        }
        if let minimum = node.membersMin, object.members.count < minimum {
            return "\(place): should have a minimum of \(minimum) properties"
        }
        if let maximum = node.membersMax, object.members.count > maximum {
            return "\(place): may only have a maximum of \(maximum) properties"
        }
        for member in object.members {
            if let text = memberProblem(member, node, place, depth) { return text }
        }
        for dependency in node.dependencies where object[dependency.name] != nil {
            switch dependency.rule {
            case .members(let names):
                for name in names where object[name] == nil {
                    return "\(place): \(dependency.name) demands \(name)"
                }
            case .schema(let index):
                if let text = problem(.object(object), index, place: place, depth: depth + 1) {
                    return text
                }
            }
        }
        return nil
    }

    private mutating func memberProblem(
        _ member: JSONObject.Member, _ node: SchemaNode, _ place: String, _ depth: Int
    ) -> String? {
        let inner = "\(place)/\(member.name)"
        var indexes: [Int] = []
        if let index = node.properties[member.name] { indexes.append(index) }
        for entry in node.patternProperties where entry.pattern.isFound(in: member.name) {
            indexes.append(entry.schema)
        }
        if indexes.isEmpty {
            switch node.additionalProperties {
            case .allowed: return nil
            case .refused: return "\(inner): is not defined in the schema"
            case .schema(let index): indexes = [index]
            }
        }
        for index in indexes {
            if let text = problem(member.value, index, place: inner, depth: depth + 1) { return text }
        }
        return nil
    }

    // MARK: Combinations

    private mutating func combinationProblem(
        _ value: JSON, _ node: SchemaNode, _ place: String, _ depth: Int
    ) -> String? {
        for index in node.allOf {
            if let text = problem(value, index, place: place, depth: depth + 1) { return text }
        }
        if !node.anyOf.isEmpty {
            var first: String?
            for index in node.anyOf {
                guard let text = problem(value, index, place: place, depth: depth + 1) else {
                    first = nil
                    break
                }
                first = first ?? text
            }
            if let first { return first }
        }
        if !node.oneOf.isEmpty {
            var count = 0
            for index in node.oneOf
            where problem(value, index, place: place, depth: depth + 1) == nil {
                count += 1
            }
            if count != 1 { return "\(place): matches \(count) schemas of oneOf, expected one" }
        }
        guard let not = node.not, problem(value, not, place: place, depth: depth + 1) == nil else {
            return nil
        }
        return "\(place): matches the schema of not"
    }
}
