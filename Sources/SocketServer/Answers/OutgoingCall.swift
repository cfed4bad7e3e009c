/// An answer that depends on another server's, as a value: the request to send, and the function from its
/// outcome to the answer. It holds no thread and no lock while it waits. A call ends once: with its outcome,
/// or by the end of its client.

/// A call to another server, and the function that goes on with its outcome.
///
///     return .call(OutgoingCall(request) { result in
///         switch result {
///         case .success(let response): .reply(…)
///         case .failure(let failure): .reply(…)
///         }
///     })
package final class OutgoingCall: Sendable {
    package typealias Outcome = OutgoingOutcome

    package let request: OutgoingRequest
    private let then: @Sendable (Outcome) -> Answer
    /// Called once: with the reply when it is known, or with nil if the client goes before. Nil if nobody
    /// listens.
    private let record: (@Sendable (Reply?) -> Void)?

    /// `then` gives the answer, which may be another call. `whenKnown` is called once: with the reply when it
    /// is known, or with nil if the client goes before. The loop of the connection calls both on its thread.
    package init(
        _ request: OutgoingRequest, whenKnown record: (@Sendable (Reply?) -> Void)? = nil,
        then: @escaping @Sendable (Outcome) -> Answer
    ) {
        self.request = request
        self.then = then
        self.record = record
    }

    /// The same call, with `record` as one more listener.
    func recorded(_ record: @escaping @Sendable (Reply?) -> Void) -> OutgoingCall {
        guard let first = self.record else { return OutgoingCall(request, whenKnown: record, then: then) }
        return OutgoingCall(
            request,
            whenKnown: { reply in
                first(reply)
                record(reply)
            }, then: then)
    }

    /// The answer for the outcome.
    func answer(to outcome: Outcome) -> Answer {
        let answer = then(outcome)
        return record.map(answer.recorded) ?? answer
    }

    /// Reports that the client has gone.
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

    /// Whether the call goes on while the server stops.
    var outlastsStop: Bool { call.request.outlastsStop }

    /// Whether the outcome is known.
    func isOver(in turn: borrowing Turn) -> Bool { turn.upstream?.isOver(id) ?? true }

    /// Ends the wait: with the outcome if it is known, else because the server stops.
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
    /// The call as the connection holds it. `callsBefore` is the number of earlier calls of the same request.
    func open(
        for recipient: Recipient, callsBefore: Int, in turn: borrowing Turn
    ) -> Result<OpenCall, OutgoingFailure> {
        let limits = turn.limits
        guard turn.mayHold(request.outlastsStop), let upstream = turn.upstream else {
            return .failure(.cancelled)
        }
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
