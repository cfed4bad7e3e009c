/// Every bound of sockets, loops and waiting in one place, each with its default. `LimitOption` names those
/// that a user may set.

package import HTTPWire

/// How much the clients may ask of the server together, and how long each may take.
package struct SocketLimits: Sendable {
    /// The bounds of one message and of one HTTP/2 session.
    package var wire = HTTPLimits()
    /// Open connections. At the limit the server stops accepting until one closes.
    package var connectionsMax = 10_000
    /// Bytes of answers that a connection has not sent, above which it reads no further request.
    package var outputBytesMax = 1024 * 1024
    /// Time from the first byte of a request to the end of its header section. Then 408.
    package var headerTimeout: Duration = .seconds(10)
    /// Time without a byte either way, between requests or within one. Then a close, and 408 before it if a
    /// request had begun.
    package var idleTimeout: Duration = .seconds(75)
    /// Time from the order to stop to the cut of every exchange that is still in flight.
    package var drainTimeout: Duration = .seconds(5)
    /// Time that a peer may take to close behind a last answer.
    package var lingerTimeout: Duration = .seconds(10)
    /// The longest delay of a reply, on the emulated clock; a longer delay is this one. Also, with
    /// `idleTimeout` on top, the real time for which a connection is kept while its reply waits for a clock
    /// that does not move.
    package var delayMax: Duration = .seconds(60 * 60)
    /// Waits for a reply that are open over all loops. The handler answers one more at once, with an error.
    package var waitsMax = 10_000
    /// Waits of one request that end in the turn in which they begin. One more is a mistake of the handler.
    package var waitsPerTurnMax = 16
    /// Real time for which a stalled answer is held for a client that does not give up. Then a close.
    package var stallMax: Duration = .seconds(10 * 60)
    /// Time between two pieces of a slow answer, on the emulated clock. It is longer where the rate gives
    /// less than a byte in that time. So a slow answer costs at most ten writes a second.
    package var dripPause: Duration = .milliseconds(100)
    /// Replies that are due and that one turn of a loop goes on with, before it serves the connections that
    /// are ready. So 5,000 that are due at once do not keep the others waiting.
    package var dueRepliesPerTurnMax = 32
    /// Bytes of its answers that an HTTP/2 client takes, or the whole rest, within each `idleTimeout`. Fewer,
    /// which a window that opens byte by byte can bring about, is GOAWAY (ENHANCE_YOUR_CALM).
    package var answerBytesMin = 64 * 1024
    /// Time from the notice that the server stops to the GOAWAY that names the last stream. An
    /// acknowledgement of the notice ends it earlier.
    package var drainNoticeMax: Duration = .seconds(1)
    /// Connections that wait to be accepted. The kernel lowers it to net.core.somaxconn.
    package var backlogMax: Int32 = 4096
    /// Connections accepted in one turn of a loop, before the open ones are served.
    package var acceptsPerTurnMax = 64
    /// Pause of accepting when the system is out of descriptors or memory.
    package var acceptPause: Duration = .milliseconds(100)
    /// Time between two reports that accepting pauses.
    package var acceptPauseReportInterval: Duration = .seconds(10)
    /// Ready descriptors served in one turn of a loop.
    package var eventsPerTurnMax = 256
    /// Connections whose requests are answered before any of the answers is sent. More would keep the first
    /// of them waiting for nothing.
    package var answersPerBatchMax = 16
    /// TLS connections that keep OpenSSL's memory for records, up to 34 KB each, also between two of them.
    /// Connections beyond that number take the memory anew for each record.
    package var tlsBuffersMax = 256
    /// Event loops of a server, however many processors there are.
    package var loopsMax = 64
    /// Bytes read at once. The receive buffer grows from it to the size of the longest head.
    package var receiveBytes = 64 * 1024
    /// Bytes of a buffer that a loop keeps for the next connection. A larger one is given back.
    package var spareBytesMax = 256 * 1024

    package init() {}

    /// Bytes received and not yet decoded: always room for the longest head and for what may stand before it.
    package var inputBytesMax: Int {
        wire.requestLineBytesMax + wire.fieldSectionBytesMax + receiveBytes
    }
}

/// The limits that a connection looks at between two turns. A few words, because each connection has a copy.
struct ConnectionLimits: Sendable {
    let outputBytesMax: Int
    let inputBytesMax: Int
    let headerTimeout: Duration
    let idleTimeout: Duration
    let lingerTimeout: Duration

    init(_ limits: SocketLimits) {
        outputBytesMax = limits.outputBytesMax
        inputBytesMax = limits.inputBytesMax
        headerTimeout = limits.headerTimeout
        idleTimeout = limits.idleTimeout
        lingerTimeout = limits.lingerTimeout
    }
}
