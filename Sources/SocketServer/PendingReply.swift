/// A reply that waits in its connection: to be known, for its delay, for its next slow piece, or for the
/// client to give up. It is a value of two times and some data. It holds no thread and no buffer, and shares
/// the body with the maker of the response, so that thousands may wait at once.

internal import HTTPWire

/// The facts of a request that the connection needs to deliver the reply to it.
struct Exchange: Sendable {
    /// Whether the request is HEAD: the answer's body is not sent.
    let isHead: Bool
    /// Whether the connection reads no further request.
    let isLast: Bool
}

/// A reply that is not yet in the output. HTTP/1 has at most one, which holds back all later replies. HTTP/2
/// has at most one a stream.
///
///     awaited ──► delayed ─┬──► delivered
///                          ├──► stalled ──► broken off
///                          └──► dripping ──► dripping … ──► delivered
///
/// A reply begins in any of these states, and may skip all but `dripping`.
struct PendingReply: Sendable {
    enum Stage: Sendable {
        /// The reply is not known.
        case awaited(OpenWait)
        /// Nothing is sent until this time on the emulated clock.
        case delayed(Reply, until: Duration)
        /// Nothing is sent until the client gives up or the limit has passed.
        case stalled
        case dripping(Drip)
    }

    /// The step to take when a reply is due.
    enum Step: Sendable {
        case deliver(Answer)
        /// The next piece of a slow response. `rest` waits; nil after the last piece.
        case send([UInt8], rest: Drip?)
        case end(DeliveryPlan.End)
    }

    let exchange: Exchange
    let stage: Stage
    /// The monotonic time at which the connection gives the reply up, at any state of the emulated clock. On
    /// HTTP/2 the stream does.
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

    /// The time of the next step on the emulated clock; nil if a stalled reply waits for its client.
    var due: Duration? {
        switch stage {
        case .awaited(let wait): wait.until
        case .delayed(_, let until): until
        case .stalled: nil
        case .dripping(let drip): drip.due
        }
    }

    /// The next step; nil if it is not due yet.
    func step(hasPeerEnded: Bool, in turn: inout Turn) -> Step? {
        if case .awaited(let wait) = stage, wait.isCompleted { return .deliver(wait.end(in: turn)) }
        // A stalled answer waits only for a client that gives up.
        let isDue = due.map { $0 <= turn.emulatedTime() } ?? hasPeerEnded
        switch stage {
        case .awaited(let wait) where hasPeerEnded:
            // If the client is gone, the handler may give this answer to another client.
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
    /// Tells the handler that no client waits for the reply, if it is not known yet.
    func cancel(in turn: borrowing Turn) {
        if case .awaited(let wait) = stage { wait.cancel(in: turn) }
    }
}

extension Answer {
    /// The first step of an answer's delivery.
    enum Start: Sendable {
        case deliver(Reply)
        case hold(PendingReply.Stage)
    }

    /// The first step of the delivery. A server that stops waits for no clock and no ticket.
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
