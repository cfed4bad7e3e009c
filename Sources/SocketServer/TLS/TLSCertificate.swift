/// Certificates and keys as OpenSSL keeps them: read from PEM, written as PEM, and made for a local
/// authority. Refuses a file with a `TLSError` that names the file and its mistake.

internal import COpenSSL

/// A certificate.
@safe struct TLSCertificate: ~Copyable {
    let pointer: OpaquePointer

    init(adopting pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe copenssl().pointee.X509_free(pointer) }

    /// Calls `body` with each certificate of a PEM text, in order.
    static func forEach(
        inPEM bytes: [UInt8], _ body: (consuming TLSCertificate) throws(TLSError) -> Void
    ) throws(TLSError) {
        let text = try TLSText.holding(bytes)
        while let pointer = unsafe copenssl().pointee.PEM_read_bio_X509(text.pointer, nil, nil, nil) {
            let certificate = unsafe TLSCertificate(adopting: pointer)
            try body(certificate)
        }
        unsafe copenssl().pointee.ERR_clear_error()
    }

    /// The first certificate of a PEM text.
    init?(pem bytes: [UInt8]) throws(TLSError) {
        let text = try TLSText.holding(bytes)
        guard let pointer = unsafe copenssl().pointee.PEM_read_bio_X509(text.pointer, nil, nil, nil) else {
            unsafe copenssl().pointee.ERR_clear_error()
            return nil
        }
        unsafe self.pointer = pointer
    }

    func pem() throws(TLSError) -> [UInt8] {
        try unsafe TLSText.written { text in
            unsafe copenssl().pointee.PEM_write_bio_X509(text, pointer) == 1
        }
    }

    /// Whether the certificate is valid in `seconds` from now.
    func isValid(inSeconds seconds: Int) -> Bool {
        var moment = TLSCertificate.now() + seconds
        let begin = unsafe copenssl().pointee.X509_get0_notBefore(pointer)
        let end = unsafe copenssl().pointee.X509_get0_notAfter(pointer)
        return unsafe copenssl().pointee.X509_cmp_time(begin, &moment) < 0
            && copenssl().pointee.X509_cmp_time(end, &moment) > 0
    }

    /// The first and the last day of its validity, as `2030-01-31`.
    var validity: (from: String, to: String) {
        unsafe (
            day(copenssl().pointee.X509_get0_notBefore(pointer)),
            day(copenssl().pointee.X509_get0_notAfter(pointer))
        )
    }

    func isFor(host: String) -> Bool {
        unsafe copenssl().pointee.X509_check_host(pointer, host, 0, 0, nil) == 1
    }

    func isFor(address: String) -> Bool {
        unsafe copenssl().pointee.X509_check_ip_asc(pointer, address, 0) == 1
    }

    func belongs(to key: borrowing TLSKey) -> Bool {
        defer { unsafe copenssl().pointee.ERR_clear_error() }
        return unsafe copenssl().pointee.X509_check_private_key(pointer, key.pointer) == 1
    }

    func isSigned(by issuer: borrowing TLSCertificate) -> Bool {
        defer { unsafe copenssl().pointee.ERR_clear_error() }
        let key = unsafe copenssl().pointee.X509_get0_pubkey(issuer.pointer)
        return unsafe copenssl().pointee.X509_verify(pointer, key) == 1
    }

    private func day(_ time: UnsafePointer<ASN1_TIME>?) -> String {
        var parts = unsafe tm()
        guard unsafe copenssl().pointee.ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unknown day" }
        let (year, month, day) = unsafe (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    private static func now() -> Int { time(nil) }
}

/// A private key.
@safe struct TLSKey: ~Copyable {
    let pointer: OpaquePointer

    deinit { unsafe copenssl().pointee.EVP_PKEY_free(pointer) }

    /// A new key on the curve P-256.
    init() throws(TLSError) {
        guard let pointer = unsafe copenssl_generate_p256() else {
            throw TLSError("no key could be made: \(TLSLibrary.takeReason())")
        }
        unsafe self.pointer = pointer
    }

    /// The first key of the PEM text in `file`.
    init(pem bytes: [UInt8], file: String) throws(TLSError) {
        let text = try TLSText.holding(bytes)
        var isEncrypted = false
        let found = unsafe withUnsafeMutablePointer(to: &isEncrypted) { flag in
            unsafe copenssl().pointee.PEM_read_bio_PrivateKey(
                text.pointer, nil,
                { _, _, _, flag in
                    // Without this, OpenSSL asks for a password at the terminal.
                    unsafe flag?.assumingMemoryBound(to: Bool.self).pointee = true
                    return -1
                }, flag)
        }
        unsafe copenssl().pointee.ERR_clear_error()
        guard let pointer = unsafe found else {
            throw TLSError(
                isEncrypted
                    ? "\(file): found a key that a passphrase protects, expected one without"
                    : "\(file): found no private key, expected PEM text with a line such as "
                        + "-----BEGIN PRIVATE KEY-----")
        }
        unsafe self.pointer = pointer
    }

    func pem() throws(TLSError) -> [UInt8] {
        try unsafe TLSText.written { text in
            unsafe copenssl().pointee.PEM_write_bio_PrivateKey(text, pointer, nil, nil, 0, nil, nil) == 1
        }
    }
}

/// A text that OpenSSL reads or writes.
@safe struct TLSText: ~Copyable {
    let pointer: OpaquePointer

    deinit { _ = unsafe copenssl().pointee.BIO_free(pointer) }

    init() throws(TLSError) {
        guard let pointer = unsafe copenssl().pointee.BIO_new(copenssl().pointee.BIO_s_mem()) else {
            throw TLSError(TLSLibrary.takeReason())
        }
        unsafe self.pointer = pointer
    }

    /// A text to read. The bytes are copied, because they must not move while OpenSSL reads them.
    static func holding(_ bytes: [UInt8]) throws(TLSError) -> TLSText {
        let text = try TLSText()
        guard !bytes.isEmpty else { return text }
        let written = unsafe copenssl().pointee.BIO_write(text.pointer, bytes, Int32(bytes.count))
        guard written == bytes.count else { throw TLSError(TLSLibrary.takeReason()) }
        return text
    }

    /// The bytes that `write` writes.
    static func written(_ write: (OpaquePointer) -> Bool) throws(TLSError) -> [UInt8] {
        let text = try TLSText()
        guard unsafe write(text.pointer) else { throw TLSError(TLSLibrary.takeReason()) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe copenssl().pointee.BIO_read(text.pointer, &piece, Int32(piece.count))
            guard count > 0 else { return bytes }
            bytes += piece[..<Int(count)]
        }
    }
}
