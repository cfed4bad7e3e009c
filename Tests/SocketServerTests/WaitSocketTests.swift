/// Answers that wait, over real sockets and several loops: tickets completed by other threads, clients that
/// go, a stop amid them, and the cost of many.

import Dispatch
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct WaitSocketTests {
    /// A server whose handler's waits the test can see.
    private func start(
        loopCount: Int = 1, isTLS: Bool = false, limits: SocketLimits = SocketLimits()
    ) throws -> (server: TestServer, waits: WaitLog) {
        let handler = RecordingHandler()
        let server = try TestServer(handler: handler, loopCount: loopCount, limits: limits, isTLS: isTLS)
        return (server, handler.waits)
    }

    @Test(arguments: [1, 2], [false, true])
    func `a ticket that another thread completes brings the reply`(loopCount: Int, isTLS: Bool) throws {
        let (server, waits) = try start(loopCount: loopCount, isTLS: isTLS)
        let clients = try (0..<4).map { _ in try server.client() }
        for client in clients {
            try client.send(get("/before") + get("/await") + get("/behind"))
            _ = try client.receiveResponse()
        }
        waitUntil { server.server.openWaitCount == 4 }
        let areEarly = clients.map { $0.isReadable(within: 0) }

        for index in 0..<4 { waits.complete(index) }

        let expected = answer("come") + answer("/behind")
        for client in clients {
            let received = try client.receive(expected.utf8.count)
            #expect(String(decoding: received, as: UTF8.self) == expected)
        }
        #expect(areEarly == [false, false, false, false])
        #expect(server.server.openWaitCount == 0)
    }

    @Test(arguments: [1, 2], [false, true])
    func `a wait ends when the clock has moved`(loopCount: Int, isTLS: Bool) throws {
        let (server, waits) = try start(loopCount: loopCount, isTLS: isTLS)
        let client = try server.client()
        try client.send(get("/await"))
        waitUntil { server.server.openWaitCount == 1 }

        server.advanceEmulated(by: .seconds(5))
        let received = try client.receive(answer("timedOut").utf8.count)

        #expect(String(decoding: received, as: UTF8.self) == answer("timedOut", after: 5))
        #expect(!waits.complete(0))
    }

    @Test(arguments: [false, true], [false, true])
    func `a client that goes ends its wait and a completion comes too late`(
        isReset: Bool, isTLS: Bool
    ) throws {
        let (server, waits) = try start(isTLS: isTLS)
        let client = try server.client()
        try client.send(get("/await"))
        waitUntil { server.server.openWaitCount == 1 }

        if isReset { try client.reset() } else { client.close() }
        waitUntil { waits.ends == ["gone"] }

        #expect(!waits.complete(0))
        #expect(server.server.openWaitCount == 0)
        // Mail for a connection that is gone reaches none that comes behind it.
        let next = try server.client()
        try next.send(get("/next"))
        #expect(String(decoding: try next.receiveResponse().body, as: UTF8.self) == "/next")
    }

    @Test(arguments: [1, 2], [false, true])
    func `a stop ends the waits with the answers of their time`(loopCount: Int, isTLS: Bool) throws {
        let (server, waits) = try start(loopCount: loopCount, isTLS: isTLS)
        let clients = try (0..<8).map { _ in try server.client() }
        for client in clients { try client.send(get("/await")) }
        waitUntil { server.server.openWaitCount == 8 }

        server.server.stop()

        for client in clients {
            #expect(try client.receiveTextToEnd() == answer("timedOut", connection: "close"))
        }
        #expect(waits.ends == Array(repeating: "timedOut", count: 8))
        #expect((0..<8).map { waits.complete($0) } == Array(repeating: false, count: 8))
    }

    @Test(arguments: [1, 2])
    func `the limit of waits counts those of all loops`(loopCount: Int) throws {
        var limits = SocketLimits()
        limits.waitsMax = 2
        let (server, waits) = try start(loopCount: loopCount, limits: limits)
        let clients = try (0..<4).map { _ in try server.client() }
        for client in clients.prefix(2) { try client.send(get("/await")) }
        waitUntil { server.server.openWaitCount == 2 }

        try clients[2].send(get("/await"))
        let third = try clients[2].receiveResponse().body
        waits.complete(0)
        waitUntil { server.server.openWaitCount == 1 }
        try clients[3].send(get("/await"))
        waitUntil { server.server.openWaitCount == 2 }

        #expect(String(decoding: third, as: UTF8.self) == "refused")
        #expect(!clients[3].isReadable(within: 0))
    }

    @Test(arguments: [1, 2])
    func `tickets, the clock and clients that go end each wait once`(loopCount: Int) throws {
        let (server, waits) = try start(loopCount: loopCount)
        var clients = try (0..<300).map { _ in try server.client() }
        for client in clients { try client.send(get("/await")) }
        waitUntil { server.server.openWaitCount == 300 }
        let tickets = waits.tickets
        let group = DispatchGroup()
        let queue = DispatchQueue(label: "completing", attributes: .concurrent)

        for part in 0..<2 {
            queue.async(group: group) {
                for ticket in tickets[(part * 100)..<(part * 100 + 200)] {
                    ticket.complete { text("come") }
                }
            }
        }
        for number in 0..<100 { try clients[3 * number].reset() }
        server.advanceEmulated(by: .seconds(5))
        group.wait()
        waitUntil { server.server.openWaitCount == 0 }

        waitUntil { waits.ends.count == 300 }
        clients = []
        waitUntil { server.server.openConnectionCount == 0 }
        #expect(waits.ends.count == 300)
        #expect(Set(waits.ends).isSubset(of: ["come", "gone", "timedOut"]))
    }

    @Test func `five thousand waits cost little and no thread`() async {
        await #expect(processExitsWith: .success) {
            let handler = RecordingHandler()
            let server = try TestServer(handler: handler)
            var crowd = try Crowd(of: server)

            try crowd.ask(for: "/await") { server.server.openWaitCount == Crowd.count }
            for ticket in handler.waits.tickets { ticket.complete { text("come") } }

            for client in crowd.clients {
                #expect(try client.receiveResponse().body == Array("come".utf8))
            }
            #expect(server.server.openWaitCount == 0)
            crowd.leave()
        }
    }
}
