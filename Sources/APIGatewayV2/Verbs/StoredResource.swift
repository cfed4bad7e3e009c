/// Stored resources for writes, and changes of them that no request asks for directly.

extension Resource {
    /// The stored resource with the path of `identifiers`. Throws the 404 for the first missing one.
    package func existing(
        _ identifiers: [String], in tables: Tables, _ context: WriteContext
    ) throws(ServiceError) -> Members {
        let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(identifiers.dropLast()))
        let identifier = identifiers[identifiers.count - 1]
        guard let record = tables.record(identifier, in: collection) else {
            try checkParents(identifiers.dropLast(), in: tables, scope: context.scope)
            throw .notFound(unknownMessage(identifier, context.scope))
        }
        return Members(self, record)
    }

    func parentMembers(_ parents: [String], in tables: inout Tables) -> Members? {
        guard let parent, let identifier = parents.last else { return nil }
        let collection = CollectionKey(
            resource: parent.id, parent: CollectionKey.parentPath(parents.dropLast()))
        return tables.record(identifier, in: collection).map { record in
            Members(parent, tables.parentValues(record, of: parent.id) { Members(parent, $0).values })
        }
    }

    /// Changes members that no update changes (tags, states) of a resource. It moves no date, checks nothing
    /// and has no effects.
    func changeUnchecked(
        _ identifiers: [String], in tables: inout Tables, _ context: WriteContext,
        _ body: (inout Members) throws(ServiceError) -> Void
    ) throws(ServiceError) {
        var members = try existing(identifiers, in: tables, context)
        try body(&members)
        let parents = Array(identifiers.dropLast())
        writeUnchecked(members, as: identifiers[identifiers.count - 1], under: parents, in: &tables)
    }

    /// Writes `members` without checks or effects, as a consequence of a change of another resource.
    @discardableResult
    package func writeUnchecked(
        _ members: Members, as identifier: String, under parents: [String], in tables: inout Tables
    ) -> Record {
        let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(parents[...]))
        let record = members.record
        tables.insert(record, as: identifier, in: collection)
        return record
    }
}
