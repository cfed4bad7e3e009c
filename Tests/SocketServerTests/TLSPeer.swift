/// The client's end of TLS in memory, by OpenSSL: bytes for the server and from it pass through the test,
/// which may cut or change them.

import COpenSSL
import SocketServer

/// One client's state.
@safe final class TLSPeer {
    enum Version: Int32, CaseIterable, Sendable {
        case tls12 = 0x0303
        case tls13 = 0x0304
    }

    /// What a client brings back to resume.
    @safe final class Session {
        fileprivate let pointer: OpaquePointer

        fileprivate init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

        deinit { unsafe copenssl().pointee.SSL_SESSION_free(pointer) }
    }

    private let context: OpaquePointer
    private let pointer: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private(set) var isOpen = false
    /// Why the handshake or a read failed.
    private(set) var failure: String?

    /// A client that trusts `authority` alone (nobody, if that is nil) and expects `host`.
    init(
        trusting authority: [UInt8]?, host: String = "localhost", version: Version = .tls13,
        protocols: [String] = [], resuming session: Session? = nil
    ) throws {
        if let missing = unsafe copenssl_load() { throw TLSError(unsafe String(cString: missing)) }
        let functions = unsafe copenssl().pointee
        let made = unsafe functions.SSL_CTX_new(functions.TLS_client_method())
        unsafe context = try unsafe required(made)
        _ = unsafe copenssl_set_version(context, version.rawValue)
        unsafe functions.SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        if let authority {
            let text = try unsafe required(functions.BIO_new(functions.BIO_s_mem()))
            _ = unsafe functions.BIO_write(text, authority, Int32(authority.count))
            let certificate = unsafe functions.PEM_read_bio_X509(text, nil, nil, nil)
            _ = unsafe functions.X509_STORE_add_cert(functions.SSL_CTX_get_cert_store(context), certificate)
            unsafe functions.X509_free(certificate)
            _ = unsafe functions.BIO_free(text)
        }
        let wire = protocols.flatMap { [UInt8($0.utf8.count)] + $0.utf8 }
        if !wire.isEmpty { _ = unsafe functions.SSL_CTX_set_alpn_protos(context, wire, UInt32(wire.count)) }
        unsafe pointer = try unsafe required(functions.SSL_new(context))
        unsafe incoming = try unsafe required(functions.BIO_new(functions.BIO_s_mem()))
        unsafe outgoing = try unsafe required(functions.BIO_new(functions.BIO_s_mem()))
        unsafe functions.SSL_set_bio(pointer, incoming, outgoing)
        _ = unsafe functions.SSL_set1_host(pointer, host)
        unsafe functions.SSL_set_connect_state(pointer)
        if let session { _ = unsafe functions.SSL_set_session(pointer, session.pointer) }
    }

    deinit {
        unsafe copenssl().pointee.SSL_free(pointer)
        unsafe copenssl().pointee.SSL_CTX_free(context)
    }

    /// Goes on with the handshake behind what the server sent; gives what to send back.
    func handshake(_ received: [UInt8] = []) -> [UInt8] {
        put(received)
        unsafe copenssl().pointee.ERR_clear_error()
        let result = unsafe copenssl().pointee.SSL_do_handshake(pointer)
        if result == 1 { isOpen = true } else { note(result) }
        return flight()
    }

    /// Bytes as they travel.
    func encrypt(_ bytes: [UInt8]) -> [UInt8] {
        var written = 0
        guard !bytes.isEmpty else { return [] }
        let result = unsafe copenssl().pointee.SSL_write_ex(pointer, bytes, bytes.count, &written)
        precondition(result == 1 && written == bytes.count, "Memory takes all.")
        return flight()
    }

    /// What of the bytes that travelled is whole.
    func decrypt(_ received: [UInt8]) -> [UInt8] {
        put(received)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            var count = 0
            unsafe copenssl().pointee.ERR_clear_error()
            let result = unsafe copenssl().pointee.SSL_read_ex(pointer, &piece, piece.count, &count)
            guard result == 1 else {
                note(result)
                return bytes
            }
            bytes += piece[..<count]
        }
    }

    /// Tells the server that no more will come.
    func close() -> [UInt8] {
        _ = unsafe copenssl().pointee.SSL_shutdown(pointer)
        return flight()
    }

    /// Asks both sides for new keys (RFC 8446 section 4.6.3).
    func updateKeys() {
        _ = unsafe copenssl().pointee.SSL_key_update(pointer, SSL_KEY_UPDATE_REQUESTED)
    }

    /// Whether the server has said that no more will come.
    var hasServerClosed: Bool {
        unsafe copenssl().pointee.SSL_get_shutdown(pointer) & SSL_RECEIVED_SHUTDOWN != 0
    }

    var isResumed: Bool { unsafe copenssl().pointee.SSL_session_reused(pointer) == 1 }

    var session: Session? {
        unsafe copenssl().pointee.SSL_get1_session(pointer).map { unsafe Session($0) }
    }

    var applicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe copenssl().pointee.SSL_get0_alpn_selected(pointer, &name, &count)
        guard let name = unsafe name else { return nil }
        return unsafe String(
            decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    private func put(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        _ = unsafe copenssl().pointee.BIO_write(incoming, bytes, Int32(bytes.count))
    }

    private func flight() -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = unsafe copenssl().pointee.BIO_read(outgoing, &piece, Int32(piece.count))
            guard count > 0 else { return bytes }
            bytes += piece[..<Int(count)]
        }
    }

    private func note(_ result: Int32) {
        guard unsafe copenssl().pointee.SSL_get_error(pointer, result) == SSL_ERROR_SSL else { return }
        let code = unsafe copenssl().pointee.ERR_get_error()
        let reason = unsafe copenssl().pointee.ERR_reason_error_string(code)
        failure = unsafe reason.map { unsafe String(cString: $0) } ?? "unknown"
    }
}

private func required(_ pointer: OpaquePointer?) throws -> OpaquePointer {
    guard let pointer = unsafe pointer else { throw TLSError("OpenSSL has no memory") }
    return unsafe pointer
}

/// One authority and one certificate for all tests.
enum TestCertificates {
    static let names = TLSAuthority.Names(hosts: ["localhost", "tester"], addresses: ["127.0.0.1", "::1"])
    static let made = Result { () throws(TLSError) -> (authority: TLSIdentity, server: TLSIdentity) in
        let authority = try TLSAuthority.make()
        return (authority, try TLSAuthority.makeServer(for: names, by: authority))
    }

    static func context(
        acceptsPlainText: Bool = true, onFailure: (@Sendable (String) -> Void)? = nil
    ) throws -> TLSContext {
        let server = try made.get().server
        return try TLSContext(
            .init(
                chain: server.certificate, key: server.key, chainFile: "server.pem",
                keyFile: "server-key.pem"),
            acceptsPlainText: acceptsPlainText, onFailure: onFailure)
    }

    static func peer(
        version: TLSPeer.Version = .tls13, protocols: [String] = [], resuming session: TLSPeer.Session? = nil
    ) throws -> TLSPeer {
        try TLSPeer(
            trusting: made.get().authority.certificate, version: version, protocols: protocols,
            resuming: session)
    }
}
