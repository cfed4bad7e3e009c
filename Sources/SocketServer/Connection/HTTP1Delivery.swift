/// Replies in, the bytes of an HTTP/1 connection out: at once, after a delay, slowly, in part or never. Each
/// reply tells the end of its exchange. Holds at most one reply that waits. Until that reply is gone the
/// connection takes no further request, so answers keep the order of their requests.

internal import HTTPWire

/// The state of a connection's replies.
///
///     ready ──► waits ──┬──► ready
///                       ├──► upgrades
///                       └──► over
///
/// If the reply does not wait, `ready` leads to itself, to `upgrades` or to `over`. The large states are on
/// the heap, because each look at the state would copy them, and few replies reach them.
enum HTTP1Delivery: Sendable {
    /// The next reply may come.
    case ready
    indirect case waits(PendingReply)
    /// No further reply comes.
    case over(Ending)
    /// The connection goes on as a WebSocket.
    indirect case upgrades(WebSocketUpgrade)

    /// Whether a reply waits.
    var isWaiting: Bool {
        if case .waits = self { true } else { false }
    }

    /// Sends the answer, or lets it wait.
    mutating func deliver(
        _ answer: consuming Answer, for exchange: Exchange, of peer: Peer, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        guard case .ready = self else { preconditionFailure("A reply goes behind the one before it.") }
        switch consume answer {
        case .reply(let reply):
            // Nearly every answer is of this kind, and nothing is to be decided about it.
            if reply.isSentAtOnce {
                return deliver(reply, for: exchange, of: peer, to: &output, in: &turn)
            }
            begin(.reply(reply), for: exchange, of: peer, to: &output, in: &turn)
        case let other:
            begin(other, for: exchange, of: peer, to: &output, in: &turn)
        }
    }

    private mutating func begin(
        _ answer: consuming Answer, for exchange: Exchange, of peer: Peer, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        switch answer.start(for: peer.recipient, behind: exchange.calls, in: &turn) {
        case .deliver(let reply):
            deliver(reply, for: exchange, of: peer, to: &output, in: &turn)
        case .hold(let stage, let calls):
            self = .waits(PendingReply(stage, for: exchange.behind(calls: calls), in: turn))
        case .upgrade(let upgrade):
            self = .upgrades(upgrade)
        case .stream(let stream):
            begin(stream, for: exchange, of: peer, to: &output, in: &turn)
        }
    }

    private mutating func deliver(
        _ reply: Reply, for exchange: Exchange, of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) {
        let plan = DeliveryPlan(reply.delivery, isDraining: turn.isDraining)
        if let refusal = turn.refusal(of: reply, for: peer) {
            perform(plan, of: refusal, for: exchange, to: &output, in: &turn)
        } else {
            perform(plan, of: reply.response, for: exchange, to: &output, in: &turn)
        }
    }

    /// Goes on with the reply that waits, if its time has come. Returns whether it had. A piece of a body
    /// without a known end goes into an empty output alone.
    mutating func resume(of peer: Peer, to output: inout ByteQueue, in turn: inout Turn) -> Bool {
        guard case .waits(let pending) = self,
            let step = pending.step(hasPeerEnded: peer.hasEnded, hasRoom: output.isEmpty, in: &turn)
        else { return false }
        self = .ready
        let exchange = Exchange(
            isHead: pending.exchange.isHead, isLast: pending.exchange.isLast || turn.isDraining,
            calls: pending.exchange.calls)
        switch step {
        case .deliver(let answer):
            deliver(answer, for: exchange, of: peer, to: &output, in: &turn)
        case .send(let piece, let rest):
            turn.lendOutput(to: &output)
            output.append { $0 += piece }
            if let rest {
                self = .waits(PendingReply(.dripping(rest), for: exchange, in: turn))
            } else {
                end(.exchange, of: exchange)
            }
        case .stream(let piece?):
            turn.lendOutput(to: &output)
            output.append { HTTP1Encoder.appendChunk(piece, to: &$0) }
            self = .waits(PendingReply(pending.stage, for: exchange, in: turn))
            return false
        case .stream(nil):
            turn.lendOutput(to: &output)
            output.append { $0 += HTTP1Encoder.lastChunk }
            end(.exchange, of: exchange)
        case .end(let end):
            self.end(end, of: exchange)
        }
        return true
    }

    /// Sends the head of a body without a known end, which then waits for its pieces.
    private mutating func begin(
        _ stream: BodyStream, for exchange: Exchange, of peer: Peer, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        let date = turn.date()
        turn.lendOutput(to: &output)
        output.append {
            HTTP1Encoder.appendChunkedHead(
                of: stream.head, to: &$0, date: date, keepAlive: !exchange.isLast)
        }
        guard !exchange.isHead else { return end(.exchange, of: exchange) }
        stream.source.opened(BodyBell(turn.mailbox, peer.recipient), at: turn.now)
        self = .waits(PendingReply(.streaming(stream.source), for: exchange, in: turn))
    }

    /// Drops the reply that waits. The connection ends without it.
    mutating func giveUp(in turn: borrowing Turn) {
        if case .waits(let pending) = self { pending.cancel(in: turn) }
        self = .over(.inOrder)
    }

    private mutating func perform(
        _ plan: DeliveryPlan, of response: HTTPResponse, for exchange: Exchange, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        var exchange = exchange
        if case .lastExchange = plan.end { exchange = Exchange(isHead: exchange.isHead, isLast: true) }
        switch plan.content {
        case .nothing:
            break
        case .whole:
            let date = turn.date()
            turn.lendOutput(to: &output)
            output.append { bytes in
                HTTP1Encoder.append(
                    response, to: &bytes, date: date, keepAlive: !exchange.isLast, isHead: exchange.isHead)
            }
        case .head:
            sendPart(of: response, for: exchange, bodyBytes: 0, to: &output, in: &turn)
        case .part(let bodyBytes):
            sendPart(of: response, for: exchange, bodyBytes: bodyBytes, to: &output, in: &turn)
        case .slow(let bytesPerSecond):
            let (head, body) = parts(of: response, for: exchange, in: &turn)
            let drip = Drip(head: head, body: body, bytesPerSecond: bytesPerSecond, in: &turn)
            self = .waits(PendingReply(.dripping(drip), for: exchange, in: turn))
            return
        }
        end(plan.end, of: exchange)
    }

    private mutating func end(_ end: DeliveryPlan.End, of exchange: Exchange) {
        switch end {
        case .exchange where !exchange.isLast: break
        case .exchange, .lastExchange: self = .over(.inOrder)
        case .brokenExchange(_, onHTTP1: let ending), .connection(let ending): self = .over(ending)
        }
    }

    /// Sends the head of the whole body, and at most `bodyBytes` of the body.
    private func sendPart(
        of response: HTTPResponse, for exchange: Exchange, bodyBytes: Int, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        let (head, body) = parts(of: response, for: exchange, in: &turn)
        turn.lendOutput(to: &output)
        output.append { $0 += head + body.prefix(bodyBytes) }
    }

    /// The head and the body. The body is empty if the response sends none.
    private func parts(
        of response: HTTPResponse, for exchange: Exchange, in turn: inout Turn
    ) -> (head: [UInt8], body: [UInt8]) {
        var head: [UInt8] = []
        HTTP1Encoder.appendHead(of: response, to: &head, date: turn.date(), keepAlive: !exchange.isLast)
        return (head, HTTP1Encoder.sendsBody(response, isHead: exchange.isHead) ? response.body : [])
    }
}
