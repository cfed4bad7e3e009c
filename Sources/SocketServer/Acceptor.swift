/// The listener of a server, in the one loop that accepts, and the dealing of connections to all loops in
/// turn. Stops accepting at the connection limit until one closes, and for a moment when the system has no
/// descriptor left.

internal import Glibc
internal import HTTPWire

/// Why a server accepts no connections for a while.
package enum AcceptPause: Sendable, Equatable {
    /// So many are open, which is the limit.
    case connectionLimit(Int)
    /// The system is out of descriptors or memory, and says so.
    case shortage(SystemError)
}

/// Accepts connections and deals them.
struct Acceptor: ~Copyable {
    private let listener: Listener
    private let mailboxes: [Mailbox]
    private let openConnections: OpenConnections
    private let limits: SocketLimits
    private var isWatching = true
    private var next = 0

    init(
        listener: consuming Listener, mailboxes: [Mailbox], openConnections: OpenConnections,
        limits: SocketLimits
    ) {
        self.listener = listener
        self.mailboxes = mailboxes
        self.openConnections = openConnections
        self.limits = limits
    }

    var descriptor: Int32 { listener.descriptor }

    /// Starts to watch the listener.
    func register(with poller: borrowing Poller) throws(SystemError) {
        try poller.add(listener.descriptor, generation: 0, interest: .read)
    }

    /// Takes what waits, at most one turn's share, and deals it: `own` are for this loop, in order. Gives
    /// back why no more are accepted, if that is so.
    mutating func accept(
        watchedBy poller: borrowing Poller, own: inout [Int32]
    ) throws(SystemError) -> AcceptPause? {
        let pause = acceptShare(own: &own)
        let shallWatch = pause == nil
        if shallWatch != isWatching {
            try poller.change(listener.descriptor, generation: 0, interest: shallWatch ? .read : [])
            isWatching = shallWatch
        }
        return pause
    }

    private mutating func acceptShare(own: inout [Int32]) -> AcceptPause? {
        for _ in 0..<limits.acceptsPerTurnMax {
            guard !openConnections.isFull else { return .connectionLimit(limits.connectionsMax) }
            do throws(SystemError) {
                guard let socket = try listener.accept() else { return nil }
                openConnections.add()
                deal(socket.release(), own: &own)
            } catch {
                // The one who waited has gone already. All else is a shortage that passes, and trying again
                // at once would only spin.
                guard error.errno == ECONNABORTED else { return .shortage(error) }
            }
        }
        return nil
    }

    /// The loop that accepts is the first.
    private mutating func deal(_ descriptor: consuming FileDescriptor, own: inout [Int32]) {
        let turn = next
        next = (next + 1) % mailboxes.count
        if turn == 0 {
            own.append(descriptor.release())
        } else {
            // A loop that has ended takes no more: the server stops.
            if !mailboxes[turn].deliver(descriptor) { openConnections.remove() }
        }
    }
}
