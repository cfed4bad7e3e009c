/// Deadlines over real sockets, on a clock that is moved by hand: the loop wakes, looks and acts.
/// The bounds themselves are tested in memory, in `ClosingTests`.

import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

struct TimeoutTests {
    /// The answer to the request before it proves that the beginning of the next was read in the same turn.
    private func begin(_ partial: String, of client: ClientSocket) throws {
        try client.send(get("/before") + partial)
        _ = try client.receiveResponse()
    }

    @Test(arguments: [1, 2], [false, true])
    func `a slow header gets 408 when the clock has moved`(loopCount: Int, isTLS: Bool) throws {
        let server = try TestServer(loopCount: loopCount, isTLS: isTLS)
        let client = try server.client()
        try begin("GET /slow HTTP/1.1\r\nHo", of: client)

        server.advance(by: SocketLimits().headerTimeout)
        let received = try client.receiveTextToEnd()

        #expect(received.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(received.contains("\r\nConnection: close\r\n"))
    }

    @Test(arguments: [false, true])
    func `a slow header that ends just in time is answered`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()
        try begin("GET /slow HTTP/1.1\r\nHo", of: client)

        server.advance(by: SocketLimits().headerTimeout - .nanoseconds(1))
        try client.send("st: test\r\n\r\n")
        let response = try client.receiveResponse()

        #expect(String(decoding: response.body, as: UTF8.self) == "/slow")
    }

    @Test(arguments: [false, true])
    func `an idle connection is closed without a word and the others stay`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let idle = try server.client()
        let busy = try server.client()
        try begin("", of: idle)

        server.advance(by: .seconds(40))
        try begin("", of: busy)
        server.advance(by: SocketLimits().idleTimeout - .seconds(40))
        let received = try idle.receiveToEnd()
        try begin("", of: busy)

        #expect(received.isEmpty)
        #expect(server.server.openConnectionCount == 1)
    }

    @Test(arguments: [false, true])
    func `a connection on a descriptor that was used before has its own deadlines`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let old = try server.client()
        try begin("GET /slow HTTP/1.1\r\nHo", of: old)
        server.advance(by: SocketLimits().headerTimeout - .seconds(1))
        try old.reset()
        waitUntil { server.server.openConnectionCount == 0 }

        let new = try server.client()
        try begin("GET /new HTTP/1.1\r\nHo", of: new)
        server.advance(by: .seconds(2))
        try new.send("st: test\r\n\r\n")
        let response = try new.receiveResponse()

        #expect(String(decoding: response.body, as: UTF8.self) == "/new")
    }

    @Test(arguments: [false, true])
    func `a clock that stands just before a deadline is not watched`(isTLS: Bool) throws {
        let server = try TestServer(isTLS: isTLS)
        let client = try server.client()
        try begin("", of: client)
        server.advance(by: SocketLimits().idleTimeout - .nanoseconds(1))

        let readingsBefore = server.clock.readings
        let isReadable = client.isReadable(within: 100)
        let readings = server.clock.readings - readingsBefore

        // The turn for the advance; a loop that watched would take 100.
        #expect(readings <= 2)
        #expect(!isReadable)
    }

    @Test func `a clock that shows the same time twice is waited for all the same`() throws {
        var limits = SocketLimits()
        limits.headerTimeout = .milliseconds(10)
        let server = try Server.start(
            Server.Configuration(host: "127.0.0.1", port: 0, loopCount: 1, limits: limits),
            handler: EchoHandler(), clock: CoarseClock(step: .milliseconds(10)))
        let client = try ClientSocket(port: server.port)
        try client.send("GET /slow HTTP/1.1\r\nHo")

        let received = try client.receiveTextToEnd()
        server.stop()

        #expect(received.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }
}

/// A clock that runs, but moves by one step with every fifth look at it alone.
private final class CoarseClock: ServerClock {
    private let step: Duration
    private let readings = Atomic<Int>(0)

    init(step: Duration) { self.step = step }

    func monotonicTime() -> Duration { step * (readings.add(1, ordering: .relaxed).oldValue / 5) }

    func wallTime() -> Duration { .seconds(784_111_777) }
}
