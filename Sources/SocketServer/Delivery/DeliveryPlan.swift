/// A `Delivery` as a plan that names no protocol: the part of the response that is sent, and the end behind
/// it. Only this file interprets a delivery. HTTP/1 and HTTP/2 each carry out the plan.

internal import HTTPWire

/// The end of a connection, after its output is sent.
enum Ending: Sendable {
    case inOrder
    /// The peer gets a reset.
    case abrupt
}

/// The part of a response that is sent, and the end behind it.
struct DeliveryPlan: Sendable {
    enum Content: Sendable {
        case nothing
        /// The head alone, with the length of a body that does not follow.
        case head
        /// The head, and at most `bodyBytes` of the body. The plan then breaks off.
        case part(bodyBytes: Int)
        case whole
        case slow(bytesPerSecond: Int)
    }

    enum End: Sendable {
        /// The exchange is over. The connection goes on.
        case exchange
        /// The exchange is over, and was the last of the connection.
        case lastExchange
        /// The exchange breaks off. HTTP/2 resets the stream with the code; HTTP/1, which has no streams,
        /// ends the connection.
        case brokenExchange(HTTP2ErrorCode, onHTTP1: Ending)
        /// The connection ends, and so does every exchange on it.
        case connection(Ending)
    }

    /// The end of a stalled response, when the client gives up or the limit has passed.
    static let endOfStall = End.brokenExchange(.cancel, onHTTP1: .inOrder)

    let content: Content
    let end: End

    /// A server that stops waits for no clock, and sends a slow response at once.
    init(_ delivery: Delivery, isDraining: Bool) {
        (content, end) =
            switch delivery {
            case .whole: (.whole, .exchange)
            case .goaway: (.whole, .lastExchange)
            case .slow(let bytesPerSecond):
                (isDraining ? .whole : .slow(bytesPerSecond: bytesPerSecond), .exchange)
            case .truncate(let bytes):
                (.part(bodyBytes: bytes), .brokenExchange(.internalError, onHTTP1: .inOrder))
            case .stall: (.nothing, Self.endOfStall)
            case .refuseStream: (.nothing, .brokenExchange(.refusedStream, onHTTP1: .inOrder))
            case .resetStream(let code): (.nothing, .brokenExchange(code, onHTTP1: .abrupt))
            case .close: (.nothing, .connection(.inOrder))
            case .reset(let afterHead): (afterHead ? .head : .nothing, .connection(.abrupt))
            }
    }
}

extension Delivery {
    /// Whether the client gets the head of the response.
    package var sendsHead: Bool {
        if case .nothing = DeliveryPlan(self, isDraining: false).content { false } else { true }
    }
}
