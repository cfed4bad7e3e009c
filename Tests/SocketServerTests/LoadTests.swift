/// Many connections, full ones, slow ones and broken ones: none may disturb another.
/// Real sockets over loopback; nothing here waits for time to pass.

import Glibc
import HTTPWire
import SocketServer
import Synchronization
import Testing

struct LoadTests {
    @Test(arguments: [1, 2], [false, true])
    func `a thousand connections at once are all served`(loopCount: Int, isTLS: Bool) throws {
        let server = try TestServer(loopCount: loopCount, isTLS: isTLS)
        let clients = try (0..<1_000).map { _ in try server.client() }

        for (number, client) in clients.enumerated() { try client.send(get("/\(number)")) }
        var bodies: [String] = []
        for client in clients {
            bodies.append(String(decoding: try client.receiveResponse().body, as: UTF8.self))
        }

        #expect(bodies == (0..<1_000).map { "/\($0)" })
        #expect(server.server.openConnectionCount == 1_000)
    }

    @Test(arguments: [1, 2])
    func `the connection past the limit is served when another has closed`(loopCount: Int) throws {
        var limits = SocketLimits()
        limits.connectionsMax = 3
        let handler = RecordingHandler()
        let server = try TestServer(handler: handler, loopCount: loopCount, limits: limits)
        var clients = try (0..<3).map { _ in try server.client() }
        for client in clients {
            try client.send(get("/within"))
            _ = try client.receiveResponse()
        }

        let waiting = try server.client()
        try waiting.send(get("/waiting"))
        for client in clients {
            try client.send(get("/within"))
            _ = try client.receiveResponse()
        }
        let pathsWhileFull = handler.paths
        let countWhileFull = server.server.openConnectionCount
        clients.removeLast().close()
        let response = try waiting.receiveResponse()

        #expect(pathsWhileFull == Array(repeating: "/within", count: 6))
        #expect(countWhileFull == 3)
        #expect(String(decoding: response.body, as: UTF8.self) == "/waiting")
        #expect(server.server.openConnectionCount == 3)
    }

    @Test func `the limit of connections is reported once, not for each that waits`() throws {
        var limits = SocketLimits()
        limits.connectionsMax = 2
        let pauses = Mutex<[AcceptPause]>([])
        let server = try TestServer(
            limits: limits, onAcceptPause: { pause in pauses.withLock { $0.append(pause) } })
        var clients = try (0..<2).map { _ in try server.client() }

        for _ in 0..<3 {
            clients.append(try server.client())
            clients.removeFirst().close()
            try clients[1].send(get("/"))
            _ = try clients[1].receiveResponse()
        }

        #expect(pauses.withLock { $0 } == [.connectionLimit(2)])
    }

    @Test(arguments: [false, true])
    func `a slow reader of large answers holds back its own requests and nobody else's`(isTLS: Bool) throws {
        let handler = RecordingHandler()
        let server = try TestServer(handler: handler, isTLS: isTLS)
        let slow = try server.client(receiveBufferBytes: 4_096)
        let quick = try server.client()
        let size = 50_000_000

        try slow.send(get("/size/\(size)") + get("/size/3") + get("/last", "Connection: close"))
        let head = try slow.receive(1)
        for _ in 0..<100 {
            try quick.send(get("/quick"))
            _ = try quick.receiveResponse()
        }
        let slowPaths = handler.paths.filter { $0 != "/quick" }
        let received = head + (try slow.receiveToEnd())

        // One answer is past the cap, so the next request is not even looked at.
        #expect(slowPaths == ["/size/\(size)"])
        #expect(received.count > size)
        #expect(received.suffix(2_000).contains(Array(answer("/last", connection: "close").utf8)))
    }

    @Test(arguments: [false, true])
    func `a reset in the middle of a request disturbs nobody`(isTLS: Bool) throws {
        try resetAmongOthers(isTLS: isTLS, times: 50) { client in
            try client.send("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 50\r\n\r\nhalf")
        }
    }

    @Test(arguments: [false, true])
    func `a reset in the middle of an answer disturbs nobody`(isTLS: Bool) throws {
        try resetAmongOthers(isTLS: isTLS, times: 20) { client in
            try client.send(get("/size/8000000") + get("/never"))
            _ = try client.receive(100)
        }
    }

    /// Resets connections after `begin`. A witness is served behind each, and is the only one left.
    private func resetAmongOthers(
        isTLS: Bool, times: Int, after begin: (ClientSocket) throws -> Void
    ) throws {
        let server = try TestServer(isTLS: isTLS)
        let witness = try server.client()

        for _ in 0..<times {
            let client = try server.client()
            try begin(client)
            try client.reset()
            try witness.send(get("/witness"))
            _ = try witness.receiveResponse()
        }

        waitUntil { server.server.openConnectionCount == 1 }
        #expect(server.server.openConnectionCount == 1)
    }

    @Test(arguments: [false, true])
    func `descriptors that come and go are not taken for one another`(isTLS: Bool) throws {
        let handler = RecordingHandler()
        let server = try TestServer(handler: handler, isTLS: isTLS)

        for round in 0..<100 {
            let clients = try (0..<5).map { _ in try server.client() }
            try clients[0].send("GET /unfinished HT")
            try clients[0].reset()
            for number in 1..<5 { try clients[number].send(get("/\(round)/\(number)")) }
            for number in 1..<5 {
                let response = try clients[number].receiveResponse()
                #expect(String(decoding: response.body, as: UTF8.self) == "/\(round)/\(number)")
            }
        }

        #expect(Set(handler.connections).count == 400)
        waitUntil { server.server.openConnectionCount == 0 }
    }

    @Test(arguments: [false, true])
    func `a peer that sends on behind a refusal sees the refusal and not a reset`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()
        let length = SocketLimits().wire.bodyBytesMax + 1

        try client.send("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: \(length)\r\n\r\n")
        try client.send(Array(repeating: 0, count: length))
        let received = try client.receiveTextToEnd()

        #expect(received.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
        #expect(received.hasSuffix(#"{"message":"The body is longer than 10485760 bytes."}"#))
    }
}
