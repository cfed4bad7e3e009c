/// The emulator's clock by itself, over a machine whose clock a test moves.

import APIGatewayV2Local
import Synchronization
import TestSupport
import Testing

struct EmulatorClockTests {
    /// 2030-01-01T00:00:00Z, where the machine's date begins.
    private let start = Duration.seconds(1_893_456_000)
    private let machine = ManualClock()

    @Test func `a clock that runs shows the machine's time`() {
        let clock = EmulatorClock(machine)
        machine.advance(by: .seconds(3))

        #expect(clock.mode == .real)
        #expect(clock.elapsed == .seconds(3))
        #expect(clock.emulatedTime() == .seconds(3))
        #expect(clock.date == start + .seconds(3))
        #expect(clock.realTime(untilEmulated: .seconds(10)) == .seconds(7))
    }

    @Test func `a clock that is manual stands until it is moved`() {
        let clock = EmulatorClock(machine, mode: .manual)
        machine.advance(by: .seconds(3))
        #expect(clock.elapsed == .zero)
        #expect(clock.date == start)
        #expect(clock.realTime(untilEmulated: .seconds(1)) == nil)

        #expect(clock.advance(by: .milliseconds(1500)))

        #expect(clock.elapsed == .milliseconds(1500))
        #expect(clock.date == start + .milliseconds(1500))
        #expect(clock.monotonicTime() == .seconds(3))
    }

    @Test func `a clock that runs can be moved and runs on`() {
        let clock = EmulatorClock(machine)

        clock.advance(by: .seconds(60))
        machine.advance(by: .seconds(1))

        #expect(clock.elapsed == .seconds(61))
        #expect(clock.date == start + .seconds(61))
        #expect(clock.realTime(untilEmulated: .seconds(62)) == .seconds(1))
    }

    @Test func `a change of mode moves nothing`() {
        let clock = EmulatorClock(machine)
        machine.advance(by: .seconds(1))

        clock.mode = .manual
        machine.advance(by: .seconds(100))
        #expect(clock.elapsed == .seconds(1))
        clock.mode = .real
        machine.advance(by: .seconds(2))

        #expect(clock.elapsed == .seconds(3))
        #expect(clock.date == start + .seconds(3))
    }

    @Test(arguments: EmulatorClock.Mode.allCases)
    func `a date that is set lets no time pass`(mode: EmulatorClock.Mode) {
        let clock = EmulatorClock(machine, mode: mode)

        #expect(clock.set(date: .seconds(1)))
        #expect(clock.elapsed == .zero)
        #expect(clock.date == .seconds(1))
        clock.advance(by: .seconds(1))

        #expect(clock.elapsed == .seconds(1))
        #expect(clock.date == .seconds(2))
    }

    @Test(arguments: EmulatorClock.Mode.allCases)
    func `reset brings back mode and date, and time begins anew without going back`(
        mode: EmulatorClock.Mode
    ) {
        let clock = EmulatorClock(machine, mode: mode)
        clock.advance(by: .seconds(60))
        clock.set(date: .zero)
        clock.mode = mode == .real ? .manual : .real

        clock.reset()

        #expect(clock.mode == mode)
        #expect(clock.elapsed == .zero)
        #expect(clock.date == start)
        #expect(clock.emulatedTime() == .seconds(60))
    }

    @Test func `every change is told, with its effect in place`() {
        let clock = EmulatorClock(machine, mode: .manual)
        let told = Mutex<[Duration]>([])
        clock.whenMoved { told.withLock { $0.append(clock.elapsed) } }
        // The clock keeps what it calls, which keeps the clock.
        defer { clock.whenMoved {} }

        clock.advance(by: .seconds(1))
        clock.mode = .real
        clock.reset()

        #expect(told.withLock { $0 } == [.seconds(1), .seconds(1), .zero])
    }

    @Test func `bounds are gone to and not past`() {
        let clock = EmulatorClock(machine, mode: .manual)

        #expect(clock.advance(by: .seconds(366 * 86_400)))
        #expect(!clock.advance(by: .seconds(366 * 86_400) + .nanoseconds(1)))
        #expect(!clock.advance(by: .nanoseconds(-1)))
        #expect(clock.set(date: .zero))
        #expect(!clock.set(date: .nanoseconds(-1)))
        #expect(clock.set(date: .seconds(253_402_300_799)))
        #expect(!clock.set(date: .seconds(253_402_300_800)))
        #expect(!clock.advance(by: .seconds(1)), "The year 10000 would come.")

        #expect(clock.elapsed == .seconds(366 * 86_400))
    }

    @Test func `250 years after the machine's start the clock ends`() {
        let clock = EmulatorClock(machine, mode: .manual)
        let year = Duration.seconds(365 * 86_400)

        for _ in 1...250 { #expect(clock.advance(by: year)) }

        #expect(!clock.advance(by: .nanoseconds(1)))
        #expect(clock.elapsed == year * 250)
    }
}
