/// The server's end of an accepted connection, plain or TLS, which its first byte tells: bytes as the client
/// meant them, whichever it is. Costs a plain connection one look at one byte.

internal import Glibc

/// A socket, and TLS over it if the client begins so and the server has a certificate.
package struct ServerStream: ~Copyable, Transport {
    private enum Phase {
        /// Nothing has come yet.
        case undecided
        case plain
        /// Plain, where the server takes TLS alone.
        case refused
        case encrypted(TLSSession)
    }

    /// The type of the record that a TLS client begins with, a handshake (RFC 8446 section 5.1). No request
    /// of HTTP begins with it.
    private static let handshakeRecord: UInt8 = 22

    private let socket: Socket
    /// Nil where the server speaks no TLS.
    private let context: TLSContext?
    /// Told of a client that begins with TLS all the same.
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

    /// A client that is connected no longer is told so, where there is room for it.
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
                // HTTP refuses it, but a client of TLS does not show the answer to anybody.
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
