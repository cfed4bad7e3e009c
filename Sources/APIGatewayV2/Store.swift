/// All records of all accounts and regions, behind one lock. A record keeps the body that a GET sends, made
/// when it was written: reading one is three dictionary look-ups and a reference. The lock is held for those,
/// never while bytes are made, parsed or sent.

import Synchronization

/// One resource as it is stored.
package struct Record: Sendable {
    /// The answer to a GET, complete.
    package let body: [UInt8]

    package init(body: [UInt8]) {
        self.body = body
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
}

/// The records of one scope.
package struct Tables: Sendable {
    package private(set) var collections: [CollectionKey: [String: Record]] = [:]

    package init() {}

    package func record(_ identifier: String, in collection: CollectionKey) -> Record? {
        collections[collection]?[identifier]
    }

    package mutating func insert(_ record: Record, as identifier: String, in collection: CollectionKey) {
        collections[collection, default: [:]][identifier] = record
    }
}

/// The records of every scope.
package typealias State = [Scope: Tables]

/// The state that operations share.
package final class Store: Sendable {
    /// What `reset` goes back to.
    private let seed: State
    private let state: Mutex<State>

    package init(seed: State = [:]) {
        self.seed = seed
        state = Mutex(seed)
    }

    package func record(_ identifier: String, in collection: CollectionKey, of scope: Scope) -> Record? {
        state.withLock { $0[scope]?.record(identifier, in: collection) }
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

    /// How many records each resource has, over all scopes.
    package func recordCounts() -> [ResourceID: Int] {
        let state = state.withLock { $0 }
        return state.values.reduce(into: [:]) { counts, tables in
            for (key, records) in tables.collections { counts[key.resource, default: 0] += records.count }
        }
    }
}
