/// Bytes of an HTTP/1.1 connection in, whole requests out. Holds no bytes of a head: the caller keeps them
/// and passes them again. A request may therefore arrive in any number of pieces, with the same result.
/// Refuses with `HTTPParseError`, which has the status of the answer. Follows RFC 9112 sections 2 to 7.

/// The reading half of one HTTP/1.1 connection.
package struct HTTP1Decoder: Sendable {
    /// The result of one call. The next call's bytes begin after the first `consumed` bytes.
    package enum Outcome: Sendable {
        /// There is no whole request yet. Call again when more bytes have arrived.
        case needMore(consumed: Int)
        /// The client waits for `HTTP/1.1 100 Continue` before it sends the body. Returned at most once a
        /// request, and only while no byte of the body has arrived. Call again when more bytes have arrived.
        case expectContinue(consumed: Int)
        /// A request. If `keepAlive`, the connection goes on after the answer, and the caller calls again for
        /// the next request.
        case request(HTTPRequest, consumed: Int, keepAlive: Bool)
    }

    private enum Phase: Sendable {
        case head
        case content(remaining: Int)
        case chunked
        case refused(HTTPParseError)
    }

    private let limits: HTTPLimits
    private var phase = Phase.head
    private var head = HTTP1Head()
    /// The request without its body, while the body arrives.
    private var request: HTTPRequest?
    private var isKeptAlive = false
    /// Whether the last head asks for an upgrade to HTTP/2.
    package private(set) var asksForHTTP2 = false
    /// Whether the last head has `websocket` in an Upgrade field.
    package private(set) var namesWebSocket = false
    private var body: [UInt8] = []
    private var chunks = HTTP1ChunkedBody()
    /// The known part of the request that was refused, without its body; nil if no target was readable.
    package private(set) var refused: HTTPRequest?

    package init(limits: HTTPLimits) {
        self.limits = limits
    }

    /// Whether a request has begun and is not whole. Empty lines before a request do not begin it.
    package var hasBegunRequest: Bool {
        switch phase {
        case .head: head.hasBegun
        case .content, .chunked: true
        case .refused: false
        }
    }

    /// Whether a header section has begun and is not whole.
    package var isReadingHead: Bool {
        if case .head = phase { head.hasBegun } else { false }
    }

    /// The number of bytes of the body that have arrived so far.
    package var bodyBytes: Int { body.count }

    /// The request whose end does not come, as far as it is known. `bytes` holds everything received and not
    /// consumed.
    package func part(of bytes: Span<UInt8>) -> HTTPRequest? {
        request ?? head.part(of: bytes, limits: limits)
    }

    /// Reads on, at most to the end of one request. `bytes` holds everything received and not consumed: the
    /// rest of the last call, then new bytes. After an error every call throws the same error.
    package mutating func decode(_ bytes: Span<UInt8>) throws(HTTPParseError) -> Outcome {
        do throws(HTTPParseError) {
            switch phase {
            case .head: return try readHead(bytes)
            case .content(let remaining): return readContent(bytes, from: 0, remaining: remaining)
            case .chunked: return try readChunks(bytes, from: 0)
            case .refused(let error): throw error
            }
        } catch {
            if case .refused = phase { throw error }
            phase = .refused(error)
            refused = part(of: bytes) ?? head.refusedPart(of: bytes, limits: limits)
            throw error
        }
    }

    private mutating func readHead(_ bytes: Span<UInt8>) throws(HTTPParseError) -> Outcome {
        switch try head.parse(bytes, limits: limits) {
        case .needMore(let consumed):
            return .needMore(consumed: consumed)
        case .done(let method, let target, let version, let fields, let end):
            head = HTTP1Head()
            let framing: HTTP1Framing
            do throws(HTTPParseError) {
                framing = try HTTP1Framing(of: fields, version: version, limits: limits)
            } catch {
                request = HTTPRequest(method: method, target: target, version: version, fields: fields)
                throw error
            }
            asksForHTTP2 = framing.asksForHTTP2
            namesWebSocket = framing.namesWebSocket
            if case .length(let length) = framing.body, length <= bytes.count - end {
                // The whole body is there, or there is none.
                var body: [UInt8] = []
                if length > 0 { body.append(bytes.extracting(end..<(end + length))) }
                // A WebSocket keeps the request of its handshake, and may be one of thousands.
                let request = HTTPRequest(
                    method: method, target: target, version: version,
                    fields: namesWebSocket ? fields.tight() : fields, body: body)
                return .request(request, consumed: end + length, keepAlive: framing.isKeptAlive)
            }
            request = HTTPRequest(method: method, target: target, version: version, fields: fields)
            isKeptAlive = framing.isKeptAlive
            return try beginBody(framing, bytes, from: end)
        }
    }

    private mutating func beginBody(
        _ framing: HTTP1Framing, _ bytes: Span<UInt8>, from start: Int
    ) throws(HTTPParseError) -> Outcome {
        switch framing.body {
        case .length(let length):
            phase = .content(remaining: length)
            // Reserves only for bytes that have arrived or that are usual, because a client may never send
            // the promised length.
            body.reserveCapacity(min(length, max(bytes.count - start, promisedBytesMax)))
        case .chunked:
            phase = .chunked
            chunks = HTTP1ChunkedBody()
        }
        if framing.expectsContinue, bytes.count == start { return .expectContinue(consumed: start) }
        switch framing.body {
        case .length(let length): return readContent(bytes, from: start, remaining: length)
        case .chunked: return try readChunks(bytes, from: start)
        }
    }

    private mutating func readContent(_ bytes: Span<UInt8>, from start: Int, remaining: Int) -> Outcome {
        let count = min(remaining, bytes.count - start)
        body.append(bytes.extracting(start..<(start + count)))
        guard count == remaining else {
            phase = .content(remaining: remaining - count)
            return .needMore(consumed: start + count)
        }
        return finish(trailers: HTTPFields(), consumed: start + count)
    }

    private mutating func readChunks(_ bytes: Span<UInt8>, from start: Int) throws(HTTPParseError) -> Outcome
    {
        switch try chunks.read(bytes.extracting(start..<bytes.count), into: &body, limits: limits) {
        case .needMore(let consumed): return .needMore(consumed: start + consumed)
        case .done(let trailers, let consumed): return finish(trailers: trailers, consumed: start + consumed)
        }
    }

    private mutating func finish(trailers: HTTPFields, consumed: Int) -> Outcome {
        guard let head = request.take() else { preconditionFailure("A body is read for a request only.") }
        let request = head.with(body: body, trailers: trailers)
        body = []
        phase = .head
        return .request(request, consumed: consumed, keepAlive: isKeptAlive)
    }
}

/// Bytes reserved for a body of which nothing has arrived. Fixed, because the buffer grows with the bytes
/// that arrive.
private let promisedBytesMax = 16 * 1024
