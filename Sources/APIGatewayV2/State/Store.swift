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
        /// The resources that `reset` goes back to.
        var seed: Scopes
        var scopes: Scopes
        /// What was written and not taken yet; empty unless the store is recorded.
        var changes: [StateChange] = []
    }

    private let content: Mutex<Content>
    private let isRecorded: Bool
    /// The second in which the first transition of all is due, so that most operations need not look; the
    /// greatest number when none is scheduled.
    private let firstDueSecond: Atomic<Int64>
    /// How many scopes are searched for a resource that is not where it was asked for. All other requests
    /// wait meanwhile.
    package static let scopesSearchedMax = 1000
    /// How many changes there have been.
    private let changesMade = Atomic<Int>(0)

    /// `state` is what it holds at first, where that is not the seed.
    package init(seed: State = [:], state: State? = nil, isRecorded: Bool = false) {
        let seed = Scopes(seed)
        let scopes = state.map(Scopes.init) ?? seed
        self.isRecorded = isRecorded
        firstDueSecond = Atomic(scopes.firstDueSecond)
        content = Mutex(Content(seed: seed, scopes: scopes))
    }

    package func record(_ identifier: String, in collection: CollectionKey, of scope: Scope) -> Record? {
        content.withLock { $0.scopes.state[scope]?.record(identifier, in: collection) }
    }

    /// Reads as one: no write happens while `body` runs, which must be short. A copy of the tables that
    /// leaves `body` makes the next write copy the parts that it changes.
    package func read<Result: Sendable>(
        in scope: Scope, _ body: (Tables) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        try content.withLock { content throws(ServiceError) in
            try body(content.scopes.state[scope] ?? Tables())
        }
    }

    /// What `scope` holds now, to be walked without holding the lock.
    package func tables(of scope: Scope) -> Tables {
        content.withLock { $0.scopes.state[scope] ?? Tables() }
    }

    /// What all scopes hold now, or those of one account.
    package func state(account: String? = nil) -> State {
        content.withLock { content in
            account.map { content.scopes.state(of: $0) } ?? content.scopes.state
        }
    }

    /// Performs a write as one: nobody sees the state while `body` runs.
    package func write<Result: Sendable>(
        in scope: Scope, _ body: (inout Tables) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        try content.withLock { content throws(ServiceError) in
            defer { if isRecorded { gather(of: scope, in: &content) } }
            let scopeCount = content.scopes.state.count
            var rescheduling: Rescheduling?
            defer {
                if content.scopes.state.count > scopeCount { content.scopes.note(scope) }
                if let rescheduling { reschedule(rescheduling, of: scope, in: &content) }
            }
            return try perform(body, on: &content.scopes.state[scope, default: Tables()], &rescheduling)
        }
    }

    /// A change of the time at which the first transition of a scope is due; nil when none is scheduled now.
    private struct Rescheduling {
        let firstDue: Duration?
    }

    /// Apart, so that the scope is looked up once.
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

    /// Makes the transitions of `scope` that are due at `now`. Costs nothing while none is due anywhere.
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
    }

    /// Puts `state` in the place of all there is, or of what is one account's; then it must be that
    /// account's alone.
    package func replace(with state: State, account: String? = nil) {
        precondition(
            account == nil || state.keys.allSatisfy { $0.account == account },
            "An account's state has no other's.")
        content.withLock { replace(&$0, with: state, account: account) }
    }

    /// Back to the seed, or for one account alone, in all its regions.
    package func reset(account: String? = nil) {
        content.withLock { content in
            let seed = account.map { content.seed.state(of: $0) } ?? content.seed.state
            replace(&content, with: seed, account: account)
        }
    }

    /// Makes `seed` what `reset` goes back to, and what `merge` makes of the state so far and of the seed so
    /// far the state. Requests wait for that. Returns what `merge` has to tell of it.
    package func reload<Report: Sendable>(
        seed: State, merge: (_ current: State, _ former: State) -> (State, Report)
    ) -> Report {
        content.withLock { content in
            let (state, report) = merge(content.scopes.state, content.seed.state)
            content.seed = Scopes(seed)
            replace(&content, with: state, account: nil)
            return report
        }
    }

    private func replace(_ content: inout Content, with state: State, account: String?) {
        if let account {
            content.scopes.replace(account, with: state)
        } else {
            content.scopes = Scopes(state)
        }
        firstDueSecond.store(content.scopes.firstDueSecond, ordering: .releasing)
        guard isRecorded else { return }
        content.changes.append(.replaced(account: account, by: state))
        changesMade.wrappingAdd(1, ordering: .releasing)
    }

    /// Where a record of this identifier is, by account and region. Nothing is looked for in more scopes than
    /// `scopesSearchedMax`.
    package func scopes(holding identifier: String, in collection: CollectionKey) -> [Scope] {
        let found = content.withLock { content -> [Scope] in
            guard content.scopes.state.count <= Self.scopesSearchedMax else { return [] }
            return content.scopes.state.filter { $0.value.record(identifier, in: collection) != nil }.map(
                \.key)
        }
        return found.sorted { ($0.account, $0.region) < ($1.account, $1.region) }
    }

    /// How many records each resource has, over all scopes or those of one account.
    package func recordCounts(account: String? = nil) -> [ResourceID: Int] {
        let counts = content.withLock { content in
            let state = account.map { content.scopes.state(of: $0) } ?? content.scopes.state
            return state.values.map(\.counts)
        }
        return counts.reduce(into: [:]) { sum, counts in sum.merge(counts) { $0 + $1 } }
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
        let keys = content.scopes.state[scope]?.endRecording() ?? []
        guard !keys.isEmpty, let tables = content.scopes.state[scope] else { return }
        for key in keys {
            content.changes.append(.wrote(key, in: scope, StoredRecord(key, in: tables)))
        }
        changesMade.wrappingAdd(keys.count, ordering: .releasing)
    }
}
