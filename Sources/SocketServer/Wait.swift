/// An answer that is not known yet, as a value of some hundred bytes: its ticket, its time, and the
/// functions that go on. It holds no thread, and no lock is held while it waits. A wait ends once: by its
/// ticket, at its time on the emulated clock, or with its client.

/// A wait for a reply.
///
///     let ticket = Ticket()
///     queue.append(ticket)    // Somebody calls ticket.complete { .reply(…) }, on any thread.
///     return .wait(Wait(for: ticket, atMost: .seconds(20)) { _ in .reply(nothingCame) })
package struct Wait: Sendable {
    /// The reason why a wait ends without its ticket.
    package enum Failure: Sendable {
        /// The time is up, or the server stops.
        case timedOut
        /// The server has as many waits open as it may (`SocketLimits.waitsMax`).
        case refused
    }

    fileprivate let ticket: Ticket
    /// The longest wait, on the emulated clock. More than `SocketLimits.delayMax` is that.
    fileprivate let timeout: Duration
    fileprivate let otherwise: @Sendable (Failure) -> Answer
    /// Told once: of the reply when it is known, or nil when the client has gone. Nil if nobody listens.
    fileprivate var record: (@Sendable (Reply?) -> Void)?

    /// Waits for `ticket`, at most for so long on the emulated clock. Without the ticket, `otherwise` gives
    /// the answer. `whenKnown` is told once: of the reply when it is known, or nil if the client goes
    /// before, so that the handler forgets the ticket. All of it is called on the thread of the connection's
    /// loop.
    package init(
        for ticket: Ticket, atMost timeout: Duration,
        otherwise: @escaping @Sendable (Failure) -> Answer,
        whenKnown record: (@Sendable (Reply?) -> Void)? = nil
    ) {
        self.ticket = ticket
        self.timeout = timeout
        self.otherwise = otherwise
        self.record = record
    }

    /// The same wait, of which `record` is told too.
    func recorded(_ record: @escaping @Sendable (Reply?) -> Void) -> Wait {
        var wait = self
        if let first = self.record {
            wait.record = { reply in
                first(reply)
                record(reply)
            }
        } else {
            wait.record = record
        }
        return wait
    }
}

/// A wait that a connection holds, counted among those of its server.
struct OpenWait: Sendable {
    private let wait: Wait
    /// The time on the emulated clock at which the wait ends.
    let until: Duration

    fileprivate init(_ wait: Wait, until: Duration) {
        self.wait = wait
        self.until = until
    }

    /// Whether the ticket has ended the wait.
    var isCompleted: Bool { wait.ticket.isCompleted }

    /// Ends the wait by its ticket, or, if that has not come, because the time is up.
    func end(in turn: borrowing Turn) -> Answer {
        turn.openWaits.remove()
        return wait.answer(orElse: .timedOut)
    }

    /// Ends the wait because its client has gone.
    func cancel(in turn: borrowing Turn) {
        turn.openWaits.remove()
        _ = wait.ticket.close()
        wait.record?(nil)
    }
}

extension Wait {
    /// The wait as the connection holds it. Nil if the ticket has come already, the server stops, or it has
    /// no room for another wait. The caller then takes `answer` at once.
    func open(for recipient: Recipient, in turn: inout Turn) -> OpenWait? {
        guard !turn.isDraining, turn.openWaits.add() else { return nil }
        guard ticket.begin(turn.mailbox, recipient) else {
            turn.openWaits.remove()
            return nil
        }
        return OpenWait(self, until: turn.emulatedTime() + min(timeout, turn.limits.delayMax))
    }

    /// The answer of the ticket if it has come, else of the failure.
    func answer(orElse failure: Failure) -> Answer {
        let answer = ticket.close()?() ?? otherwise(failure)
        return record.map(answer.recorded) ?? answer
    }
}
