/// The listener of a server. One loop has it, and deals the accepted connections to all loops in turn.
/// Accepting pauses at the connection limit until a connection closes, and for a moment when the system has
/// no descriptor left.

internal import Glibc
internal import HTTPWire

/// The reason why a server accepts no connections for a while.
package enum AcceptPause: Sendable, Equatable {
    /// The number of open connections has reached this limit.
    case connectionLimit(Int)
    /// accept(2) failed because the system is out of descriptors or memory.
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

    /// Accepts the connections that wait, at most `acceptsPerTurnMax`, and deals them. Appends the
    /// connections of this loop to `own`. Returns the reason if accepting pauses, else nil.
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
                // With ECONNABORTED the client has gone again, and the next one is accepted. Any other error
                // is a shortage that passes. A new attempt at once would fail like the first.
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
            // A loop takes no connection after its end, which comes when the server stops.
            if !mailboxes[turn].deliver(descriptor) { openConnections.remove() }
        }
    }
}
