/// Every bound of the wire in one place, each with its default. Those that a user may set are in the public
/// `ServerLimits` and are options of the command; the others are the server's own.

/// How much a peer may ask of one connection and of the server, and how long it may take.
package struct HTTPLimits: Sendable {
    /// Bytes of the request line with its CRLF. One more is 414.
    package var requestLineBytesMax = 64 * 1024
    /// Bytes of the header section (and of the trailer section) with its final empty line. One more is 431.
    package var fieldSectionBytesMax = 64 * 1024
    /// Field lines of a section. One more is 431.
    package var fieldsMax = 128
    /// Bytes of a body, chunked framing not counted. One more is 413. The service's own front end takes 10
    /// MB.
    package var bodyBytesMax = 10 * 1024 * 1024
    /// Empty lines that are passed over before a request line (RFC 9112 section 2.2 asks for one). One more
    /// is 400.
    package var emptyLinesMax = 4
    /// Bytes of the chunk extensions of one body, all of which are ignored. One more is 400.
    package var chunkExtensionBytesMax = 4 * 1024
    /// Open connections. At the limit the server stops accepting until one closes.
    package var connectionsMax = 10_000
    /// Pending answer bytes of a connection above which no further request of it is read.
    package var outputBytesMax = 1024 * 1024
    /// From the first byte of a request to the end of its header section. Then 408.
    package var headerTimeout: Duration = .seconds(10)
    /// Without a byte either way, between requests or within one. Then a close, and 408 first if a request
    /// had begun.
    package var idleTimeout: Duration = .seconds(75)
    /// From the order to stop until what is still in flight is cut off.
    package var drainTimeout: Duration = .seconds(5)
    /// Bytes that are still read and dropped behind a last answer, so that a peer that is still sending sees
    /// the answer and not a reset (RFC 9112 section 9.6). One more closes at once.
    package var lingerBytesMax = 64 * 1024 * 1024
    /// How long a peer may take to close behind a last answer.
    package var lingerTimeout: Duration = .seconds(10)
    /// How long a reply may be delayed, on the emulated clock; a longer delay is this one. Also, with
    /// `idleTimeout` on top, how long a connection is kept by real time for a reply whose clock does not
    /// move.
    package var delayMax: Duration = .seconds(60 * 60)
    /// How long a stalled answer is held by real time for a client that does not give up. Then a close.
    package var stallMax: Duration = .seconds(10 * 60)
    /// Between two pieces of a slow answer, on the emulated clock, and longer where the rate gives less than
    /// a byte in that time. So a slow answer costs at most ten writes a second.
    package var dripPause: Duration = .milliseconds(100)
    /// Delayed or slow answers that one turn of a loop goes on with, before the connections that are ready
    /// get theirs. So 5,000 that are due at once do not keep the others waiting.
    package var dueRepliesPerTurnMax = 32
    /// Streams that a client may have open on one HTTP/2 connection. One more is refused.
    package var streamsMax = 128
    /// The window of a stream, of the same size for each: bytes of a request body that may be on their way
    /// before their receipt is told.
    package var streamWindowBytes = 256 * 1024
    /// The window of a whole connection.
    package var connectionWindowBytes = 1024 * 1024
    /// HTTP/2 frames that neither bring a request nor take an answer (SETTINGS, PING, PRIORITY, RST_STREAM,
    /// WINDOW_UPDATE, empty DATA) in one go, and how many more each second. One more is GOAWAY
    /// (ENHANCE_YOUR_CALM). Frames of unknown types are passed over and cost no more than their bytes.
    package var idleFramesMax = 2_000
    package var idleFramesPerSecond = 200
    /// Streams of a connection that the client resets, or forces the server to reset by what is malformed, in
    /// one go, and how many more each second. One more is GOAWAY (ENHANCE_YOUR_CALM). The numbers are the
    /// defaults of libnghttp2, which counts the first kind alone.
    package var streamResetsMax = 1_000
    package var streamResetsPerSecond = 33
    /// Streams of a connection that the server has reset, or refused, before the client had ended them, and
    /// of which further frames are passed over, since the client may have sent them before it knew: the last
    /// so many, and of each as much DATA as its window lets through. Behind that a frame counts as one of a
    /// stream that the client has ended, an error (STREAM_CLOSED). As many as can be provoked in one go.
    /// Also, how many gaps between the numbers of streams are remembered, for the code of an error alone.
    package var closedStreamsMax = 1_000
    /// Settings of one SETTINGS frame, and acknowledgements of SETTINGS and PING that the client has not
    /// taken. One more is GOAWAY (ENHANCE_YOUR_CALM). Both are libnghttp2's defaults.
    package var settingsPerFrameMax = 32
    package var unsentAcknowledgementsMax = 1_000
    /// Bytes of its answers that an HTTP/2 client takes, or the whole rest, within each `idleTimeout`. Fewer,
    /// which a window that opens byte by byte can bring about, is GOAWAY (ENHANCE_YOUR_CALM).
    package var answerBytesMin = 64 * 1024
    /// From the notice that the server stops (a GOAWAY that closes nothing yet) to the GOAWAY that names the
    /// last stream, if the client does not say earlier that it has the notice.
    package var drainNoticeMax: Duration = .seconds(1)
    /// Connections that wait to be accepted. The kernel lowers it to net.core.somaxconn.
    package var backlogMax: Int32 = 4096
    /// Connections accepted in one turn of a loop, before those that are open get theirs.
    package var acceptsPerTurnMax = 64
    /// Pause of accepting when the system is out of descriptors or memory.
    package var acceptPause: Duration = .milliseconds(100)
    /// Between two reports that accepting pauses.
    package var acceptPauseReportInterval: Duration = .seconds(10)
    /// Ready descriptors served in one turn of a loop.
    package var eventsPerTurnMax = 256
    /// Connections whose requests are answered before any of the answers is sent. More would keep the first
    /// of them waiting for nothing.
    package var answersPerBatchMax = 16
    /// TLS connections that keep OpenSSL's memory for records, up to 34 KB each, also between two of them:
    /// taking it anew for each record, as those beyond do, costs a twentieth of an answer's time.
    package var tlsBuffersMax = 256
    /// Event loops of a server, however many processors there are.
    package var loopsMax = 64
    /// Bytes read at once. The receive buffer grows from it to what the longest head needs.
    package var receiveBytes = 64 * 1024
    /// Bytes of a buffer that a loop keeps for the next connection. A larger one is given back.
    package var spareBytesMax = 256 * 1024

    package init() {}

    /// Bytes received and not yet decoded: always room for the longest head and for what may stand before it.
    package var inputBytesMax: Int { requestLineBytesMax + fieldSectionBytesMax + receiveBytes }

    /// Bytes of request bodies of one HTTP/2 connection that are not whole or not answered, over all of its
    /// streams. The stream with one more is refused, which says that it may be sent again.
    package var connectionBodyBytesMax: Int { 2 * bodyBytesMax }

    /// CONTINUATION frames behind one HEADERS frame: those that the longest header section needs in frames of
    /// 16 KiB, and a few more. One more is GOAWAY (ENHANCE_YOUR_CALM).
    package var continuationsMax: Int { fieldSectionBytesMax / (16 * 1024) + 4 }

    /// Bytes to which a header section may unfold once it is past its limit, until its end and the 431. One
    /// more is GOAWAY (ENHANCE_YOUR_CALM): HPACK makes four thousand of one.
    package var unfoldedBytesMax: Int { 16 * fieldSectionBytesMax }
}
