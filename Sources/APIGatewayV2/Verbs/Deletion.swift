/// A delete of any resource, under the store's lock: first all checks, then the record and its children, then
/// its effects elsewhere.

extension Resource {
    /// Deletes the resource with the path of `identifiers`, and everything below it.
    package func delete(
        _ identifiers: [String], in tables: inout Tables, _ context: WriteContext
    ) throws(ServiceError) {
        let old = try existing(identifiers, in: tables, context)
        let parents = Array(identifiers.dropLast())
        let change = Change(
            resource: self, parents: parents, identifier: identifiers[identifiers.count - 1], old: old,
            new: nil,
            parent: parentMembers(parents, in: &tables), context: context)
        for check in deletionChecks { try check(change, tables) }
        if let phase = lifecycle?.duringDeletion { return beginDeletion(of: change, phase, in: &tables) }
        removeChildren(of: identifiers, in: &tables, context.catalogue)
        tables.remove(change.identifier, from: change.siblings)
        for effect in effects { effect(change, &tables) }
    }

    /// Begins the deletion of a resource that takes a while. It has no children and no effects.
    private func beginDeletion(of change: Change, _ phase: Lifecycle.Phase, in tables: inout Tables) {
        let key = RecordKey(collection: change.siblings, identifier: change.identifier)
        let isUnderWay = tables.scheduled[key]?.contains { $0.outcome == .vanishes } ?? false
        guard !isUnderWay, var members = change.old else { return }
        members.replace(phase.members)
        writeUnchecked(members, as: change.identifier, under: change.parents, in: &tables)
        tables.unschedule(change.identifier, in: change.siblings)
        let due = change.context.now + change.context.delays[phase.step]
        tables.schedule(Transition(due: due, .vanishes), for: change.identifier, in: change.siblings)
    }

    func removeChildren(of identifiers: [String], in tables: inout Tables, _ catalogue: Catalogue) {
        let parent = CollectionKey.parentPath(identifiers[...])
        for child in catalogue.children(of: id) {
            let collection = CollectionKey(resource: child.id, parent: parent)
            for identifier in tables.collection(collection).records.keys {
                child.removeChildren(of: identifiers + [identifier], in: &tables, catalogue)
            }
            tables.removeAll(in: collection)
        }
    }
}
