/// The result of a write for each record, for a copy of the state outside the process. It has the whole
/// record, so that a change may be applied twice, and a later one replaces an earlier one.

/// A record with its transitions and deployed configuration.
package struct StoredRecord: Sendable {
    package let record: Record
    /// The record's coming transitions.
    package let transitions: [Transition]
    /// The deployed configuration, if the record is a deployment that has one.
    package let deployed: APIConfiguration?

    package init(record: Record, transitions: [Transition] = [], deployed: APIConfiguration? = nil) {
        self.record = record
        self.transitions = transitions
        self.deployed = deployed
    }

    /// The record of `key` in `tables`; nil if there is none.
    package init?(_ key: RecordKey, in tables: Tables) {
        guard let record = tables.record(key.identifier, in: key.collection) else { return nil }
        self.record = record
        transitions = tables.scheduled[key] ?? []
        deployed = tables.deployed[key]
    }
}

/// One change of the state.
package enum StateChange: Sendable {
    /// The record has this value now; nil if it is deleted.
    case wrote(RecordKey, in: Scope, StoredRecord?)
    /// The whole state, or that of one account, was replaced.
    case replaced(account: String?, by: State)
}

extension Tables {
    /// Adds a record with its transitions and deployed configuration.
    package mutating func insert(_ stored: StoredRecord, at key: RecordKey) {
        insert(stored.record, as: key.identifier, in: key.collection)
        for transition in stored.transitions {
            schedule(transition, for: key.identifier, in: key.collection)
        }
        setDeployed(stored.deployed, of: key.identifier, in: key.collection)
    }

    /// Calls `body` with every record, its transitions and its deployed configuration.
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
