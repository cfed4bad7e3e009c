/// The beginning of a TLS connection: versions, protocols, pieces, resumption, and everything that may go
/// wrong before the first request.

import COpenSSL
import Dispatch
import HTTP2Peer
import HTTPWire
import SocketServer
import Synchronization
import Testing

/// What a server reports.
private final class Failures: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

struct TLSHandshakeTests {
    @Test(arguments: TLSPeer.Version.allCases)
    func `a request over TLS is answered in TLS`(version: TLSPeer.Version) throws {
        let server = try TestServer(tls: TestCertificates.context())
        let client = try ClientSocket(port: server.port)

        try client.startTLS(TestCertificates.peer(version: version))
        try client.send(get("/secret"))
        let received = try client.receive(answer("/secret").utf8.count)

        #expect(String(decoding: received, as: UTF8.self) == answer("/secret"))
    }

    @Test(arguments: [
        (["h2", "http/1.1"], "h2"), (["http/1.1", "h2"], "h2"), (["http/1.1"], "http/1.1"),
        (["spdy/3", "http/1.1"], "http/1.1"), (["spdy/3"], nil), ([], nil),
    ])
    func `the protocol is the best that both speak`(offered: [String], chosen: String?) throws {
        let server = try TestServer(tls: TestCertificates.context())
        let client = try ClientSocket(port: server.port)
        let peer = try TestCertificates.peer(protocols: offered)

        try client.startTLS(peer)
        try client.send(get("/a", "Connection: close"))
        let received = try client.receiveToEnd()

        #expect(peer.applicationProtocol == chosen)
        if chosen == "h2" {
            #expect(HTTP2Reader().lines(of: received).last == "GOAWAY 0 PROTOCOL_ERROR")
        } else {
            #expect(String(decoding: received, as: UTF8.self) == answer("/a", connection: "close"))
        }
    }

    @Test func `HTTP 2 is spoken behind the handshake`() throws {
        let server = try TestServer(tls: TestCertificates.context())
        let client = try ClientSocket(port: server.port)

        try client.startTLS(TestCertificates.peer(protocols: ["h2"]))
        try client.send(
            HTTP2Frame.preface + HTTP2Frame.settings([]).bytes + HTTP2Frame.request(1).bytes)
        let reader = HTTP2Reader()
        var lines: [String] = []
        while !lines.contains("1 DATA 1 end") {
            let header = try client.receive(9)
            let length = header[..<3].reduce(0) { $0 << 8 | Int($1) }
            lines += reader.lines(of: header + (try client.receive(length)))
        }

        #expect(lines.contains("1 HEADERS 200"))
    }

    @Test func `a first flight that is cut at any byte is the same flight`() throws {
        let server = try TestServer(tls: TestCertificates.context())
        let length = try TestCertificates.peer().handshake().count

        for cut in 1..<length {
            let (client, peer) = (try ClientSocket(port: server.port), try TestCertificates.peer())
            let flight = peer.handshake()
            try client.sendRaw(Array(flight[..<min(cut, flight.count)]))
            // A turn may come between, or not: both must do.
            if cut % 8 == 0 { waitUntil { server.server.openConnectionCount > 0 } }
            try client.sendRaw(Array(flight[min(cut, flight.count)...]))
            while !peer.isOpen {
                let answer = try #require(try client.receiveRaw())
                try client.sendRaw(peer.handshake(answer))
            }
        }
    }

