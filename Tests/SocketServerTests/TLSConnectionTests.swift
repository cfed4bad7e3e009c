/// TLS between handshake and end: bytes that no poller knows of, answers that do not fit, new keys, and the
/// ways to close.

import Glibc
import HTTPWire
import SocketServer
import Testing

struct TLSConnectionTests {
    @Test(arguments: TLSPeer.Version.allCases)
    func `requests that share a packet with the handshake are answered`(version: TLSPeer.Version) throws {
        let server = try TestServer(tls: TestCertificates.context())
        let (client, peer) = (
            try ClientSocket(port: server.port), try TestCertificates.peer(version: version)
        )

        var flight = peer.handshake()
        while true {
            try client.sendRaw(flight)
            flight = peer.handshake(try #require(try client.receiveRaw()))
            if peer.isOpen { break }
        }
        let requests = (0..<50).map { get("/\($0)") }.joined() + get("/last", "Connection: close")
        try client.sendRaw(flight + requests.utf8.flatMap { peer.encrypt([$0]) })
        var received = peer.decrypt([])
        while let bytes = try client.receiveRaw() { received += peer.decrypt(bytes) }

        let expected = (0..<50).map { answer("/\($0)") }.joined() + answer("/last", connection: "close")
        #expect(String(decoding: received, as: UTF8.self) == expected)
    }

    @Test func `a request and the end behind it in one packet are answered and closed`() throws {
        let server = try TestServer(tls: TestCertificates.context())
        let (client, peer) = (try ClientSocket(port: server.port), try TestCertificates.peer())
        try client.startTLS(peer)

        try client.sendRaw(peer.encrypt(Array(get("/a").utf8)) + peer.close())
        // The socket itself is not shut: TLS alone says that this is the end.
        let received = try client.receiveTextToEnd()

        #expect(received == answer("/a"))
        #expect(peer.hasServerClosed)
    }

    @Test func `an answer that the client takes slowly arrives whole`() throws {
        let server = try TestServer(tls: TestCertificates.context())
        let client = try ClientSocket(port: server.port, receiveBufferBytes: 4096)
        try client.startTLS(TestCertificates.peer())

        try client.send(get("/size/3000000", "Connection: close"))
        let body = try client.receiveResponse().body
        _ = try client.receiveToEnd()

        #expect(body == Array(repeating: UInt8(ascii: "x"), count: 3_000_000))
        #expect(client.hasTLSEnded)
    }

    @Test func `new keys in mid stream change nothing`() throws {
        let server = try TestServer(tls: TestCertificates.context())
        let client = try ClientSocket(port: server.port)
        let peer = try TestCertificates.peer()
        try client.startTLS(peer)

        for number in 0..<10 {
            peer.updateKeys()
            try client.send(get("/\(number)"))
            #expect(try client.receiveResponse().body == Array("/\(number)".utf8))
        }
    }

    @Test func `a client that is idle for too long is told of the end`() throws {
        let server = try TestServer(tls: TestCertificates.context())
        let client = try server.client()
        try client.send(get("/a"))
        _ = try client.receiveResponse()

        server.advance(by: SocketLimits().idleTimeout)
        let rest = try client.receiveToEnd()

        #expect(rest == [])
        #expect(client.hasTLSEnded)
    }

    @Test func `a stop tells idle clients of the end`() throws {
        let server = try TestServer(tls: TestCertificates.context())
        let client = try server.client()
        try client.send(get("/a"))
        _ = try client.receiveResponse()

        server.server.stop()
        let rest = try client.receiveToEnd()

        #expect(rest == [])
        #expect(client.hasTLSEnded)
    }

    @Test func `a reset is a reset of the socket`() throws {
        let server = try TestServer(faults: ["/a": Fault(delivery: .reset(afterHead: true))], isTLS: true)
        let client = try server.client()

        try client.send(get("/a"))
        let error = #expect(throws: ClientError.self) { _ = try client.receiveToEnd() }

        #expect(error == ClientError(call: "recv", errno: ECONNRESET))
        #expect(!client.hasTLSEnded)
    }

    @Test func `a record that was changed on its way ends the connection unanswered`() throws {
        let handler = RecordingHandler()
        let server = try TestServer(handler: handler, tls: TestCertificates.context())
        let client = try ClientSocket(port: server.port)
        let peer = try TestCertificates.peer()
        try client.startTLS(peer)

        var record = peer.encrypt(Array(get("/a").utf8))
        record[record.count - 1] ^= 1
        try client.sendRaw(record)
        waitUntil { server.server.openConnectionCount == 0 }

        #expect(handler.paths == [])
    }
}
