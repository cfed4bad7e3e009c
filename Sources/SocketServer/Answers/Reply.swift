/// The reply of a handler: a response and its delivery. The delivery is data, which the connection performs.
/// No handler waits, closes a socket or knows a socket.

package import HTTPWire

/// A response and its delivery.
package struct Reply: Sendable {
    package var response: HTTPResponse
    /// The time on the emulated clock before the delivery begins. A clock that is moved by hand ends it when
    /// it has been moved far enough. It holds no thread. On HTTP/1.1 later answers wait too, because they
    /// must keep their order; on HTTP/2 other streams do not wait.
    package var delay: Duration = .zero
    package var delivery: Delivery = .whole
    /// Whether the handler has reserved room for the body with all others. The wire then asks no more,
    /// because the journal has the answer already.
    package var hasRoom = false

    package init(_ response: HTTPResponse, delay: Duration = .zero, delivery: Delivery = .whole) {
        self.response = response
        self.delay = delay
        self.delivery = delivery
    }
}

/// The way in which a response reaches its peer, or does not. All of it happens after the reply's delay.
package enum Delivery: Sendable, Equatable {
    /// The whole response is sent, and the connection goes on.
    case whole
    /// The connection ends by a TCP RST (SO_LINGER of 0), and bytes that are not sent yet are lost.
    /// `afterHead` first sends the head of the response, with the Content-Length of a body that never comes.
    /// On HTTP/2 `afterHead` sends HEADERS without END_STREAM. The whole connection ends, not the stream
    /// alone.
    case reset(afterHead: Bool)
    /// The connection closes in order (FIN) without a byte of the response.
    case close
    /// Nothing is sent. The connection closes when the client gives up or the server's limit for stalled
    /// answers has passed. On HTTP/2 only the stream is silent, and ends by RST_STREAM (CANCEL).
    case stall
    /// The whole head and at most `bytes` of the body, then an orderly close. The body is shorter than its
    /// Content-Length. On HTTP/2 the stream ends by RST_STREAM (INTERNAL_ERROR).
    case truncate(bytes: Int)
    /// The whole response, head and body, at this rate, which is at least 1. On HTTP/2 only the body is slow.
    /// HEADERS go at once, because their size depends on earlier HEADERS.
    case slow(bytesPerSecond: Int)
    /// On HTTP/2 a GOAWAY (NO_ERROR) whose last stream is this one, or a later one that was answered before.
    /// The whole response and the end of the connection follow. On HTTP/1.1, which has no GOAWAY, the whole
    /// response with `Connection: close`.
    case goaway
    /// On HTTP/2 the stream ends by RST_STREAM (REFUSED_STREAM): nothing was done, and the request may be
    /// sent again. On HTTP/1.1, which has no streams, the same as `close`.
    case refuseStream
    /// On HTTP/2 the stream ends by RST_STREAM with this code, and the connection goes on. On HTTP/1.1, which
    /// has no streams, the same as `reset` without a head.
    case resetStream(HTTP2ErrorCode)
}