    @Test(arguments: TLSPeer.Version.allCases)
    func `everything sent byte by byte is the same conversation`(version: TLSPeer.Version) throws {
        let server = try TestServer(tls: TestCertificates.context())
        let (client, peer) = (
            try ClientSocket(port: server.port), try TestCertificates.peer(version: version)
        )

        var flight = peer.handshake()
        while !peer.isOpen {
            for byte in flight { try client.sendRaw([byte]) }
            flight = peer.handshake(try #require(try client.receiveRaw()))
        }
        for byte in flight + peer.encrypt(Array(get("/bytes", "Connection: close").utf8)) {
            try client.sendRaw([byte])
        }
        var received = peer.decrypt([])
        while let bytes = try client.receiveRaw() { received += peer.decrypt(bytes) }

        #expect(String(decoding: received, as: UTF8.self) == answer("/bytes", connection: "close"))
        #expect(peer.hasServerClosed)
    }

    @Test(arguments: TLSPeer.Version.allCases, [1, 2])
    func `a client that comes back resumes its session`(version: TLSPeer.Version, loopCount: Int) throws {
        let server = try TestServer(loopCount: loopCount, tls: TestCertificates.context())
        var session: TLSPeer.Session?
        var resumed: [Bool] = []

        for _ in 0..<3 {
            let client = try ClientSocket(port: server.port)
            let peer = try TestCertificates.peer(version: version, resuming: session)
            try client.startTLS(peer)
            try client.send(get("/a"))
            _ = try client.receiveResponse()
            session = peer.session
            resumed.append(peer.isResumed)
            // A session whose connection broke off is not resumed.
            try client.shutDownSending()
        }

        #expect(resumed == [false, true, true])
    }

    @Test func `a client that trusts another authority fails and the server says so once`() throws {
        let failures = Failures()
        let server = try TestServer(tls: TestCertificates.context { failures.add($0) })

        for _ in 0..<3 {
            let client = try ClientSocket(port: server.port)
            let peer = try TLSPeer(trusting: TLSAuthority.make().certificate)
            let failure = #expect(throws: TLSError.self) { try client.startTLS(peer) }
            #expect(failure?.description == "certificate verify failed")
            // The alert that the client has for the server.
            try client.sendRaw(peer.handshake())
            _ = try client.receiveToEnd()
        }

        #expect(failures.all == ["tlsv1 alert unknown ca"])
    }

    @Test(
        arguments: [
            [22], [22, 3, 1], [22, 3, 1, 0, 0], [22, 3, 1, 255, 255] + Array(repeating: 7, count: 70_000),
            Array(repeating: 22, count: 500), [22, 3, 1, 0, 4, 1, 0, 0, 0],
        ] as [[UInt8]])
    func `garbage behind a first byte of TLS ends the connection and no other`(bytes: [UInt8]) throws {
        let server = try TestServer(tls: TestCertificates.context())
        let other = try ClientSocket(port: server.port)
        try other.startTLS(TestCertificates.peer())
        let client = try ClientSocket(port: server.port)

        do { try client.sendRaw(bytes) } catch { #expect(error is ClientError) }
        do { try client.shutDownSending() } catch { #expect(error is ClientError) }
        waitUntil { server.server.openConnectionCount == 1 }
        try other.send(get("/a"))

        #expect(try other.receiveResponse().body == Array("/a".utf8))
    }

    @Test(arguments: [0, 1, 5, 100])
    func `a handshake that takes longer than a header section may ends`(sent: Int) throws {
        let server = try TestServer(tls: TestCertificates.context())
        let client = try ClientSocket(port: server.port)
        try client.sendRaw(Array(try TestCertificates.peer().handshake()[..<max(sent, 1)]))
        let second = try ClientSocket(port: server.port)
        try second.startTLS(TestCertificates.peer())

        server.advance(by: SocketLimits().headerTimeout - .milliseconds(1))
        try second.send(get("/a"))
        _ = try second.receiveResponse()
        let isEarlyEnd = client.isReadable(within: 0)
        server.advance(by: .milliseconds(1))
        let rest = try client.receiveToEnd()

        #expect(!isEarlyEnd)
        #expect(rest == [])
    }

    @Test func `a hundred clients shake hands at once over all loops`() throws {
        let server = try TestServer(loopCount: 2, tls: TestCertificates.context())
        let clients = try (0..<100).map { _ in try ClientSocket(port: server.port) }
        let peers = try clients.map { _ in try TestCertificates.peer() }

        for (client, peer) in zip(clients, peers) { try client.sendRaw(peer.handshake()) }
        for (client, peer) in zip(clients, peers) {
            while !peer.isOpen {
                let answer = try #require(try client.receiveRaw())
                try client.sendRaw(peer.handshake(answer))
            }
            try client.sendRaw(peer.encrypt(Array(get("/a", "Connection: close").utf8)))
        }
        let answers = try zip(clients, peers).map { client, peer in
            String(decoding: peer.decrypt(try client.receiveToEnd()), as: UTF8.self)
        }

        #expect(answers == Array(repeating: answer("/a", connection: "close"), count: 100))
    }

    @Test func `a client of TLS before a server without is reported and nobody else`() throws {
        let failures = Failures()
        let server = try TestServer(onUnexpectedTLS: { failures.add("TLS") })
        let (client, plain) = (try server.client(), try server.client())

        try plain.send(get("/a"))
        _ = try plain.receiveResponse()
        try client.sendRaw(TestCertificates.peer().handshake())
        let received = try client.receiveTextToEnd()

        #expect(received.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(failures.all == ["TLS"])
    }

    @Test func `plain text is served on the same port`() throws {
        let server = try TestServer(tls: TestCertificates.context())
        let client = try ClientSocket(port: server.port)

        try client.send(get("/plain", "Connection: close"))

        #expect(try client.receiveTextToEnd() == answer("/plain", connection: "close"))
    }

    @Test(arguments: [get("/plain"), "G", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{1}"])
    func `plain text to a server of TLS alone is one clear 400`(request: String) throws {
        let server = try TestServer(tls: TestCertificates.context(acceptsPlainText: false))
        let client = try ClientSocket(port: server.port)

        try client.send(request)
        let received = try client.receiveTextToEnd()

        #expect(
            received == """
                HTTP/1.1 400 Bad Request\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Content-Type: application/json\r
                Content-Length: 104\r
                Connection: close\r
                \r
                {"message":"This port speaks TLS, and the client began with plain text: \
                use https:// for the endpoint."}
                """)
    }
}
