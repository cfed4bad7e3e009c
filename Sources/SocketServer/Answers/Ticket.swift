/// The end of a wait, for another thread. Its holder may end the wait at any time, also before the loop has
/// begun it. A ticket ends one wait, once.

internal import Synchronization

/// Ends a wait from any thread.
package final class Ticket: Sendable {
    /// The state of the wait.
    ///
    ///     issued ──► begun ──┬──► completed ──► over
    ///        │               └─── its time, or the client's end ──► over
    ///        └──► completed ──► over
    private enum State {
        /// The loop has not begun the wait.
        case issued
        /// The loop waits. Mail for this connection makes the loop go on.
        case begun(Mailbox, Recipient)
        /// The answer is known, and the loop has not taken it.
        case completed(@Sendable () -> Answer)
        case over
    }

    private let state = Mutex(State.issued)

    package init() {}

    /// Ends the wait. The loop of the connection calls `answer`, on its own thread. Returns false, and
    /// changes nothing, if the wait has ended: by an earlier call, at its time, or with the client.
    @discardableResult
    package func complete(_ answer: @escaping @Sendable () -> Answer) -> Bool {
        let (isFirst, waiting) = state.withLock { state -> (Bool, (Mailbox, Recipient)?) in
            switch state {
            case .issued:
                state = .completed(answer)
                return (true, nil)
            case .begun(let mailbox, let recipient):
                state = .completed(answer)
                return (true, (mailbox, recipient))
            case .completed, .over:
                return (false, nil)
            }
        }
        if let (mailbox, recipient) = waiting { mailbox.announceEndOfWait(to: recipient) }
        return isFirst
    }

    /// Whether the answer is known.
    var isCompleted: Bool {
        state.withLock { state in
            if case .completed = state { true } else { false }
        }
    }

    /// Begins the wait. Returns false if the answer is known already, or the wait is over.
    func begin(_ mailbox: Mailbox, _ recipient: Recipient) -> Bool {
        state.withLock { state in
            guard case .issued = state else { return false }
            state = .begun(mailbox, recipient)
            return true
        }
    }

    /// Ends the wait for good. Returns the answer if it is known.
    func close() -> (@Sendable () -> Answer)? {
        let last = state.withLock { state in
            let last = state
            state = .over
            return last
        }
        return if case .completed(let answer) = last { answer } else { nil }
    }
}
