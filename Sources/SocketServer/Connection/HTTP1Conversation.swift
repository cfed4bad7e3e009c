/// Requests of an HTTP/1 connection in, answers out, one after the other. Refuses bytes that are no request,
/// ends an exchange that takes too long, and gives way to HTTP/2 where a request asks for it. Follows RFC
/// 9112 section 9.

internal import HTTPWire

/// The state of a connection that speaks HTTP/1.
struct HTTP1Conversation: ~Copyable, Sendable {
    private var decoder: HTTP1Decoder
    private var delivery = HTTP1Delivery.ready
    /// The monotonic time at which the present header section began; nil between two sections.
    private var headBegan: Duration?
    /// The monotonic time at which the last reply that had waited went on. The client did not cause the quiet
    /// time before it.
    private var resumed = Duration.zero
    /// The last request's handshake of WebSocket; nil if it has none.
    private var handshake: WebSocketHandshake?

    /// `headBegan` is the time of the first byte that has arrived; nil if none has.
    init(headBegan: Duration?, _ limits: SocketLimits) {
        decoder = HTTP1Decoder(limits: limits.wire)
        self.headBegan = headBegan
    }

    /// The bytes of the body that arrives and of the answer that waits.
    var heldBytes: Int {
        guard case .waits(let pending) = delivery else { return decoder.bodyBytes }
        return decoder.bodyBytes + pending.heldBytes
    }

    /// Whether every request is answered, and none has begun.
    var isIdle: Bool { !delivery.isWaiting && !hasBegunRequest }

    private var hasBegunRequest: Bool { headBegan != nil || decoder.hasBegunRequest }

    func times(for peer: Peer, isOutputEmpty: Bool, _ limits: ConnectionLimits) -> ConversationTimes {
        let lastMoved = max(peer.lastMoved, resumed)
        var deadline = lastMoved + limits.idleTimeout
        if let headBegan { deadline = min(deadline, headBegan + limits.headerTimeout) }
        guard case .waits(let pending) = delivery else {
            return ConversationTimes(deadline: deadline, replyDue: nil)
        }
        if isOutputEmpty {
            // A client that has shut its side may be gone altogether: only sending would show it.
            deadline = peer.hasEnded ? lastMoved + limits.lingerTimeout : pending.cutOff
        }
        return ConversationTimes(deadline: deadline, replyDue: pending.due)
    }

    /// Goes on with the reply that waits, then answers requests until none is whole, the output is too long,
    /// or one was the last.
    mutating func step(
        from input: inout ByteQueue, of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) -> ConversationStep {
        while true {
            if let step = answerNext(from: &input, of: peer, to: &output, in: &turn) { return step }
            if input.isEmpty, !peer.hasEnded { return .rests }
        }
    }

    /// Goes on with the reply that waits, or answers the next request. Returns nil if another request may
    /// follow.
    private mutating func answerNext(
        from input: inout ByteQueue, of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) -> ConversationStep? {
        if delivery.isWaiting {
            guard delivery.resume(of: peer, to: &output, in: &turn) else { return .waits }
            resumed = turn.now
            return stepBehindReply(of: peer, to: &output, in: &turn)
        }
        if peer.isRefused { return refusePlainText(of: peer, to: &output, in: &turn) }
        guard output.count <= turn.limits.outputBytesMax else { return input.isEmpty ? .waits : .isHeldBack }
        guard !input.isEmpty else { return peer.hasEnded ? .ends(.inOrder) : .waits }
        do throws(HTTPParseError) {
            return try answerRequest(from: &input, of: peer, to: &output, in: &turn)
        } catch {
            let request = decoder.refused ?? input.withSpan { decoder.part(of: $0) }
            refuse(error, of: request, from: peer, to: &output, in: &turn)
            return stepBehindReply(of: peer, to: &output, in: &turn)
        }
    }

    /// Acts on a deadline that has passed: 408 if a request had begun, else a close.
    mutating func expire(
        _ peer: Peer, input: ByteQueue, to output: inout ByteQueue, in turn: inout Turn
    ) -> Expiry {
        if case .waits(let pending) = delivery, output.isEmpty {
            if pending.isStream, !peer.hasEnded { return .goesOn }
            delivery.giveUp(in: turn)
            return .ends
        }
        let isHeadLate = headBegan.map { $0 + turn.limits.headerTimeout <= turn.now } ?? false
        // If the head is not late, the idle time is up. A client that has not taken its answers by then does
        // not take a 408 either.
        guard hasBegunRequest, isHeadLate || output.isEmpty else { return .closes }
        let limit = isHeadLate ? turn.limits.headerTimeout : turn.limits.idleTimeout
        let part = isHeadLate ? "The header section" : "The rest of the request"
        let seconds = limit.components.seconds
        refuse(
            HTTPParseError(status: 408, reason: "\(part) did not arrive within \(seconds) s."),
            of: input.withSpan { decoder.part(of: $0) }, from: peer, to: &output, in: &turn)
        return .ends
    }

