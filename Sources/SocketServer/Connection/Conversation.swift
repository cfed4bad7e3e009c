/// The messages of one connection, in the protocol that its client chose. One port serves every protocol: the
/// first bytes tell HTTP/1 from HTTP/2. A request of HTTP/1.1 may ask to go on in HTTP/2 or as a WebSocket.
/// No protocol reads or writes a socket.

internal import HTTPWire

/// The outcome of one step of a conversation.
enum ConversationStep {
    /// Every request is answered, and no byte of another has come.
    case rests
    /// The next step needs more bytes, a later time, or a part of the output to leave.
    case waits
    /// Requests wait in the input until the client has taken some of the output.
    case isHeldBack
    /// The conversation reads no further message.
    case ends(Ending)
    /// The connection goes on in another protocol.
    case switches(to: Conversation)
}

/// The times at which a conversation goes on without its client.
struct ConversationTimes {
    /// The monotonic time at which to call `expire`.
    let deadline: Duration
    /// The time on the emulated clock from which a step goes on with a reply that waits; nil if no reply
    /// waits for a clock.
    let replyDue: Duration?
}

/// The outcome of a deadline that has passed.
enum Expiry: Sendable {
    /// A turn follows.
    case goesOn
    /// The connection ends in order, after the bytes that it still sends.
    case ends
    /// The connection ends at once, because nobody takes the rest of its bytes.
    case closes
}

/// The protocol of a connection, and the state of the connection in it.
///
///     undecided ──┬── the preface of HTTP/2, or agreed on by ALPN ────────► http2
///                 └── any other bytes ──► http1 ── 101, if asked for h2c ──► http2
///
/// `http1` also leads to `webSocket`, by a 101 that the handler has agreed to.
///
/// The states are on the heap because Swift cannot change a payload of an enum in place. Each step would move
/// the whole state out and back.
enum Conversation {
    /// The bytes so far do not tell the protocol. `since` is the time of the first byte, nil before it.
    case undecided(since: Duration?)
    case http1(Box<HTTP1Conversation>)
    case http2(Box<HTTP2Conversation>)
    case webSocket(Box<WebSocketConversation>)

    final class Box<State: ~Copyable> {
        var state: State

        init(_ state: consuming State) { self.state = state }
    }

    /// The connection preface of RFC 9113 section 3.4, chosen so that no HTTP/1 server takes it for a
    /// request.
    private static let http2Preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Whether every request is answered, and none has begun. False for HTTP/2 and WebSocket, which end by
    /// messages of their own.
    var isIdle: Bool {
        switch self {
        case .undecided(let since): since == nil
        case .http1(let http1): http1.state.isIdle
        case .http2, .webSocket: false
        }
    }

    /// The bytes of bodies that arrive, and of answers that wait, without those in the output.
    var heldBytes: Int {
        switch self {
        case .undecided: 0
        case .http1(let http1): http1.state.heldBytes
        case .http2(let http2): http2.state.heldBytes
        // A channel bounds its own messages.
        case .webSocket: 0
        }
    }

    /// The times at which the conversation goes on without the client.
    func times(for peer: Peer, isOutputEmpty: Bool, _ limits: ConnectionLimits) -> ConversationTimes {
        switch self {
        case .undecided(let since):
            let idle = peer.lastMoved + limits.idleTimeout
            let deadline = since.map { min(idle, $0 + limits.headerTimeout) } ?? idle
            return ConversationTimes(deadline: deadline, replyDue: nil)
        case .http1(let http1): return http1.state.times(for: peer, isOutputEmpty: isOutputEmpty, limits)
        case .http2(let http2): return http2.state.times(for: peer, isOutputEmpty: isOutputEmpty, limits)
        case .webSocket(let webSocket):
            return webSocket.state.times(for: peer, isOutputEmpty: isOutputEmpty, limits)
        }
    }

    /// Goes one step further: answers the requests that are there, or chooses the protocol.
    mutating func step(
        from input: inout ByteQueue, of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) -> ConversationStep {
        switch self {
        case .undecided(let since):
            let began = input.isEmpty ? since : since ?? turn.now
            self = .undecided(since: began)
            return Self.firstStep(by: input, since: began, of: peer, in: turn)
        case .http1(let http1): return http1.state.step(from: &input, of: peer, to: &output, in: &turn)
        case .http2(let http2): return http2.state.step(from: &input, of: peer, to: &output, in: &turn)
        case .webSocket(let webSocket):
            return webSocket.state.step(from: &input, of: peer, to: &output, in: &turn)
        }
    }

    /// Acts on a deadline that has passed.
    mutating func expire(
        _ peer: Peer, input: ByteQueue, to output: inout ByteQueue, in turn: inout Turn
    ) -> Expiry {
        switch self {
        case .undecided(let since):
            let http1 = Box(HTTP1Conversation(headBegan: since, turn.limits))
            self = .http1(http1)
            return http1.state.expire(peer, input: input, to: &output, in: &turn)
        case .http1(let http1): return http1.state.expire(peer, input: input, to: &output, in: &turn)
        case .http2(let http2): return http2.state.expire(peer, isOutputEmpty: output.isEmpty, in: turn)
        case .webSocket(let webSocket): return webSocket.state.expire(isOutputEmpty: output.isEmpty, in: turn)
        }
    }

    /// Drops the replies that wait, because their client is gone.
    func cancelWaits(in turn: borrowing Turn) {
        switch self {
        case .undecided: break
        case .http1(let http1): http1.state.cancelWaits(in: turn)
        case .http2(let http2): http2.state.cancelWaits(in: turn)
        case .webSocket(let webSocket): webSocket.state.end(in: turn)
        }
    }

    /// Bytes of neither protocol go to the decoder of HTTP/1, which names their mistake.
    private static func firstStep(
        by input: ByteQueue, since: Duration?, of peer: Peer, in turn: Turn
    ) -> ConversationStep {
        guard !input.isEmpty else { return peer.hasEnded ? .ends(.inOrder) : .waits }
        // After ALPN has chosen HTTP/2, other bytes than the preface are an error of HTTP/2 (RFC 9113 section
        // 3.4).
        let isHTTP2: Bool? =
            peer.speaksHTTP2
            ? true
            : input.withSpan { bytes in
                let preface = http2Preface.span
                for i in 0..<min(bytes.count, preface.count) where bytes[i] != preface[i] { return false }
                return bytes.count < preface.count ? nil : true
            }
        if peer.isRefused || isHTTP2 == false {
            return .switches(to: .http1(Box(HTTP1Conversation(headBegan: since, turn.limits))))
        }
        guard isHTTP2 == nil else {
            return .switches(to: .http2(Box(HTTP2Conversation(limits: turn.limits, now: turn.now))))
        }
        return peer.hasEnded ? .ends(.inOrder) : .waits
    }
}
