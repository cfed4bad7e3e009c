/// All records of all accounts and regions, behind one lock. A record keeps the body that a GET sends,
/// made when it was written: reading one is three dictionary look-ups and a reference. The lock is held
/// for those, and for a write from its first check to its last effect, so that a reader sees all of a
/// write or none; never while bytes are parsed or sent.

import Synchronization

/// One resource as it is stored.
package struct Record: Sendable {
    /// The answer to a GET, complete.
    package let body: [UInt8]
    /// What no sibling may share: a route's key, a stage's name.
    package let uniqueName: String?
    /// What a list shows, where that is not the body.
    package let listBody: [UInt8]?

    package init(body: [UInt8], uniqueName: String? = nil, listBody: [UInt8]? = nil) {
        self.body = body
        self.uniqueName = uniqueName
        self.listBody = listBody
    }
}

/// Names the records of one resource under one parent.
package struct CollectionKey: Hashable, Sendable {
    package let resource: ResourceID
    /// The identifiers of the parents, outermost first, joined by `/`; empty at the root.
    package let parent: String

    package init(resource: ResourceID, parent: String) {
        self.resource = resource
        self.parent = parent
    }

    /// A single parent, the common case, costs nothing.
    package static func parentPath(_ identifiers: ArraySlice<String>) -> String {
        switch identifiers.count {
        case 0: ""
        case 1: identifiers[identifiers.startIndex]
        default: identifiers.joined(separator: "/")
        }
    }
}

/// Names one record.
package struct RecordKey: Hashable, Sendable {
    package let collection: CollectionKey
    package let identifier: String
}

