/// The messages of one connection, in the protocol that its client chose. One port serves every protocol: the
/// first bytes tell HTTP/1 from HTTP/2, and a request of HTTP/1.1 may ask to go on in HTTP/2. Neither reads
/// nor writes a socket.

internal import HTTPWire

/// The client of a connection, as the conversation sees it.
struct Peer: Sendable {
    let connection: ConnectionID
    /// The address of the connection for mail of other threads.
    let recipient: Recipient
    /// The client sends no more. The server still answers what it sent before.
    var hasEnded = false
    /// The monotonic time at which a byte last went either way.
    var lastMoved: Duration
    /// The bytes come through TLS.
    var isEncrypted = false
    /// The client has agreed on HTTP/2 by ALPN.
    var speaksHTTP2 = false
    /// The client began with plain text where the server takes TLS alone.
    var isRefused = false
}

/// How a connection ends when its output is sent.
enum Ending: Sendable {
    case inOrder
    /// By a reset.
    case abrupt
}

/// The outcome of one step of a conversation.
enum ConversationStep: ~Copyable {
    /// The next step may follow in the same turn.
    case goesOn
    /// The next step needs more bytes, a later time, or a part of the output to leave.
    case waits
    /// Requests are there. They wait until the client has taken some of the output.
    case isHeldBack
    /// The conversation reads no further message.
    case ends(Ending)
    /// The connection goes on in another protocol.
    case switches(to: Conversation)
}

/// The outcome of a deadline that has passed.
enum Expiry: Sendable {
    /// A turn follows.
    case goesOn
    /// The connection ends in order, behind what it still sends.
    case ends
    /// The connection ends at once. Nothing that it would still send is of use.
    case closes
}

/// The protocol of a connection, and the state of the connection in it.
///
///     undecided ──┬── the preface of HTTP/2, or agreed on by ALPN ────────► http2
///                 └── any other bytes ──► http1 ── 101, if asked for h2c ──► http2
///
/// Not copyable, so that a step moves the state and counts none of the references in it.
enum Conversation: ~Copyable {
    /// The bytes so far do not tell the protocol. `since` is the time of the first of them, nil before it.
    case undecided(since: Duration?)
    case http1(HTTP1Conversation)
    case http2(HTTP2Conversation)

    /// The connection preface of RFC 9113 section 3.4, chosen so that no HTTP/1 server takes it for a
    /// request.
    private static let http2Preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Whether every request is answered, and none has begun. HTTP/2 is never idle: it ends by messages of
    /// its own.
    var isIdle: Bool {
        switch self {
        case .undecided(let since): since == nil
        case .http1(let http1): http1.isIdle
        case .http2: false
        }
    }

    /// The time on the emulated clock from which a step goes on with a reply that waits; nil if none waits
    /// for a clock.
    var replyDue: Duration? {
        switch self {
        case .undecided: nil
        case .http1(let http1): http1.replyDue
        case .http2(let http2): http2.replyDue
        }
    }

    /// The monotonic time at which to call `expire`.
    func deadline(for peer: Peer, isOutputEmpty: Bool, _ limits: SocketLimits) -> Duration {
        switch self {
        case .undecided(let since):
            let idle = peer.lastMoved + limits.idleTimeout
            return since.map { min(idle, $0 + limits.headerTimeout) } ?? idle
        case .http1(let http1): return http1.deadline(for: peer, isOutputEmpty: isOutputEmpty, limits)
        case .http2(let http2): return http2.deadline(for: peer, isOutputEmpty: isOutputEmpty, limits)
        }
    }

    /// Goes one step further: answers a request of HTTP/1, or all that are there of HTTP/2.
    mutating func step(
        from input: inout ByteQueue, of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) -> ConversationStep {
        switch consume self {
        case .undecided(let since):
            let began = input.isEmpty ? since : since ?? turn.now
            self = .undecided(since: began)
            return Self.firstStep(by: input, since: began, of: peer, in: turn)
        case .http1(var http1):
            let step = http1.step(from: &input, of: peer, to: &output, in: &turn)
            self = .http1(http1)
            return step
        case .http2(var http2):
            let step = http2.step(from: &input, of: peer, to: &output, in: &turn)
            self = .http2(http2)
            return step
        }
    }

    /// Acts on a deadline that has passed.
    mutating func expire(_ peer: Peer, to output: inout ByteQueue, in turn: inout Turn) -> Expiry {
        switch consume self {
        case .undecided(let since):
            var http1 = HTTP1Conversation(headBegan: since, turn.limits)
            let expiry = http1.expire(peer, to: &output, in: &turn)
            self = .http1(http1)
            return expiry
        case .http1(var http1):
            let expiry = http1.expire(peer, to: &output, in: &turn)
            self = .http1(http1)
            return expiry
        case .http2(var http2):
            let expiry = http2.expire(peer, isOutputEmpty: output.isEmpty, in: turn)
            self = .http2(http2)
            return expiry
        }
    }

    /// Drops the replies that wait, because nobody gets them any more.
    mutating func cancelWaits(in turn: borrowing Turn) {
        switch consume self {
        case .undecided(let since):
            self = .undecided(since: since)
        case .http1(var http1):
            http1.cancelWaits(in: turn)
            self = .http1(http1)
        case .http2(var http2):
            http2.cancelWaits(in: turn)
            self = .http2(http2)
        }
    }

    /// Bytes of neither protocol are HTTP/1, whose decoder says what is wrong with them.
    private static func firstStep(
        by input: ByteQueue, since: Duration?, of peer: Peer, in turn: Turn
    ) -> ConversationStep {
        guard !input.isEmpty else { return peer.hasEnded ? .ends(.inOrder) : .waits }
        // Bytes other than the preface are an error of HTTP/2 then (RFC 9113 section 3.4).
        let isHTTP2: Bool? =
            peer.speaksHTTP2
            ? true
            : input.withSpan { bytes in
                let preface = http2Preface.span
                for i in 0..<min(bytes.count, preface.count) where bytes[i] != preface[i] { return false }
                return bytes.count < preface.count ? nil : true
            }
        if peer.isRefused || isHTTP2 == false {
            return .switches(to: .http1(HTTP1Conversation(headBegan: since, turn.limits)))
        }
        guard isHTTP2 == nil else {
            return .switches(to: .http2(HTTP2Conversation(limits: turn.limits, now: turn.now)))
        }
        return peer.hasEnded ? .ends(.inOrder) : .waits
    }
}
