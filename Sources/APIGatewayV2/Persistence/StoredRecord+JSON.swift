/// The transitions and the deployed configuration of a record, to JSON and back. Bodies of records stay as
/// they are. Reading gives nil for other text, which means that the file is damaged.

import JSON

extension Record {
    /// The record of `resource` with a kept body.
    package init?(of resource: Resource, body: [UInt8]) {
        guard let document = JSONDocument(intact: body), document.root.kind == .object else { return nil }
        self = Members(resource, Record(body: body)).record
    }
}

extension Transition {
    /// The transitions as `[{"due": nanoseconds since 1970, "becomes": {…}}]`. Without `becomes` the record
    /// vanishes. 64 bits of nanoseconds end in the year 2262. A time near that or later has its whole seconds
    /// in `second`, and `due` counts from there.
    package static func encoded(_ transitions: [Transition]) -> [UInt8] {
        let elements = transitions.map { transition in
            let (seconds, attoseconds) = transition.due.components
            let isLate = seconds >= lateSecond
            let rest = Int(attoseconds / 1_000_000_000)
            var object: JSONObject = ["due": .integer(isLate ? rest : transition.due.nanoseconds)]
            if isLate { object["second"] = .integer(Int(seconds)) }
            if case .becomes(let members) = transition.outcome { object["becomes"] = .object(members) }
            return JSON.object(object)
        }
        var bytes: [UInt8] = []
        JSONWriter.append(.array(elements), to: &bytes)
        return bytes
    }

    /// The transitions from the text of `encoded`. Their members must be the resource's.
    package static func decoded(_ bytes: [UInt8], of resource: Resource) -> [Transition]? {
        guard let document = JSONDocument(intact: bytes), document.root.kind == .array else { return nil }
        var transitions: [Transition] = []
        for element in document.root.elements {
            guard let due = element["due"]?.integer else { return nil }
            var outcome = Outcome.vanishes
            if let becomes = element["becomes"] {
                guard let members = JSONObject(becomes.json),
                    members.members.allSatisfy({ resource.slot(of: $0.name) != nil })
                else { return nil }
                outcome = .becomes(members)
            }
            let second = element["second"]?.integer ?? 0
            transitions.append(Transition(due: .seconds(second) + .nanoseconds(due), outcome))
        }
        return transitions
    }
}

extension APIConfiguration {
    /// The members of the document with collections, in the order of the initializer.
    static let parts: [(name: String, resource: Resource)] = [
        ("authorizers", .authorizer), ("integrations", .integration), ("routes", .route),
    ]

    /// The members with the responses of WebSocket APIs, by the identifier of their parent.
    static let responseParts: [(name: String, resource: Resource)] = [
        ("integrationResponses", .integrationResponse), ("routeResponses", .routeResponse),
    ]

    /// The configuration as `{"apiId": …, "api": {…}, "authorizers": {identifier: {…}}, …}`.
    package var encoded: [UInt8] {
        var bytes = Array(#"{"apiId":"#.utf8)
        JSONWriter.appendString(apiId, to: &bytes)
        if let api { bytes += Array(#","api":"#.utf8) + api.body }
        for (part, collection) in zip(Self.parts, [authorizers, integrations, routes]) {
            bytes += Array(",\"\(part.name)\":".utf8)
            Self.append(collection, to: &bytes)
        }
        if models.count > 0 {
            bytes += Array(#","models":"#.utf8)
            Self.append(models, to: &bytes)
        }
        for (part, children) in zip(Self.responseParts, [integrationResponses, routeResponses])
        where !children.isEmpty {
            bytes += Array(",\"\(part.name)\":{".utf8)
            for (index, identifier) in children.keys.sorted().enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONWriter.appendString(identifier, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                Self.append(children[identifier] ?? RecordCollection(), to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private static func append(_ collection: RecordCollection, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, entry) in collection.records.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONWriter.appendString(entry.key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            bytes += entry.value.body
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func collection(_ node: JSONNode, of resource: Resource) -> RecordCollection? {
        var collection = RecordCollection()
        for member in node.members {
            guard let record = Record(of: resource, body: member.value.bytes) else { return nil }
            _ = collection.insert(record, as: member.name)
        }
        return collection
    }

    /// The configuration from the text of `encoded`; nil for other text.
    package init?(decoding bytes: [UInt8]) {
        guard let root = JSONDocument(intact: bytes)?.root, let apiId = root["apiId"]?.string else {
            return nil
        }
        var collections: [RecordCollection] = []
        for part in Self.parts {
            guard let node = root[part.name], let collection = Self.collection(node, of: part.resource)
            else { return nil }
            collections.append(collection)
        }
        var responses: [[String: RecordCollection]] = [[:], [:]]
        for (index, part) in Self.responseParts.enumerated() {
            guard let parents = root[part.name]?.members else { continue }
            for member in parents {
                guard let collection = Self.collection(member.value, of: part.resource) else { return nil }
                responses[index][member.name] = collection
            }
        }
        var models = RecordCollection()
        if let node = root["models"] {
            guard let collection = Self.collection(node, of: .model) else { return nil }
            models = collection
        }
        self.init(
            apiId: apiId, api: root["api"].flatMap { Record(of: .api, body: $0.bytes) },
            authorizers: collections[0], integrations: collections[1], routes: collections[2],
            models: models, integrationResponses: responses[0], routeResponses: responses[1])
    }
}

extension JSONNode {
    fileprivate var bytes: [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.append(self, to: &bytes)
        return bytes
    }
}

extension JSONDocument {
    fileprivate init?(intact bytes: [UInt8]) {
        do throws(JSONError) {
            try self.init(parsing: bytes)
        } catch {
            return nil
        }
    }
}

extension Duration {
    /// The time in whole nanoseconds. 290 years fit.
    package var nanoseconds: Int {
        Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
    }
}

/// The first second since 1970 that is not written as nanoseconds: in the year 2255.
private let lateSecond: Int64 = 9_000_000_000
