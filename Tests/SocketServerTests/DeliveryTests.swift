/// Replies that do not arrive as they should, in memory: what is sent of each, how the connection ends, what
/// becomes of the requests around it. `DripTests` has the slow ones.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct DeliveryTests {
    private func bench(_ delivery: Delivery, delay: Duration = .zero) -> ConnectionBench {
        ConnectionBench(faults: ["/fault": Fault(delay: delay, delivery: delivery)])
    }

    private let head = String(answer("/fault").dropLast("/fault".count))

    @Test(arguments: [Delivery.close, .refuseStream])
    func `a close ends in order without a byte of the answer`(delivery: Delivery) {
        let bench = bench(delivery)

        bench.receive(get("/before") + get("/fault") + get("/behind"))

        #expect(bench.stream.sentText == answer("/before"))
        #expect(bench.stream.calls == ["recv", "send", "shutdown"])
        #expect(bench.handler.paths == ["/before", "/fault"])
        #expect(bench.interest == .read && !bench.isClosed)
    }

    @Test func `a reset before the head sends what was answered before it and aborts`() {
        let bench = bench(.reset(afterHead: false))

        bench.receive(get("/before") + get("/fault") + get("/behind"))

        #expect(bench.stream.sentText == answer("/before"))
        #expect(bench.stream.calls == ["recv", "send", "abort"])
        #expect(bench.isClosed)
    }

    @Test func `a reset after the head sends the head with the length of the whole body`() {
        let bench = bench(.reset(afterHead: true))

        bench.receive(get("/fault") + get("/behind"))

        #expect(bench.stream.sentText == head)
        #expect(bench.stream.calls == ["recv", "send", "abort"])
        #expect(bench.isClosed)
    }

    @Test func `a reset waits until the peer has taken the head`() {
        let bench = bench(.reset(afterHead: true))
        bench.stream.room = 10
        bench.receive(get("/fault"))

        let isClosedEarly = bench.isClosed
        bench.take(head.utf8.count - 10)

        #expect(!isClosedEarly)
        #expect(bench.stream.sentText == head)
        #expect(bench.stream.calls.last == "abort")
    }

    @Test func `an abort that fails closes the connection all the same`() {
        let bench = bench(.reset(afterHead: false))
        bench.stream.failingCall = 2

        bench.receive(get("/fault"))

        #expect(bench.stream.calls == ["recv", "abort"])
        #expect(bench.isClosed)
    }

    @Test(arguments: [(0, ""), (1, "/"), (5, "/faul"), (6, "/fault"), (7, "/fault"), (Int.max, "/fault")])
    func `a truncated answer promises the whole body and ends in order behind a part`(
        bytes: Int, body: String
    ) {
        let bench = bench(.truncate(bytes: bytes))

        bench.receive(get("/fault") + get("/behind"))

        #expect(bench.stream.sentText == head + body)
        #expect(bench.stream.calls == ["recv", "send", "shutdown"])
        #expect(bench.handler.paths == ["/fault"])
    }

    @Test func `a truncated answer to HEAD has no body at all`() {
        let bench = bench(.truncate(bytes: 3))

        bench.receive("HEAD /fault HTTP/1.1\r\nHost: test\r\n\r\n")

        #expect(bench.stream.sentText == head)
        #expect(bench.stream.calls.last == "shutdown")
    }

    @Test func `an answer that goes away is whole and the last`() {
        let bench = bench(.goaway)

        bench.receive(get("/fault") + get("/behind"))

        #expect(bench.stream.sentText == answer("/fault", connection: "close"))
        #expect(bench.stream.calls.last == "shutdown")
        #expect(bench.handler.paths == ["/fault"])
    }

    @Test func `a stalled answer is not sent before the limit and then the connection closes in order`() {
        let bench = bench(.stall)
        bench.receive(get("/before") + get("/fault") + get("/behind"))

        bench.advanceEmulated(by: .seconds(100_000))
        let isEarly = bench.advanceReal(by: SocketLimits().stallMax - .nanoseconds(1))
        let callsBefore = bench.stream.calls
        let isDue = bench.advanceReal(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(callsBefore == ["recv", "send"])
        #expect(bench.stream.calls == ["recv", "send", "shutdown"])
        #expect(bench.stream.sentText == answer("/before"))
        #expect(bench.handler.paths == ["/before", "/fault"])
    }

    @Test func `bytes behind a stalled answer do not lengthen it`() {
        let bench = bench(.stall)
        bench.receive(get("/fault"))

        _ = bench.advanceReal(by: SocketLimits().stallMax - .nanoseconds(1))
        bench.receive(get("/behind"))
        let isDue = bench.advanceReal(by: .nanoseconds(1))

        #expect(isDue)
        #expect(bench.stream.calls.last == "shutdown")
    }

    @Test func `a client that gives up ends a stalled answer at once`() {
        let bench = bench(.stall)
        bench.receive(get("/fault"))

        bench.end()

        #expect(bench.isClosed)
        #expect(bench.stream.sent.isEmpty)
    }

    @Test func `a peer that has shut its side before its answer stalls is let go of in time`() {
        let faults = ["/late": Fault(delay: .seconds(5)), "/fault": Fault(delivery: .stall)]
        let bench = ConnectionBench(faults: faults)
        bench.receive(get("/late") + get("/fault"))
        bench.end()
        bench.advanceEmulated(by: .seconds(5))

        let isEarly = bench.advanceReal(by: SocketLimits().lingerTimeout - .nanoseconds(1))
        let isDue = bench.advanceReal(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(bench.stream.sentText == answer("/late", after: 5))
        #expect(bench.isClosed)
    }

    @Test func `a server that stops ends a stalled answer at once`() {
        let bench = bench(.stall)
        bench.receive(get("/fault"))

        bench.drain()

        #expect(bench.stream.sent.isEmpty)
        #expect(bench.isClosed)
    }

    @Test func `a request of a server that stops is not stalled`() {
        let bench = bench(.stall)
        bench.startDraining()

        bench.receive(get("/fault"))

        #expect(bench.stream.sent.isEmpty)
        #expect(bench.isClosed)
    }

    @Test(arguments: [
        (Delivery.close, "shutdown"), (.refuseStream, "shutdown"), (.goaway, "shutdown"),
        (.truncate(bytes: 1), "shutdown"), (.reset(afterHead: false), "abort"),
        (.reset(afterHead: true), "abort"),
    ])
    func `every delivery comes behind its delay`(delivery: Delivery, end: String) {
        let bench = bench(delivery, delay: .seconds(2))
        bench.receive(get("/fault"))

        bench.advanceEmulated(by: .seconds(2) - .nanoseconds(1))
        let callsBefore = bench.stream.calls
        bench.advanceEmulated(by: .nanoseconds(1))

        #expect(callsBefore == ["recv"])
        #expect(bench.stream.calls.last == end)
    }

    @Test func `a stalled answer begins to stall behind its delay`() {
        let bench = bench(.stall, delay: .seconds(2))
        bench.receive(get("/fault"))
        bench.advanceEmulated(by: .seconds(1))
        _ = bench.advanceReal(by: .seconds(60))

        bench.advanceEmulated(by: .seconds(1))
        let isEarly = bench.advanceReal(by: SocketLimits().stallMax - .nanoseconds(1))
        let isDue = bench.advanceReal(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
    }

    @Test(arguments: [Delivery.close, .reset(afterHead: false), .reset(afterHead: true), .truncate(bytes: 1)])
    func `a peer that has shut its side sees the same end`(delivery: Delivery) {
        let bench = bench(delivery)
        bench.stream.hasEnded = true

        bench.receive(get("/fault"))

        #expect(bench.isClosed)
    }
}
