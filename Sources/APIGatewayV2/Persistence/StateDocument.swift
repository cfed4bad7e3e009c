/// The whole state as one document in the form of fixtures. `FixtureLoader` can load it again, with the same
/// document as the result. Accounts, regions and identifiers are in order, so that equal states give equal
/// bytes.

import JSON

/// The document of a state.
package enum StateDocument {
    /// The member of a deployment with its deployed configuration. All other members are the service's own.
    package static let snapshotMember = "deployedConfiguration"

    /// The document `{"scopes": [{"account": …, "region": …, "apis": [{…, "integrations": [{…}]}]}]}`, with
    /// one line for each scope.
    package static func bytes(of state: State, catalogue: Catalogue = .service) -> [UInt8] {
        var bytes = Array(#"{"scopes":["#.utf8)
        let scopes = state.keys.filter { state[$0]?.collections.isEmpty == false }.sorted {
            ($0.account, $0.region) < ($1.account, $1.region)
        }
        for (index, scope) in scopes.enumerated() {
            bytes += Array((index > 0 ? ",\n" : "\n").utf8)
            bytes += Array(#"{"account":"#.utf8)
            JSONWriter.appendString(scope.account, to: &bytes)
            bytes += Array(#","region":"#.utf8)
            JSONWriter.appendString(scope.region, to: &bytes)
            appendChildren(of: nil, [], state[scope] ?? Tables(), catalogue, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes += Array("\n]}\n".utf8)
        return bytes
    }

    /// Appends a member for each kind of child that exists. The recursion is as deep as the tables nest.
    private static func appendChildren(
        of parent: ResourceID?, _ identifiers: [String], _ tables: Tables, _ catalogue: Catalogue,
        to bytes: inout [UInt8]
    ) {
        let path = CollectionKey.parentPath(identifiers[...])
        for child in catalogue.children(of: parent) {
            let collection = tables.collection(CollectionKey(resource: child.id, parent: path))
            guard collection.count > 0 else { continue }
            bytes.append(UInt8(ascii: ","))
            JSONWriter.appendString(child.collectionName, to: &bytes)
            bytes += Array((child.isSingleton ? ":" : ":[").utf8)
            for (index, entry) in collection.records.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                // The body without its last brace, because the children follow.
                bytes += entry.value.body.dropLast()
                let key = RecordKey(
                    collection: CollectionKey(resource: child.id, parent: path), identifier: entry.key)
                if let configuration = tables.deployed[key] { append(configuration, to: &bytes) }
                appendChildren(of: child.id, identifiers + [entry.key], tables, catalogue, to: &bytes)
                bytes.append(UInt8(ascii: "}"))
            }
            if !child.isSingleton { bytes.append(UInt8(ascii: "]")) }
        }
    }

    private static func append(_ configuration: APIConfiguration, to bytes: inout [UInt8]) {
        bytes += Array(",\"\(snapshotMember)\":{".utf8)
        if let api = configuration.api { bytes += Array(#""api":"#.utf8) + api.body + [UInt8(ascii: ",")] }
        let collections = [configuration.authorizers, configuration.integrations, configuration.routes]
        for (index, collection) in collections.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(collection, as: APIConfiguration.parts[index].name, to: &bytes)
        }
        if configuration.models.count > 0 {
            bytes.append(UInt8(ascii: ","))
            append(configuration.models, as: "models", to: &bytes)
        }
        let responses = [configuration.integrationResponses, configuration.routeResponses]
        for (part, children) in zip(APIConfiguration.responseParts, responses) where !children.isEmpty {
            bytes += Array(",\"\(part.name)\":{".utf8)
            for (index, identifier) in children.keys.sorted().enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(children[identifier] ?? RecordCollection(), as: identifier, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ collection: RecordCollection, as name: String, to bytes: inout [UInt8]) {
        JSONWriter.appendString(name, to: &bytes)
        bytes += Array(":[".utf8)
        bytes += collection.records.values.map(\.body).joined(separator: [UInt8(ascii: ",")])
        bytes.append(UInt8(ascii: "]"))
    }
}
