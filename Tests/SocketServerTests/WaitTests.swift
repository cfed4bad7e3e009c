/// Answers that wait, in memory and on a clock moved by hand: every way to end a wait, once, and what waits
/// behind it.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct WaitTests {
    @Test func `a reply leaves when its ticket is completed and not before`() {
        let bench = ConnectionBench()
        bench.receive(get("/await"))
        let early = bench.stream.sentText

        let isFirst = bench.handler.waits.complete(0)
        let mails = bench.collectMail()

        #expect(early.isEmpty)
        #expect(isFirst && mails == 1)
        #expect(bench.stream.sentText == answer("come"))
        #expect(bench.handler.waits.ends == ["come"])
        #expect(bench.isIdle && bench.openWaits.count == 0)
    }

    @Test func `a ticket that is completed before the wait begins is a reply at once`() {
        let bench = ConnectionBench()

        bench.receive(get("/await/done") + get("/behind"))

        #expect(bench.stream.sentText == answer("done") + answer("/behind"))
        #expect(bench.handler.waits.ends == ["done"])
        #expect(bench.collectMail() == 0)
        #expect(bench.openWaits.count == 0)
    }

    @Test func `requests behind a wait are not looked at before it has ended`() {
        let bench = ConnectionBench()

        bench.receive(get("/1") + get("/await") + get("/2"))
        bench.receive(get("/3"))
        let before = (bench.handler.paths, bench.stream.sentText, bench.isIdle)
        bench.handler.waits.complete(0)
        bench.collectMail()

        #expect(before == (["/1", "/await"], answer("/1"), false))
        #expect(bench.stream.sentText == answer("/1") + answer("come") + answer("/2") + answer("/3"))
    }

    @Test func `a wait ends at its time on the emulated clock and not before`() {
        let bench = ConnectionBench()
        bench.receive(get("/await"))

        bench.advanceEmulated(by: .seconds(5) - .nanoseconds(1))
        let early = bench.stream.sentText
        bench.advanceEmulated(by: .nanoseconds(1))
        let isFirst = bench.handler.waits.complete(0)

        #expect(early.isEmpty)
        #expect(bench.stream.sentText == answer("timedOut", after: 5))
        #expect(!isFirst && bench.collectMail() == 0)
        #expect(bench.handler.waits.ends == ["timedOut"])
    }

    @Test func `a wait past the limit of delays is the limit`() {
        var limits = SocketLimits()
        limits.delayMax = .seconds(2)
        let bench = ConnectionBench(limits: limits)
        bench.receive(get("/await"))

        bench.advanceEmulated(by: .seconds(2) - .nanoseconds(1))
        let early = bench.stream.sentText
        bench.advanceEmulated(by: .nanoseconds(1))

        #expect(early.isEmpty)
        #expect(bench.stream.sentText == answer("timedOut", after: 2))
    }

    @Test func `only the first completion counts`() {
        let bench = ConnectionBench()
        bench.receive(get("/await"))

        let areFirst = ["one", "two"].map { bench.handler.waits.complete(0, $0) }
        bench.collectMail()
        let isFirstAfterwards = bench.handler.waits.complete(0, "three")

        #expect(areFirst == [true, false] && !isFirstAfterwards)
        #expect(bench.stream.sentText == answer("one"))
        #expect(bench.handler.waits.ends == ["one"])
    }

    @Test func `a completion that comes with the time is not lost`() {
        let bench = ConnectionBench()
        bench.receive(get("/await"))

        bench.handler.waits.complete(0)
        bench.advanceEmulated(by: .seconds(5))

        #expect(bench.stream.sentText == answer("come", after: 5))
        #expect(bench.handler.waits.ends == ["come"])
    }

    @Test func `a wait may lead to another and the handler is told once of the reply`() {
        let bench = ConnectionBench()
        bench.receive(get("/await"))

        bench.handler.waits.complete(0, thenWaits: true)
        bench.collectMail()
        let between = (bench.stream.sentText, bench.handler.waits.ends, bench.openWaits.count)
        bench.handler.waits.complete(1)
        bench.collectMail()

        #expect(between == ("", [], 1))
        #expect(bench.stream.sentText == answer("come"))
        // Once for each of the two waits.
        #expect(bench.handler.waits.ends == ["come", "come"])
        #expect(bench.openWaits.count == 0)
    }

    @Test func `the reply of a ticket is delivered as it says`() {
        let bench = ConnectionBench()
        bench.receive(get("/await"))

        bench.handler.waits.tickets[0].complete {
            text("late", delay: .seconds(2), delivery: .truncate(bytes: 2))
        }
        bench.collectMail()
        let early = bench.stream.sentText
        bench.advanceEmulated(by: .seconds(2))

        #expect(early.isEmpty)
        #expect(bench.stream.sentText == String(answer("late", after: 2).dropLast(2)))
    }

    @Test func `a client that shuts its side ends the wait and the handler is told`() {
        let bench = ConnectionBench()
        bench.receive(get("/await") + get("/never"))

        bench.end()
        let isFirst = bench.handler.waits.complete(0)

        #expect(bench.isClosed && bench.stream.sent.isEmpty)
        #expect(bench.handler.waits.ends == ["gone"])
        #expect(!isFirst && bench.openWaits.count == 0)
        #expect(bench.handler.paths == ["/await"])
    }

    @Test func `a failing stream ends the wait`() {
        let bench = ConnectionBench()
        bench.receive(get("/await"))

        bench.stream.failingCall = bench.stream.calls.count + 1
        bench.receive("x")

        #expect(bench.isClosed)
        #expect(bench.handler.waits.ends == ["gone"])
        #expect(bench.openWaits.count == 0)
    }

    @Test func `a clock that never moves ends the wait in real time`() {
        var limits = SocketLimits()
        limits.delayMax = .seconds(20)
        let bench = ConnectionBench(limits: limits)
        bench.receive(get("/await"))

        let isEarly = bench.advanceReal(by: limits.delayMax + limits.idleTimeout - .nanoseconds(1))
        let isDue = bench.advanceReal(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(bench.stream.sent.isEmpty && bench.stream.calls.last == "shutdown")
        #expect(bench.handler.waits.ends == ["gone"])
    }

    @Test func `a server that stops ends the wait with the answer of its time, as the last`() {
        let bench = ConnectionBench()
        bench.receive(get("/await") + get("/never"))

        bench.drain()
        let isFirst = bench.handler.waits.complete(0)

        #expect(bench.stream.sentText == answer("timedOut", connection: "close"))
        #expect(bench.isClosed && !isFirst)
        #expect(bench.handler.waits.ends == ["timedOut"])
    }

    @Test func `a request of a server that stops does not wait`() {
        let bench = ConnectionBench()
        bench.receive("GET /await HTTP/1.1\r\nHo")
        bench.startDraining()

        bench.receive("st: test\r\n\r\n")

        #expect(bench.stream.sentText == answer("timedOut", connection: "close"))
        #expect(bench.openWaits.count == 0)
    }

    @Test(arguments: [(1, ""), (0, "refused")])
    func `a wait within the limit waits and one past it is answered at once`(limit: Int, expected: String) {
        var limits = SocketLimits()
        limits.waitsMax = limit
        let bench = ConnectionBench(limits: limits)

        bench.receive(get("/await"))

        #expect(bench.stream.sentText == (expected.isEmpty ? "" : answer(expected)))
        #expect(bench.openWaits.count == limit)
        #expect(bench.handler.waits.ends == (expected.isEmpty ? [] : [expected]))
    }

    @Test func `a wait past the limit whose reply is known is answered with it`() {
        var limits = SocketLimits()
        limits.waitsMax = 0
        let bench = ConnectionBench(limits: limits)

        bench.receive(get("/await/done"))

        #expect(bench.stream.sentText == answer("done"))
    }

    @Test func `an answer is recorded when it is known and not before`() {
        let log = WaitLog()
        let bench = ConnectionBench()
        bench.receive(get("/await"))
        let ticket = Ticket()

        bench.handler.waits.tickets[0].complete {
            Answer.wait(Wait(for: ticket, atMost: .seconds(1)) { _ in text("late") }).recorded { reply in
                log.note(reply?.response.body.count.description ?? "gone")
            }
        }
        bench.collectMail()
        let early = log.ends
        ticket.complete { text("four") }
        bench.collectMail()

        #expect(early == [])
        #expect(log.ends == ["4"])
        #expect(bench.stream.sentText == answer("four"))
    }
}
