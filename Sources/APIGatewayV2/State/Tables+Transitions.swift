/// The due transitions of records. The caller changes the records, because only a resource's table knows its
/// members.

package import JSON

/// The function that gives a record after `changes`, which replace members; null removes one.
package typealias Revision =
    (_ record: Record, _ resource: ResourceID, _ changes: JSONObject) -> Record

extension Tables {
    /// Makes the transitions that are due at `now`, record by record, those of one record in their order.
    mutating func makeTransitions(dueAt now: Duration, revising revise: Revision) {
        while let key = firstRecord(dueAt: now) {
            let transitions = scheduled[key] ?? []
            let due = transitions.filter { $0.due <= now }.sorted { $0.due < $1.due }
            unschedule(key.identifier, in: key.collection)
            for transition in transitions where transition.due > now {
                schedule(transition, for: key.identifier, in: key.collection)
            }
            for transition in due { make(transition, of: key, revising: revise) }
        }
    }

    private mutating func make(_ transition: Transition, of key: RecordKey, revising revise: Revision) {
        guard let record = record(key.identifier, in: key.collection) else { return }
        switch transition.outcome {
        case .becomes(let changes):
            let revised = revise(record, key.collection.resource, changes)
            insert(revised, as: key.identifier, in: key.collection)
        case .vanishes:
            remove(key.identifier, from: key.collection)
        }
    }
}
