/// The client's end of TLS in memory, for a program that asks a server on its own machine. The caller has the
/// socket and passes the bytes on. The server's certificate must be trusted by the caller, or signed by a
/// trusted one. Its names are ignored, because the caller knows its server.

internal import COpenSSL

/// The state of one connection.
@safe package final class TLSClient {
    private let context: OpaquePointer
    private let pointer: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private var isOpen = false

    /// A client that trusts only the certificates in `pem`.
    package init(trusting pem: [UInt8]) throws(TLSError) {
        try TLSLibrary.load()
        let functions = unsafe copenssl().pointee
        let context = try unsafe TLSClient.made(functions.SSL_CTX_new(functions.TLS_client_method()))
        // To be set before the session is made, which copies the setting.
        unsafe functions.SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        let pointer = try unsafe TLSClient.made(functions.SSL_new(context))
        let incoming = try unsafe TLSClient.made(functions.BIO_new(functions.BIO_s_mem()))
        let outgoing = try unsafe TLSClient.made(functions.BIO_new(functions.BIO_s_mem()))
        unsafe functions.SSL_set_bio(pointer, incoming, outgoing)
        unsafe functions.SSL_set_connect_state(pointer)
        unsafe (self.context, self.pointer) = (context, pointer)
        unsafe (self.incoming, self.outgoing) = (incoming, outgoing)
        try trust(pem)
    }

    deinit {
        unsafe copenssl().pointee.SSL_free(pointer)
        unsafe copenssl().pointee.SSL_CTX_free(context)
    }

    private func trust(_ pem: [UInt8]) throws(TLSError) {
        let store = unsafe copenssl().pointee.SSL_CTX_get_cert_store(context)
        // The trusted certificate may be the server's own, with an issuer that this client does not know.
        _ = unsafe copenssl().pointee.X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        try TLSCertificate.forEach(inPEM: pem) { certificate throws(TLSError) in
            _ = unsafe copenssl().pointee.X509_STORE_add_cert(store, certificate.pointer)
        }
    }

    private static func made(_ pointer: OpaquePointer?) throws(TLSError) -> OpaquePointer {
        guard let pointer = unsafe pointer else { throw TLSError(TLSLibrary.takeReason()) }
        return unsafe pointer
    }

    /// Takes bytes of the server, none at first. Returns bytes for the server, with `request` after the
    /// handshake, and the decrypted bytes of whole records.
    package func exchange(
        _ received: [UInt8], asking request: [UInt8]
    ) throws(TLSError) -> (forServer: [UInt8], answer: [UInt8]) {
        if !received.isEmpty {
            _ = unsafe copenssl().pointee.BIO_write(incoming, received, Int32(received.count))
        }
        copenssl_forget_errors()
        if !isOpen {
            try check(unsafe copenssl().pointee.SSL_do_handshake(pointer)) { isOpen = true }
            if !isOpen { return (flight(), []) }
            var written = 0
            _ = unsafe copenssl().pointee.SSL_write_ex(pointer, request, request.count, &written)
            precondition(written == request.count, "Memory takes all.")
        }
        let answer = try decrypted()
        return (flight(), answer)
    }

    private func decrypted() throws(TLSError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        var count = 0
        repeat {
            count = 0
            let result = unsafe copenssl().pointee.SSL_read_ex(pointer, &piece, piece.count, &count)
            try check(result) {}
            bytes += piece[..<count]
        } while count > 0
        return bytes
    }

    /// A wait for the server, and its close, are no failures.
    private func check(_ result: Int32, _ succeed: () -> Void) throws(TLSError) {
        if result == 1 { return succeed() }
        switch unsafe copenssl().pointee.SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_ZERO_RETURN: return
        default: throw TLSError(TLSLibrary.takeReason())
        }
    }

    /// The bytes that are to be sent.
    private func flight() -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = unsafe copenssl().pointee.BIO_read(outgoing, &piece, Int32(piece.count))
            guard count > 0 else { return bytes }
            bytes += piece[..<Int(count)]
        }
    }
}
