/// Calls within the conversations that wait for them: in order on HTTP/1.1, each by itself on HTTP/2, over
/// TLS, in chains; and their end when the client goes or the server stops.

import HTTP2Peer
import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

struct OutgoingConversationTests {
    private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    @Test(arguments: [false, true])
    func `answers behind a call keep their order`(isTLS: Bool) throws {
        let bench = try CallBench(isTLS: isTLS)

        try bench.client.send(get("/1") + get("/2"))
        let (socket, first) = try bench.backend.acceptRequest()
        let isSecondEarly = socket.isReadable(within: 0)
        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
        let second = try socket.receiveHead()
        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2")
        let bodies = try [bench.client.receiveResponse().body, bench.client.receiveResponse().body]

        #expect(first.hasPrefix("GET /1 ") && second.hasPrefix("GET /2 "))
        #expect(!isSecondEarly)
        #expect(bodies == [Array("1".utf8), Array("2".utf8)])
    }

    @Test(arguments: [false, true])
    func `each stream of HTTP/2 waits for its own call`(isTLS: Bool) throws {
        let bench = try CallBench(isTLS: isTLS)
        let peer = try SocketPeer(bench.server)

        try peer.send([.request(1, "GET", "/1"), .request(3, "GET", "/3")])
        let calls = try [bench.backend.acceptRequest(), bench.backend.acceptRequest()]
        for target in ["GET /3 ", "GET /1 "] {
            let socket = try #require(calls.first { $0.head.hasPrefix(target) }?.socket)
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(target.dropFirst(5).prefix(1))")
            let lines = try peer.lines(untilEnds: 1)
            #expect(lines.last == "\(target.dropFirst(5).prefix(1)) DATA 1 end")
        }

        #expect(bench.server.server.openCallCount == 0)
    }

    @Test(arguments: [false, true], ["close", "reset", "half close"])
    func `a client that goes ends its call`(isTLS: Bool, way: String) throws {
        let bench = try CallBench(isTLS: isTLS)
        try bench.client.send(get("/"))
        let (socket, _) = try bench.backend.acceptRequest()

        switch way {
        case "close": bench.client.close()
        case "reset": try bench.client.reset()
        default: try bench.client.shutDownSending()
        }

        #expect(try socket.receiveToEnd() == [])
        waitUntil { bench.handler.ends == ["gone"] }
        #expect(bench.handler.outcomes.isEmpty)
        #expect(bench.server.server.openCallCount == 0)
        #expect(bench.server.server.heldCallBytes == 0)
    }

    @Test func `a stream that the client resets ends its call and no other`() throws {
        let bench = try CallBench()
        let peer = try SocketPeer(bench.server)
        try peer.send([.request(1, "GET", "/1"), .request(3, "GET", "/3")])
        let calls = try [bench.backend.acceptRequest(), bench.backend.acceptRequest()]
        let first = try #require(calls.first { $0.head.hasPrefix("GET /1 ") }?.socket)
        let second = try #require(calls.first { $0.head.hasPrefix("GET /3 ") }?.socket)

        try peer.send([.resetStream(1)])
        let rest = try first.receiveToEnd()
        try second.send(Self.hello)
        let lines = try peer.lines(untilEnds: 1)

        #expect(rest == [])
        #expect(lines.last == "3 DATA 5 end")
        #expect(bench.handler.ends.sorted() == ["200", "gone"])
    }

    @Test(arguments: [1, 2], [false, true])
    func `a stop ends the calls`(loopCount: Int, isTLS: Bool) throws {
        let bench = try CallBench(loopCount: loopCount, isTLS: isTLS)
        let clients = try (0..<8).map { _ in try bench.server.client() }
        for client in clients { try client.send(get("/")) }
        let calls = try (0..<8).map { _ in try bench.backend.acceptRequest() }

        bench.server.server.stop()

        for client in clients {
            let text = try client.receiveTextToEnd()
            #expect(text.hasPrefix("HTTP/1.1 502 ") && text.hasSuffix("\r\n\r\nthe server stops"))
        }
        for (socket, _) in calls { #expect(try socket.receiveToEnd() == []) }
        #expect(bench.server.server.openCallCount == 0)
        #expect(bench.server.server.heldCallBytes == 0)
    }

    @Test func `a stop sends no request that had not been sent`() throws {
        var limits = SocketLimits()
        limits.callsPerServerMax = 1
        let bench = try CallBench(limits: limits)
        let clients = try (0..<8).map { _ in try bench.server.client() }
        for client in clients { try client.send(get("/")) }
        waitUntil { bench.server.server.openCallCount == 8 }
        let (socket, _) = try bench.backend.acceptRequest()

        bench.server.server.stop()

        #expect(try socket.receiveToEnd() == [])
        #expect(!bench.backend.hasConnection)
    }

    @Test func `a server whose client leaves while it stops has no call left`() throws {
        let bench = try CallBench()
        try bench.client.send(get("/"))
        let (socket, _) = try bench.backend.acceptRequest()

        bench.client.close()
        bench.server.server.stop()

        #expect(try socket.receiveToEnd() == [])
        #expect(bench.server.server.openCallCount == 0)
    }
}

/// Calls one behind the other, for one request.
struct OutgoingChainTests {
    /// Calls as often as the path says, with the body of each answer as the path of the next call.
    private final class ChainHandler: RequestHandler {
        let url: String

        init(url: String) { self.url = url }

        func handle(_ request: HTTPRequest, from client: Client) -> Answer {
            let count = request.target.pathSegments.first.flatMap { Int($0) } ?? 0
            return call(count, "/first")
        }

        private func call(_ count: Int, _ path: String) -> Answer {
            .call(
                OutgoingCall(OutgoingRequest(.get, url + path)) { [self] outcome in
                    guard count > 1, case .success(let response) = outcome else {
                        return CallHandler.answer(outcome)
                    }
                    let next = call(count - 1, String(decoding: response.body, as: UTF8.self))
                    guard count == 2 else { return next }
                    // A wait between two calls does not begin the chain anew.
                    let ticket = Ticket()
                    ticket.complete { next }
                    return .wait(Wait(for: ticket, atMost: .seconds(1)) { _ in text("late") })
                })
        }
    }

    @Test func `a call may lead to the next`() throws {
        let backend = try Backend()
        let server = try TestServer(handler: ChainHandler(url: backend.url))
        let client = try server.client()

        try client.send(get("/3"))
        let (socket, first) = try backend.acceptRequest()
        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n/second")
        let second = try socket.receiveHead()
        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n/third")
        let third = try socket.receiveHead()
        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend")
        let answer = try client.receiveResponse()

        #expect(
            [first, second, third].map { $0.split(separator: " ")[1] } == ["/first", "/second", "/third"])
        #expect(answer.body == Array("end".utf8))
        #expect(server.server.openCallCount == 0)
    }

    @Test(arguments: [2, 3])
    func `a request leads to as many calls as it may`(count: Int) throws {
        var limits = SocketLimits()
        limits.callsPerRequestMax = 2
        let backend = try Backend()
        let server = try TestServer(handler: ChainHandler(url: backend.url), limits: limits)
        let client = try server.client()

        try client.send(get("/\(count)"))
        let (socket, _) = try backend.acceptRequest()
        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/x")
        _ = try socket.receiveHead()
        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/y")
        let answer = String(decoding: try client.receiveResponse().body, as: UTF8.self)

        #expect(
            answer
                == (count == 2
                    ? "/y"
                    : "one request led to 2 calls already: --limit calls-per-request-max=… allows more"))
    }
}
