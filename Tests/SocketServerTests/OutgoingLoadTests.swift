/// Many calls at once: their bounds, their cost, and that no thread waits for any of them.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct OutgoingLoadTests {
    @Test(arguments: [1, 2])
    func `the limit of calls counts those of all loops`(loopCount: Int) throws {
        var limits = SocketLimits()
        limits.callsMax = 2
        let bench = try CallBench(limits: limits, loopCount: loopCount)
        let clients = try (0..<4).map { _ in try bench.server.client() }
        for client in clients.prefix(2) { try client.send(get("/")) }
        let calls = try (0..<2).map { _ in try bench.backend.acceptRequest() }

        try clients[2].send(get("/"))
        let refused = String(decoding: try clients[2].receiveResponse().body, as: UTF8.self)
        for (socket, _) in calls { try socket.send(hello) }
        for client in clients.prefix(2) { _ = try client.receiveResponse() }
        try clients[3].send(get("/"))
        waitUntil { bench.server.server.openCallCount == 1 }

        #expect(refused == "2 calls are open already: --limit calls-max=… allows more")
    }

    @Test func `calls to one server wait for each other and to another do not`() throws {
        var limits = SocketLimits()
        limits.callsPerServerMax = 2
        let other = try Backend()
        let otherURL = other.url
        let backend = try Backend()
        let url = backend.url
        let handler = CallHandler { request in
            let isOther = request.target.text == "/other"
            return OutgoingRequest(.get, (isOther ? otherURL : url) + request.target.text)
        }
        let server = try TestServer(handler: handler, limits: limits)
        let clients = try (0..<5).map { _ in try server.client() }

        for client in clients.prefix(4) { try client.send(get("/")) }
        waitUntil { server.server.openCallCount == 4 }
        let calls = try (0..<2).map { _ in try backend.acceptRequest() }
        try clients[4].send(get("/other"))
        let (otherSocket, _) = try other.acceptRequest()
        try otherSocket.send(hello)
        let otherBody = try clients[4].receiveResponse().body
        let isThirdEarly = backend.hasConnection
        for (socket, _) in calls { try socket.send(hello) }
        try serve(calls.map(\.socket), on: server)

        for client in clients.prefix(4) { #expect(try client.receiveResponse().body == otherBody) }
        #expect(!isThirdEarly)
        #expect(!backend.hasConnection)
    }

    @Test func `the time of a call runs while it waits for another`() throws {
        var limits = SocketLimits()
        limits.callsPerServerMax = 1
        let bench = try CallBench(limits: limits) { request in
            request.timeout = request.url.hasSuffix("/long") ? .seconds(30) : .seconds(5)
        }
        let waiting = try bench.server.client()
        try bench.client.send(get("/long"))
        let (socket, _) = try bench.backend.acceptRequest()
        try waiting.send(get("/short"))
        waitUntil { bench.server.server.openCallCount == 2 }

        bench.server.advance(by: .seconds(5))
        let late = String(decoding: try waiting.receiveResponse().body, as: UTF8.self)
        try socket.send(hello)

        #expect(late == "no whole answer within 5.0 seconds")
        #expect(try bench.client.receiveResponse().body == Array("hello".utf8))
        #expect(!bench.backend.hasConnection)
    }

    @Test func `bytes of requests and answers have one bound`() throws {
        var limits = SocketLimits()
        limits.invokeBytesMax = 100_000
        let bench = try CallBench(limits: limits)
        let second = try bench.server.client()

        func post(_ count: Int) -> String {
            "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(count)\r\n\r\n"
                + String(repeating: "x", count: count)
        }
        try bench.client.send(post(60_000))
        let (socket, _) = try bench.backend.acceptRequest()
        try second.send(post(40_001))
        let refused = String(decoding: try second.receiveResponse().body, as: UTF8.self)
        let held = bench.server.server.heldCallBytes
        _ = try socket.receive(60_000)
        try socket.send(
            "HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n" + String(repeating: "y", count: 40_000))
        let tooMuch = String(decoding: try bench.client.receiveResponse().body, as: UTF8.self)

        #expect(held == 60_000)
        #expect(
            refused == "all calls together hold 100000 bytes already: --limit invoke-bytes-max=… allows more")
        #expect(tooMuch == refused)
        #expect(bench.server.server.heldCallBytes == 0)
    }

    /// The reply waits, counts, and finds no room for itself once more.
    @Test(arguments: [true, false], [false, true])
    func `an answer that its handler has found room for is sent, even if the room has gone since`(
        hasRoom: Bool, isTLS: Bool
    ) throws {
        var limits = SocketLimits()
        limits.invokeBytesMax = 100_000
        let fault = Fault(delay: .seconds(5), hasRoom: hasRoom)
        let server = try TestServer(faults: ["/size/80000": fault], limits: limits, isTLS: isTLS)
        let (late, other) = try (server.client(), server.client())

        try late.send(get("/size/80000"))
        // An answer to the other client may come before the turn that counts the one that waits.
        repeat {
            try other.send(get("/other"))
            _ = try other.receiveResponse()
        } while server.server.heldCallBytes == 0
        let held = server.server.heldCallBytes
        let mayMore = server.server.reserve(forAnswer: 80_000)
        server.advanceEmulated(by: .seconds(5))
        let answer = try late.receiveResponse()

        #expect(held == 80_000 && !mayMore)
        #expect(answer.head.hasPrefix(hasRoom ? "HTTP/1.1 200 " : "HTTP/1.1 503 "))
        #expect((answer.body.count == 80_000) == hasRoom)
    }

    @Test func `a burst to one name takes one thread to look it up`() async {
        await #expect(processExitsWith: .success) {
            let handler = CallHandler { _ in OutgoingRequest(.get, "http://nobody.invalid/") }
            let server = try TestServer(handler: handler)
            let clients = try (0..<200).map { _ in try server.client() }
            for client in clients {
                try client.send("GET / HTTP/1.1\r\nHost: test")
            }
            let before = try ProcessStatus()

            for client in clients { try client.send("\r\n\r\n") }
            var threads = 0
            while handler.outcomes.count < 200 { threads = max(threads, try ProcessStatus().threads) }

            #expect(threads <= before.threads + 2)
            #expect(handler.ends == Array(repeating: "502", count: 200))
        }
    }

    @Test func `five thousand calls cost little and no thread`() async {
        await #expect(processExitsWith: .success) {
            let bench = try CallBench()
            var clients = try (0..<5_000).map { _ in try bench.server.client() }
            // libcurl is loaded, and each client's connection has what it needs.
            try bench.client.send(get("/"))
            let (first, _) = try bench.backend.acceptRequest()
            try first.send(hello)
            _ = try bench.client.receiveResponse()
            let before = try ProcessStatus()

            for client in clients { try client.send(get("/")) }
            waitUntil { bench.server.server.openCallCount == 5_000 }
            var sockets = [first]
            while sockets.count < SocketLimits().callsPerServerMax {
                sockets.append(try bench.backend.accept())
            }
            let waiting = try ProcessStatus()
            let isOneTooMany = bench.backend.hasConnection
            // Each connection serves its share, one call behind the other.
            try serve(sockets, on: bench.server)
            for client in clients { #expect(try client.receiveResponse().body == Array("hello".utf8)) }
            clients = []

            waiting.expectLittle(since: before)
            #expect(!isOneTooMany)
            #expect(bench.server.server.heldCallBytes == 0)
            waitUntil { bench.server.server.openConnectionCount == 1 }
        }
    }
}

private let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

/// Answers what comes on any of the connections until no call is open.
private func serve(_ sockets: [ClientSocket], on server: TestServer) throws {
    while server.server.openCallCount > 0 {
        for socket in sockets where socket.isReadable(within: 0) {
            _ = try socket.receiveHead()
            try socket.send(hello)
        }
    }
}
