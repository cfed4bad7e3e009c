/// Stopping: what is idle goes at once, what is in flight finishes, what does not finish is cut off at the
/// deadline.

import Dispatch
import Glibc
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct StopTests {
    /// Stops on another thread; the group is left when `stop` has returned.
    private func stopInBackground(_ server: TestServer) -> DispatchGroup {
        let stopped = DispatchGroup()
        let running = server.server
        DispatchQueue(label: "stop").async(group: stopped) { running.stop() }
        return stopped
    }

    /// The listener is closed in the turn that begins the drain.
    private func waitUntilRefused(_ port: UInt16) {
        waitUntil {
            do {
                _ = try ClientSocket(port: port)
                return false
            } catch {
                return true
            }
        }
    }

    @Test(arguments: [1, 2], [false, true])
    func `idle connections are closed at once`(loopCount: Int, isTLS: Bool) throws {
        let server = try TestServer(loopCount: loopCount, isTLS: isTLS)
        let clients = try (0..<4).map { _ in try server.client() }
        for client in clients {
            try client.send(get("/"))
            _ = try client.receiveResponse()
        }

        server.server.stop()

        for client in clients { #expect(try client.receiveToEnd().isEmpty) }
        #expect(server.server.openConnectionCount == 0)
    }

    @Test(arguments: [false, true])
    func `a large answer in flight is finished`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client(receiveBufferBytes: 4_096)
        let size = 20_000_000
        try client.send(get("/size/\(size)"))
        let first = try client.receive(1)

        let stopped = stopInBackground(server)
        waitUntilRefused(server.port)
        let received = first + (try client.receiveToEnd())
        stopped.wait()

        #expect(received.count == size + answer("").utf8.count - 1 + String(size).utf8.count)
    }

    @Test(arguments: [false, true])
    func `a request that had begun is answered and is the last`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()
        try client.send(get("/before") + "GET /begun HTTP/1.1\r\nHo")
        _ = try client.receiveResponse()

        let stopped = stopInBackground(server)
        waitUntilRefused(server.port)
        try client.send("st: test\r\n\r\n")
        let received = try client.receiveTextToEnd()
        stopped.wait()

        #expect(received == answer("/begun", connection: "close"))
    }

    @Test(arguments: [false, true])
    func `what takes longer than the drain time is cut off`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let unfinished = try server.client()
        try unfinished.send(get("/before") + "GET /begun HTTP/1.1\r\nHo")
        _ = try unfinished.receiveResponse()
        let slow = try server.client(receiveBufferBytes: 4_096)
        try slow.send(get("/size/50000000"))
        _ = try slow.receive(1)

        let stopped = stopInBackground(server)
        waitUntilRefused(server.port)
        server.advance(by: SocketLimits().drainTimeout - .nanoseconds(1))
        let isEarly = stopped.wait(timeout: .now()) == .success
        server.advance(by: .nanoseconds(1))
        stopped.wait()

        #expect(!isEarly)
        #expect(try unfinished.receiveToEnd().isEmpty)
        #expect(server.server.openConnectionCount == 0)
    }

    @Test(arguments: [false, true])
    func `stopping again and from several threads is the same stop`(isTLS: Bool) throws {
        let server = try TestServer(loopCount: 2, isTLS: isTLS)
        let client = try server.client()
        try client.send(get("/"))
        _ = try client.receiveResponse()

        let stops = (0..<4).map { _ in stopInBackground(server) }
        for stopped in stops { stopped.wait() }
        server.server.stop()

        #expect(try client.receiveToEnd().isEmpty)
    }

    @Test(arguments: [false, true])
    func `the port is free for the next server at once`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()
        try client.send(get("/"))
        _ = try client.receiveResponse()

        server.server.stop()
        let next = try Server.start(
            Server.Configuration(host: "127.0.0.1", port: server.port, loopCount: 1), handler: EchoHandler(),
            clock: ManualClock(date: startDate))

        #expect(next.port == server.port)
        next.stop()
    }

    @Test(arguments: [false, true])
    func `a server that nobody holds stops`(isTLS: Bool) throws {
        var server: TestServer? = try TestServer(isTLS: isTLS)
        let client = try server?.client()
        try client?.send(get("/"))
        _ = try client?.receiveResponse()

        server = nil

        #expect(try client?.receiveToEnd() == [])
    }

    @Test(arguments: [false, true])
    func `a request that has arrived and that no turn has seen is answered`(isTLS: Bool) throws {
        let handler = GateHandler()
        var server: TestServer? = try TestServer(handler: handler, isTLS: isTLS)
        let blocking = try #require(server).client()
        let unseen = try #require(server).client()
        try unseen.send(get("/seen"))
        _ = try unseen.receiveResponse()
        try blocking.send(get("/gate"))
        handler.arrived.wait()

        try unseen.send(get("/unseen"))
        // Posts the order to stop and does not wait for it, while the loop stands in the handler.
        server = nil
        handler.gate.signal()

        #expect(try unseen.receiveTextToEnd() == answer("/unseen", connection: "close"))
        #expect(try blocking.receiveTextToEnd().hasSuffix("/gate"))
    }
}

/// Stands in the handler, as no real one may, until the gate opens; `arrived` says that it does.
private final class GateHandler: RequestHandler {
    let arrived = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)

    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        if request.target.text == "/gate" {
            arrived.signal()
            gate.wait()
        }
        return EchoHandler().handle(request, from: client)
    }
}
