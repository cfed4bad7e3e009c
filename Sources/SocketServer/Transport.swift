/// The stream under a connection: bytes in, bytes out, never waiting. The socket is one; a test's script that
/// fails at the n-th call is another.

/// The result of reading once.
package enum Received: Equatable, Sendable {
    /// So many bytes, at least one. Fewer than asked for means that no more were there.
    case bytes(Int)
    /// No byte is there now.
    case nothing
    /// The peer will send no more.
    case end
}

/// A stream of bytes in both directions that never blocks.
package protocol Transport: ~Copyable {
    /// Reads once, at most `count` bytes, which is not 0, behind those in `buffer`.
    mutating func receive(
        appendingTo buffer: inout [UInt8], atMost count: Int
    ) throws(SystemError) -> Received
    /// Writes once the bytes from `offset` on. Returns how many the stream took: 0 when none fit now.
    func send(_ bytes: [UInt8], from offset: Int) throws(SystemError) -> Int
    /// Tells the peer that no more will come, and still reads. False when it could not be told now.
    func shutDownSending() throws(SystemError) -> Bool
    /// Makes the close that follows an abort (RFC 9293 section 3.10.5): the peer gets a reset. Bytes that it
    /// has not received yet are lost.
    func abortOnClose() throws(SystemError)
    /// Whether the handshake of the stream itself is under way: no byte can be sent, and none arrives.
    var isOpening: Bool { get }
    /// To be read from once it can be written, or at once. Bytes wait that no poller knows of, or bytes of a
    /// handshake did not fit.
    var readsWhenWritable: Bool { get }
    /// The bytes come in a way that is not served. The peer is told so and no more.
    var isRefused: Bool { get }
    /// Whether the bytes go through TLS, by which the peer chooses its protocol.
    var isEncrypted: Bool { get }
    /// Whether the peer has agreed on HTTP/2 before its first byte, by ALPN, and may begin with nothing else.
    var speaksHTTP2: Bool { get }
}

extension Transport where Self: ~Copyable {
    /// A stream that is nothing but a stream.
    package var isOpening: Bool { false }
    package var readsWhenWritable: Bool { false }
    package var isRefused: Bool { false }
    package var isEncrypted: Bool { false }
    package var speaksHTTP2: Bool { false }
}