    /// Drops the reply that waits.
    mutating func cancelWaits(in turn: borrowing Turn) {
        if delivery.isWaiting { delivery.giveUp(in: turn) }
    }

    /// The step behind a reply that is delivered or waits; nil if another request may follow.
    private mutating func stepBehindReply(
        of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) -> ConversationStep? {
        switch delivery {
        case .ready: return nil
        case .waits: return .waits
        case .over(let ending): return .ends(ending)
        case .upgrades(let upgrade):
            guard let handshake else {
                preconditionFailure("An upgrade answers a request that asks for WebSocket.")
            }
            if let missing = WebSocketFrames.missingLibrary() {
                let error = HTTPParseError(status: 501, reason: missing)
                refuse(error, of: nil, from: peer, to: &output, in: &turn)
                return stepBehindReply(of: peer, to: &output, in: &turn)
            }
            let webSocket = WebSocketConversation(
                upgrade, by: handshake, of: peer, to: &output, in: &turn)
            return .switches(to: .webSocket(Conversation.Box(webSocket)))
        }
    }

    /// Takes one request from the input, if it is whole, and answers it. Returns nil if another request may
    /// follow.
    private mutating func answerRequest(
        from input: inout ByteQueue, of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) throws(HTTPParseError) -> ConversationStep? {
        let outcome = try input.withSpan { bytes throws(HTTPParseError) in try decoder.decode(bytes) }
        switch outcome {
        case .needMore(let consumed):
            input.consume(consumed)
            headBegan = decoder.isReadingHead ? headBegan ?? turn.now : nil
            if let error = turn.roomError(for: decoder.bodyBytes, arrived: consumed) { throw error }
            return peer.hasEnded ? .ends(.inOrder) : .waits
        case .expectContinue(let consumed):
            input.consume(consumed)
            headBegan = nil
            turn.lendOutput(to: &output)
            output.append { $0.append(contentsOf: HTTP1Encoder.continueResponse) }
            return peer.hasEnded ? .ends(.inOrder) : .waits
        case .request(let request, let consumed, let isKeptAlive):
            input.consume(consumed)
            headBegan = nil
            let isLast = !isKeptAlive || turn.isDraining
            if decoder.asksForHTTP2, !isLast, let http2 = upgrade(request, of: peer, in: &turn) {
                turn.lendOutput(to: &output)
                output.append { $0.append(contentsOf: HTTP2Upgrade.response) }
                return .switches(to: .http2(Conversation.Box(http2)))
            }
            if decoder.namesWebSocket, case .valid(let handshake) = WebSocketHandshake.check(request) {
                self.handshake = handshake
            }
            let exchange = Exchange(isHead: request.method == .head, isLast: isLast)
            // The answer has no name here, because a name would mean a copy of it.
            delivery.deliver(
                turn.handler.handle(request, from: Client(peer)), for: exchange, of: peer, to: &output,
                in: &turn)
            return stepBehindReply(of: peer, to: &output, in: &turn)
        }
    }

    /// The conversation in HTTP/2, with the request on its first stream; nil if the request does not ask for
    /// it correctly. Over TLS only ALPN chooses HTTP/2, and `h2c` names another protocol (RFC 7540 section
    /// 3.3).
    private func upgrade(_ request: HTTPRequest, of peer: Peer, in turn: inout Turn) -> HTTP2Conversation? {
        peer.isEncrypted ? nil : HTTP2Conversation(upgradedBy: request, of: peer, in: &turn)
    }

    private mutating func refusePlainText(
        of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) -> ConversationStep? {
        let reason =
            "This port speaks TLS, and the client began with plain text: use https:// for the endpoint."
        let error = HTTPParseError(status: 400, reason: reason)
        refuse(error, of: nil, from: peer, to: &output, in: &turn)
        return stepBehindReply(of: peer, to: &output, in: &turn)
    }

    /// The only place that answers a parse error of HTTP/1. The answer is the last of its connection.
    private mutating func refuse(
        _ error: HTTPParseError, of request: HTTPRequest?, from peer: Peer, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        headBegan = nil
        delivery = .ready
        let last = Exchange(isHead: request?.method == .head, isLast: true)
        let reply = Reply(turn.handler.refuse(error, of: request, from: Client(peer)))
        delivery.deliver(.reply(reply), for: last, of: peer, to: &output, in: &turn)
    }
}
