/// The keywords of one schema. A keyword with a value of the wrong kind is refused, and an unknown one does
/// not count. `format` is an annotation.

internal import JSON
internal import VTL

/// Reads the keywords of one object.
struct SchemaKeywords {
    private let object: JSONObject
    private let place: SchemaPlace
    private let base: SchemaURI
    private let depth: Int
    private let matchStepsMax: Int

    init(_ object: JSONObject, place: SchemaPlace, base: SchemaURI, depth: Int, matchStepsMax: Int) {
        self.object = object
        self.place = place
        self.base = base
        self.depth = depth
        self.matchStepsMax = matchStepsMax
    }

    mutating func node(_ compiler: inout SchemaCompiler) throws(JSONSchema.Problem) -> SchemaNode {
        var node = SchemaNode()
        if let reference = object["$ref"]?.text {
            node.reference = try compiler.compile(reference: reference, from: base, depth: depth)
            return node
        }
        try readValues(&node)
        try readNumbers(&node)
        try readArrays(&node, &compiler)
        try readObjects(&node, &compiler)
        node.allOf = try list("allOf", &compiler)
        node.anyOf = try list("anyOf", &compiler)
        node.oneOf = try list("oneOf", &compiler)
        if let not = object["not"] { node.not = try schema(not, ["not"], &compiler) }
        return node
    }

    private func readValues(_ node: inout SchemaNode) throws(JSONSchema.Problem) {
        switch object["type"] {
        case nil: break
        case .string(let type): node.types = [type]
        case .array(let types): node.types = types.compactMap(\.text)
        default: throw problem("type", "a string or a list")
        }
        for type in node.types ?? [] where !Self.types.contains(type) {
            throw problem("type", "one of \(Self.types.sorted().joined(separator: ", "))")
        }
        if let values = object["enum"] {
            guard case .array(let list) = values else { throw problem("enum", "a list") }
            node.values = list
        }
        node.lengthMin = try count("minLength")
        node.lengthMax = try count("maxLength")
        if let pattern = object["pattern"] {
            guard let text = pattern.text else { throw problem("pattern", "a string") }
            node.pattern = try self.pattern(text)
        }
    }

    private static let types: Set<String> = [
        "array", "boolean", "integer", "null", "number", "object", "string",
    ]

    private func readNumbers(_ node: inout SchemaNode) throws(JSONSchema.Problem) {
        node.minimum = try number("minimum")
        node.maximum = try number("maximum")
        node.isMinimumExclusive = try flag("exclusiveMinimum")
        node.isMaximumExclusive = try flag("exclusiveMaximum")
        node.multipleOf = try number("multipleOf")
        if let divisor = node.multipleOf, divisor <= 0 { throw problem("multipleOf", "a number above 0") }
    }

    private func readArrays(
        _ node: inout SchemaNode, _ compiler: inout SchemaCompiler
    ) throws(JSONSchema.Problem) {
        switch object["items"] {
        case nil: break
        case .array: node.items = .tuple(try list("items", &compiler))
        case let schema?: node.items = .all(try self.schema(schema, ["items"], &compiler))
        }
        node.additionalItems = try additional("additionalItems", &compiler)
        node.itemsMin = try count("minItems")
        node.itemsMax = try count("maxItems")
        node.hasUniqueItems = try flag("uniqueItems")
    }

    private func readObjects(
        _ node: inout SchemaNode, _ compiler: inout SchemaCompiler
    ) throws(JSONSchema.Problem) {
        for member in try members("properties") {
            node.properties[member.name] = try schema(member.value, ["properties", member.name], &compiler)
        }
        for member in try members("patternProperties") {
            let index = try schema(member.value, ["patternProperties", member.name], &compiler)
            node.patternProperties.append((try pattern(member.name), index))
        }
        node.additionalProperties = try additional("additionalProperties", &compiler)
        if let required = object["required"] {
            guard case .array(let names) = required else { throw problem("required", "a list") }
            node.required = names.compactMap(\.text)
        }
        node.membersMin = try count("minProperties")
        node.membersMax = try count("maxProperties")
        for member in try members("dependencies") {
            if case .array(let names) = member.value {
                node.dependencies.append((member.name, .members(names.compactMap(\.text))))
            } else {
                let index = try schema(member.value, ["dependencies", member.name], &compiler)
                node.dependencies.append((member.name, .schema(index)))
            }
        }
    }

    // MARK: Kinds of values

    private func problem(_ keyword: String, _ expected: String) -> JSONSchema.Problem {
        JSONSchema.Problem(
            text: "\(keyword) of /\(place.path.joined(separator: "/")) is "
                + "\(object[keyword]?.jsonText ?? "missing"), expected \(expected)")
    }

    private func number(_ keyword: String) throws(JSONSchema.Problem) -> Double? {
        switch object[keyword] {
        case nil: return nil
        case .integer(let integer): return Double(integer)
        case .number(let number): return number
        default: throw problem(keyword, "a number")
        }
    }

    private func count(_ keyword: String) throws(JSONSchema.Problem) -> Int? {
        guard let number = try number(keyword) else { return nil }
        guard number >= 0, number < 9e15, number.rounded() == number else {
            throw problem(keyword, "a whole number from 0")
        }
        return Int(number)
    }

    private func flag(_ keyword: String) throws(JSONSchema.Problem) -> Bool {
        switch object[keyword] {
        case nil: return false
        case .bool(let flag): return flag
        default: throw problem(keyword, "true or false")
        }
    }

    private func members(_ keyword: String) throws(JSONSchema.Problem) -> [JSONObject.Member] {
        switch object[keyword] {
        case nil: return []
        case .object(let object): return object.members
        default: throw problem(keyword, "an object")
        }
    }

    private func pattern(_ text: String) throws(JSONSchema.Problem) -> TextPattern {
        do throws(MethodFailure) {
            return try TextPattern(ECMAScriptPattern.perl(text), shown: text, stepsMax: matchStepsMax)
        } catch {
            let schema = "/" + place.path.joined(separator: "/")
            throw JSONSchema.Problem(text: "a pattern of \(schema): \(error.message)")
        }
    }

    private func schema(
        _ value: JSON, _ names: [String], _ compiler: inout SchemaCompiler
    ) throws(JSONSchema.Problem) -> Int {
        try compiler.compile(child: value, names, of: place, base, depth: depth)
    }

    private func list(
        _ keyword: String, _ compiler: inout SchemaCompiler
    ) throws(JSONSchema.Problem) -> [Int] {
        guard let value = object[keyword] else { return [] }
        guard case .array(let list) = value else { throw problem(keyword, "a list") }
        var indexes: [Int] = []
        for (number, entry) in list.enumerated() {
            indexes.append(try schema(entry, [keyword, "\(number)"], &compiler))
        }
        return indexes
    }

    private func additional(
        _ keyword: String, _ compiler: inout SchemaCompiler
    ) throws(JSONSchema.Problem) -> SchemaNode.Additional {
        switch object[keyword] {
        case nil, .bool(true): .allowed
        case .bool(false): .refused
        case let value?: .schema(try schema(value, [keyword], &compiler))
        }
    }
}
