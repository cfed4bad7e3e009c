/// What a write has left of each record, for whoever keeps the state outside the process: all of the record,
/// so that changes may be applied again, and a later one makes an earlier one of the same record needless.

/// A record with what hangs on it.
package struct StoredRecord: Sendable {
    package let record: Record
    /// What is to become of it by itself.
    package let transitions: [Transition]
    /// What it deployed, if it is a deployment that did.
    package let deployed: APIConfiguration?

    package init(record: Record, transitions: [Transition] = [], deployed: APIConfiguration? = nil) {
        self.record = record
        self.transitions = transitions
        self.deployed = deployed
    }

    /// What `tables` hold of `key`; nil where they hold none.
    package init?(_ key: RecordKey, in tables: Tables) {
        guard let record = tables.record(key.identifier, in: key.collection) else { return nil }
        self.record = record
        transitions = tables.scheduled[key] ?? []
        deployed = tables.deployed[key]
    }
}

/// One change of the state.
package enum StateChange: Sendable {
    /// The record is this now; nil where it is gone.
    case wrote(RecordKey, in: Scope, StoredRecord?)
    /// All of it, or all that is one account's, was replaced.
    case replaced(account: String?, by: State)
}

extension Tables {
    /// Puts a record with all that hangs on it.
    package mutating func insert(_ stored: StoredRecord, at key: RecordKey) {
        insert(stored.record, as: key.identifier, in: key.collection)
        for transition in stored.transitions {
            schedule(transition, for: key.identifier, in: key.collection)
        }
        setDeployed(stored.deployed, of: key.identifier, in: key.collection)
    }

    /// Every record with all that hangs on it.
    package func forEachRecord<Failure: Error>(
        _ body: (RecordKey, StoredRecord) throws(Failure) -> Void
    ) throws(Failure) {
        for (collection, records) in collections {
            for identifier in records.records.keys {
                let key = RecordKey(collection: collection, identifier: identifier)
                if let stored = StoredRecord(key, in: self) { try body(key, stored) }
            }
        }
    }
}
