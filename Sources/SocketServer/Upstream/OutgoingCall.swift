/// An answer that another server's answer leads to, as a value: the request to send, and the function that
/// makes of its outcome the answer to the client. It holds no thread, and no lock is held while it waits. A
/// call ends once: with its outcome, or with the client, whose going cancels it.

/// A call to another server, and the way on from it.
///
///     return .call(OutgoingCall(request) { result in
///         switch result {
///         case .success(let response): .reply(…)
///         case .failure(let failure): .reply(…)
///         }
///     })
package final class OutgoingCall: Sendable {
    package typealias Outcome = Result<OutgoingResponse, OutgoingFailure>

    package let request: OutgoingRequest
    private let then: @Sendable (Outcome) -> Answer
    /// Told once: of the reply when it is known, or nil when the client has gone. Nil if nobody listens.
    private let record: (@Sendable (Reply?) -> Void)?

    /// `then` gives the answer, which may be another call. `whenKnown` is told once: of the reply when it is
    /// known, or nil if the client goes before. Both are called on the thread of the connection's loop.
    package init(
        _ request: OutgoingRequest, whenKnown record: (@Sendable (Reply?) -> Void)? = nil,
        then: @escaping @Sendable (Outcome) -> Answer
    ) {
        self.request = request
        self.then = then
        self.record = record
    }

    /// The same call, of which `record` is told too.
    func recorded(_ record: @escaping @Sendable (Reply?) -> Void) -> OutgoingCall {
        guard let first = self.record else { return OutgoingCall(request, whenKnown: record, then: then) }
        return OutgoingCall(
            request,
            whenKnown: { reply in
                first(reply)
                record(reply)
            }, then: then)
    }

    /// The answer that the outcome leads to.
    func answer(to outcome: Outcome) -> Answer {
        let answer = then(outcome)
        return record.map(answer.recorded) ?? answer
    }

    /// Tells of a client that has gone.
    fileprivate func giveUp() { record?(nil) }
}

/// A call that a connection waits for.
struct OpenCall: Sendable {
    private let call: OutgoingCall
    private let id: CallID

    fileprivate init(_ call: OutgoingCall, _ id: CallID) {
        self.call = call
        self.id = id
    }

    /// Whether the outcome is there.
    func isOver(in turn: borrowing Turn) -> Bool { turn.upstream?.isOver(id) ?? true }

    /// Ends the wait with the outcome, or, if that is not there, because the server stops.
    func end(in turn: borrowing Turn) -> Answer {
        call.answer(to: turn.upstream?.take(id, at: turn.now) ?? .failure(.cancelled))
    }

    /// Ends the call because its client has gone.
    func cancel(in turn: borrowing Turn) {
        _ = turn.upstream?.take(id, at: turn.now)
        call.giveUp()
    }
}

extension OutgoingCall {
    /// The call as the connection holds it. `callsBefore` are those that the same request has led to already.
    func open(
        for recipient: Recipient, callsBefore: Int, in turn: borrowing Turn
    ) -> Result<OpenCall, OutgoingFailure> {
        let limits = turn.limits
        guard !turn.isDraining, let upstream = turn.upstream else { return .failure(.cancelled) }
        guard callsBefore < limits.callsPerRequestMax else {
            return .failure(.chainTooLong(max: limits.callsPerRequestMax))
        }
        do throws(OutgoingFailure) {
            return .success(OpenCall(self, try upstream.start(request, for: recipient, at: turn.now)))
        } catch {
            return .failure(error)
        }
    }
}
