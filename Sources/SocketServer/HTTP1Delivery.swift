/// Replies in, the bytes of an HTTP/1 connection out, as each reply says: at once, after a delay, slowly, in
/// part or never, and with what end. Holds at most one reply that waits; until it has gone the connection
/// takes no further request, so answers keep the order of their requests. Neither reads nor writes a socket.

internal import HTTPWire

/// What becomes of the replies of one connection.
struct HTTP1Delivery: Sendable {
    private(set) var pending: PendingReply?
    /// Set when no further reply comes.
    private(set) var ending: Ending?

    /// Sends the reply or lets it wait. A server that stops waits for no clock: then there is no delay,
    /// nothing is slow, and what would stall is closed.
    mutating func deliver(
        _ reply: Reply, for exchange: Exchange, to output: inout ByteQueue, in turn: inout Turn
    ) {
        precondition(pending == nil && ending == nil, "A reply goes behind the one before it.")
        if reply.delay > .zero, !turn.isDraining {
            let due = turn.emulatedTime() + min(reply.delay, turn.limits.delayMax)
            return hold(.delayed(reply, until: due), for: exchange, at: turn.now, turn.limits)
        }
        switch reply.delivery {
        case .whole:
            send(reply.response, for: exchange, to: &output, in: &turn)
        case .goaway:
            let last = Exchange(isHead: exchange.isHead, isLast: true)
            send(reply.response, for: last, to: &output, in: &turn)
        case .close, .refuseStream:
            ending = .inOrder
        case .reset(let afterHead):
            if afterHead { sendPart(of: reply.response, for: exchange, bodyBytes: 0, to: &output, in: &turn) }
            ending = .abrupt
        case .resetStream:
            ending = .abrupt
        case .truncate(let bytes):
            sendPart(of: reply.response, for: exchange, bodyBytes: bytes, to: &output, in: &turn)
            ending = .inOrder
        case .stall where turn.isDraining:
            ending = .inOrder
        case .stall:
            hold(.stalled, for: exchange, at: turn.now, turn.limits)
        case .slow where turn.isDraining:
            send(reply.response, for: exchange, to: &output, in: &turn)
        case .slow(let bytesPerSecond):
            let (head, body) = parts(of: reply.response, for: exchange, in: &turn)
            let drip = Drip(
                head: head, body: body, bytesPerSecond: bytesPerSecond, pause: turn.limits.dripPause,
                began: turn.emulatedTime())
            hold(.dripping(drip), for: exchange, at: turn.now, turn.limits)
        }
    }

    /// Goes on with the reply that waits, if its time has come. Returns whether it had.
    mutating func resume(hasPeerEnded: Bool, to output: inout ByteQueue, in turn: inout Turn) -> Bool {
        guard let waiting = pending else { return false }
        // A client that gives up is all that a stalled answer waits for.
        let isDue = waiting.due.map { $0 <= turn.emulatedTime() } ?? hasPeerEnded
        guard isDue || turn.isDraining else { return false }
        pending = nil
        let exchange = Exchange(
            isHead: waiting.exchange.isHead, isLast: waiting.exchange.isLast || turn.isDraining)
        switch waiting.stage {
        case .delayed(var reply, _):
            reply.delay = .zero
            deliver(reply, for: exchange, to: &output, in: &turn)
        case .stalled:
            ending = .inOrder
        case .dripping(var drip):
            let time = turn.isDraining ? nil : turn.emulatedTime()
            turn.lendOutput(to: &output)
            output.append { drip.release(until: time, into: &$0) }
            if !drip.isOver {
                hold(.dripping(drip), for: exchange, at: turn.now, turn.limits)
            } else if exchange.isLast {
                ending = .inOrder
            }
        }
        return true
    }

    /// Drops the reply that waits; the connection ends without it.
    mutating func giveUp() {
        pending = nil
        ending = .inOrder
    }

    private mutating func send(
        _ response: HTTPResponse, for exchange: Exchange, to output: inout ByteQueue, in turn: inout Turn
    ) {
        let date = turn.date()
        turn.lendOutput(to: &output)
        output.append { bytes in
            HTTP1Encoder.append(
                response, to: &bytes, date: date, keepAlive: !exchange.isLast, isHead: exchange.isHead)
        }
        if exchange.isLast { ending = .inOrder }
    }

    /// Sends the head as if the whole body came, and at most so many bytes of the body.
    private func sendPart(
        of response: HTTPResponse, for exchange: Exchange, bodyBytes: Int, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        let (head, body) = parts(of: response, for: exchange, in: &turn)
        turn.lendOutput(to: &output)
        output.append { $0 += head + body.prefix(bodyBytes) }
    }

    /// The body is empty where none is sent.
    private func parts(
        of response: HTTPResponse, for exchange: Exchange, in turn: inout Turn
    ) -> (head: [UInt8], body: [UInt8]) {
        var head: [UInt8] = []
        HTTP1Encoder.appendHead(of: response, to: &head, date: turn.date(), keepAlive: !exchange.isLast)
        return (head, HTTP1Encoder.sendsBody(response, isHead: exchange.isHead) ? response.body : [])
    }

    private mutating func hold(
        _ stage: PendingReply.Stage, for exchange: Exchange, at now: Duration, _ limits: HTTPLimits
    ) {
        pending = PendingReply(stage, for: exchange, now: now, limits: limits)
    }
}
