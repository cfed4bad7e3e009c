/// Requests and answers over a real socket: keep-alive, pipelining, pieces, versions, the methods and fields
/// that change how an answer is sent.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct ExchangeTests {
    @Test(arguments: [false, true])
    func `a request is answered and the connection lives on`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()

        try client.send(get("/first"))
        let first = try client.receive(answer("/first").utf8.count)
        try client.send(get("/second"))
        let second = try client.receive(answer("/second").utf8.count)

        #expect(String(decoding: first, as: UTF8.self) == answer("/first"))
        #expect(String(decoding: second, as: UTF8.self) == answer("/second"))
    }

    @Test(arguments: [false, true])
    func `a thousand requests in one write are answered in order`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()

        try client.send((0..<1_000).map { get("/\($0)") }.joined())
        let expected = (0..<1_000).map { answer("/\($0)") }.joined()
        let received = try client.receive(expected.utf8.count)

        #expect(String(decoding: received, as: UTF8.self) == expected)
    }

    @Test(arguments: [false, true])
    func `a request sent byte by byte is the same request`(isTLS: Bool) throws {
        let handler = RecordingHandler()
        let server = try TestServer(handler: handler, isTLS: isTLS)
        let client = try server.client()

        for byte in "POST /bytes HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello".utf8 {
            try client.send([byte])
        }
        let received = try client.receive(answer("hello").utf8.count)

        #expect(String(decoding: received, as: UTF8.self) == answer("hello"))
        #expect(handler.paths == ["/bytes"])
    }

    @Test(arguments: [false, true])
    func `requests of one connection carry its identity and those of another another`(isTLS: Bool) throws {
        let handler = RecordingHandler()
        let server = try TestServer(handler: handler, isTLS: isTLS)
        let clients = [try server.client(), try server.client()]

        for client in clients + clients {
            try client.send(get("/"))
            _ = try client.receiveResponse()
        }

        let connections = handler.connections
        #expect(connections.count == 4)
        #expect(connections[0] == connections[2] && connections[1] == connections[3])
        #expect(connections[0] != connections[1])
    }

    @Test(arguments: [false, true])
    func `an answer to HEAD has the length and not the body`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()

        try client.send("HEAD /size/5 HTTP/1.1\r\nHost: test\r\n\r\n" + get("/next", "Connection: close"))
        let received = try client.receiveTextToEnd()

        #expect(received == answer("xxxxx").dropLast(5) + answer("/next", connection: "close"))
    }

    @Test(arguments: [false, true])
    func `Connection close is answered and obeyed and what follows it is not read`(isTLS: Bool) throws {
        let handler = RecordingHandler()
        let server = try TestServer(handler: handler, isTLS: isTLS)
        let client = try server.client()

        try client.send(get("/last", "Connection: close") + get("/never"))
        let received = try client.receiveTextToEnd()

        #expect(received == answer("/last", connection: "close"))
        #expect(handler.paths == ["/last"])
    }

    @Test(arguments: [false, true])
    func `HTTP 1.0 closes after the answer`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()

        try client.send("GET /old HTTP/1.0\r\n\r\n")
        let received = try client.receiveTextToEnd()

        #expect(received == answer("/old", connection: "close"))
    }

    @Test(arguments: [false, true])
    func `a client that waits for 100 gets it before its body is read`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()

        try client.send("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        let interim = try client.receive("HTTP/1.1 100 Continue\r\n\r\n".utf8.count)
        try client.send("hello")
        let received = try client.receive(answer("hello").utf8.count)

        #expect(String(decoding: interim, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(String(decoding: received, as: UTF8.self) == answer("hello"))
    }

    @Test(arguments: [false, true])
    func `a chunked body is one body`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()

        try client.send("PUT / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        try client.send("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
        let received = try client.receive(answer("hello").utf8.count)

        #expect(String(decoding: received, as: UTF8.self) == answer("hello"))
    }

    @Test(arguments: [false, true])
    func `a body of the largest size goes in and comes back`(isTLS: Bool) throws {
        let limits = SocketLimits()
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()
        let body = (0..<limits.wire.bodyBytesMax).map { UInt8(truncatingIfNeeded: $0 &* 7) }

        try client.send("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.count)\r\n\r\n")
        try client.send(body)
        let received = try client.receiveResponse()

        #expect(received.body == body)
    }

    @Test(arguments: [false, true])
    func `requests that were complete before a half-close are answered and then it closes`(isTLS: Bool) throws
    {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()

        try client.send(get("/1") + get("/2") + "GET /unfinished HTTP/1.1\r\nHo")
        try client.shutDownSending()
        let received = try client.receiveTextToEnd()

        #expect(received == answer("/1") + answer("/2"))
    }

    @Test(arguments: [1, 2], [false, true])
    func `connections are dealt to all loops and all are served`(loopCount: Int, isTLS: Bool) throws {
        let server = try TestServer(loopCount: loopCount, isTLS: isTLS)
        let clients = try (0..<10).map { _ in try server.client() }

        for (number, client) in clients.enumerated() { try client.send(get("/\(number)")) }

        for (number, client) in clients.enumerated() {
            let response = try client.receiveResponse()
            #expect(String(decoding: response.body, as: UTF8.self) == "/\(number)")
        }
    }

    @Test(arguments: ["::1", "::"], [false, true])
    func `clients of IPv6 are served`(host: String, isTLS: Bool) throws {
        let server = try TestServer(host: host, isTLS: isTLS)
        let client = try server.client(isIPv6: true)

        try client.send(get("/six"))
        let received = try client.receive(answer("/six").utf8.count)

        #expect(String(decoding: received, as: UTF8.self) == answer("/six"))
        #expect(server.server.host == host)
    }

    @Test func `a port in use is the error of bind`() throws {
        let server = try TestServer()

        let error = #expect(throws: SystemError.self) {
            _ = try Server.start(
                Server.Configuration(host: "127.0.0.1", port: server.port, loopCount: 2),
                handler: EchoHandler(), clock: SystemClock())
        }

        #expect(error?.description == "bind: Address already in use")
    }

    @Test(arguments: [false, true])
    func `the Date follows the wall clock`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()

        server.clock.advance(by: .seconds(86_400))
        try client.send(get("/"))
        let head = try client.receiveResponse().head

        #expect(head.contains("\r\nDate: Mon, 07 Nov 1994 08:49:37 GMT\r\n"))
    }
}
