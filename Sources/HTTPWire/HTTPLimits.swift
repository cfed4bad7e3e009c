/// Every bound of the wire in one place. Each has a default, an option of the command, and tests at it and one past it.

/// How much a peer may ask of one connection and of the server, and how long it may take.
package struct HTTPLimits: Sendable {
    /// Bytes of the request line with its CRLF. One more is 414.
    package var requestLineBytesMax = 64 * 1024
    /// Bytes of the header section (and of the trailer section) with its final empty line. One more is 431.
    package var fieldSectionBytesMax = 64 * 1024
    /// Field lines of a section. One more is 431.
    package var fieldsMax = 128
    /// Bytes of a body, chunked framing not counted. One more is 413. The service's own front end takes 10 MB.
    package var bodyBytesMax = 10 * 1024 * 1024
    /// Empty lines that are passed over before a request line (RFC 9112 section 2.2 asks for one). One more is 400.
    package var emptyLinesMax = 4
    /// Bytes of the chunk extensions of one body, all of which are ignored. One more is 400.
    package var chunkExtensionBytesMax = 4 * 1024
    /// Open connections. At the limit the server stops accepting until one closes.
    package var connectionsMax = 10_000
    /// Pending answer bytes of a connection above which no further request of it is read.
    package var outputBytesMax = 1024 * 1024
    /// From the first byte of a request to the end of its header section. Then 408.
    package var headerTimeout: Duration = .seconds(10)
    /// Without a byte either way, between requests or within one. Then a close, and 408 first if a request had begun.
    package var idleTimeout: Duration = .seconds(75)
    /// From the order to stop until what is still in flight is cut off.
    package var drainTimeout: Duration = .seconds(5)

    package init() {}
}
