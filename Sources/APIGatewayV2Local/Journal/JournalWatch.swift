/// The readers of a journal that wait for an entry which is not there yet. Whoever appends an entry tells the
/// readers that it concerns. Without a reader that costs one look at a counter.

internal import Synchronization

/// The readers that wait, each with its filter.
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

    /// Calls `found` for each entry that `filter` is about, on the thread that appends it, until the key that
    /// this returns is removed.
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

    /// Tells the readers of an entry that the ring has taken. A reader that was added before it looked at the
    /// ring misses none: the ring's lock lies between the two.
    func tell(of slot: JournalRing.Slot) {
        guard count.load(ordering: .relaxed) > 0 else { return }
        let readers = state.withLock { $0.readers }
        for reader in readers.values where reader.filter.holds(slot) { reader.found() }
    }
}
