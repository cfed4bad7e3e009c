/// A get and a list of any resource. A missing parent is reported before a missing child.

import HTTPWire
import JSON

extension Resource {
    /// Reads a resource. A missing parent is reported before a missing child. Parents are checked only if the
    /// child is missing, because no child outlives its parent.
    func get(_ call: Call) throws(ServiceError) -> [UInt8] {
        let identifiers = identifiers(in: call.parameters.values)
        let (parents, identifier) = (identifiers.dropLast(), identifiers[identifiers.count - 1])
        let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(parents))
        if let record = call.store.record(identifier, in: collection, of: call.scope) { return record.body }
        try call.store.read(in: call.scope) { tables throws(ServiceError) in
            try checkParents(parents, in: tables, scope: call.scope)
        }
        throw .notFound(unknownMessage(identifier, call.scope))
    }

    func list(_ call: Call) throws(ServiceError) -> [UInt8] {
        let parents = call.parameters.values
        let parent = CollectionKey.parentPath(parents[...])
        let list = "\(id.rawValue)/\(parent)"
        let page = try Page(
            maxResults: call.request.target.query("maxResults"),
            nextToken: call.request.target.query("nextToken"),
            list: list, itemsMax: names.listItemsMax)
        // Only the records of the page leave the lock, because a write would have to copy the whole
        // collection.
        let (entries, hasMore) = try call.store.read(in: call.scope) { tables throws(ServiceError) in
            try checkParents(parents[...], in: tables, scope: call.scope)
            return tables.collection(CollectionKey(resource: id, parent: parent)).records
                .page(after: page.after, countMax: page.countMax)
        }
        var body = Array("{\"\(names.listMember)\":[".utf8)
        body.reserveCapacity(64 + entries.count * 512)
        for (index, entry) in entries.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body.append(contentsOf: entry.value.listBody ?? entry.value.body)
        }
        let nextToken = hasMore ? entries.last.map { page.token(after: $0.key) } : nil
        body.append(contentsOf: #"],"nextToken":"#.utf8)
        JSONWriter.append(nextToken.map(JSON.string) ?? .null, to: &body)
        body.append(UInt8(ascii: "}"))
        return body
    }

    /// Throws 404 for the outermost of `identifiers` that does not exist.
    package func checkParents(
        _ identifiers: ArraySlice<String>, in tables: Tables, scope: Scope
    ) throws(ServiceError) {
        guard let parent, let identifier = identifiers.last else { return }
        let grandparents = identifiers.dropLast()
        try parent.checkParents(grandparents, in: tables, scope: scope)
        let collection = CollectionKey(resource: parent.id, parent: CollectionKey.parentPath(grandparents))
        guard tables.contains(identifier, in: collection) else {
            throw .notFound(parent.unknownMessage(identifier, scope))
        }
    }
}