/// The records of one resource under one parent.
package struct RecordCollection: Sendable {
    package private(set) var records: [String: Record] = [:]
    private var identifiersByName: [String: String] = [:]

    package var count: Int { records.count }

    /// In the order of lists: ascending, as every recorded list is.
    package var sortedIdentifiers: [String] {
        records.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Who has `name`.
    package func identifier(named name: String) -> String? { identifiersByName[name] }

    package mutating func insert(_ record: Record, as identifier: String) {
        remove(identifier)
        records[identifier] = record
        if let name = record.uniqueName { identifiersByName[name] = identifier }
    }

    fileprivate mutating func remove(_ identifier: String) {
        guard let old = records.removeValue(forKey: identifier), let name = old.uniqueName else { return }
        identifiersByName[name] = nil
    }
}

/// The records of one scope.
package struct Tables: Sendable {
    package private(set) var collections: [CollectionKey: RecordCollection] = [:]
    /// What is to become of records by itself; of most, nothing.
    package private(set) var scheduled: [RecordKey: [Transition]] = [:]
    /// What each deployment deployed. None for deployments from fixtures.
    package private(set) var deployed: [RecordKey: APIConfiguration] = [:]

    package init() {}

    package func record(_ identifier: String, in collection: CollectionKey) -> Record? {
        collections[collection]?.records[identifier]
    }

    /// The collections of `resource`, of all parents.
    package func keys(of resource: ResourceID) -> [CollectionKey] {
        collections.keys.filter { $0.resource == resource }
    }

    package func collection(_ key: CollectionKey) -> RecordCollection {
        collections[key] ?? RecordCollection()
    }

    package mutating func insert(_ record: Record, as identifier: String, in collection: CollectionKey) {
        collections[collection, default: RecordCollection()].insert(record, as: identifier)
    }

    package mutating func remove(_ identifier: String, from collection: CollectionKey) {
        collections[collection]?.remove(identifier)
        if collections[collection]?.count == 0 { collections[collection] = nil }
        unschedule(identifier, in: collection)
        keep(nil, of: identifier, in: collection)
    }

    /// Puts a whole collection in the place of what is there.
    package mutating func replaceAll(in collection: CollectionKey, with records: RecordCollection) {
        collections[collection] = records.count == 0 ? nil : records
    }

    /// Keeps what a deployment deployed; nil forgets it.
    package mutating func keep(
        _ configuration: APIConfiguration?, of identifier: String, in collection: CollectionKey
    ) {
        if configuration == nil, deployed.isEmpty { return }
        deployed[RecordKey(collection: collection, identifier: identifier)] = configuration
    }

    /// Drops a whole collection.
    package mutating func removeAll(in collection: CollectionKey) {
        if !deployed.isEmpty {
            for identifier in self.collection(collection).records.keys {
                keep(nil, of: identifier, in: collection)
            }
        }
        collections[collection] = nil
        if !scheduled.isEmpty { scheduled = scheduled.filter { $0.key.collection != collection } }
    }

    /// Adds to what is to become of a record.
    package mutating func schedule(
        _ transition: Transition, for identifier: String, in collection: CollectionKey
    ) {
        let key = RecordKey(collection: collection, identifier: identifier)
        scheduled[key, default: []].append(transition)
    }

    /// Forgets what was to become of a record.
    package mutating func unschedule(_ identifier: String, in collection: CollectionKey) {
        if scheduled.isEmpty { return }
        scheduled[RecordKey(collection: collection, identifier: identifier)] = nil
    }
}

/// The records of every scope.
package typealias State = [Scope: Tables]

/// The state that operations share.
package final class Store: Sendable {
    /// What `reset` goes back to.
    private let seed: State
    private let state: Mutex<State>
    /// False when nothing is scheduled anywhere, so that most operations need not look.
    private let mayBeUnsettled = Atomic(false)

    package init(seed: State = [:]) {
        self.seed = seed
        state = Mutex(seed)
    }

    package func record(_ identifier: String, in collection: CollectionKey, of scope: Scope) -> Record? {
        state.withLock { $0[scope]?.record(identifier, in: collection) }
    }

    /// What `scope` holds now, to be walked without holding the lock.
    package func tables(of scope: Scope) -> Tables {
        state.withLock { $0[scope] ?? Tables() }
    }

    /// Performs a write as one: nobody sees the state while `body` runs.
    package func write<Result: Sendable>(
        in scope: Scope, _ body: (inout Tables) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        try state.withLock { state throws(ServiceError) in
            defer {
                if state[scope]?.scheduled.isEmpty == false {
                    mayBeUnsettled.store(true, ordering: .releasing)
                }
            }
            return try body(&state[scope, default: Tables()])
        }
    }

    /// Makes the transitions of `scope` that are due at `now`. Costs nothing when none are scheduled.
    package func settle(in scope: Scope, at now: Duration) {
        guard mayBeUnsettled.load(ordering: .acquiring) else { return }
        state.withLock { state in
            state[scope]?.settle(at: now)
            let isUnsettled = state.values.contains { !$0.scheduled.isEmpty }
            mayBeUnsettled.store(isUnsettled, ordering: .releasing)
        }
    }

    /// Back to the state that the store was made with.
    package func reset() {
        state.withLock { $0 = seed }
    }

    /// Back to the seed for `account` alone, in all its regions.
    package func reset(account: String) {
        state.withLock { state in
            for scope in state.keys where scope.account == account { state[scope] = nil }
            for (scope, tables) in seed where scope.account == account { state[scope] = tables }
        }
    }

    /// Where a record of this identifier is, by account and region.
    package func scopes(holding identifier: String, in collection: CollectionKey) -> [Scope] {
        let state = state.withLock { $0 }
        return state.filter { $0.value.record(identifier, in: collection) != nil }.keys
            .sorted { ($0.account, $0.region) < ($1.account, $1.region) }
    }

    /// How many records each resource has, over all scopes.
    package func recordCounts() -> [ResourceID: Int] {
        let state = state.withLock { $0 }
        return state.values.reduce(into: [:]) { counts, tables in
            for (key, records) in tables.collections { counts[key.resource, default: 0] += records.count }
        }
    }
}
