/// Requests of an HTTP/1 connection in, answers out, one after the other. Says when a header section began,
/// so that its connection can end what takes too long, and hands a request that asks for HTTP/2 back
/// unanswered. Neither reads nor writes a socket.

internal import HTTPWire

/// The HTTP/1 half of a connection.
struct HTTP1Conversation: Sendable {
    enum Step: Sendable {
        /// There is no whole request.
        case needMore
        case answered
        /// The client would rather have the answer in HTTP/2.
        case asksForHTTP2(HTTPRequest, isLast: Bool)
    }

    private var decoder: HTTP1Decoder
    private var delivery = HTTP1Delivery()
    /// When the header section that is being read began.
    private(set) var headBegan: Duration?

    init(limits: HTTPLimits) {
        decoder = HTTP1Decoder(limits: limits)
    }

    var pending: PendingReply? { delivery.pending }
    var ending: Ending? { delivery.ending }

    /// Whether bytes of a request have arrived that is not whole.
    var hasBegunRequest: Bool { headBegan != nil || decoder.hasBegunRequest }

    /// Bytes are there that may become a header section, but do not yet tell the protocol.
    mutating func beginHead(at now: Duration) {
        headBegan = headBegan ?? now
    }

    /// Takes one request from the input and answers it.
    mutating func takeRequest(
        from input: inout ByteQueue, for id: ConnectionID, to output: inout ByteQueue, in turn: inout Turn
    ) -> Step {
        do throws(HTTPParseError) {
            let outcome = try input.withSpan { bytes throws(HTTPParseError) in try decoder.decode(bytes) }
            switch outcome {
            case .needMore(let consumed):
                input.consume(consumed)
                headBegan = decoder.isReadingHead ? headBegan ?? turn.now : nil
                return .needMore
            case .expectContinue(let consumed):
                input.consume(consumed)
                headBegan = nil
                turn.lendOutput(to: &output)
                output.append { $0.append(contentsOf: HTTP1Encoder.continueResponse) }
                return .needMore
            case .request(let request, let consumed, let isKeptAlive):
                input.consume(consumed)
                headBegan = nil
                let isLast = !isKeptAlive || turn.isDraining
                if decoder.asksForHTTP2, !isLast { return .asksForHTTP2(request, isLast: isLast) }
                answer(request, isLast: isLast, for: id, to: &output, in: &turn)
                return .answered
            }
        } catch {
            refuse(error, to: &output, in: &turn)
            return .answered
        }
    }

    /// Asks the handler and delivers what it says.
    mutating func answer(
        _ request: HTTPRequest, isLast: Bool, for id: ConnectionID, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        let exchange = Exchange(isHead: request.method == .head, isLast: isLast)
        delivery.deliver(turn.handler.handle(request, from: id), for: exchange, to: &output, in: &turn)
    }

    /// The only place where a parse error of HTTP/1 is answered: the last answer of the connection.
    mutating func refuse(_ error: HTTPParseError, to output: inout ByteQueue, in turn: inout Turn) {
        headBegan = nil
        let last = Exchange(isHead: false, isLast: true)
        delivery.deliver(Reply(HTTPResponse(refusing: error)), for: last, to: &output, in: &turn)
    }

    /// Goes on with a reply that waits, if it is due. Returns whether it was.
    mutating func resume(hasPeerEnded: Bool, to output: inout ByteQueue, in turn: inout Turn) -> Bool {
        delivery.resume(hasPeerEnded: hasPeerEnded, to: &output, in: &turn)
    }

    /// Drops the reply that waits; the connection ends without it.
    mutating func giveUp() {
        delivery.giveUp()
    }
}
