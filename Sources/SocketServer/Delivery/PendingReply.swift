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
    /// The calls to other servers that the request has led to.
    var calls = 0

    /// The same exchange after this number of calls.
    func behind(calls: Int) -> Exchange { Exchange(isHead: isHead, isLast: isLast, calls: calls) }

    /// The exchange of every WebSocket message: it is not HEAD, and none is known to be the last.
    static let message = Exchange(isHead: false, isLast: false)
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
        /// The reply is not known, and depends on another server.
        case calling(OpenCall)
        /// Nothing is sent until this time on the emulated clock.
        case delayed(Reply, until: Duration)
        /// Nothing is sent until the client gives up or the limit has passed.
        case stalled
        case dripping(Drip)
        /// A body without a known end.
        case streaming(any BodySource)
    }

    /// The step to take when a reply is due.
    enum Step: Sendable {
        case deliver(Answer)
        /// The next piece of a slow response. `rest` waits; nil after the last piece.
        case send([UInt8], rest: Drip?)
        /// The next piece of a body without a known end; nil at its end.
        case stream([UInt8]?)
        case end(DeliveryPlan.End)
    }

    let exchange: Exchange
    let stage: Stage
    private let givenUpAt: Duration
    /// The monotonic time at which the connection gives the reply up, at any state of the emulated clock. On
    /// HTTP/2 the stream does. For a body without a known end it is the time of the next piece.
    var cutOff: Duration {
        if case .streaming(let source) = stage { source.nextTime } else { givenUpAt }
    }
    /// Whether the reply is a body without a known end.
    var isStream: Bool {
        if case .streaming = stage { true } else { false }
    }

    init(_ stage: Stage, for exchange: Exchange, in turn: borrowing Turn) {
        self.stage = stage
        self.exchange = exchange
        let limits = turn.limits
        givenUpAt =
            switch stage {
            case .stalled: turn.now + limits.stallMax
            case .awaited, .calling, .delayed, .dripping, .streaming:
                turn.now + limits.delayMax + limits.idleTimeout
            }
    }

    /// The bytes of the body that waits; 0 before the reply is known.
    var heldBytes: Int {
        switch stage {
        case .awaited, .calling, .stalled, .streaming: 0
        case .delayed(let reply, _): reply.response.body.count
        case .dripping(let drip): drip.unsentBytes
        }
    }

    /// The time of the next step on the emulated clock; nil if a stalled reply waits for its client.
    var due: Duration? {
        switch stage {
        case .awaited(let wait): wait.until
        case .delayed(_, let until): until
        case .calling, .stalled, .streaming: nil
        case .dripping(let drip): drip.due
        }
    }

    /// Whether the reply goes on at once when the server stops. The drain time bounds all others.
    private var endsWithServer: Bool {
        switch stage {
        case .awaited(let wait): !wait.outlastsStop
        case .calling(let call): !call.outlastsStop
        case .delayed, .stalled, .dripping, .streaming: true
        }
    }

    /// The next step; nil if it is not due yet. Without `hasRoom` the client takes no further piece of a body
    /// without a known end.
    func step(hasPeerEnded: Bool, hasRoom: Bool = true, in turn: inout Turn) -> Step? {
        if case .streaming(let source) = stage {
            return step(of: source, hasPeerEnded: hasPeerEnded, hasRoom: hasRoom, in: &turn)
        }
        if case .awaited(let wait) = stage, wait.isCompleted { return .deliver(wait.end(in: turn)) }
        if case .calling(let call) = stage, call.isOver(in: turn) { return .deliver(call.end(in: turn)) }
        // A stalled answer waits only for a client that gives up.
        let isDue = due.map { $0 <= turn.emulatedTime() } ?? hasPeerEnded
        switch stage {
        case .awaited(let wait) where hasPeerEnded:
            // If the client is gone, the handler may give this answer to another client.
            wait.cancel(in: turn)
            return .end(DeliveryPlan.endOfStall)
        case .calling(let call) where hasPeerEnded:
            call.cancel(in: turn)
            return .end(DeliveryPlan.endOfStall)
        case _ where !isDue && !(turn.isDraining && endsWithServer) && !turn.isDrainOver:
            return nil
        case .awaited(let wait):
            return .deliver(wait.end(in: turn))
        case .calling(let call):
            return .deliver(call.end(in: turn))
        case .delayed(var reply, _):
            reply.delay = .zero
            return .deliver(.reply(reply))
        case .stalled, .streaming:
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
        switch stage {
        case .awaited(let wait): wait.cancel(in: turn)
        case .calling(let call): call.cancel(in: turn)
        case .streaming(let source): source.ended()
        case .delayed, .stalled, .dripping: break
        }
    }

    /// The next step of a body without a known end. It ends with its client and with the server.
    private func step(
        of source: any BodySource, hasPeerEnded: Bool, hasRoom: Bool, in turn: inout Turn
    ) -> Step? {
        if hasPeerEnded {
            source.ended()
            return .end(DeliveryPlan.endOfStall)
        }
        guard hasRoom || turn.isDraining else { return nil }
        if !turn.isDraining, let piece = source.nextPiece(at: turn.now) {
            return piece.isEmpty ? nil : .stream(piece)
        }
        source.ended()
        return .stream(nil)
    }
}

extension Answer {
    /// The first step of an answer's delivery.
    enum Start: Sendable {
        case deliver(Reply)
        /// `calls` are the calls to other servers that the request has led to.
        case hold(PendingReply.Stage, calls: Int)
        case upgrade(WebSocketUpgrade)
        case stream(BodyStream)
    }

    /// The first step. `calls` is the number of earlier calls of the request. A server that stops waits for
    /// no clock, and for no ticket and no other server unless they outlast the stop.
    consuming func start(for recipient: Recipient, behind calls: Int, in turn: inout Turn) -> Start {
        var answer = consume self
        // Each wait and each call may lead to one answer aside.
        for _ in 0...(2 * (turn.limits.waitsPerTurnMax + turn.limits.callsPerRequestMax)) {
            switch consume answer {
            case .reply(let reply):
                return reply.start(behind: calls, in: &turn)
            case .wait(let wait):
                if let open = wait.open(for: recipient, in: &turn) {
                    return .hold(.awaited(open), calls: calls)
                }
                answer = wait.answer(orElse: turn.isDraining ? .timedOut : .refused)
            case .call(let call):
                switch call.open(for: recipient, callsBefore: calls, in: turn) {
                case .success(let open): return .hold(.calling(open), calls: calls + 1)
                case .failure(let failure): answer = call.answer(to: .failure(failure))
                }
            case .upgrade(let upgrade): return .upgrade(upgrade)
            case .stream(let stream): return .stream(stream)
            case .aside(let alone, let next):
                turn.detached.add(alone)
                answer = next
            }
        }
        preconditionFailure("The waits and calls of a request come to an end.")
    }
}

extension Reply {
    /// Whether the reply is sent at once, in whatever part: nothing waits for a time.
    var isSentAtOnce: Bool {
        if case .stall = delivery { return false }
        return delay == .zero
    }

    fileprivate consuming func start(behind calls: Int, in turn: inout Turn) -> Answer.Start {
        guard !turn.isDraining else { return .deliver(self) }
        if delay > .zero {
            let until = turn.emulatedTime() + min(delay, turn.limits.delayMax)
            return .hold(.delayed(self, until: until), calls: calls)
        }
        if case .stall = delivery { return .hold(.stalled, calls: calls) }
        return .deliver(self)
    }
}
