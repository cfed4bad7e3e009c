/// A server's side of TLS 1.2 and 1.3, shared by its loops. It holds the certificate, its key, the offered
/// protocols, and the keys for resumed sessions. Refuses unusable certificates and keys with `TLSError`.

internal import COpenSSL
internal import HTTPWire
internal import Synchronization

/// The context from which TLS connections are made.
package final class TLSContext: Sendable {
    /// The certificate and key of a server, and their files, which messages about mistakes name.
    package struct Credentials: Sendable {
        package var chain: [UInt8]
        package var key: [UInt8]
        package var chainFile: String
        package var keyFile: String

        package init(chain: [UInt8], key: [UInt8], chainFile: String, keyFile: String) {
            self.chain = chain
            self.key = key
            self.chainFile = chainFile
            self.keyFile = keyFile
        }
    }

    /// OpenSSL's context. A lock guards it, because Swift does not know that OpenSSL counts its references
    /// atomically.
    @safe private struct Handle: ~Copyable {
        let pointer: OpaquePointer

        deinit { unsafe copenssl().pointee.SSL_CTX_free(pointer) }
    }

    /// The protocols for ALPN in the form of the wire, the preferred one first (RFC 7301 section 3.1).
    private static let protocols: StaticString = "\u{2}h2\u{8}http/1.1"

    /// Whether the server also serves plain connections.
    package let acceptsPlainText: Bool
    private let handle: Mutex<Handle>
    /// The failures that were reported. Each is reported once, because a client with wrong settings tries
    /// again and again.
    private let failures = Mutex<Set<String>>([])
    private let onFailure: (@Sendable (String) -> Void)?
    /// The most reasons that are told. Fixed, because OpenSSL has few that clients can cause.
    private static let failuresMax = 32
    private let buffersMax: Int
    private let sessionCount = Atomic<Int>(0)

    /// `sessionsMax` bounds the stored sessions of TLS 1.2 clients without tickets. `buffersMax` is
    /// `SocketLimits.tlsBuffersMax`. `onFailure` is called once for each reason of a failed handshake, on the
    /// thread of a loop.
    package init(
        _ credentials: Credentials, acceptsPlainText: Bool = true, sessionsMax: Int = 1024,
        buffersMax: Int = SocketLimits().tlsBuffersMax,
        onFailure: (@Sendable (String) -> Void)? = nil
    ) throws(TLSError) {
        try TLSLibrary.load()
        self.acceptsPlainText = acceptsPlainText
        self.onFailure = onFailure
        self.buffersMax = buffersMax
        handle = Mutex(try TLSContext.makeHandle(credentials, sessionsMax: sessionsMax))
    }

    private static func makeHandle(
        _ credentials: Credentials, sessionsMax: Int
    ) throws(TLSError) -> Handle {
        let method = unsafe copenssl().pointee.TLS_server_method()
        guard let pointer = unsafe copenssl().pointee.SSL_CTX_new(method) else {
            throw TLSError("TLS cannot be set up: \(TLSLibrary.takeReason())")
        }
        let handle = unsafe Handle(pointer: pointer)
        guard unsafe copenssl_set_up_server(pointer, sessionsMax) else {
            throw TLSError("TLS cannot be set up: \(TLSLibrary.takeReason())")
        }
        try unsafe present(credentials, in: pointer)
        unsafe copenssl().pointee.SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, selected, selectedCount, offered, offeredCount, _ in
                unsafe TLSContext.select(selected, selectedCount, from: offered, offeredCount)
            }, nil)
        return handle
    }

    /// The server's preference goes before the client's. A client that offers no protocol of the server's
    /// gets none, and may still speak HTTP/1.1.
    private static func select(
        _ selected: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
        _ selectedCount: UnsafeMutablePointer<UInt8>?,
        from offered: UnsafePointer<UInt8>?, _ offeredCount: UInt32
    ) -> Int32 {
        var choice: UnsafeMutablePointer<UInt8>?
        let result = unsafe copenssl().pointee.SSL_select_next_proto(
            &choice, selectedCount, protocols.utf8Start, UInt32(protocols.utf8CodeUnitCount), offered,
            offeredCount)
        guard result == OPENSSL_NPN_NEGOTIATED, let choice = unsafe choice else {
            return SSL_TLSEXT_ERR_NOACK
        }
        unsafe selected?.pointee = UnsafePointer(choice)
        return SSL_TLSEXT_ERR_OK
    }

    private static func present(
        _ credentials: Credentials, in context: OpaquePointer
    ) throws(TLSError) {
        let file = credentials.chainFile
        guard let own = try TLSCertificate(pem: credentials.chain) else {
            throw TLSError(
                "\(file): found no certificate, expected PEM text with a line -----BEGIN CERTIFICATE-----")
        }
        guard own.isValid(inSeconds: 0) else {
            let (from, to) = own.validity
            throw TLSError("\(file): found a certificate for \(from) to \(to), expected one for today")
        }
        let key = try TLSKey(pem: credentials.key, file: credentials.keyFile)
        guard own.belongs(to: key) else {
            throw TLSError(
                "\(credentials.keyFile): found a key of another certificate, expected that of \(file)")
        }
        guard unsafe copenssl().pointee.SSL_CTX_use_certificate(context, own.pointer) == 1,
            unsafe copenssl().pointee.SSL_CTX_use_PrivateKey(context, key.pointer) == 1
        else {
            throw TLSError("\(file): OpenSSL refuses the certificate: \(TLSLibrary.takeReason())")
        }
        var position = 0
        try TLSCertificate.forEach(inPEM: credentials.chain) { certificate throws(TLSError) in
            defer { position += 1 }
            guard position > 0 else { return }
            guard unsafe copenssl().pointee.X509_up_ref(certificate.pointer) == 1,
                unsafe copenssl_add_chain_certificate(context, certificate.pointer)
            else {
                throw TLSError("\(file): OpenSSL refuses the chain: \(TLSLibrary.takeReason())")
            }
        }
    }

    /// A new session over `descriptor`, from which `early` was read already; nil if memory is out.
    func makeSession(over descriptor: Int32, early: ArraySlice<UInt8>) -> TLSSession? {
        let session: TLSSession? = handle.withLock { handle in
            guard let pointer = unsafe copenssl().pointee.SSL_new(handle.pointer) else { return nil }
            unsafe copenssl().pointee.SSL_set_accept_state(pointer)
            if sessionCount.load(ordering: .relaxed) >= buffersMax {
                unsafe copenssl_release_buffers(pointer)
            }
            return unsafe TLSSession(adopting: pointer, over: descriptor, early: early, of: self)
        }
        if session != nil { sessionCount.wrappingAdd(1, ordering: .relaxed) }
        return session
    }

    /// To be called once at the end of each session.
    func sessionEnded() {
        sessionCount.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Reports the reason of a failed handshake, unless it was reported before.
    func report(_ failure: String) {
        let isNew = failures.withLock { failures in
            failures.count < TLSContext.failuresMax && failures.insert(failure).inserted
        }
        if isNew { onFailure?(failure) }
    }
}
