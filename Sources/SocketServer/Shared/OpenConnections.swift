/// The number of open connections over all loops of a server, and the identity of each. At the limit the loop
/// that accepts waits, until another loop announces that a connection has closed.

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

    /// Only the loop that accepts calls this, so that no other call can fill the last place after `isFull`.
    func add() {
        open.add(1, ordering: .sequentiallyConsistent)
    }

    func remove() {
        let (before, _) = open.subtract(1, ordering: .sequentiallyConsistent)
        precondition(before > 0, "A connection is counted before it closes.")
        if before == limit { mailbox.announceRoom() }
    }
}

/// The next identity, unique over all servers of the process.
private let nextConnectionID = Atomic<UInt64>(1)

extension ConnectionID {
    static func next() -> ConnectionID {
        ConnectionID(rawValue: nextConnectionID.add(1, ordering: .relaxed).oldValue)
    }

    /// The part of the identity that travels with readiness and with mail.
    var generation: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}
