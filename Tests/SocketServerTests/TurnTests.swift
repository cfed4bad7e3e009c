/// Memory that passes from connection to connection, and the time of a turn.
/// What a loop lends is told by the capacity of the queues.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct TurnTests {
    private func turn(_ limits: SocketLimits, clock: ManualClock = ManualClock(date: startDate)) -> Turn {
        Turn(
            handler: EchoHandler(), limits: limits, clock: clock, mailbox: makeMailbox(),
            openWaits: OpenWaits(limit: 1))
    }

    @Test func `an input buffer is lent, given back and lent again`() {
        let limits = SocketLimits()
        var turn = turn(limits)
        var first = ByteQueue()
        var second = ByteQueue()

        turn.lendInput(to: &first)
        let lent = first.capacity
        turn.reclaimInput(from: &first)
        turn.lendInput(to: &second)

        #expect(lent >= limits.receiveBytes)
        #expect(first.capacity == 0)
        #expect(second.capacity == lent)
    }

    @Test func `a small rest moves to memory of its own size`() {
        var turn = turn(SocketLimits())
        var queue = ByteQueue()
        turn.lendInput(to: &queue)
        queue.append { $0 += Array("GET / HT".utf8) }

        turn.reclaimInput(from: &queue)

        #expect(queue.count == 8)
        #expect(queue.capacity < 1_000)
    }

    @Test func `a large rest stays where it is`() {
        let limits = SocketLimits()
        var turn = turn(limits)
        var queue = ByteQueue()
        turn.lendInput(to: &queue)
        queue.append { $0 += Array(repeating: 0, count: limits.receiveBytes / 2) }
        let capacity = queue.capacity

        turn.reclaimInput(from: &queue)

        #expect(queue.count == limits.receiveBytes / 2)
        #expect(queue.capacity == capacity)
    }

    @Test(arguments: [(0, true), (-1, false)])
    func `memory within the limit is kept and one byte past it is given up`(difference: Int, isKept: Bool) {
        let large = ByteQueue(capacity: 100_000)
        var limits = SocketLimits()
        limits.spareBytesMax = large.capacity + difference
        var turn = turn(limits)
        var used = large
        var next = ByteQueue()

        turn.reclaimOutput(from: &used)
        turn.lendOutput(to: &next)

        #expect(used.capacity == 0)
        #expect(next.capacity == (isKept ? large.capacity : 0))
    }

    @Test func `a batch's memory is kept, and of one connection more it is given up`() {
        var limits = SocketLimits()
        limits.answersPerBatchMax = 3
        var turn = turn(limits)

        for _ in 0..<4 {
            var used = ByteQueue(capacity: 100)
            turn.reclaimOutput(from: &used)
        }
        let lent = (0..<4).map { _ in
            var queue = ByteQueue()
            turn.lendOutput(to: &queue)
            return queue.capacity > 0
        }

        #expect(lent == [true, true, true, false])
    }

    @Test func `time stands within a turn and moves with the next`() {
        let clock = ManualClock(date: startDate)
        var turn = turn(SocketLimits(), clock: clock)
        turn.begin()
        let (now, date) = (turn.now, turn.date())

        clock.advance(by: .seconds(1))
        let isStanding = turn.now == now && turn.date() == date
        turn.begin()

        #expect(isStanding)
        #expect(turn.now == now + .seconds(1))
        #expect(turn.date().text == "Sun, 06 Nov 1994 08:49:38 GMT")
    }

    @Test func `emulated time stands within a turn and is what the next one finds`() {
        let clock = ManualClock(date: startDate)
        var turn = turn(SocketLimits(), clock: clock)
        let before = turn.emulatedTime()

        clock.advanceEmulated(by: .seconds(1))
        let within = turn.emulatedTime()
        turn.begin()

        #expect(within == before)
        #expect(turn.emulatedTime() == before + .seconds(1))
    }

    @Test func `the date is not older than the emulated time that made a reply due`() {
        let clock = ManualClock(date: startDate)
        var turn = turn(SocketLimits(), clock: clock)
        _ = turn.date()

        clock.advanceEmulated(by: .seconds(5))
        _ = turn.emulatedTime()

        #expect(turn.date() == HTTPDate(secondsSince1970: clock.wallTime().components.seconds))
    }

    @Test func `what is due by a clock that stands is due now and all else never`() {
        var turn = turn(SocketLimits())
        let now = turn.emulatedTime()

        let waits = [Duration.zero, .nanoseconds(-1), .nanoseconds(1)].map {
            turn.realTime(untilEmulated: now + $0)
        }

        #expect(waits == [.zero, .zero, nil])
    }

    @Test func `a clock that runs comes to a deadline in as much real time`() {
        let clock = SystemClock()
        let deadline = clock.emulatedTime() + .seconds(3_600)

        let wait = clock.realTime(untilEmulated: deadline)

        #expect(wait.map { $0 <= .seconds(3_600) && $0 > .seconds(3_000) } == true)
    }
}
