/// The number of open waits over all loops of a server, and its bound.

internal import Synchronization

/// The count that all loops of a server share.
package final class OpenWaits: Sendable {
    private let open = Atomic<Int>(0)
    private let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    package var count: Int { open.load(ordering: .relaxed) }

    /// Counts one more. Returns false, and counts none, at the limit.
    func add() -> Bool {
        if open.add(1, ordering: .relaxed).oldValue < limit { return true }
        open.subtract(1, ordering: .relaxed)
        return false
    }

    func remove() {
        let before = open.subtract(1, ordering: .relaxed).oldValue
        precondition(before > 0, "A wait is counted before it ends.")
    }
}
