/// One open stream of HTTP/2: the request that arrives, and the answer that leaves. Holds the request until
/// it is handed out, and the answer until libnghttp2 has taken the last byte. Sums over all streams are kept
/// elsewhere.

/// A place that is used by one stream after another.
struct HTTP2Stream: Sendable {
    /// The state of the stream that is in the place.
    ///
    ///     free ─HEADERS─► opened ─section is whole─► receiving ─END_STREAM─► whole
    ///                        │                          │  │                   │
    ///                        │ a mistake, a limit       │  │ too many bytes    │ handed out
    ///                        ▼                          │  │ on all streams    ▼
    ///                     refused ◄─────────────────────┘  └───────────────► taken ─body─► answering
    ///                        │                                                 ▲
    ///                        └───────────────── handed out ────────────────────┘
    ///
    /// By RFC 9113 a stream is open until it is `whole`, which is half-closed (remote). It may also be open
    /// when it is `refused`, `taken` or `answering`: then the answer comes early. From each state RST_STREAM
    /// of either side, and the end of both halves, lead back to `free`.
    private enum State: Sendable {
        case free
        /// The first header section has begun.
        case opened
        case receiving(Incoming)
        /// The request waits to be handed out.
        case whole(HTTPRequest)
        /// The mistake waits to be handed out. The rest of the request is dropped.
        case refused(HTTPParseError, head: HTTPRequest?)
        /// The request is handed out or dropped, and no body of an answer has come. An answer without a body
        /// ends here.
        case taken
        case answering(Outgoing)
    }

    /// The parts of a request that have arrived.
    private struct Incoming: Sendable {
        /// The request without its body and trailers.
        let request: HTTPRequest
        var body: [UInt8] = []
        var trailers = HTTPFields()

        var wholeRequest: HTTPRequest {
            body.isEmpty && trailers.count == 0 ? request : request.with(body: body, trailers: trailers)
        }
    }

    /// The end of a response's body.
    enum BodyEnd: Sendable {
        case whole
        /// RST_STREAM (INTERNAL_ERROR) after `bytes` bytes.
        case broken(bytes: Int)
        /// More bytes come later.
        case open
    }

    private struct Outgoing: Sendable {
        var body: [UInt8]
        var sentBytes = 0
        var end: BodyEnd

        var unsentBytes: Int {
            if case .broken(let bytes) = end { return max(min(bytes, body.count) - sentBytes, 0) }
            return body.count - sentBytes
        }
    }

    /// The number of the stream; 0 for a free place.
    let number: Int32
    private var state: State
    /// The number of bytes that arrived after the request was dropped or answered.
    private(set) var droppedBytes = 0

    /// A free place.
    init() {
        number = 0
        state = .free
    }

    init(opened number: Int32) {
        self.number = number
        state = .opened
    }

    /// A stream with a request that came over HTTP/1.1.
    init(taken number: Int32) {
        self.number = number
        state = .taken
    }

    /// The number of bytes of the request's body that are kept.
    var receivedBytes: Int {
        switch state {
        case .receiving(let incoming): incoming.body.count
        case .whole(let request): request.body.count
        case .free, .opened, .refused, .taken, .answering: 0
        }
    }

    /// The number of bytes of the answer's body that may still leave.
    var unsentBytes: Int {
        if case .answering(let outgoing) = state { outgoing.unsentBytes } else { 0 }
    }

    /// Whether further bytes of the request are kept.
    var isReceiving: Bool {
        if case .receiving = state { true } else { false }
    }
}

/// The request.
extension HTTP2Stream {
    /// Takes a header section without a problem, the request's or its trailers'. Returns whether the request
    /// is whole and now waits to be handed out.
    mutating func endSection(_ head: inout HTTP2Head, isEndOfStream: Bool) -> Bool {
        switch state {
        case .opened where isEndOfStream:
            state = .whole(head.takeRequest())
            return true
        case .opened:
            state = .receiving(Incoming(request: head.takeRequest()))
            return false
        case .receiving(var incoming):
            incoming.trailers = head.takeFields()
            state = .receiving(incoming)
            return isEndOfStream && endRequest()
        case .free, .whole, .refused, .taken, .answering: return false
        }
    }

    /// Takes bytes of the body, or drops them.
    mutating func append(_ bytes: Span<UInt8>) {
        guard case .receiving(var incoming) = state else {
            droppedBytes += bytes.count
            return
        }
        // Swift would copy the array if the state held it too.
        state = .opened
        incoming.body.append(bytes)
        state = .receiving(incoming)
    }

    /// Ends the request. Returns whether it now waits to be handed out.
    mutating func endRequest() -> Bool {
        guard case .receiving(let incoming) = state else { return false }
        state = .whole(incoming.wholeRequest)
        return true
    }

    /// Ends a request that has a mistake. `part` is the known part of a head that is not whole. Returns
    /// whether the mistake now waits to be handed out.
    mutating func refuse(_ problem: HTTPParseError, part: HTTPRequest?) -> Bool {
        switch state {
        case .opened:
            state = .refused(problem, head: part)
            return true
        case .receiving(let incoming):
            state = .refused(problem, head: incoming.request)
            return true
        case .free, .whole, .refused, .taken, .answering: return false
        }
    }

    /// Drops the request.
    mutating func dropRequest() { state = .taken }

    /// Hands out the request, or its mistake and the head that is known; nil if neither waits.
    mutating func take() -> (content: Result<HTTPRequest, HTTPParseError>, refused: HTTPRequest?)? {
        switch state {
        case .whole(let request):
            state = .taken
            return (.success(request), nil)
        case .refused(let problem, let head):
            state = .taken
            return (.failure(problem), head)
        case .free, .opened, .receiving, .taken, .answering: return nil
        }
    }
}

/// The answer.
extension HTTP2Stream {
    mutating func beginBody(_ body: [UInt8], _ end: BodyEnd) {
        state = .answering(Outgoing(body: body, end: end))
    }

    mutating func appendToBody(_ bytes: [UInt8], isLast: Bool) {
        guard case .answering(var outgoing) = state else { return }
        // Swift would copy the array if the state held it too.
        state = .taken
        outgoing.body += bytes
        if isLast { outgoing.end = .whole }
        state = .answering(outgoing)
    }

    /// Calls `copy` with the next bytes of the body, at most `count`. Returns their count, and the end of the
    /// body if they are the last.
    mutating func readBody(
        atMost count: Int, _ copy: ([UInt8], Range<Int>) -> Void
    ) -> (count: Int, end: BodyEnd?) {
        guard case .answering(var outgoing) = state else {
            preconditionFailure("An answer without a body is not read.")
        }
        let taken = min(outgoing.unsentBytes, count)
        copy(outgoing.body, outgoing.sentBytes..<(outgoing.sentBytes + taken))
        outgoing.sentBytes += taken
        state = .answering(outgoing)
        return (taken, outgoing.unsentBytes == 0 ? outgoing.end : nil)
    }
}
