/// Every bound of a message and of an HTTP/2 session in one place, each with its default. The bounds concern
/// bytes alone, and no socket, connection or time.

/// The bounds on one message and on one session of a peer.
package struct HTTPLimits: Sendable {
    /// Bytes of the request line with its CRLF. A longer one gets 414.
    package var requestLineBytesMax = 64 * 1024
    /// Whether a query may have characters that a URI may not have, and percent-encoding that does not
    /// decode. Then `RequestTarget.queryMistake` tells of them.
    package var isQueryLenient = false
    /// Bytes of the header section (and of the trailer section) with its final empty line. A longer one gets
    /// 431.
    package var fieldSectionBytesMax = 64 * 1024
    /// Field lines of a section. More get 431.
    package var fieldsMax = 128
    /// Bytes of a body without its chunked framing. A longer one gets 413. The service's own front end takes
    /// 10 MB.
    package var bodyBytesMax = 10 * 1024 * 1024
    /// Empty lines that the decoder skips before a request line (RFC 9112 section 2.2 asks for one). More get
    /// 400.
    package var emptyLinesMax = 4
    /// Bytes of the chunk extensions of one body, all of which are ignored. More get 400.
    package var chunkExtensionBytesMax = 4 * 1024
    /// Bytes that the server still reads and drops after a last answer (RFC 9112 section 9.6). A peer that is
    /// still sending then sees the answer and not a reset. More bytes close the connection at once.
    package var lingerBytesMax = 64 * 1024 * 1024
    /// Streams that a client may have open on one HTTP/2 connection. Further streams are refused.
    package var streamsMax = 128
    /// The window of each stream: bytes of a request body that may be under way without an acknowledgement.
    package var streamWindowBytes = 256 * 1024
    /// The window of a whole connection.
    package var connectionWindowBytes = 1024 * 1024
    /// HTTP/2 frames that ask for nothing, in one burst: SETTINGS, PING, PRIORITY, RST_STREAM, WINDOW_UPDATE
    /// and empty DATA. The second number is the frames that are added each second. More get GOAWAY
    /// (ENHANCE_YOUR_CALM). Frames of unknown types are ignored and cost only their bytes.
    package var idleFramesMax = 2_000
    package var idleFramesPerSecond = 200
    /// Streams of a connection that the client resets, or makes the server reset by malformed frames, in one
    /// burst. The second number is the resets that are added each second. More get GOAWAY
    /// (ENHANCE_YOUR_CALM). The numbers are the defaults of libnghttp2, which counts only resets by the
    /// client.
    package var streamResetsMax = 1_000
    package var streamResetsPerSecond = 33
    /// The last streams that the server reset or refused before the client ended them. Their further frames,
    /// with DATA within their windows, are ignored, because the client may not know of the reset yet. A frame
    /// beyond that is an error (STREAM_CLOSED), as on a stream that the client has ended. The number is that
    /// of resets in one burst. It also bounds the remembered gaps between stream numbers, which decide only
    /// the code of an error.
    package var closedStreamsMax = 1_000
    /// Settings of one SETTINGS frame, and acknowledgements of SETTINGS and PING that the client has not
    /// read. More get GOAWAY (ENHANCE_YOUR_CALM). Both are libnghttp2's defaults.
    package var settingsPerFrameMax = 32
    package var unsentAcknowledgementsMax = 1_000

    /// Bytes of the payload of one WebSocket frame. A longer one ends the connection with 1009. The number is
    /// the service's quota, 32 KB.
    package var webSocketFrameBytesMax = 32 * 1024
    /// Bytes of one WebSocket message, unpacked. A longer one ends the connection with 1009. The number is
    /// the service's quota, 128 KB.
    package var webSocketMessageBytesMax = 128 * 1024

    package init() {}

    /// Bytes of request bodies of one HTTP/2 connection that are not whole or not answered, over all of its
    /// streams. The stream with more is refused, so that the client may send it again.
    package var connectionBodyBytesMax: Int { 2 * bodyBytesMax }

    /// CONTINUATION frames after one HEADERS frame: enough for the longest header section in frames of 16
    /// KiB, and a few more. More get GOAWAY (ENHANCE_YOUR_CALM).
    package var continuationsMax: Int { fieldSectionBytesMax / (16 * 1024) + 4 }

    /// Bytes to which HPACK may unfold a header section over its limit, until the section ends and gets its
    /// 431. More get GOAWAY (ENHANCE_YOUR_CALM), because HPACK can make four thousand bytes of one.
    package var unfoldedBytesMax: Int { 16 * fieldSectionBytesMax }
}
