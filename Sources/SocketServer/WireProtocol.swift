/// Which protocol a connection speaks, told by the first bytes that the client sends. One port serves them
/// all.

/// A protocol that a connection may turn out to speak.
enum WireProtocol: Sendable {
    /// HTTP/1.0 and 1.1, and whatever is neither: the decoder says what is wrong with it.
    case http1

    /// Nil while the bytes leave it open.
    static func chosen(by firstBytes: Span<UInt8>) -> WireProtocol? {
        firstBytes.isEmpty ? nil : .http1
    }
}
