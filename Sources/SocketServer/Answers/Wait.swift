/// A wait for an answer, as a value of some hundred bytes: its ticket, its time, and the functions that go
/// on. It holds no thread and no lock. A wait ends once: by its ticket, at its time on the emulated clock, or
/// with its client.

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
        /// The server has reached its limit of open waits (`SocketLimits.waitsMax`).
        case refused
        /// The wait has outlasted the stop of the server for as long as it may.
        case stopped
    }

    fileprivate let ticket: Ticket
    /// The longest wait on the emulated clock, at most `SocketLimits.delayMax`.
    fileprivate let timeout: Duration
    /// Whether the wait goes on while the server stops, until its drain time is over. Other waits end at
    /// once.
    fileprivate let outlastsStop: Bool
    fileprivate let otherwise: @Sendable (Failure) -> Answer
    /// Called once: with the reply when it is known, or with nil if the client goes before. Nil if nobody
    /// listens.
    fileprivate var record: (@Sendable (Reply?) -> Void)?
    /// Changes the reply before anybody hears of it; nil for none.
    fileprivate var revise: (@Sendable (Reply) -> Reply)?

    /// Waits for `ticket`, at most for `timeout` on the emulated clock. If the ticket does not come,
    /// `otherwise` gives the answer. With `outlastsStop` the wait does not end when the server begins to
    /// stop. `whenKnown` is called once: with the reply, or with nil if the client goes before, so that
    /// the handler forgets the ticket. The loop of the connection calls all of them on its thread.
    package init(
        for ticket: Ticket, atMost timeout: Duration, outlastsStop: Bool = false,
        otherwise: @escaping @Sendable (Failure) -> Answer,
        whenKnown record: (@Sendable (Reply?) -> Void)? = nil
    ) {
        self.ticket = ticket
        self.timeout = timeout
        self.outlastsStop = outlastsStop
        self.otherwise = otherwise
        self.record = record
    }

    /// The same wait, whose reply `revise` changes before its listeners hear of it.
    func revised(_ revise: @escaping @Sendable (Reply) -> Reply) -> Wait {
        var wait = self
        wait.revise = revise
        return wait
    }

    /// The same wait, with `record` as one more listener.
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

/// An open wait of a connection. The server counts it.
struct OpenWait: Sendable {
    private let wait: Wait
    /// The time on the emulated clock at which the wait ends.
    let until: Duration

    fileprivate init(_ wait: Wait, until: Duration) {
        self.wait = wait
        self.until = until
    }

    /// Whether the wait goes on while the server stops.
    var outlastsStop: Bool { wait.outlastsStop }

    /// Whether the ticket has ended the wait.
    var isCompleted: Bool { wait.ticket.isCompleted }

    /// Ends the wait: by its ticket if that has come, else because the time is up.
    func end(in turn: borrowing Turn) -> Answer {
        turn.openWaits.remove()
        return wait.answer(orElse: turn.isDrainOver ? .stopped : .timedOut)
    }

    /// Ends the wait because its client has gone.
    func cancel(in turn: borrowing Turn) {
        turn.openWaits.remove()
        _ = wait.ticket.close()
        wait.record?(nil)
    }
}

extension Wait {
    /// The wait for the connection to hold. Nil if the ticket has come already, the server stops, or the
    /// limit of open waits is reached. The caller then takes `answer` at once.
    func open(for recipient: Recipient, in turn: inout Turn) -> OpenWait? {
        // The time is read before the wait counts, so that a counted wait does not end later than its time.
        let until = turn.emulatedTime() + min(timeout, turn.limits.delayMax)
        guard turn.mayHold(outlastsStop), turn.openWaits.add() else { return nil }
        guard ticket.begin(turn.mailbox, recipient) else {
            turn.openWaits.remove()
            return nil
        }
        return OpenWait(self, until: until)
    }

    /// The ticket's answer if it has come, else the answer to the failure.
    func answer(orElse failure: Failure) -> Answer {
        let known = ticket.close()?() ?? otherwise(failure)
        let answer = revise.map(known.revised) ?? known
        return record.map(answer.recorded) ?? answer
    }
}
