/// The records of one account in one region, by resource and parent, and their coming transitions. A copy is
/// a snapshot. The names of changed records can be recorded, for a copy of the state outside the process.

/// The records of one scope.
package struct Tables: Sendable {
    package private(set) var collections: [CollectionKey: RecordCollection] = [:]
    /// The data that only writes need.
    private var bookkeeping = [Bookkeeping()]

    /// The data that only writes need. It is in an array of one element, because each read copies the tables:
    /// this copies two references, instead of nine.
    private struct Bookkeeping: Sendable {
        /// The coming transitions of records. Most records have none.
        var scheduled: [RecordKey: [Transition]] = [:]
        /// The time of the first transition of each record.
        var agenda = Agenda<RecordKey>()
        /// The deployed configuration of each deployment. Deployments from fixtures have none.
        var deployed: [RecordKey: APIConfiguration] = [:]
        /// The number of records of each resource.
        var counts: [ResourceID: Int] = [:]
        /// The parents of the collections with an index key that is a path.
        var namedPaths: [NamedPath: SortedMap<Void>] = [:]
        /// The records that were changed since recording began; nil without recording, the usual case.
        var touched: Set<RecordKey>?
        /// The parent that the last write read, and its bytes, because the next write mostly has the same
        /// parent.
        var lastParent: (resource: ResourceID, body: [UInt8], values: MemberValues)?
    }

    /// A path in the records of one resource.
    private struct NamedPath: Hashable {
        let resource: ResourceID
        let path: String
    }

    package init() {}

    /// The coming transitions of records. Most records have none.
    package var scheduled: [RecordKey: [Transition]] { bookkeeping[0].scheduled }
    /// The deployed configuration of each deployment. Deployments from fixtures have none.
    package var deployed: [RecordKey: APIConfiguration] { bookkeeping[0].deployed }
    /// The number of records of each resource.
    package var counts: [ResourceID: Int] { bookkeeping[0].counts }

    /// Begins to record the names of changed records.
    mutating func beginRecording() {
        bookkeeping[0].touched = []
    }

    /// Ends recording. Returns the names of records that were written, removed or rescheduled.
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

    /// The values of `record`, a parent of a written record. `read` makes them, unless the last call had the
    /// same parent.
    mutating func parentValues(
        _ record: Record, of resource: ResourceID, _ read: (Record) -> MemberValues
    ) -> MemberValues {
        // Equal arrays at the same address are not compared byte by byte.
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

    /// The parents of collections of `resource` with records that have the index key `path`, ascending.
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

    /// Replaces a whole collection.
    package mutating func replaceAll(in collection: CollectionKey, with records: RecordCollection) {
        touchAll(in: collection)
        countAll(in: collection, isPresent: false)
        collections[collection] = records.count == 0 ? nil : records
        countAll(in: collection, isPresent: true)
        touchAll(in: collection)
    }

    /// Adds the records of a collection and their paths to the counts, or subtracts them.
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

    /// Sets the deployed configuration of a deployment; nil removes it.
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

    /// The time of the first transition; nil if there is none.
    package var firstDue: Duration? { bookkeeping[0].agenda.first?.due }

    /// A record with a transition that is due at `now`; nil if there is none.
    func firstRecord(dueAt now: Duration) -> RecordKey? {
        bookkeeping[0].agenda.first.flatMap { $0.due <= now ? $0.owner : nil }
    }

    /// Adds transitions of a record.
    package mutating func schedule(
        _ transition: Transition, for identifier: String, in collection: CollectionKey
    ) {
        let key = RecordKey(collection: collection, identifier: identifier)
        bookkeeping[0].scheduled[key, default: []].append(transition)
        let due = min(bookkeeping[0].agenda.due(of: key) ?? transition.due, transition.due)
        bookkeeping[0].agenda.set(due, for: key)
        touch(identifier, in: collection)
    }

    /// Removes the transitions of a record.
    package mutating func unschedule(_ identifier: String, in collection: CollectionKey) {
        if scheduled.isEmpty { return }
        let key = RecordKey(collection: collection, identifier: identifier)
        bookkeeping[0].scheduled[key] = nil
        bookkeeping[0].agenda.set(nil, for: key)
        touch(identifier, in: collection)
    }
}
