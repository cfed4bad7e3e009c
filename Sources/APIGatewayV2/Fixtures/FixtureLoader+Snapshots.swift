/// The deployed configuration of a deployment, in a state document: a member that the service's own answers
/// do not have. It holds an API, authorizers, integrations and routes at the time of the deployment, each
/// checked by its table. They need not fit the present API.

import JSON

extension FixtureLoader {
    /// Loads the snapshot of `deployment`, which is one of `family`.
    mutating func loadSnapshot(
        _ node: JSONNode, of deployment: String, in family: FixtureFamily, at path: [PathStep]
    ) {
        guard node.kind == .object else { return pending.note(node, at: path, expected: "an object") }
        let names =
            ["api"] + APIConfiguration.parts.map(\.name) + ["models"]
            + APIConfiguration.responseParts.map(\.name)
        for member in node.members where !names.contains(where: { member.isNamed($0) }) {
            pending.note(
                path + [.member(member.name)], offset: member.nameOffset, found: "an unknown member",
                expected: "one of \(names.joined(separator: ", "))",
                suggestion: nearestName(to: member.name, among: names))
        }
        var api: (record: Record, members: Members)?
        if let part = node["api"] {
            api = snapshotRecord(part, of: .api, under: nil, at: path + [.member("api")])
                .map { ($0.record, $0.members) }
        }
        let collections = APIConfiguration.parts.map { part in
            snapshotCollection(
                node[part.name], of: part.resource, under: api?.members,
                at: path + [.member(part.name)])
        }
        let responses = APIConfiguration.responseParts.map { part in
            snapshotResponses(
                node[part.name], of: part.resource, under: api?.members, at: path + [.member(part.name)])
        }
        let configuration = APIConfiguration(
            apiId: family.parents[0], api: api?.record, authorizers: collections[0],
            integrations: collections[1], routes: collections[2],
            models: snapshotCollection(
                node["models"], of: .model, under: api?.members, at: path + [.member("models")]),
            integrationResponses: responses[0], routeResponses: responses[1])
        records.setDeployed(configuration, of: deployment, in: family.siblings)
    }

    /// The responses by the identifier of their parent.
    private mutating func snapshotResponses(
        _ node: JSONNode?, of resource: Resource, under api: Members?, at path: [PathStep]
    ) -> [String: RecordCollection] {
        guard let node else { return [:] }
        guard node.kind == .object else {
            pending.note(node, at: path, expected: "an object with an array for each parent")
            return [:]
        }
        var collections: [String: RecordCollection] = [:]
        for member in node.members {
            collections[member.name] = snapshotCollection(
                member.value, of: resource, under: api, at: path + [.member(member.name)])
        }
        return collections
    }

    private mutating func snapshotCollection(
        _ node: JSONNode?, of resource: Resource, under api: Members?, at path: [PathStep]
    ) -> RecordCollection {
        var collection = RecordCollection()
        guard let node else { return collection }
        guard node.kind == .array else {
            pending.note(node, at: path, expected: "an array of \(resource.collectionName)")
            return collection
        }
        for (index, element) in node.elements.enumerated() {
            let place = path + [.element(index)]
            guard let item = snapshotRecord(element, of: resource, under: api, at: place) else { continue }
            _ = collection.insert(item.record, as: item.identifier)
        }
        return collection
    }

    private mutating func snapshotRecord(
        _ node: JSONNode, of resource: Resource, under api: Members?, at path: [PathStep]
    ) -> (identifier: String, record: Record, members: Members)? {
        let type = resource.id == .api ? node["protocolType"].flatMap(ProtocolType.init) : api?.protocolType
        var validation = Validation(at: path, protocolType: type)
        let members = validation.stored(node, as: resource)
        validation.checkRules(of: members, parent: api, in: node)
        for violation in validation.violations { pending.note(violation) }
        guard let identifier = node[resource.identifierName]?.string else {
            if node.kind == .object, node[resource.identifierName] == nil {
                pending.note(
                    node, at: path, found: "an object without \(resource.identifierName)",
                    expected: "one with it")
            }
            return nil
        }
        return validation.violations.isEmpty ? (identifier, members.record, members) : nil
    }
}
