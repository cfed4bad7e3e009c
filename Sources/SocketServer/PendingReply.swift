/// A reply that waits in its connection: until it is known, for its delay, for the next piece of a slow
/// delivery, or for the client to give up. It is data and two times. It holds no thread and no buffer, and
/// shares the body with whoever made the response, so that thousands may wait at once.

internal import HTTPWire

/// The facts of a request that the connection needs to deliver the reply to it.
struct Exchange: Sendable {
    /// Whether the request is HEAD: the answer's body is not sent.
    let isHead: Bool
    /// Whether the connection reads no further request.
    let isLast: Bool
}

/// A reply that is not yet in the output. HTTP/1 has one at a time, and nothing behind it goes before it;
/// HTTP/2 has one a stream.
///
///     awaited ──► delayed ─┬──► delivered
///                          ├──► stalled ──► broken off
///                          └──► dripping ──► dripping … ──► delivered
///
/// A reply begins at any of these, and each but `dripping` may be left out.
struct PendingReply: Sendable {
    enum Stage: Sendable {
        /// The reply is not known.
        case awaited(OpenWait)
        /// Nothing is sent until this time on the emulated clock.
        case delayed(Reply, until: Duration)
        /// Nothing is ever sent.
        case stalled
        case dripping(Drip)
    }

    /// The step that comes when the time of a reply has come.
    enum Step: Sendable {
        case deliver(Answer)
        /// The next piece of a slow response; `rest` waits, nil behind the last.
        case send([UInt8], rest: Drip?)
        case end(DeliveryPlan.End)
    }

    let exchange: Exchange
    let stage: Stage
    /// The real time at which the connection, or on HTTP/2 the stream, waits no longer, whatever the
    /// emulated clock does.
    let cutOff: Duration

    init(_ stage: Stage, for exchange: Exchange, in turn: borrowing Turn) {
        self.stage = stage
        self.exchange = exchange
        let limits = turn.limits
        cutOff =
            switch stage {
            case .stalled: turn.now + limits.stallMax
            case .awaited, .delayed, .dripping: turn.now + limits.delayMax + limits.idleTimeout
            }
    }

    /// The emulated time of the next step; nil if none comes by itself.
    var due: Duration? {
        switch stage {
        case .awaited(let wait): wait.until
        case .delayed(_, let until): until
        case .stalled: nil
        case .dripping(let drip): drip.due
        }
    }

    /// The next step; nil while its time has not come.
    func step(hasPeerEnded: Bool, in turn: inout Turn) -> Step? {
        if case .awaited(let wait) = stage, wait.isCompleted { return .deliver(wait.end(in: turn)) }
        // A stalled answer waits for nothing but a client that gives up.
        let isDue = due.map { $0 <= turn.emulatedTime() } ?? hasPeerEnded
        switch stage {
        case .awaited(let wait) where hasPeerEnded:
            // A client that is gone must not be given what another client could have.
            wait.cancel(in: turn)
            return .end(DeliveryPlan.endOfStall)
        case _ where !isDue && !turn.isDraining:
            return nil
        case .awaited(let wait):
            return .deliver(wait.end(in: turn))
        case .delayed(var reply, _):
            reply.delay = .zero
            return .deliver(.reply(reply))
        case .stalled:
            return .end(DeliveryPlan.endOfStall)
        case .dripping(var drip):
            var piece: [UInt8] = []
            drip.release(until: turn.isDraining ? nil : turn.emulatedTime(), into: &piece)
            return .send(piece, rest: drip.isOver ? nil : drip)
        }
    }
}

extension PendingReply {
    /// Tells the handler that nobody waits for the reply any more, if it is not known yet.
    func cancel(in turn: borrowing Turn) {
        if case .awaited(let wait) = stage { wait.cancel(in: turn) }
    }
}

extension Answer {
    /// The first step of an answer.
    enum Start: Sendable {
        case deliver(Reply)
        case hold(PendingReply.Stage)
    }

    /// The first step. A server that stops waits for no clock, and for no ticket.
    func start(for recipient: Recipient, in turn: inout Turn) -> Start {
        switch self {
        case .reply(let reply): reply.start(in: &turn)
        case .wait(let wait): wait.start(for: recipient, in: &turn)
        }
    }
}

extension Wait {
    fileprivate func start(for recipient: Recipient, in turn: inout Turn) -> Answer.Start {
        var wait = self
        for _ in 0...turn.limits.waitsPerTurnMax {
            if let open = wait.open(for: recipient, in: &turn) { return .hold(.awaited(open)) }
            switch wait.answer(orElse: turn.isDraining ? .timedOut : .refused) {
            case .reply(let reply): return reply.start(in: &turn)
            case .wait(let next): wait = next
            }
        }
        preconditionFailure("The waits of a request come to an end.")
    }
}

extension Reply {
    fileprivate func start(in turn: inout Turn) -> Answer.Start {
        guard !turn.isDraining else { return .deliver(self) }
        if delay > .zero {
            return .hold(.delayed(self, until: turn.emulatedTime() + min(delay, turn.limits.delayMax)))
        }
        if case .stall = delivery { return .hold(.stalled) }
        return .deliver(self)
    }
}
