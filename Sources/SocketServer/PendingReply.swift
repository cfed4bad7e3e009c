/// A reply that waits in its connection: for the end of its delay, for the next piece of a slow delivery, or
/// for the peer to give up. Data and two times; it holds no thread and no buffer, and its body is shared
/// with whoever made the response, so that thousands may wait at once.

internal import HTTPWire

/// What the connection must remember of a request to deliver the reply to it.
struct Exchange: Sendable {
    /// A HEAD request: the answer's body is not sent.
    let isHead: Bool
    /// No further request is read.
    let isLast: Bool
}

/// A reply that is not yet in the output. On HTTP/1 there is one, and nothing behind it goes before it; on
/// HTTP/2, one a stream.
struct PendingReply: Sendable {
    enum Stage: Sendable {
        /// Nothing is sent until this time on the emulated clock.
        case delayed(Reply, until: Duration)
        /// Nothing is ever sent.
        case stalled
        case dripping(Drip)
    }

    let exchange: Exchange
    let stage: Stage
    /// The real time at which the connection, or on HTTP/2 the stream, waits no longer, whatever the
    /// emulated clock does.
    let cutOff: Duration

    init(_ stage: Stage, for exchange: Exchange, now: Duration, limits: HTTPLimits) {
        self.stage = stage
        self.exchange = exchange
        cutOff =
            switch stage {
            case .stalled: now + limits.stallMax
            case .delayed, .dripping: now + limits.delayMax + limits.idleTimeout
            }
    }

    /// The emulated time of the next step; nil if none comes by itself.
    var due: Duration? {
        switch stage {
        case .delayed(_, let until): until
        case .stalled: nil
        case .dripping(let drip): drip.due
        }
    }
}
