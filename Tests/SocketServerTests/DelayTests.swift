/// Delayed replies in memory, on a clock moved by hand: when they leave, what waits behind them, what ends
/// the wait early, and each bound at it and one past it.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct DelayTests {
    private let late = ["/late": Fault(delay: .seconds(5))]

    @Test func `a delayed reply leaves when the emulated clock has moved that far and not before`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late"))

        bench.advanceEmulated(by: .seconds(5) - .nanoseconds(1))
        let early = bench.stream.sentText
        bench.advanceEmulated(by: .nanoseconds(1))

        #expect(early.isEmpty)
        #expect(bench.stream.sentText == answer("/late", after: 5))
    }

    @Test func `real time does not bring a delayed reply`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late"))

        let isDeadline = bench.advanceReal(by: .seconds(3_600))

        #expect(!isDeadline)
        #expect(bench.stream.sent.isEmpty && !bench.isClosed)
    }

    @Test func `requests behind a delayed reply are not looked at before it has left`() {
        let bench = ConnectionBench(faults: late)

        bench.receive(get("/1") + get("/late") + get("/2"))
        bench.receive(get("/3"))
        let before = (bench.handler.paths, bench.stream.sentText)
        bench.advanceEmulated(by: .seconds(5))

        #expect(before == (["/1", "/late"], answer("/1")))
        #expect(bench.handler.paths == ["/1", "/late", "/2", "/3"])
        #expect(
            bench.stream.sentText
                == answer("/1") + answer("/late", after: 5) + answer("/2", after: 5) + answer("/3", after: 5))
        #expect(bench.isIdle)
    }

    @Test func `each delay begins when its request is answered`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late") + get("/late"))

        // As far as both delays together, at once: the second was not known before the first had ended.
        bench.advanceEmulated(by: .seconds(10))
        let first = bench.stream.sentText
        bench.advanceEmulated(by: .seconds(5))

        #expect(first == answer("/late", after: 10))
        #expect(bench.stream.sentText == first + answer("/late", after: 15))
    }

    @Test func `the connection is kept alive behind a delayed reply`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late"))
        bench.advanceEmulated(by: .seconds(5))

        bench.receive(get("/next"))

        #expect(bench.stream.sentText == answer("/late", after: 5) + answer("/next", after: 5))
        #expect(bench.interest == .read)
    }

    @Test func `a delayed last reply closes behind it`() {
        let bench = ConnectionBench(faults: late)

        bench.receive(get("/late", "Connection: close") + get("/never"))
        bench.advanceEmulated(by: .seconds(5))

        #expect(bench.stream.sentText == answer("/late", connection: "close", after: 5))
        #expect(bench.stream.calls.last == "shutdown")
        #expect(bench.handler.paths == ["/late"])
    }

    @Test(arguments: [(0, 0), (-1, -1), (1, 0)])
    func `a delay past the limit is the limit`(difference: Int, effective: Int) {
        var limits = SocketLimits()
        limits.delayMax = .seconds(20)
        let fault = Fault(delay: limits.delayMax + .nanoseconds(difference))
        let bench = ConnectionBench(limits: limits, faults: ["/late": fault])
        bench.receive(get("/late"))

        bench.advanceEmulated(by: limits.delayMax + .nanoseconds(effective - 1))
        let early = bench.stream.sent
        bench.advanceEmulated(by: .nanoseconds(1))

        #expect(early.isEmpty)
        #expect(!bench.stream.sent.isEmpty)
    }

    @Test func `a clock that never moves keeps a connection for the longest delay and the idle time`() {
        var limits = SocketLimits()
        limits.delayMax = .seconds(20)
        let bench = ConnectionBench(limits: limits, faults: late)
        bench.receive(get("/late"))

        let isEarly = bench.advanceReal(by: limits.delayMax + limits.idleTimeout - .nanoseconds(1))
        let isDue = bench.advanceReal(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(bench.stream.sent.isEmpty)
        #expect(bench.stream.calls.last == "shutdown")
    }

    @Test func `the idle time begins anew behind a delayed reply`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late"))
        _ = bench.advanceReal(by: SocketLimits().idleTimeout)
        bench.advanceEmulated(by: .seconds(5))

        let isEarly = bench.advanceReal(by: SocketLimits().idleTimeout - .nanoseconds(1))
        let isDue = bench.advanceReal(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(bench.isClosed)
    }

    @Test func `the time of a header section behind a delayed reply begins when it is looked at`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late") + "GET /next HTT")
        _ = bench.advanceReal(by: SocketLimits().headerTimeout)
        bench.advanceEmulated(by: .seconds(5))

        let isEarly = bench.advanceReal(by: SocketLimits().headerTimeout - .nanoseconds(1))
        bench.receive("P/1.1\r\nHost: test\r\n\r\n")

        #expect(!isEarly)
        #expect(bench.handler.paths == ["/late", "/next"])
    }

    @Test func `behind a delayed reply no more is read than fits`() {
        var limits = SocketLimits()
        limits.wire.requestLineBytesMax = 100
        limits.wire.fieldSectionBytesMax = 100
        limits.receiveBytes = 100
        let bench = ConnectionBench(limits: limits, faults: late)
        bench.receive(get("/late"))

        bench.receive((10..<40).map { get("/\($0)") }.joined())
        let unread = bench.stream.incoming.count
        let interest = bench.interest
        bench.advanceEmulated(by: .seconds(5))

        #expect(unread == 30 * get("/10").utf8.count - limits.inputBytesMax)
        #expect(interest == [])
        #expect(bench.handler.paths == ["/late"] + (10..<40).map { "/\($0)" })
    }

    @Test func `a peer that has shut its side still gets a delayed reply in time`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late"))
        bench.end()

        let isEarly = bench.advanceReal(by: SocketLimits().lingerTimeout - .nanoseconds(1))
        bench.advanceEmulated(by: .seconds(5))

        #expect(!isEarly)
        #expect(bench.stream.sentText == answer("/late", after: 5))
        #expect(bench.isClosed)
    }

    @Test func `a peer that has shut its side and takes no reply in time is let go of`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late"))
        _ = bench.advanceReal(by: .seconds(60))
        bench.end()
        let interest = bench.interest

        let isDue = bench.advanceReal(by: SocketLimits().lingerTimeout)

        #expect(interest == [])
        #expect(isDue && bench.isClosed)
        #expect(bench.stream.sent.isEmpty)
    }

    @Test func `a delayed reply to a peer that takes nothing ends with the idle time`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late"))
        bench.stream.room = 0
        _ = bench.advanceReal(by: .seconds(600))
        bench.advanceEmulated(by: .seconds(5))

        let isEarly = bench.advanceReal(by: SocketLimits().idleTimeout - .nanoseconds(1))
        let isDue = bench.advanceReal(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(bench.isClosed)
    }

    @Test func `a server that stops sends a delayed reply at once as the last`() {
        let bench = ConnectionBench(faults: late)
        bench.receive(get("/late") + get("/never"))

        bench.drain()

        #expect(bench.stream.sentText == answer("/late", connection: "close"))
        #expect(bench.isClosed)
        #expect(bench.handler.paths == ["/late"])
    }

    @Test func `a request of a server that stops is not delayed`() {
        let bench = ConnectionBench(faults: late)
        bench.receive("GET /late HTTP/1.1\r\nHo")
        bench.startDraining()

        bench.receive("st: test\r\n\r\n")

        #expect(bench.stream.sentText == answer("/late", connection: "close"))
    }

    @Test func `who waits for a delayed reply is not idle`() {
        let bench = ConnectionBench(faults: late)

        bench.receive(get("/late"))

        #expect(!bench.isIdle)
        #expect(bench.interest == .read)
    }
}
