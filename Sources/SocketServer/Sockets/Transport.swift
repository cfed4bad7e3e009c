/// The stream under a connection: bytes in, bytes out, never waiting. The socket is one; a test's script that
/// fails at the n-th call is another.

/// The result of reading once.
package enum Received: Equatable, Sendable {
    /// The number of bytes, at least one. Fewer than asked for means that no more were there.
    case bytes(Int)
    /// No byte is there now.
    case nothing
    /// The peer has ended its side.
    case end
}

/// A stream of bytes in both directions that never blocks.
package protocol Transport: ~Copyable {
    /// Reads once, at most `count` bytes (not 0), and appends them to `buffer`.
    mutating func receive(
        appendingTo buffer: inout [UInt8], atMost count: Int
    ) throws(SystemError) -> Received
    /// Writes once the bytes from `offset` on. Returns the number of bytes that the stream took, 0 if it
    /// takes none now.
    func send(_ bytes: [UInt8], from offset: Int) throws(SystemError) -> Int
    /// Tells the peer that no more comes; reading goes on. Returns false if the stream could not send that
    /// now.
    func shutDownSending() throws(SystemError) -> Bool
    /// Makes the close that follows an abort (RFC 9293 section 3.10.5): the peer gets a reset, and loses
    /// bytes that it has not received.
    func abortOnClose() throws(SystemError)
    /// Whether the stream's own handshake is under way. Until its end no byte can be sent, and none arrives.
    var isOpening: Bool { get }
    /// Whether to read when the stream can be written, or at once. Bytes then wait that no poller knows, or a
    /// handshake could not write.
    var readsWhenWritable: Bool { get }
    /// Whether the server refuses this kind of stream. The peer gets one answer that says so.
    var isRefused: Bool { get }
    /// Whether the bytes go through TLS, whose ALPN then chooses the protocol.
    var isEncrypted: Bool { get }
    /// Whether the peer has agreed on HTTP/2 by ALPN. It may then begin with nothing else.
    var speaksHTTP2: Bool { get }
}

extension Transport where Self: ~Copyable {
    /// A stream without a handshake and without TLS.
    package var isOpening: Bool { false }
    package var readsWhenWritable: Bool { false }
    package var isRefused: Bool { false }
    package var isEncrypted: Bool { false }
    package var speaksHTTP2: Bool { false }
}
