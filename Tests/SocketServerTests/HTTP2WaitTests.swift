/// Answers that wait on HTTP/2, where each stream waits by itself.

import HTTP2Peer
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct HTTP2WaitTests {
    @Test func `each stream waits by itself and the tickets' order is that of the answers`() {
        let client = HTTP2Client()

        client.send(.request(1, "GET", "/await"), .request(3, "GET", "/await"), .request(5))
        let first = client.lines()
        client.bench.handler.waits.complete(1)
        client.bench.collectMail()
        let second = client.lines()
        client.bench.handler.waits.complete(0)
        client.bench.collectMail()

        #expect(first == ["5 HEADERS 200", "5 DATA 1 end"])
        #expect(second == ["3 HEADERS 200", "3 DATA 4 end"])
        #expect(client.lines() == ["1 HEADERS 200", "1 DATA 4 end"])
        #expect(client.bench.openWaits.count == 0)
    }

    @Test func `a ticket that is completed before the wait begins is a reply at once`() {
        let client = HTTP2Client()

        client.send(.request(1, "GET", "/await/done"))

        #expect(client.lines() == ["1 HEADERS 200", "1 DATA 4 end"])
    }

    @Test func `a wait ends at its time on the emulated clock and not before`() {
        let client = HTTP2Client()
        client.send(.request(1, "GET", "/await"))

        client.bench.advanceEmulated(by: .seconds(5) - .nanoseconds(1))
        let early = client.lines()
        client.bench.advanceEmulated(by: .nanoseconds(1))

        #expect(early == [])
        #expect(client.lines() == ["1 HEADERS 200", "1 DATA 8 end"])
        #expect(client.bench.handler.waits.ends == ["timedOut"])
    }

    @Test func `a stream that the client resets ends its wait and no other`() {
        let client = HTTP2Client()
        client.send(.request(1, "GET", "/await"), .request(3, "GET", "/await"))

        client.send(.resetStream(1))
        let isFirst = client.bench.handler.waits.complete(0)
        let ends = client.bench.handler.waits.ends
        client.bench.handler.waits.complete(1)
        client.bench.collectMail()

        #expect(!isFirst && ends == ["gone"])
        #expect(client.lines() == ["3 HEADERS 200", "3 DATA 4 end"])
        #expect(client.bench.openWaits.count == 0)
    }

    @Test func `a client that shuts its side ends every wait`() {
        let client = HTTP2Client()
        client.send(.request(1, "GET", "/await"), .request(3, "GET", "/await"))

        client.bench.end()

        #expect(client.bench.isClosed)
        #expect(client.bench.handler.waits.ends == ["gone", "gone"])
        #expect(client.bench.openWaits.count == 0)
    }

    @Test func `a reply that ends the connection ends the other waits`() {
        let client = HTTP2Client()
        client.send(.request(1, "GET", "/await"), .request(3, "GET", "/await"))

        client.bench.handler.waits.tickets[0].complete { text("x", delivery: .close) }
        client.bench.collectMail()

        #expect(client.bench.handler.waits.ends == ["x", "gone"])
        #expect(client.bench.openWaits.count == 0)
    }

    @Test func `a server that stops ends the waits with the answers of their time`() {
        let client = HTTP2Client()
        client.send(.request(1, "GET", "/await"))

        client.bench.drain()

        #expect(client.lines().filter { $0.hasPrefix("1 ") } == ["1 HEADERS 200", "1 DATA 8 end"])
        #expect(client.bench.handler.waits.ends == ["timedOut"])
    }

    @Test func `a request that asks for an upgrade may wait too`() {
        let bench = ConnectionBench()
        bench.receive(
            get("/await", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"))
        let client = HTTP2Client(on: bench, behind: HTTP2Upgrade.response.count)
        bench.receive(HTTP2Frame.preface + HTTP2Frame.settings([]).bytes)
        let early = client.lines().filter { $0.hasPrefix("1 ") }

        bench.handler.waits.complete(0)
        bench.collectMail()

        #expect(early == [])
        #expect(client.lines() == ["1 HEADERS 200", "1 DATA 4 end"])
    }
}
