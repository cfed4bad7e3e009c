/// The transitions that are due, made on the records that they are about.

extension Tables {
    /// Makes the transitions that are due at `now`: record by record, those of a record in their order.
    mutating func settle(at now: Duration) {
        while let key = firstRecord(dueAt: now) {
            let transitions = scheduled[key] ?? []
            let due = transitions.filter { $0.due <= now }.sorted { $0.due < $1.due }
            unschedule(key.identifier, in: key.collection)
            for transition in transitions where transition.due > now {
                schedule(transition, for: key.identifier, in: key.collection)
            }
            for transition in due { make(transition, of: key) }
        }
    }

    private mutating func make(_ transition: Transition, of key: RecordKey) {
        guard let record = record(key.identifier, in: key.collection) else { return }
        switch transition.outcome {
        case .becomes(let changes):
            var members = Members(Catalogue.resource(key.collection.resource), record)
            members.replace(changes)
            insert(members.record, as: key.identifier, in: key.collection)
        case .vanishes:
            remove(key.identifier, from: key.collection)
        }
    }
}
