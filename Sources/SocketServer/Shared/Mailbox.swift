/// The one object of a loop that other threads may touch. They leave new connections, orders and ends of
/// waits in it; the loop collects them at the start of its next turn. The limits of connections and of waits
/// bound the mail, because several orders of one kind are one order. Mail wakes a loop that waits, and costs
/// no system call while the loop is in a turn: the loop looks before it waits.

internal import Synchronization

/// The address of mail: the descriptor of a connection, and the generation that tells it from earlier ones.
package struct Recipient: Sendable, Equatable {
    let descriptor: Int32
    let generation: UInt32
}

/// Orders, connections and ends of waits on their way to a loop.
package final class Mailbox: Sendable {
    /// The mail that a loop finds.
    package struct Mail: Sendable {
        /// Descriptors of accepted connections. The collector of the mail must take them over.
        package fileprivate(set) var connections: [Int32] = []
        /// Connections with a reply that has become known, once for each wait.
        package fileprivate(set) var endedWaits: [Recipient] = []
        /// Whether the loop stops accepting, finishes exchanges under way, and ends.
        package fileprivate(set) var isStopping = false
        /// Whether a connection closed while the number of them was at its limit.
        package fileprivate(set) var hasRoomForConnections = false
        /// Whether the loop looks at the clock again.
        package fileprivate(set) var hasClockMoved = false
    }

    /// Not an enum, because mail that is taken out of one to be changed is copied.
    private struct State {
        var mail = Mail()
        /// The loop has ended and collects no more.
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Whether there is mail. Changed under the lock, and read without it.
    private let isFilled = Atomic(false)
    /// Whether the loop waits, or is about to. Mail then wakes it.
    private let isLoopWaiting = Atomic(true)
    private let wakeUp: WakeUp

    package init() throws(SystemError) {
        wakeUp = try WakeUp()
    }

    deinit {
        for descriptor in close() { _ = FileDescriptor(adopting: descriptor) }
    }

    /// Registers the wake-up with the loop's own poller.
    package func register(with poller: borrowing Poller) throws(SystemError) {
        try poller.add(wakeUp)
    }

    package var descriptor: Int32 { wakeUp.descriptor }

    /// Hands a connection over to the loop. If the loop has ended, closes the connection and returns false.
    package func deliver(_ connection: consuming FileDescriptor) -> Bool {
        let descriptor = connection.release()
        if leave({ $0.connections.append(descriptor) }) { return true }
        _ = FileDescriptor(adopting: descriptor)
        return false
    }

    package func stop() {
        _ = leave { $0.isStopping = true }
    }

    /// Makes the connection go on with a reply that has become known.
    func announceEndOfWait(to recipient: Recipient) {
        _ = leave { $0.endedWaits.append(recipient) }
    }

    /// Tells the loop that accepts that there is room for another connection.
    package func announceRoom() {
        _ = leave { $0.hasRoomForConnections = true }
    }

    /// Makes the loop look at the clock, in this turn or in a new one.
    package func wake() {
        _ = leave { $0.hasClockMoved = true }
    }

    /// Whether there is mail to collect.
    package var hasMail: Bool { isFilled.load(ordering: .sequentiallyConsistent) }

    /// Calls `wait` with the longest time that the loop may wait: with `timeout`, or with zero if there is
    /// mail. Mail that comes meanwhile ends the wait.
    package func waiting<Result, Failure>(
        _ timeout: Duration?, _ wait: (Duration?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // A sender looks here after its mail is there, so that one of both sees the other.
        isLoopWaiting.store(true, ordering: .sequentiallyConsistent)
        defer { isLoopWaiting.store(false, ordering: .relaxed) }
        return try wait(hasMail ? .zero : timeout)
    }

    /// Takes everything out.
    package func collect() -> Mail {
        state.withLock { state in
            isFilled.store(false, ordering: .sequentiallyConsistent)
            defer { state.mail = Mail() }
            return state.mail
        }
    }

    /// Closes the mailbox. Returns the connections that the loop has not collected, which the caller must
    /// take over.
    package func close() -> [Int32] {
        state.withLock { state in
            defer { state = State(isClosed: true) }
            return state.mail.connections
        }
    }

    /// Changes the mail, and wakes the loop if it waits and nobody has woken it. Returns false if the mailbox
    /// is closed.
    private func leave(_ change: (inout Mail) -> Void) -> Bool {
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            change(&state.mail)
            isFilled.store(true, ordering: .sequentiallyConsistent)
            return true
        }
        guard isOpen else { return false }
        if isLoopWaiting.exchange(false, ordering: .sequentiallyConsistent) { wakeUp.signal() }
        return true
    }
}
