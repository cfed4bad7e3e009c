/// All records of all accounts and regions, behind one lock. A record keeps the body that a GET sends,
/// made when it was written: reading one is three dictionary look-ups and a reference. The lock is held
/// for those, and for a write from its first check to its last effect, so that a reader sees all of a
/// write or none; never while bytes are parsed or sent. A store that is recorded also gathers what each write
/// has left, in the order of the writes, until somebody takes it.

import Synchronization

/// The records of every scope.
package typealias State = [Scope: Tables]

/// The state that operations share.
package final class Store: Sendable {
    private struct Content {
        var state: State
        /// What was written and not taken yet; empty unless the store is recorded.
        var changes: [StateChange] = []
    }

    /// What `reset` goes back to.
    private let seed: State
    private let content: Mutex<Content>
    private let isRecorded: Bool
    /// False when nothing is scheduled anywhere, so that most operations need not look.
    private let mayBeUnsettled: Atomic<Bool>
    /// How many changes there have been.
    private let changesMade = Atomic<Int>(0)

    /// `state` is what it holds at first, where that is not the seed.
    package init(seed: State = [:], state: State? = nil, isRecorded: Bool = false) {
        let state = state ?? seed
        self.seed = seed
        self.isRecorded = isRecorded
        content = Mutex(Content(state: state))
        mayBeUnsettled = Atomic(state.values.contains { !$0.scheduled.isEmpty })
    }

    package func record(_ identifier: String, in collection: CollectionKey, of scope: Scope) -> Record? {
        content.withLock { $0.state[scope]?.record(identifier, in: collection) }
    }

    /// Reads as one: no write happens while `body` runs, which must be short. A copy of the tables that
    /// leaves `body` makes the next write copy the parts that it changes.
    package func read<Result: Sendable>(
        in scope: Scope, _ body: (Tables) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        try content.withLock { content throws(ServiceError) in
            try body(content.state[scope] ?? Tables())
        }
    }

    /// What `scope` holds now, to be walked without holding the lock.
    package func tables(of scope: Scope) -> Tables {
        content.withLock { $0.state[scope] ?? Tables() }
    }

    /// What all scopes hold now, or those of one account.
    package func state(account: String? = nil) -> State {
        let state = content.withLock { $0.state }
        guard let account else { return state }
        return state.filter { $0.key.account == account }
    }

    /// Performs a write as one: nobody sees the state while `body` runs.
    package func write<Result: Sendable>(
        in scope: Scope, _ body: (inout Tables) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        try content.withLock { content throws(ServiceError) in
            defer { if isRecorded { gather(of: scope, in: &content) } }
            return try perform(body, on: &content.state[scope, default: Tables()])
        }
    }

    /// Apart, so that the scope is looked up once.
    private func perform<Result: Sendable>(
        _ body: (inout Tables) throws(ServiceError) -> Result, on tables: inout Tables
    ) throws(ServiceError) -> Result {
        if isRecorded { tables.beginRecording() }
        defer {
            if !tables.scheduled.isEmpty { mayBeUnsettled.store(true, ordering: .releasing) }
        }
        return try body(&tables)
    }

    /// Makes the transitions of `scope` that are due at `now`. Costs nothing when none are scheduled.
    package func settle(in scope: Scope, at now: Duration) {
        settle(at: now) { $0 == scope }
    }

    /// Makes the transitions of every scope that are due at `now`.
    package func settleAll(at now: Duration) {
        settle(at: now) { _ in true }
    }

    private func settle(at now: Duration, where isWanted: (Scope) -> Bool) {
        guard mayBeUnsettled.load(ordering: .acquiring) else { return }
        content.withLock { content in
            for scope in content.state.keys where isWanted(scope) {
                if isRecorded { content.state[scope]?.beginRecording() }
                content.state[scope]?.settle(at: now)
                if isRecorded { gather(of: scope, in: &content) }
            }
            let isUnsettled = content.state.values.contains { !$0.scheduled.isEmpty }
            mayBeUnsettled.store(isUnsettled, ordering: .releasing)
        }
    }

    /// Puts `state` in the place of all there is, or of what is one account's; then it must be that
    /// account's alone.
    package func replace(with state: State, account: String? = nil) {
        precondition(
            account == nil || state.keys.allSatisfy { $0.account == account },
            "An account's state has no other's.")
        content.withLock { content in
            let rest = content.state.filter { account != nil && $0.key.account != account }
            content.state = rest.merging(state) { _, new in new }
            let isUnsettled = content.state.values.contains { !$0.scheduled.isEmpty }
            mayBeUnsettled.store(isUnsettled, ordering: .releasing)
            guard isRecorded else { return }
            content.changes.append(.replaced(account: account, by: state))
            changesMade.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// Back to the state that the store was made with.
    package func reset() {
        replace(with: seed)
    }

    /// Back to the seed for `account` alone, in all its regions.
    package func reset(account: String) {
        replace(with: seed.filter { $0.key.account == account }, account: account)
    }

    /// Where a record of this identifier is, by account and region.
    package func scopes(holding identifier: String, in collection: CollectionKey) -> [Scope] {
        content.withLock { content in
            content.state.filter { $0.value.record(identifier, in: collection) != nil }.keys.map { $0 }
        }
        .sorted { ($0.account, $0.region) < ($1.account, $1.region) }
    }

    /// How many records each resource has, over all scopes or those of one account.
    package func recordCounts(account: String? = nil) -> [ResourceID: Int] {
        content.withLock { content in
            content.state.reduce(into: [:]) { counts, entry in
                guard account == nil || entry.key.account == account else { return }
                counts.merge(entry.value.counts) { $0 + $1 }
            }
        }
    }
}

/// What whoever keeps the state elsewhere asks for.
extension Store {
    /// How many changes a recorded store has seen: one that a reader saw is counted.
    package var changeCount: Int { changesMade.load(ordering: .acquiring) }

    /// The changes since this was asked last, in their order, and how many there have been with them.
    package func takeChanges() -> (changes: [StateChange], count: Int) {
        content.withLock { content in
            defer { content.changes = [] }
            return (content.changes, changesMade.load(ordering: .relaxed))
        }
    }

    private func gather(of scope: Scope, in content: inout Content) {
        let keys = content.state[scope]?.endRecording() ?? []
        guard !keys.isEmpty, let tables = content.state[scope] else { return }
        for key in keys {
            content.changes.append(.wrote(key, in: scope, StoredRecord(key, in: tables)))
        }
        changesMade.wrappingAdd(keys.count, ordering: .releasing)
    }
}
