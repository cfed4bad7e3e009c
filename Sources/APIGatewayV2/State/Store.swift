/// All records of all accounts and regions, behind one lock. A record keeps the body of a GET, made at its
/// write, so that a GET takes three dictionary look-ups and a reference. The lock is held for these, and for
/// a write from its first check to its last effect. A reader therefore sees all of a write or nothing. Bytes
/// are parsed and sent without the lock. A recorded store also collects the results of writes in their order,
/// until somebody takes them.

import Synchronization

/// The records of every scope.
package typealias State = [Scope: Tables]

/// The state that operations share.
package final class Store: Sendable {
    private struct Content {
        /// The state to which `reset` returns.
        var seed: Scopes
        var scopes: Scopes
        /// The changes that nobody has taken yet; empty unless the store is recorded.
        var changes: [StateChange] = []
    }

    private let content: Mutex<Content>
    private let isRecorded: Bool
    /// The second of the first transition of all scopes; the greatest number if there is none. Most
    /// operations need only this number.
    private let firstDueSecond: Atomic<Int64>
    private let limits: StoreLimits
    /// The number of changes so far.
    private let changesMade = Atomic<Int>(0)

    private let writeCount = Atomic<Int>(0)
    private let replacementCount = Atomic<Int>(0)

    /// Differs after each change, for readers that keep what they made of the state.
    package struct Version: Sendable, Equatable {
        /// Attempts count too.
        package let writes: Int
        /// Changes of all the state or of an account's, after which identifiers may name other resources.
        package let replacements: Int
    }

    /// To be read before the state that it belongs to.
    package var version: Version {
        Version(
            writes: writeCount.load(ordering: .acquiring),
            replacements: replacementCount.load(ordering: .acquiring))
    }

    /// `state` is the first state, if it is not the seed.
    package init(
        seed: State = [:], state: State? = nil, isRecorded: Bool = false,
        limits: StoreLimits = StoreLimits()
    ) {
        let seed = Scopes(seed)
        let scopes = state.map(Scopes.init) ?? seed
        self.isRecorded = isRecorded
        self.limits = limits
        firstDueSecond = Atomic(scopes.firstDueSecond)
        content = Mutex(Content(seed: seed, scopes: scopes))
    }

    package func record(_ identifier: String, in collection: CollectionKey, of scope: Scope) -> Record? {
        content.withLock { $0.scopes.state[scope]?.record(identifier, in: collection) }
    }

    /// Calls `body`, which must be short, under the lock. If a copy of the tables leaves `body`, the next
    /// write copies the parts that it changes.
    package func read<Result: Sendable>(
        in scope: Scope, _ body: (Tables) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        try content.withLock { content throws(ServiceError) in
            try body(content.scopes.state[scope] ?? Tables())
        }
    }

    /// The present tables of `scope`, to be used without the lock.
    package func tables(of scope: Scope) -> Tables {
        content.withLock { $0.scopes.state[scope] ?? Tables() }
    }

    /// The present state of all scopes, or of one account.
    package func state(account: String? = nil) -> State {
        content.withLock { content in
            account.map { content.scopes.state(of: $0) } ?? content.scopes.state
        }
    }

    /// Calls `body` under the lock, so that nobody sees the state during the write.
    package func write<Result: Sendable>(
        in scope: Scope, _ body: (inout Tables) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        try content.withLock { content throws(ServiceError) in
            defer {
                if isRecorded { gather(of: scope, in: &content) }
                writeCount.wrappingAdd(1, ordering: .releasing)
            }
            let scopeCount = content.scopes.state.count
            var rescheduling: Rescheduling?
            defer {
                if content.scopes.state.count > scopeCount { content.scopes.note(scope) }
                if let rescheduling { reschedule(rescheduling, of: scope, in: &content) }
            }
            return try perform(body, on: &content.scopes.state[scope, default: Tables()], &rescheduling)
        }
    }

    /// A change of the time of a scope's first transition; nil if there is none now.
    private struct Rescheduling {
        let firstDue: Duration?
    }

    /// Performs a write. It is a separate function, so that the scope is looked up once.
    private func perform<Result: Sendable>(
        _ body: (inout Tables) throws(ServiceError) -> Result, on tables: inout Tables,
        _ rescheduling: inout Rescheduling?
    ) throws(ServiceError) -> Result {
        if isRecorded { tables.beginRecording() }
        let firstDue = tables.firstDue
        defer {
            if tables.firstDue != firstDue { rescheduling = Rescheduling(firstDue: tables.firstDue) }
        }
        return try body(&tables)
    }

    private func reschedule(_ change: Rescheduling, of scope: Scope, in content: inout Content) {
        content.scopes.agenda.set(change.firstDue, for: scope)
        firstDueSecond.store(content.scopes.firstDueSecond, ordering: .releasing)
    }

    /// Makes the transitions of `scope` that are due at `now`. Without a due transition in any scope this is
    /// one comparison.
    package func makeTransitions(in scope: Scope, dueAt now: Duration, revising revise: Revision) {
        guard mayHaveTransitions(dueAt: now) else { return }
        content.withLock { makeTransitions(in: scope, dueAt: now, revising: revise, &$0) }
    }

    /// Makes the transitions of every scope that are due at `now`.
    package func makeAllTransitions(dueAt now: Duration, revising revise: Revision) {
        guard mayHaveTransitions(dueAt: now) else { return }
        content.withLock { content in
            while let first = content.scopes.agenda.first, first.due <= now {
                makeTransitions(in: first.owner, dueAt: now, revising: revise, &content)
            }
        }
    }

    private func mayHaveTransitions(dueAt now: Duration) -> Bool {
        let second = firstDueSecond.load(ordering: .acquiring)
        return second < .max && second <= now.components.seconds
    }

    private func makeTransitions(
        in scope: Scope, dueAt now: Duration, revising revise: Revision, _ content: inout Content
    ) {
        guard let due = content.scopes.agenda.due(of: scope), due <= now else { return }
        if isRecorded { content.scopes.state[scope]?.beginRecording() }
        content.scopes.state[scope]?.makeTransitions(dueAt: now, revising: revise)
        if isRecorded { gather(of: scope, in: &content) }
        let firstDue = content.scopes.state[scope]?.firstDue
        reschedule(Rescheduling(firstDue: firstDue), of: scope, in: &content)
        writeCount.wrappingAdd(1, ordering: .releasing)
    }

    /// Replaces the whole state, or that of one account. For an account, `state` may have no other's scopes.
    package func replace(with state: State, account: String? = nil) {
        guard let account else {
            let scopes = Scopes(state)
            // The former records are freed outside the lock.
            _ = content.withLock { replace(&$0, with: scopes) }
            return
        }
        precondition(
            state.keys.allSatisfy { $0.account == account }, "An account's state has no other's.")
        _ = content.withLock { replace(&$0, account, with: state) }
    }

    /// Whether the seed has a record of this key.
    package func isSeeded(_ key: RecordKey, in scope: Scope) -> Bool {
        content.withLock { $0.seed.state[scope]?.contains(key.identifier, in: key.collection) ?? false }
    }

    /// Returns to the seed, for all accounts or for one.
    package func reset(account: String? = nil) {
        // The former records are freed outside the lock.
        _ = content.withLock { content in
            guard let account else { return replace(&content, with: content.seed).state }
            return replace(&content, account, with: content.seed.state(of: account))
        }
    }

    /// Replaces the seed by `seed`, and the state by the result of `merge` for the present state and the
    /// former seed. Requests go on during `merge`, and wait only for the exchange of the two. A request that
    /// changes the state during `merge` makes it begin again, up to `mergesMax` times. The last one holds the
    /// lock. Returns the report of `merge`.
    package func reload<Report: Sendable>(
        seed: State, merge: (_ current: State, _ former: State) -> (State, Report)
    ) -> Report {
        let seed = Scopes(seed)
        for _ in 1..<limits.mergesMax {
            let before = content.withLock { ($0.scopes.state, $0.seed.state, version) }
            let (state, report) = merge(before.0, before.1)
            let scopes = Scopes(state)
            // The former records are freed outside the lock.
            let former = content.withLock { content -> [Scopes]? in
                guard version == before.2 else { return nil }
                return exchange(&content, seed: seed, scopes: scopes)
            }
            if former != nil { return report }
        }
        let (report, _) = content.withLock { content in
            let (state, report) = merge(content.scopes.state, content.seed.state)
            return (report, exchange(&content, seed: seed, scopes: Scopes(state)))
        }
        return report
    }

    /// Replaces seed and state. Returns the former ones.
    private func exchange(_ content: inout Content, seed: Scopes, scopes: Scopes) -> [Scopes] {
        let former = content.seed
        content.seed = seed
        return [former, replace(&content, with: scopes)]
    }

    /// Replaces the state of all scopes. Returns the former one.
    private func replace(_ content: inout Content, with scopes: Scopes) -> Scopes {
        let former = content.scopes
        content.scopes = scopes
        noteReplacement(account: nil, by: scopes.state, in: &content)
        return former
    }

    /// Replaces the state of an account. Returns the former one.
    private func replace(_ content: inout Content, _ account: String, with state: State) -> State {
        let former = content.scopes.state(of: account)
        content.scopes.replace(account, with: state)
        noteReplacement(account: account, by: state, in: &content)
        return former
    }

    private func noteReplacement(account: String?, by state: State, in content: inout Content) {
        firstDueSecond.store(content.scopes.firstDueSecond, ordering: .releasing)
        replacementCount.wrappingAdd(1, ordering: .releasing)
        guard isRecorded else { return }
        content.changes.append(.replaced(account: account, by: state))
        changesMade.wrappingAdd(1, ordering: .releasing)
    }

    /// The scopes that have the record, by account and region. None if there are more scopes than
    /// `scopesSearchedMax`.
    package func scopes(holding identifier: String, in collection: CollectionKey) -> [Scope] {
        let found = content.withLock { content -> [Scope] in
            guard content.scopes.state.count <= limits.scopesSearchedMax else { return [] }
            return content.scopes.state.filter { $0.value.record(identifier, in: collection) != nil }.map(
                \.key)
        }
        return found.sorted { ($0.account, $0.region) < ($1.account, $1.region) }
    }

    /// Whether there are so many scopes that `scopes` finds none.
    package var hasTooManyScopes: Bool {
        content.withLock { $0.scopes.state.count > limits.scopesSearchedMax }
    }

    /// The number of records of each resource, over all scopes or those of one account.
    package func recordCounts(account: String? = nil) -> [ResourceID: Int] {
        let counts = content.withLock { content in
            let state = account.map { content.scopes.state(of: $0) } ?? content.scopes.state
            return state.values.map(\.counts)
        }
        return counts.reduce(into: [:]) { sum, counts in sum.merge(counts) { $0 + $1 } }
    }
}

/// The functions for a copy of the state outside the process.
extension Store {
    /// The number of changes of a recorded store. It includes every change that a reader has seen.
    package var changeCount: Int { changesMade.load(ordering: .acquiring) }

    /// The changes since the last call in their order, and the number of all changes with them.
    package func takeChanges() -> (changes: [StateChange], count: Int) {
        content.withLock { content in
            defer { content.changes = [] }
            return (content.changes, changesMade.load(ordering: .relaxed))
        }
    }

    private func gather(of scope: Scope, in content: inout Content) {
        let keys = content.scopes.state[scope]?.endRecording() ?? []
        guard !keys.isEmpty, let tables = content.scopes.state[scope] else { return }
        for key in keys {
            content.changes.append(.wrote(key, in: scope, StoredRecord(key, in: tables)))
        }
        changesMade.wrappingAdd(keys.count, ordering: .releasing)
    }
}
