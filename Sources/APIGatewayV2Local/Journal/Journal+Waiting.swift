/// Waits for entries of the journal, for a Swift test whose program acts on its own: calls, and messages of
/// WebSocket clients. The admin API has the same as `wait`.

internal import Dispatch

extension Journal {
    /// The entries that match `filter`, newest last, as soon as there are so many. The calling thread waits,
    /// by the machine's clock, so that an emulated clock that stands keeps nobody waiting. Throws
    /// `JournalError.tooFew` if they do not come in time.
    public func waitForEntries(
        _ filter: JournalFilter = JournalFilter(), count: Int = 1, atMost timeout: Duration = .seconds(20)
    ) throws(JournalError) -> [JournalEntry] {
        let arrived = DispatchSemaphore(value: 0)
        let (key, _) = try watch(filter) { arrived.signal() }
        defer { unwatch(key) }
        let end = DispatchTime.now() + .nanoseconds(Int(timeout / .nanoseconds(1)))
        while true {
            let found = try entries(filter)
            if found.count >= count { return found }
            // Each entry signals, so that a wait that has passed leaves none unseen.
            guard arrived.wait(timeout: end) == .success else {
                throw .tooFew(found: found.count, expected: count)
            }
        }
    }
}
