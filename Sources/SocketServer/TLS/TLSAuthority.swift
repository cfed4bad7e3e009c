/// A local authority and its certificates, so that clients on this machine can trust a server on this
/// machine. Keys are ECDSA P-256. Certificates have the extensions that clients demand (RFC 5280 section
/// 4.2.1). Nothing is stored: the caller writes the PEM texts to files.

internal import COpenSSL

/// A certificate and its key, as PEM texts.
package struct TLSIdentity: Sendable, Hashable {
    package let certificate: [UInt8]
    package let key: [UInt8]

    package init(certificate: [UInt8], key: [UInt8]) {
        self.certificate = certificate
        self.key = key
    }
}

/// Makes certificates and judges earlier ones.
package enum TLSAuthority {
    /// The names in a server's certificate.
    package struct Names: Sendable, Hashable {
        package let hosts: [String]
        package let addresses: [String]

        package init(hosts: [String], addresses: [String]) {
            self.hosts = hosts
            self.addresses = addresses
        }
    }

    private static let day = 24 * 60 * 60
    /// Ten years, so that people need not trust a new authority soon.
    package static let authorityDays = 3650
    /// Clients of Apple refuse certificates that are valid for more than 398 days.
    package static let serverDays = 397
    /// A certificate with fewer days left is replaced, so that none expires while a server runs for some
    /// weeks.
    package static let renewalDays = 30

    /// A new authority.
    package static func make(days: Int = authorityDays) throws(TLSError) -> TLSIdentity {
        try TLSLibrary.load()
        let key = try TLSKey()
        let certificate = try draft(name: "apigatewayv2-local authority", key: key, days: days)
        try extend(
            certificate, issuer: certificate,
            [
                (NID_subject_key_identifier, "hash"),
                (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                (NID_key_usage, "critical,keyCertSign,cRLSign"),
            ])
        try sign(certificate, by: certificate, key)
        return TLSIdentity(certificate: try certificate.pem(), key: try key.pem())
    }

    /// A new server certificate, signed by `authority`.
    package static func makeServer(
        for names: Names, by authority: TLSIdentity, days: Int = serverDays
    ) throws(TLSError) -> TLSIdentity {
        try TLSLibrary.load()
        guard let issuer = try TLSCertificate(pem: authority.certificate) else {
            throw TLSError("the authority has no certificate")
        }
        let issuerKey = try TLSKey(pem: authority.key, file: "the authority")
        let key = try TLSKey()
        let certificate = try draft(name: "apigatewayv2-local", key: key, days: days)
        let alternatives = names.hosts.map { "DNS:" + $0 } + names.addresses.map { "IP:" + $0 }
        try extend(
            certificate, issuer: issuer,
            [
                (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid:always"),
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "serverAuth"),
                (NID_subject_alt_name, alternatives.joined(separator: ",")),
            ])
        try sign(certificate, by: issuer, issuerKey)
        return TLSIdentity(certificate: try certificate.pem(), key: try key.pem())
    }

    /// Whether `authority` is valid for at least `renewalDays` more.
    package static func isUsable(_ authority: TLSIdentity) throws(TLSError) -> Bool {
        try TLSLibrary.load()
        guard let certificate = try TLSCertificate(pem: authority.certificate) else { return false }
        return isLasting(certificate, with: authority.key)
            && certificate.isValid(inSeconds: (serverDays + renewalDays) * day)
    }

    /// Whether `authority` has signed `server`, and `server` has all of the names and at least `renewalDays`
    /// left.
    package static func isUsable(
        _ server: TLSIdentity, for names: Names, by authority: TLSIdentity
    ) throws(TLSError) -> Bool {
        try TLSLibrary.load()
        guard let certificate = try TLSCertificate(pem: server.certificate),
            let issuer = try TLSCertificate(pem: authority.certificate)
        else { return false }
        return isLasting(certificate, with: server.key) && certificate.isSigned(by: issuer)
            && names.hosts.allSatisfy { certificate.isFor(host: $0) }
            && names.addresses.allSatisfy { certificate.isFor(address: $0) }
    }

    /// The reason, as a clause, why `server` cannot be used with `authority` today; nil if it can. For
    /// certificates that this program cannot replace, so that even their last days are good.
    package static func fault(
        of server: TLSIdentity, by authority: TLSIdentity
    ) throws(TLSError) -> String? {
        try TLSLibrary.load()
        guard let certificate = try TLSCertificate(pem: server.certificate) else {
            return "that is no PEM text"
        }
        guard let issuer = try TLSCertificate(pem: authority.certificate) else {
            return "whose authority is no PEM text"
        }
        guard certificate.isValid(inSeconds: 0) else { return "for \(period(of: certificate))" }
        guard issuer.isValid(inSeconds: 0) else { return "whose authority is for \(period(of: issuer))" }
        guard certificate.isSigned(by: issuer) else { return "that another authority signed" }
        guard certificate.isFor(host: "localhost") else { return "that is not for localhost" }
        do throws(TLSError) {
            let key = try TLSKey(pem: server.key, file: "")
            return certificate.belongs(to: key) ? nil : "of another key"
        } catch {
            return "whose key cannot be read"
        }
    }

    private static func period(of certificate: borrowing TLSCertificate) -> String {
        let (from, to) = certificate.validity
        return "\(from) to \(to)"
    }

    private static func isLasting(_ certificate: borrowing TLSCertificate, with key: [UInt8]) -> Bool {
        do throws(TLSError) {
            let key = try TLSKey(pem: key, file: "")
            return certificate.belongs(to: key) && certificate.isValid(inSeconds: 0)
                && certificate.isValid(inSeconds: renewalDays * day)
        } catch {
            // A key that cannot be read leads to a new certificate and a new key.
            return false
        }
    }

    /// A certificate without issuer, extensions and signature. It is valid from yesterday, for clients whose
    /// clock is late.
    private static func draft(
        name: String, key: borrowing TLSKey, days: Int
    ) throws(TLSError) -> TLSCertificate {
        guard let pointer = unsafe copenssl().pointee.X509_new() else {
            throw TLSError(TLSLibrary.takeReason())
        }
        let certificate = unsafe TLSCertificate(adopting: pointer)
        let entry = unsafe copenssl().pointee.X509_get_subject_name(pointer)
        let begin = unsafe copenssl().pointee.X509_getm_notBefore(pointer)
        let end = unsafe copenssl().pointee.X509_getm_notAfter(pointer)
        let isDone =
            unsafe copenssl().pointee.X509_set_version(pointer, 2) == 1
            && setSerialNumber(of: pointer)
            && copenssl().pointee.X509_NAME_add_entry_by_txt(
                entry, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1
            && copenssl().pointee.X509_gmtime_adj(begin, -day) != nil
            && copenssl().pointee.X509_gmtime_adj(end, days * day) != nil
            && copenssl().pointee.X509_set_pubkey(pointer, key.pointer) == 1
        guard isDone else { throw TLSError("no certificate could be made: \(TLSLibrary.takeReason())") }
        return certificate
    }

    /// 127 random bits: a positive number that does not repeat.
    private static func setSerialNumber(of certificate: OpaquePointer) -> Bool {
        let number = unsafe copenssl().pointee.BN_new()
        defer { unsafe copenssl().pointee.BN_free(number) }
        guard unsafe copenssl().pointee.BN_rand(number, 127, -1, 0) == 1 else { return false }
        let integer = unsafe copenssl().pointee.BN_to_ASN1_INTEGER(number, nil)
        defer { unsafe copenssl().pointee.ASN1_INTEGER_free(integer) }
        return unsafe copenssl().pointee.X509_set_serialNumber(certificate, integer) == 1
    }

    private static func extend(
        _ certificate: borrowing TLSCertificate, issuer: borrowing TLSCertificate,
        _ extensions: [(nid: Int32, value: String)]
    ) throws(TLSError) {
        for (nid, value) in extensions {
            guard unsafe copenssl_add_extension(certificate.pointer, issuer.pointer, nid, value) else {
                throw TLSError("no certificate for \(value): \(TLSLibrary.takeReason())")
            }
        }
    }

    private static func sign(
        _ certificate: borrowing TLSCertificate, by issuer: borrowing TLSCertificate,
        _ key: borrowing TLSKey
    ) throws(TLSError) {
        let name = unsafe copenssl().pointee.X509_get_subject_name(issuer.pointer)
        let isDone =
            unsafe copenssl().pointee.X509_set_issuer_name(certificate.pointer, name) == 1
            && copenssl().pointee.X509_sign(
                certificate.pointer, key.pointer, copenssl().pointee.EVP_sha256()) > 0
        guard isDone else { throw TLSError("no certificate could be signed: \(TLSLibrary.takeReason())") }
    }
}
