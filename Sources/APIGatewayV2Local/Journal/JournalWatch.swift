/// The readers of a journal that wait for an entry. The thread that appends an entry calls the readers whose
/// filter it matches. Without a reader this costs one look at a counter.

internal import Synchronization

/// The waiting readers, each with its filter.
final class JournalWatch: Sendable {
    private struct Reader: Sendable {
        let filter: CompiledJournalFilter
        let found: @Sendable () -> Void
    }

    private struct State: Sendable {
        var readers: [Int: Reader] = [:]
        var lastKey = 0
    }

    private let state = Mutex(State())
    private let count = Atomic<Int>(0)

    /// Calls `found` for each entry that matches `filter`, on the thread that appends it, until the returned
    /// key is removed.
    func add(_ filter: CompiledJournalFilter, found: @escaping @Sendable () -> Void) -> Int {
        count.add(1, ordering: .relaxed)
        return state.withLock { state in
            state.lastKey += 1
            state.readers[state.lastKey] = Reader(filter: filter, found: found)
            return state.lastKey
        }
    }

    func remove(_ key: Int) {
        let removed = state.withLock { $0.readers.removeValue(forKey: key) }
        if removed != nil { count.subtract(1, ordering: .relaxed) }
    }

    /// Calls the readers of an entry that the ring has taken. A reader that is added before it looks at the
    /// ring misses no entry, because both take the ring's lock.
    func tell(of numbered: JournalRing.NumberedRecord) {
        guard count.load(ordering: .relaxed) > 0 else { return }
        let readers = state.withLock { $0.readers }
        for reader in readers.values where reader.filter.holds(numbered) { reader.found() }
    }
}
