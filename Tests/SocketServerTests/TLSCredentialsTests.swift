/// Certificates: what a local authority makes, what of it is used again, and what a server refuses to
/// present.

import SocketServer
import Testing

struct TLSCredentialsTests {
    private let names = TestCertificates.names

    /// The one line with which a server refuses.
    private func refusal(_ chain: [UInt8], _ key: [UInt8]) -> String? {
        let credentials = TLSContext.Credentials(
            chain: chain, key: key, chainFile: "server.pem", keyFile: "server-key.pem")
        return #expect(throws: TLSError.self) { _ = try TLSContext(credentials) }?.description
    }

    @Test func `a certificate is usable for its names and its authority`() throws {
        let (authority, server) = try TestCertificates.made.get()
        let other = try TLSAuthority.make()
        let more = TLSAuthority.Names(hosts: ["localhost", "elsewhere"], addresses: [])

        #expect(try TLSAuthority.isUsable(authority))
        #expect(try TLSAuthority.isUsable(server, for: names, by: authority))
        #expect(try !TLSAuthority.isUsable(server, for: names, by: other))
        #expect(try !TLSAuthority.isUsable(server, for: more, by: authority))
        #expect(
            try !TLSAuthority.isUsable(
                TLSIdentity(certificate: server.certificate, key: other.key), for: names, by: authority))
    }

    @Test func `what runs out within the days of renewal is made anew`() throws {
        let authority = try TestCertificates.made.get().authority
        let days = TLSAuthority.renewalDays
        let lasting = try TLSAuthority.makeServer(for: names, by: authority, days: days + 1)
        let ending = try TLSAuthority.makeServer(for: names, by: authority, days: days)

        #expect(try TLSAuthority.isUsable(lasting, for: names, by: authority))
        #expect(try !TLSAuthority.isUsable(ending, for: names, by: authority))
        #expect(try TLSAuthority.isUsable(TLSAuthority.make(days: days + TLSAuthority.serverDays + 1)))
        #expect(try !TLSAuthority.isUsable(TLSAuthority.make(days: days + TLSAuthority.serverDays)))
    }

    @Test func `a certificate that cannot be made anew serves to its last day, and is told why not`() throws {
        let (authority, server) = try TestCertificates.made.get()
        let other = try TLSAuthority.make()
        let ending = try TLSAuthority.makeServer(for: names, by: authority, days: 1)
        let ended = try TLSAuthority.makeServer(for: names, by: authority, days: 0)
        let old = try TLSAuthority.make(days: 0)
        let foreign = try TLSAuthority.makeServer(
            for: TLSAuthority.Names(hosts: ["elsewhere"], addresses: []), by: authority)
        let kept = TLSIdentity(certificate: authority.certificate, key: [])
        let otherKey = TLSIdentity(certificate: server.certificate, key: other.key)
        let noKey = TLSIdentity(certificate: server.certificate, key: [])
        let noText = TLSIdentity(certificate: [], key: server.key)

        #expect(try TLSAuthority.fault(of: ending, by: kept) == nil)
        #expect(try TLSAuthority.fault(of: ended, by: kept)?.hasPrefix("for 20") == true)
        #expect(try TLSAuthority.fault(of: server, by: other) == "that another authority signed")
        #expect(try TLSAuthority.fault(of: server, by: old)?.hasPrefix("whose authority is for 20") == true)
        #expect(try TLSAuthority.fault(of: foreign, by: kept) == "that is not for localhost")
        #expect(try TLSAuthority.fault(of: otherKey, by: kept) == "of another key")
        #expect(try TLSAuthority.fault(of: noKey, by: kept) == "whose key cannot be read")
        #expect(try TLSAuthority.fault(of: noText, by: kept) == "that is no PEM text")
        #expect(try TLSAuthority.fault(of: server, by: noText) == "whose authority is no PEM text")
    }

    @Test(arguments: ["", "no certificate", "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"])
    func `what is no certificate is refused and not used`(text: String) throws {
        let (authority, server) = try TestCertificates.made.get()
        let damaged = TLSIdentity(certificate: Array(text.utf8), key: server.key)

        #expect(
            refusal(Array(text.utf8), server.key)
                == "server.pem: found no certificate, expected PEM text with a line "
                + "-----BEGIN CERTIFICATE-----")
        #expect(try !TLSAuthority.isUsable(damaged, for: names, by: authority))
        #expect(try !TLSAuthority.isUsable(damaged))
    }

    @Test func `what is no key is refused`() throws {
        let server = try TestCertificates.made.get().server

        #expect(
            refusal(server.certificate, server.certificate)
                == "server-key.pem: found no private key, expected PEM text with a line such as "
                + "-----BEGIN PRIVATE KEY-----")
    }

    @Test func `the key of another certificate is refused`() throws {
        let (authority, server) = try TestCertificates.made.get()

        #expect(
            refusal(server.certificate, authority.key)
                == "server-key.pem: found a key of another certificate, expected that of server.pem")
    }

    @Test func `a key behind a passphrase is refused`() throws {
        let server = try TestCertificates.made.get().server
        // openssl ecparam -name prime256v1 -genkey | openssl pkcs8 -topk8 -passout pass:secret
        let key = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjE3QrGCbJoxwICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEH0TQ3StRxIlLqQAoWXFijQEgZBl
            Hrvz6dQj/XQGPn7rWepgy8BvrWJnWabpy1Lly5Dws3W4QMjwxhmQtzhGf2HK7Hma
            1TRHtTjKhyzxmP1Pu2lyl7tJOtmVYMrBBNDnsB+N0U3Y5lJFTyYoAFHAOZhY0y0B
            h2pnj8s9rhuS04KTCVg3fAaNKAAnoI5xH7G1SZp0oDtzOJTWpWTqG27JSdRReaE=
            -----END ENCRYPTED PRIVATE KEY-----

            """

        #expect(
            refusal(server.certificate, Array(key.utf8))
                == "server-key.pem: found a key that a passphrase protects, expected one without")
    }

    @Test func `a certificate that has run out is refused with its days`() throws {
        let authority = try TestCertificates.made.get().authority
        let server = try TLSAuthority.makeServer(for: names, by: authority, days: 0)

        let refusal = refusal(server.certificate, server.key)

        let day = #"\d{4}-\d{2}-\d{2}"#
        let pattern = try Regex(
            "server.pem: found a certificate for \(day) to \(day), expected one for today")
        #expect(refusal?.wholeMatch(of: pattern) != nil)
    }

    @Test func `the certificates between are presented too`() throws {
        let (authority, server) = try TestCertificates.made.get()
        let credentials = TLSContext.Credentials(
            chain: server.certificate + authority.certificate, key: server.key, chainFile: "chain.pem",
            keyFile: "key.pem")
        let running = try TestServer(tls: TLSContext(credentials))
        let client = try ClientSocket(port: running.port)

        try client.startTLS(TLSPeer(trusting: authority.certificate, host: "tester"))
        try client.send(get("/a"))

        #expect(try client.receiveResponse().body == Array("/a".utf8))
    }
}
