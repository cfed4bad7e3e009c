/// The client of a connection between two turns: its address for mail, and the facts that its bytes have
/// shown so far.

internal import HTTPWire

/// The client of a connection, as the conversation sees it.
struct Peer: Sendable {
    let connection: ConnectionID
    /// The address of the connection for mail of other threads.
    let recipient: Recipient
    /// The client has ended its side. The server still answers the requests that came before.
    var hasEnded = false
    /// The monotonic time at which a byte was last sent or received.
    var lastMoved: Duration
    /// The bytes come through TLS.
    var isEncrypted = false
    /// The client has agreed on HTTP/2 by ALPN.
    var speaksHTTP2 = false
    /// The client began with plain text where the server takes TLS alone.
    var isRefused = false
}
