/// The readers of a journal that wait for an entry. The thread that appends an entry calls the readers whose
/// filter it matches. Without a reader this costs one look at a counter. Readers with the same filter cost
/// one check together, and those of another account none.

internal import APIGatewayV2
internal import Synchronization

/// The waiting readers, each with its filter.
final class JournalWatch: Sendable {
    fileprivate struct Reader: Sendable {
        /// The number of an entry. Only later entries count.
        let after: Int
        let found: @Sendable () -> Void
    }

    /// The readers that have the same filter, apart from the number.
    fileprivate struct Group: Sendable {
        let filter: JournalFilter
        let compiled: CompiledJournalFilter
        var readers: [Int: Reader] = [:]
    }

    fileprivate struct State: Sendable {
        var groups: [Int: Group] = [:]
        /// The groups by their filters.
        var numbers: [JournalFilter: Int] = [:]
        /// The groups by the account that their filter names; nil for any account.
        var ofAccounts: [String?: Set<Int>] = [:]
        /// The groups of the readers.
        var ofReaders: [Int: Int] = [:]
        /// The key of the newest reader, and the number of the newest group.
        var lastKey = 0
    }

    private let state = Mutex(State())
    private let count = Atomic<Int>(0)
    private let lookup: OperationLookup

    init(lookup: @escaping OperationLookup) {
        self.lookup = lookup
    }

    /// Calls `found` for each entry that matches `filter`, on the thread that appends it, until the returned
    /// key is removed. `filter` must have been checked.
    func add(_ filter: JournalFilter, found: @escaping @Sendable () -> Void) -> Int {
        count.add(1, ordering: .relaxed)
        var shared = filter
        (shared.after, shared.limit) = (nil, nil)
        let reader = Reader(after: filter.after ?? 0, found: found)
        return state.withLock { state in
            state.lastKey += 1
            let key = state.lastKey
            let number = state.numbers[shared] ?? key
            state.groups[
                number,
                default: Group(filter: shared, compiled: CompiledJournalFilter(shared, lookup: lookup))
            ].readers[key] = reader
            state.numbers[shared] = number
            state.ofAccounts[shared.match.account, default: []].insert(number)
            state.ofReaders[key] = number
            return key
        }
    }

    func remove(_ key: Int) {
        // The reader is freed outside the lock, because it holds what its creator gave it.
        let removed = state.withLock { $0.remove(key) }
        if removed != nil { count.subtract(1, ordering: .relaxed) }
    }

    /// Whether a reader waits.
    var hasReaders: Bool { count.load(ordering: .relaxed) > 0 }

    /// Calls the readers of an entry that the ring has taken. A reader that is added before it looks at the
    /// ring misses no entry, because both take the ring's lock.
    func tell(of numbered: JournalRing.NumberedRecord) {
        guard hasReaders else { return }
        let groups = state.withLock { $0.groups(of: numbered.record.scope.account) }
        var entry = FilteredEntry(numbered, lookup)
        for group in groups where group.compiled.holds(&entry) {
            for reader in group.readers.values where reader.after < numbered.number { reader.found() }
        }
    }
}

extension JournalWatch.State {
    /// The groups whose filter names the account or none.
    fileprivate func groups(of account: String) -> [JournalWatch.Group] {
        let numbers = [ofAccounts[account], ofAccounts[nil]].compactMap { $0 }
        return numbers.flatMap { $0.compactMap { groups[$0] } }
    }

    /// Takes a reader out, and its group with the last one.
    fileprivate mutating func remove(_ key: Int) -> JournalWatch.Reader? {
        guard let number = ofReaders.removeValue(forKey: key),
            let reader = groups[number]?.readers.removeValue(forKey: key)
        else { return nil }
        if groups[number]?.readers.isEmpty == true, let group = groups.removeValue(forKey: number) {
            numbers[group.filter] = nil
            let account = group.filter.match.account
            ofAccounts[account]?.remove(number)
            if ofAccounts[account]?.isEmpty == true { ofAccounts[account] = nil }
        }
        return reader
    }
}
