/// The records of one account in one region, by resource and parent, and what is to become of them. Values:
/// a copy is a snapshot. What is written to can be recorded by name, for whoever keeps the state elsewhere.

/// The records of one scope.
package struct Tables: Sendable {
    package private(set) var collections: [CollectionKey: RecordCollection] = [:]
    /// Nothing of it is needed to read a record.
    private var bookkeeping = [Bookkeeping()]

    /// The parts of the tables that follow from writes. They stand in an array of one element, because each
    /// read copies the tables: two references are counted then, instead of nine.
    private struct Bookkeeping: Sendable {
        /// The coming transitions of records; most have none.
        var scheduled: [RecordKey: [Transition]] = [:]
        /// When the first of each record's transitions is due.
        var agenda = Agenda<RecordKey>()
        /// The configuration that each deployment deployed. None for deployments from fixtures.
        var deployed: [RecordKey: APIConfiguration] = [:]
        /// How many records each resource has.
        var counts: [ResourceID: Int] = [:]
        /// The parents of the collections in which an index key that is a path occurs.
        var namedPaths: [NamedPath: SortedMap<Void>] = [:]
        /// The records that were written to since recording began; nil while nothing is recorded, which is
        /// the usual case.
        var touched: Set<RecordKey>?
        /// The parent that a write read last, and from which bytes: the next write mostly has the same one.
        var lastParent: (resource: ResourceID, body: [UInt8], values: MemberValues)?
    }

    /// A path that records of one resource name.
    private struct NamedPath: Hashable {
        let resource: ResourceID
        let path: String
    }

    package init() {}

    /// The coming transitions of records; most have none.
    package var scheduled: [RecordKey: [Transition]] { bookkeeping[0].scheduled }
    /// The configuration that each deployment deployed. None for deployments from fixtures.
    package var deployed: [RecordKey: APIConfiguration] { bookkeeping[0].deployed }
    /// How many records each resource has.
    package var counts: [ResourceID: Int] { bookkeeping[0].counts }

    /// From here on, notes which records are written to.
    mutating func beginRecording() {
        bookkeeping[0].touched = []
    }

    /// Which records were written to, removed or rescheduled; each of them once.
    mutating func endRecording() -> Set<RecordKey> {
        defer { bookkeeping[0].touched = nil }
        return bookkeeping[0].touched ?? []
    }

    private mutating func touch(_ identifier: String, in collection: CollectionKey) {
        bookkeeping[0].touched?.insert(RecordKey(collection: collection, identifier: identifier))
    }

    private mutating func touchAll(in collection: CollectionKey) {
        guard bookkeeping[0].touched != nil else { return }
        for identifier in self.collection(collection).records.keys { touch(identifier, in: collection) }
    }

    package func record(_ identifier: String, in collection: CollectionKey) -> Record? {
        collections[collection]?.records[identifier]
    }

    package func contains(_ identifier: String, in collection: CollectionKey) -> Bool {
        collections[collection]?.records.contains(identifier) ?? false
    }

    /// The values of `record`, which is a parent of what is written: by `read`, unless it is the parent that
    /// was read last.
    mutating func parentValues(
        _ record: Record, of resource: ResourceID, _ read: (Record) -> MemberValues
    ) -> MemberValues {
        // Bytes that are in the same place are not compared one by one.
        if let lastParent = bookkeeping[0].lastParent, lastParent.resource == resource,
            lastParent.body == record.body
        {
            return lastParent.values
        }
        let values = read(record)
        bookkeeping[0].lastParent = (resource, record.body, values)
        return values
    }

    package func collection(_ key: CollectionKey) -> RecordCollection {
        collections[key] ?? RecordCollection()
    }

    /// The parents of the collections of `resource` that have records with the index key `path`, ascending.
    package func parents(of resource: ResourceID, naming path: String) -> [String] {
        bookkeeping[0].namedPaths[NamedPath(resource: resource, path: path)].map { Array($0.keys) } ?? []
    }

    package mutating func insert(_ record: Record, as identifier: String, in collection: CollectionKey) {
        let change = collections[collection, default: RecordCollection()].insert(record, as: identifier)
        if change.old == nil { count(1, of: collection.resource) }
        note(change, in: collection)
        touch(identifier, in: collection)
    }

    package mutating func remove(_ identifier: String, from collection: CollectionKey) {
        if let change = collections[collection]?.remove(identifier), change.old != nil {
            count(-1, of: collection.resource)
            note(change, in: collection)
        }
        if collections[collection]?.count == 0 { collections[collection] = nil }
        unschedule(identifier, in: collection)
        setDeployed(nil, of: identifier, in: collection)
        touch(identifier, in: collection)
    }

    /// Puts a whole collection in the place of what is there.
    package mutating func replaceAll(in collection: CollectionKey, with records: RecordCollection) {
        touchAll(in: collection)
        countAll(in: collection, isPresent: false)
        collections[collection] = records.count == 0 ? nil : records
        countAll(in: collection, isPresent: true)
        touchAll(in: collection)
    }

    /// Counts the records of a collection and the paths that they name in, or out.
    private mutating func countAll(in collection: CollectionKey, isPresent: Bool) {
        guard let records = collections[collection] else { return }
        count(isPresent ? records.count : -records.count, of: collection.resource)
        for path in records.pathKeys { note(path, isPresent: isPresent, in: collection) }
    }

    private mutating func count(_ difference: Int, of resource: ResourceID) {
        bookkeeping[0].counts[resource, default: 0] += difference
        if difference < 0, counts[resource] == 0 { bookkeeping[0].counts[resource] = nil }
    }

    private mutating func note(_ change: RecordCollection.IndexChange, in collection: CollectionKey) {
        for path in change.lostPaths { note(path, isPresent: false, in: collection) }
        for path in change.newPaths { note(path, isPresent: true, in: collection) }
    }

    /// Notes whether any record of a collection has the index key `path`.
    private mutating func note(_ path: String, isPresent: Bool, in collection: CollectionKey) {
        let named = NamedPath(resource: collection.resource, path: path)
        bookkeeping[0].namedPaths[named, default: SortedMap()][collection.parent] = isPresent ? () : nil
        if bookkeeping[0].namedPaths[named]?.isEmpty == true { bookkeeping[0].namedPaths[named] = nil }
    }

    /// Sets the configuration that a deployment deployed; nil forgets it.
    package mutating func setDeployed(
        _ configuration: APIConfiguration?, of identifier: String, in collection: CollectionKey
    ) {
        if configuration == nil, deployed.isEmpty { return }
        bookkeeping[0].deployed[RecordKey(collection: collection, identifier: identifier)] = configuration
        touch(identifier, in: collection)
    }

    /// Drops a whole collection.
    package mutating func removeAll(in collection: CollectionKey) {
        touchAll(in: collection)
        if !deployed.isEmpty {
            for identifier in self.collection(collection).records.keys {
                setDeployed(nil, of: identifier, in: collection)
            }
        }
        if !scheduled.isEmpty {
            for identifier in self.collection(collection).records.keys {
                unschedule(identifier, in: collection)
            }
        }
        countAll(in: collection, isPresent: false)
        collections[collection] = nil
    }

    /// When the first of all transitions is due; nil when none is scheduled.
    package var firstDue: Duration? { bookkeeping[0].agenda.first?.due }

    /// A record with a transition that is due at `now`; nil when there is none.
    func firstRecord(dueAt now: Duration) -> RecordKey? {
        bookkeeping[0].agenda.first.flatMap { $0.due <= now ? $0.owner : nil }
    }

    /// Adds to what is to become of a record.
    package mutating func schedule(
        _ transition: Transition, for identifier: String, in collection: CollectionKey
    ) {
        let key = RecordKey(collection: collection, identifier: identifier)
        bookkeeping[0].scheduled[key, default: []].append(transition)
        let due = min(bookkeeping[0].agenda.due(of: key) ?? transition.due, transition.due)
        bookkeeping[0].agenda.set(due, for: key)
        touch(identifier, in: collection)
    }

    /// Forgets what was to become of a record.
    package mutating func unschedule(_ identifier: String, in collection: CollectionKey) {
        if scheduled.isEmpty { return }
        let key = RecordKey(collection: collection, identifier: identifier)
        bookkeeping[0].scheduled[key] = nil
        bookkeeping[0].agenda.set(nil, for: key)
        touch(identifier, in: collection)
    }
}
