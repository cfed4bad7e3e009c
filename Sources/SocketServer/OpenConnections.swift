/// The number of connections that are open over all loops of a server, and the identity of each. At the limit
/// the loop that accepts waits. The loop whose closed connection makes room tells it.

internal import HTTPWire
internal import Synchronization

/// The count that all loops of a server share.
package final class OpenConnections: Sendable {
    private let open = Atomic<Int>(0)
    private let limit: Int
    /// The mailbox of the loop that accepts.
    private let mailbox: Mailbox

    package init(limit: Int, mailbox: Mailbox) {
        self.limit = limit
        self.mailbox = mailbox
    }

    package var count: Int { open.load(ordering: .relaxed) }

    package var isFull: Bool { open.load(ordering: .sequentiallyConsistent) >= limit }

    /// Only the loop that accepts calls this, so that no other fills the place between `isFull` and this
    /// call.
    func add() {
        open.add(1, ordering: .sequentiallyConsistent)
    }

    func remove() {
        let (before, _) = open.subtract(1, ordering: .sequentiallyConsistent)
        precondition(before > 0, "A connection is counted before it closes.")
        if before == limit { mailbox.announceRoom() }
    }
}

/// Counts on over all servers of the process.
private let nextConnectionID = Atomic<UInt64>(1)

extension ConnectionID {
    static func next() -> ConnectionID {
        ConnectionID(rawValue: nextConnectionID.add(1, ordering: .relaxed).oldValue)
    }

    /// The part of the identity that travels with readiness and with mail.
    var generation: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}
