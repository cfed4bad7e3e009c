/// What a connection needs of the thing under it: bytes in, bytes out, never waiting. The socket is one; a
/// test's script that fails at the n-th call is another.

/// What came of reading once.
package enum Received: Equatable, Sendable {
    /// So many bytes, at least one. Fewer than asked for means that no more were there.
    case bytes(Int)
    /// None now.
    case nothing
    /// The peer will send no more.
    case end
}

/// A stream of bytes in both directions that never blocks.
package protocol Transport: ~Copyable {
    /// Reads once, at most `count` bytes, which is not 0, behind those in `buffer`.
    func receive(appendingTo buffer: inout [UInt8], atMost count: Int) throws(SystemError) -> Received
    /// Writes once, what is left of `bytes` from `offset`. Returns how many were taken: 0 when none fit now.
    func send(_ bytes: [UInt8], from offset: Int) throws(SystemError) -> Int
    /// Tells the peer that no more will come, and still reads.
    func shutDownSending() throws(SystemError)
    /// Makes the close that follows an abort (RFC 9293 section 3.10.5): the peer gets a reset, and what it
    /// was sent and has not yet got is lost.
    func abortOnClose() throws(SystemError)
}
