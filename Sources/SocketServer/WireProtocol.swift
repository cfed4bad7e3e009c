/// Which protocol a connection speaks, told by the first bytes that the client sends. One port serves them
/// all.

/// A protocol that a connection may turn out to speak.
enum WireProtocol: Sendable {
    /// HTTP/1.0 and 1.1, and whatever is neither: the decoder says what is wrong with it.
    case http1
    /// HTTP/2 by prior knowledge, or agreed on in a TLS handshake.
    case http2

    /// The connection preface of RFC 9113 section 3.4, chosen so that no HTTP/1 server takes it for a
    /// request.
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Nil while the bytes leave it open.
    static func chosen(by firstBytes: Span<UInt8>) -> WireProtocol? {
        let preface = preface.span
        for i in 0..<min(firstBytes.count, preface.count) where firstBytes[i] != preface[i] { return .http1 }
        return firstBytes.count < preface.count ? nil : .http2
    }
}
