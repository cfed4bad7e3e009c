/// Stored resources as writes find them, and changes of them that no request asks for in so many words.

extension Resource {
    /// The stored resource at the end of `identifiers`, or the 404 for what is missing on the way.
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

    /// Changes what no update changes (tags, states) in the resource at the end of `identifiers`: no date
    /// is moved, nothing is checked and nothing follows.
    func changeUnchecked(
        _ identifiers: [String], in tables: inout Tables, _ context: WriteContext,
        _ body: (inout Members) throws(ServiceError) -> Void
    ) throws(ServiceError) {
        var members = try existing(identifiers, in: tables, context)
        try body(&members)
        let parents = Array(identifiers.dropLast())
        writeUnchecked(members, as: identifiers[identifiers.count - 1], under: parents, in: &tables)
    }

    /// Writes `members` as they are, without checks or effects: for what follows from a change of another
    /// resource.
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
