/// A connection as its loop keeps it. It has the readiness that the poller watches for. It also has the bytes
/// that count for the bound on all connections together.

/// One place of the loop's list.
final class LoopConnection {
    var connection: Connection<ServerStream>
    /// The readiness that the poller watches for.
    var interest: Poller.Interest
    /// The bytes that `OpenCalls` counts for the connection.
    private var countedBytes = 0

    init(_ connection: consuming Connection<ServerStream>) {
        interest = connection.watch.interest
        self.connection = connection
    }

    /// Counts the bytes that the connection holds now. Small numbers count as none, which costs nothing.
    func count(in turn: borrowing Turn) {
        let held = connection.heldBytes
        let counted = held > turn.limits.countedBytesMin ? held : 0
        guard counted != countedBytes else { return }
        turn.openCalls?.note(counted - countedBytes)
        countedBytes = counted
        turn.releaseReserve()
    }

    /// Counts again behind a write. A write makes bytes fewer, so that a connection without counted ones has
    /// none now.
    func recount(in turn: borrowing Turn) {
        if countedBytes != 0 { count(in: turn) }
    }

    /// Counts no more bytes, because the connection ends.
    func endCount(in turn: borrowing Turn) {
        guard countedBytes != 0 else { return }
        turn.openCalls?.note(-countedBytes)
        countedBytes = 0
    }
}
