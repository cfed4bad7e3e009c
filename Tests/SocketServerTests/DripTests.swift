/// Slow answers in memory, on a clock moved by hand: how much has left after how long, and in how many
/// writes.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct DripTests {
    private let whole = answer("/slow")

    private func bench(bytesPerSecond: Int, path: String = "/slow") -> ConnectionBench {
        ConnectionBench(faults: [path: Fault(delivery: .slow(bytesPerSecond: bytesPerSecond))])
    }

    /// A piece is what the rate gives in the pause of 100 ms, rounded up.
    @Test(arguments: [
        (100, 99, 0), (100, 100, 10), (100, 199, 10), (100, 200, 20), (100, 1_000, 100),
        (10, 99, 0), (10, 100, 1), (11, 181, 0), (11, 182, 2), (11, 364, 4),
        (1, 999, 0), (1, 1_000, 1), (1, 1_999, 1), (1, 2_000, 2), (3, 333, 0), (3, 334, 1), (3, 1_000, 3),
        (0, 1_000, 1), (-5, 1_000, 1),
        (25, 119, 0), (25, 120, 3), (25, 239, 3), (25, 240, 6), (25, 1_000, 24),
    ])
    func `as many bytes have left as the rate allows`(rate: Int, milliseconds: Int, bytes: Int) {
        let bench = bench(bytesPerSecond: rate)
        bench.receive(get("/slow"))

        for _ in 0..<milliseconds { bench.advanceEmulated(by: .milliseconds(1)) }

        #expect(bench.stream.sent == Array(whole.utf8.prefix(bytes)))
    }

    @Test func `a clock that jumps brings all that is due in one write`() {
        let bench = bench(bytesPerSecond: 10)
        bench.receive(get("/slow"))

        bench.advanceEmulated(by: .seconds(5))

        #expect(bench.stream.sent == Array(whole.utf8.prefix(50)))
        #expect(bench.stream.calls == ["recv", "send"])
    }

    @Test(arguments: [(1_000, 10), (999, 9), (100, 10), (15, 7), (10, 10), (5, 5), (1, 1)])
    func `a second has at most ten writes`(rate: Int, writes: Int) {
        let path = "/slow?" + String(repeating: "x", count: 2_000)
        let bench = bench(bytesPerSecond: rate, path: path)
        bench.receive(get(path))

        for _ in 0..<1_000 { bench.advanceEmulated(by: .milliseconds(1)) }

        #expect(bench.stream.calls.filter { $0 == "send" }.count == writes)
    }

    @Test func `the whole answer has the time of its length and the connection lives on`() {
        let rate = 50
        let bench = bench(bytesPerSecond: rate)
        bench.receive(get("/slow") + get("/behind"))
        let time: Duration = .seconds(whole.utf8.count) / rate

        bench.advanceEmulated(by: time - .milliseconds(1))
        let before = (bench.stream.sentText, bench.handler.paths)
        bench.advanceEmulated(by: .milliseconds(1))

        #expect(before == (String(whole.dropLast()), ["/slow"]))
        #expect(bench.stream.sentText == whole + answer("/behind", after: 2))
        #expect(bench.isIdle)
    }

    @Test(arguments: [1_000_000, Int.max])
    func `a rate that is no bound sends the answer whole`(rate: Int) {
        let bench = bench(bytesPerSecond: rate)
        bench.receive(get("/slow"))

        bench.advanceEmulated(by: .milliseconds(1))

        #expect(bench.stream.sentText == whole)
    }

    @Test func `a slow last answer closes behind its last byte`() {
        let bench = bench(bytesPerSecond: 1_000)

        bench.receive(get("/slow", "Connection: close") + get("/never"))
        bench.advanceEmulated(by: .milliseconds(100))
        let isEarly = bench.stream.calls.contains("shutdown")
        bench.advanceEmulated(by: .seconds(1))

        #expect(!isEarly)
        #expect(bench.stream.sentText == answer("/slow", connection: "close"))
        #expect(bench.stream.calls.last == "shutdown")
        #expect(bench.handler.paths == ["/slow"])
    }

    @Test func `a slow answer to HEAD is its head`() {
        let bench = bench(bytesPerSecond: 1_000)

        bench.receive("HEAD /slow HTTP/1.1\r\nHost: test\r\n\r\n")
        bench.advanceEmulated(by: .seconds(1))

        #expect(bench.stream.sentText == whole.dropLast("/slow".count))
        #expect(bench.isIdle)
    }

    @Test func `a slow answer begins behind its delay`() {
        let fault = Fault(delay: .seconds(2), delivery: .slow(bytesPerSecond: 10))
        let bench = ConnectionBench(faults: ["/slow": fault])
        bench.receive(get("/slow"))

        bench.advanceEmulated(by: .seconds(2))
        let atDelay = bench.stream.sent.count
        bench.advanceEmulated(by: .seconds(1))

        #expect(atDelay == 0)
        #expect(bench.stream.sent.count == 10)
    }

    @Test func `real time neither brings bytes nor closes while the clock stands`() {
        let bench = bench(bytesPerSecond: 10)
        bench.receive(get("/slow"))
        bench.advanceEmulated(by: .seconds(1))

        let isDeadline = bench.advanceReal(by: SocketLimits().delayMax)

        #expect(!isDeadline)
        #expect(bench.stream.sent.count == 10 && !bench.isClosed)
    }

    @Test func `a peer that takes nothing of a slow answer is closed after the idle time`() {
        let bench = bench(bytesPerSecond: 10)
        bench.stream.room = 5
        bench.receive(get("/slow"))
        bench.advanceEmulated(by: .seconds(1))

        let isEarly = bench.advanceReal(by: SocketLimits().idleTimeout - .nanoseconds(1))
        let isDue = bench.advanceReal(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(bench.isClosed)
    }

    @Test func `a peer that goes during a slow answer is let go of with the next byte or in time`() {
        let writing = bench(bytesPerSecond: 10)
        writing.receive(get("/slow"))
        writing.end()
        writing.stream.failingCall = writing.stream.calls.count + 1
        writing.advanceEmulated(by: .seconds(1))
        let waiting = bench(bytesPerSecond: 10)
        waiting.receive(get("/slow"))
        waiting.end()

        let isEarly = waiting.advanceReal(by: SocketLimits().lingerTimeout - .nanoseconds(1))
        let isDue = waiting.advanceReal(by: .nanoseconds(1))

        #expect(writing.isClosed)
        #expect([isEarly, isDue] == [false, true])
        #expect(waiting.isClosed)
    }

    @Test func `a server that stops sends the rest of a slow answer at once as the last`() {
        let bench = bench(bytesPerSecond: 10)
        bench.receive(get("/slow") + get("/never"))
        bench.advanceEmulated(by: .seconds(1))

        bench.drain()

        #expect(bench.stream.sentText == whole)
        #expect(bench.isClosed)
        #expect(bench.handler.paths == ["/slow"])
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `however the clock moves the bytes are those that are due and in order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rate = Int.random(in: 1...3_000, using: &random)
        let path = "/slow?" + String(repeating: "x", count: Int.random(in: 0...2_000, using: &random))
        let bench = bench(bytesPerSecond: rate, path: path)
        let expected = answer(path)
        bench.receive(get(path))
        var elapsed = 0

        while bench.stream.sent.count < expected.utf8.count {
            let step = Int.random(in: 1...400, using: &random)
            bench.advanceEmulated(by: .milliseconds(step))
            elapsed += step
            let due = min(elapsed * rate / 1_000, expected.utf8.count)
            let piece = (rate + 9) / 10
            #expect(bench.stream.sent.count <= due)
            #expect(bench.stream.sent.count > due - piece)
            #expect(expected.utf8.starts(with: bench.stream.sent))
        }
    }
}
