/// The server's end of an accepted connection, plain or TLS. The first byte tells which, and callers see
/// plain bytes of both. A plain connection pays one look at one byte.

internal import Glibc

/// A socket, with TLS over it if the client begins TLS and the server has a certificate.
package struct ServerStream: ~Copyable, Transport {
    private enum Phase {
        /// No byte has arrived yet.
        case undecided
        case plain
        /// Plain bytes to a server that takes TLS alone.
        case refused
        case encrypted(TLSSession)
    }

    /// The type of the first TLS record, a handshake (RFC 8446 section 5.1). No request of HTTP begins with
    /// it.
    private static let handshakeRecord: UInt8 = 22

    private let socket: Socket
    /// The settings of TLS; nil if the server speaks no TLS.
    private let context: TLSContext?
    /// Called when a client begins with TLS and `context` is nil.
    private let onUnexpectedTLS: (@Sendable () -> Void)?
    private var phase: Phase

    package init(
        _ socket: consuming Socket, context: TLSContext?, onUnexpectedTLS: (@Sendable () -> Void)? = nil
    ) {
        self.socket = socket
        self.context = context
        self.onUnexpectedTLS = onUnexpectedTLS
        phase = context == nil && onUnexpectedTLS == nil ? .plain : .undecided
    }

    /// Tells a TLS client that the connection ends, if the socket takes the bytes.
    deinit {
        if case .encrypted(let session) = phase { _ = session.close() }
    }

    package var isOpening: Bool {
        if case .encrypted(let session) = phase { session.isOpening } else { false }
    }

    package var readsWhenWritable: Bool {
        if case .encrypted(let session) = phase { session.readsWhenWritable } else { false }
    }

    package var isRefused: Bool {
        if case .refused = phase { true } else { false }
    }

    package var isEncrypted: Bool {
        if case .encrypted = phase { true } else { false }
    }

    package var speaksHTTP2: Bool {
        if case .encrypted(let session) = phase { session.speaksHTTP2 } else { false }
    }

    package mutating func receive(
        appendingTo buffer: inout [UInt8], atMost count: Int
    ) throws(SystemError) -> Received {
        switch phase {
        case .plain, .refused: return try socket.receive(appendingTo: &buffer, atMost: count)
        case .encrypted(let session): return try receive(from: session, appendingTo: &buffer, atMost: count)
        case .undecided:
            let start = buffer.count
            let received = try socket.receive(appendingTo: &buffer, atMost: count)
            guard case .bytes = received else { return received }
            let isTLS = buffer[start] == ServerStream.handshakeRecord
            guard isTLS, let context else {
                phase = context?.acceptsPlainText ?? true ? .plain : .refused
                // HTTP refuses the bytes, but a TLS client shows that answer to nobody.
                if isTLS { onUnexpectedTLS?() }
                return received
            }
            let made = context.makeSession(over: socket.descriptor, early: buffer[start...])
            buffer.removeSubrange(start...)
            guard let session = made else { throw SystemError(call: "SSL_new", errno: ENOMEM) }
            phase = .encrypted(session)
            return try receive(from: session, appendingTo: &buffer, atMost: count)
        }
    }

    private func receive(
        from session: TLSSession, appendingTo buffer: inout [UInt8], atMost count: Int
    ) throws(SystemError) -> Received {
        if session.isOpening {
            do throws(TLSError) {
                try session.open()
            } catch {
                context?.report(error.description)
                throw SystemError(call: "SSL_do_handshake", errno: EPROTO)
            }
            if session.isOpening { return .nothing }
        }
        return try session.receive(appendingTo: &buffer, atMost: count)
    }

    package func send(_ bytes: [UInt8], from offset: Int) throws(SystemError) -> Int {
        guard case .encrypted(let session) = phase else { return try socket.send(bytes, from: offset) }
        return try session.send(bytes, from: offset)
    }

    package func shutDownSending() throws(SystemError) -> Bool {
        if case .encrypted(let session) = phase, !session.close() { return false }
        return try socket.shutDownSending()
    }

    package func abortOnClose() throws(SystemError) {
        if case .encrypted(let session) = phase { session.abort() }
        try socket.abortOnClose()
    }
}
