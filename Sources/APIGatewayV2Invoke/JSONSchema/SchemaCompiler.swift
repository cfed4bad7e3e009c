/// The compiler of schemas: identifiers first, because references may precede them, then each schema that is
/// reached from the root. A schema is compiled once, so that schemas may refer to themselves.

internal import JSON

/// The place of a schema in one of the documents.
struct SchemaPlace: Hashable {
    /// Whether it is in the schema of draft 4 itself.
    var isOfDraft: Bool
    var path: [String]
}

/// Compiles one document.
struct SchemaCompiler {
    private struct Resource {
        let place: SchemaPlace
        let schema: JSON
        let base: SchemaURI
    }

    private let limits: JSONSchema.Limits
    private let document: JSON
    private var resources: [SchemaURI: Resource] = [:]
    private var indexes: [SchemaPlace: Int] = [:]
    private(set) var finished: [SchemaNode] = []

    init(_ document: JSON, limits: JSONSchema.Limits) throws(JSONSchema.Problem) {
        self.limits = limits
        self.document = document
        let base = SchemaURI("")
        resources[base] = Resource(
            place: SchemaPlace(isOfDraft: false, path: []), schema: document, base: base)
        try register(document, at: SchemaPlace(isOfDraft: false, path: []), base, depth: 0)
        let draft = SchemaURI(Draft4Schema.uri)
        if resources[draft] == nil {
            let place = SchemaPlace(isOfDraft: true, path: [])
            resources[draft] = Resource(place: place, schema: Draft4Schema.schema, base: draft)
        }
    }

    mutating func compileRoot() throws(JSONSchema.Problem) -> Int {
        let base = Self.base(of: document, within: SchemaURI(""))
        return try compile(
            document, at: SchemaPlace(isOfDraft: false, path: []), base, depth: 0)
    }

    /// The base of the references within a schema. Beside `$ref` no identifier counts.
    private static func base(of schema: JSON, within base: SchemaURI) -> SchemaURI {
        guard schema.member("$ref")?.text == nil, let id = schema.member("id")?.text else { return base }
        return base.resolving(id).whole
    }

    // MARK: Identifiers

    /// Enters the identifiers of a schema and of all within it. Values of `enum` are no schemas.
    private mutating func register(
        _ schema: JSON, at place: SchemaPlace, _ base: SchemaURI, depth: Int
    ) throws(JSONSchema.Problem) {
        guard case .object(let object) = schema else { return }
        guard depth < limits.depthMax else { throw Self.tooDeep(limits) }
        let inner = Self.base(of: schema, within: base)
        if object["$ref"]?.text == nil, let id = object["id"]?.text {
            let uri = base.resolving(id)
            resources[uri] = Resource(place: place, schema: schema, base: inner)
            if resources[uri.whole] == nil {
                resources[uri.whole] = Resource(place: place, schema: schema, base: inner)
            }
        }
        for member in object.members {
            var place = place
            place.path.append(member.name)
            try registerMember(member, at: place, inner, depth: depth)
        }
    }

    private mutating func registerMember(
        _ member: JSONObject.Member, at place: SchemaPlace, _ base: SchemaURI, depth: Int
    ) throws(JSONSchema.Problem) {
        switch (member.name, member.value) {
        case ("properties", .object(let object)), ("patternProperties", .object(let object)),
            ("definitions", .object(let object)), ("dependencies", .object(let object)):
            for entry in object.members {
                var place = place
                place.path.append(entry.name)
                try register(entry.value, at: place, base, depth: depth + 1)
            }
        case ("items", .array(let list)), ("allOf", .array(let list)), ("anyOf", .array(let list)),
            ("oneOf", .array(let list)):
            for (number, entry) in list.enumerated() {
                var place = place
                place.path.append("\(number)")
                try register(entry, at: place, base, depth: depth + 1)
            }
        case ("items", _), ("additionalItems", _), ("additionalProperties", _), ("not", _):
            try register(member.value, at: place, base, depth: depth + 1)
        default: break
        }
    }

    // MARK: References

    /// The schema that `reference` names.
    mutating func compile(
        reference: String, from base: SchemaURI, depth: Int
    ) throws(JSONSchema.Problem) -> Int {
        let uri = base.resolving(reference)
        if let resource = resources[uri] {
            return try compile(resource.schema, at: resource.place, resource.base, depth: depth)
        }
        guard let resource = resources[uri.whole] else {
            throw JSONSchema.Problem(
                text: "$ref \(reference) names another document, and no document is fetched")
        }
        guard let names = uri.pointer else {
            throw JSONSchema.Problem(text: "$ref \(reference) names nothing")
        }
        var (schema, place, inner) = (resource.schema, resource.place, resource.base)
        for name in names {
            guard let next = Self.child(name, of: schema) else {
                throw JSONSchema.Problem(text: "$ref \(reference) names nothing")
            }
            schema = next
            place.path.append(name)
            inner = Self.base(of: next, within: inner)
        }
        return try compile(schema, at: place, inner, depth: depth)
    }

    private static func child(_ name: String, of schema: JSON) -> JSON? {
        switch schema {
        case .object(let object): object[name]
        case .array(let list): Int(name).flatMap { list.indices.contains($0) ? list[$0] : nil }
        default: nil
        }
    }

    // MARK: Schemas

    /// The index of the schema at `place`, whose references have the base `base`.
    mutating func compile(
        _ schema: JSON, at place: SchemaPlace, _ base: SchemaURI, depth: Int
    ) throws(JSONSchema.Problem) -> Int {
        if let known = indexes[place] { return known }
        guard depth < limits.depthMax else { throw Self.tooDeep(limits) }
        guard case .object(let object) = schema else {
            throw JSONSchema.Problem(text: "/\(place.path.joined(separator: "/")) is no object")
        }
        guard finished.count < limits.schemasMax else {
            throw JSONSchema.Problem(text: "the document has more than \(limits.schemasMax) schemas")
        }
        let index = finished.count
        indexes[place] = index
        finished.append(SchemaNode())
        var keywords = SchemaKeywords(
            object, place: place, base: base, depth: depth + 1, matchStepsMax: limits.matchStepsMax)
        finished[index] = try keywords.node(&self)
        return index
    }

    /// The index of a schema below the one at `place`.
    mutating func compile(
        child schema: JSON, _ names: [String], of place: SchemaPlace, _ base: SchemaURI, depth: Int
    ) throws(JSONSchema.Problem) -> Int {
        var child = place
        child.path += names
        return try compile(schema, at: child, Self.base(of: schema, within: base), depth: depth)
    }

    private static func tooDeep(_ limits: JSONSchema.Limits) -> JSONSchema.Problem {
        JSONSchema.Problem(text: "schemas are more than \(limits.depthMax) deep")
    }
}
