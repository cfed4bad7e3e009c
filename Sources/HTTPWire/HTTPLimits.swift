/// Every bound of a message and of an HTTP/2 session in one place, each with its default. The bounds hold for
/// bytes alone: no socket, no connection and no timeout is known here.

/// How much a peer may send in one message, and ask of one session.
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
    /// Bytes that are still read and dropped behind a last answer (RFC 9112 section 9.6). A peer that is
    /// still sending then sees the answer and not a reset. One more closes at once.
    package var lingerBytesMax = 64 * 1024 * 1024
    /// Streams that a client may have open on one HTTP/2 connection. One more is refused.
    package var streamsMax = 128
    /// The window of each stream: bytes of a request body that may be on their way before they are
    /// acknowledged.
    package var streamWindowBytes = 256 * 1024
    /// The window of a whole connection.
    package var connectionWindowBytes = 1024 * 1024
    /// HTTP/2 frames that ask for nothing, in one go: SETTINGS, PING, PRIORITY, RST_STREAM, WINDOW_UPDATE and
    /// empty DATA. The second number is how many more are allowed each second. One more is GOAWAY
    /// (ENHANCE_YOUR_CALM). Frames of unknown types are passed over and cost no more than their bytes.
    package var idleFramesMax = 2_000
    package var idleFramesPerSecond = 200
    /// Streams of a connection that the client resets, or makes the server reset by malformed frames, in one
    /// go. The second number is how many more are allowed each second. One more is GOAWAY
    /// (ENHANCE_YOUR_CALM). The numbers are the defaults of libnghttp2, which counts the first kind alone.
    package var streamResetsMax = 1_000
    package var streamResetsPerSecond = 33
    /// Streams that the server has reset or refused before the client ended them, the last so many. Their
    /// further frames are passed over, and as much DATA as their window lets through, because the client may
    /// not know yet. Behind that a frame counts as one of a stream that the client has ended, an error
    /// (STREAM_CLOSED). As many as can be provoked in one go. Also, how many gaps between the numbers of
    /// streams are remembered, for the code of an error alone.
    package var closedStreamsMax = 1_000
    /// Settings of one SETTINGS frame, and acknowledgements of SETTINGS and PING that the client has not
    /// taken. One more is GOAWAY (ENHANCE_YOUR_CALM). Both are libnghttp2's defaults.
    package var settingsPerFrameMax = 32
    package var unsentAcknowledgementsMax = 1_000

    package init() {}

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
