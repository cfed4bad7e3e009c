/// The reply of a handler: the response, and how it is to be delivered. Delivery is data, performed by the
/// connection: no handler waits, closes a socket or knows that there is one.

package import HTTPWire

/// A response and its delivery.
package struct Reply: Sendable {
    package var response: HTTPResponse
    /// How long the connection waits before it begins to deliver, on the emulated clock. A clock that is
    /// moved by hand ends the wait when it has been moved far enough. No thread is held. Answers behind it on
    /// HTTP/1.1 wait too, because they must keep their order; other streams of HTTP/2 do not.
    package var delay: Duration = .zero
    package var delivery: Delivery = .whole

    package init(_ response: HTTPResponse, delay: Duration = .zero, delivery: Delivery = .whole) {
        self.response = response
        self.delay = delay
        self.delivery = delivery
    }
}

/// How a response reaches its peer, or does not. All happens after the reply's delay.
package enum Delivery: Sendable, Equatable {
    /// All of it, and the connection goes on.
    case whole
    /// The connection is broken off by a TCP RST (SO_LINGER of 0), and what it had unsent is lost.
    /// `afterHead` first sends the head of the response, with the Content-Length of a body that never comes.
    /// On HTTP/2 `afterHead` sends HEADERS without END_STREAM; either way the whole connection goes, not the
    /// stream alone.
    case reset(afterHead: Bool)
    /// The connection is closed in order (FIN) without a byte of the response.
    case close
    /// Nothing is sent, until the client gives up or the server's limit for stalled answers has passed; then
    /// the connection is closed. On HTTP/2 it is the stream that is silent, and ends by RST_STREAM (CANCEL).
    case stall
    /// The whole head and at most so many bytes of the body, then an orderly close. The body is shorter than
    /// the Content-Length that promised it. On HTTP/2 the stream ends by RST_STREAM (INTERNAL_ERROR).
    case truncate(bytes: Int)
    /// The whole response, head and body, at so many bytes a second. At least 1. On HTTP/2 the body alone:
    /// the HEADERS, whose size depends on what was packed before, go at once.
    case slow(bytesPerSecond: Int)
    /// On HTTP/2 a GOAWAY (NO_ERROR) that names this stream, or a later one that was handled before it, as
    /// the last. Then the whole response, then the end of the connection. On HTTP/1.1 the nearest there is:
    /// the whole response with `Connection: close`.
    case goaway
    /// On HTTP/2 the stream ends by RST_STREAM (REFUSED_STREAM), which says that nothing was done and that
    /// the request may be sent again. On HTTP/1.1, which has no streams, the same as `close`.
    case refuseStream
    /// On HTTP/2 the stream ends by RST_STREAM with this code, and the connection goes on. On HTTP/1.1 the
    /// nearest there is: `reset` without a head.
    case resetStream(HTTP2ErrorCode)
}
