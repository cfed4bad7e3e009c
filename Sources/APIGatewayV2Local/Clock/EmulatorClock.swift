/// The emulator's clock: the machine's own until somebody moves it, or one that stands until it is moved.
/// Delays, slow answers, token buckets, `between`, the Date field and the times of resources go by it; the
/// deadlines of sockets go by real time. Refuses what would take it out of bounds.

package import SocketServer
internal import Synchronization

/// The clock of a `LocalServer`.
///
///     server.clock.mode = .manual
///     server.clock.advance(by: .seconds(600))
public final class EmulatorClock: Sendable {
    /// Whether time passes by itself.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// It does.
        case real
        /// It stands until it is moved.
        case manual
    }

    /// How far the clock can be moved at one time.
    package static let advances: ClosedRange<Duration> = .zero ... .seconds(366 * 86_400)
    /// The dates that can be set: those of years with four digits.
    package static let dates: ClosedRange<Duration> = .zero ... .seconds(253_402_300_799)
    /// How far the clock goes from when the process began. Token buckets hold times of 292 years.
    private static let timeMax: Duration = .seconds(250 * 365 * 86_400)

    fileprivate struct State {
        /// The time that the clock shows while it stands; nil while it runs.
        var standing: Reading?
        /// The time that is added to the machine's clocks while it runs.
        var shift = Reading(time: .zero, date: .zero)
        /// The time when the server started or was last reset.
        var origin: Duration
    }

    fileprivate struct Reading: Equatable {
        /// Never goes back.
        var time: Duration
        /// Since 1970.
        var date: Duration
    }

    private let machine: any ServerClock
    private let startMode: Mode
    private let state: Mutex<State>
    /// Whether the clock shows anything but the machine's time. Requests read it without the lock.
    private let isMoved: Atomic<Bool>
    private let onMove = Mutex<@Sendable () -> Void>({})

    /// `machine` is what a clock that runs goes by.
    package init(_ machine: any ServerClock = SystemClock(), mode: Mode = .real) {
        self.machine = machine
        startMode = mode
        var state = State(origin: machine.monotonicTime())
        if mode == .manual { state.standing = Reading(time: state.origin, date: machine.wallTime()) }
        self.state = Mutex(state)
        isMoved = Atomic(mode == .manual)
    }

    /// Whether time passes by itself. Setting it moves nothing: the clock stands or runs on from where it is.
    public var mode: Mode {
        get { state.withLock { $0.standing == nil ? .real : .manual } }
        set { _ = change(mode: newValue) }
    }

    /// Time on the clock since the server started or was last reset.
    public var elapsed: Duration { state.withLock { $0.reading(at: machineReading()).time - $0.origin } }

    /// The date, since 1970.
    public var date: Duration { wallTime() }

    /// Lets a time pass, in either mode: what waits for less goes on. From zero to 366 days, and to the year
    /// 9999; further the clock does not go. Says whether it went.
    @discardableResult
    public func advance(by time: Duration) -> Bool {
        change(advance: time)
    }

    /// Sets the date, since 1970, to one of the years 1970 to 9999. No time passes by that: nothing that
    /// waits goes on. Says whether it was set.
    @discardableResult
    public func set(date: Duration) -> Bool {
        change(date: date)
    }

    /// Does what is given, in this order, or nothing if it would go out of bounds. Says whether it was done.
    package func change(mode: Mode? = nil, date: Duration? = nil, advance: Duration = .zero) -> Bool {
        guard Self.advances.contains(advance) else { return false }
        return change { state, now in
            var reading = state.reading(at: now)
            if let date { reading.date = date }
            reading.time += advance
            reading.date += advance
            guard reading.time <= Self.timeMax, Self.dates.contains(reading.date) else { return false }
            if let mode { state.standing = mode == .manual ? reading : nil }
            state.show(reading, at: now)
            return true
        }
    }

    /// Back to how the clock was started, from now on and at the machine's date.
    package func reset() {
        change { state, now in
            let reading = Reading(time: state.reading(at: now).time, date: now.date)
            state.origin = reading.time
            state.standing = startMode == .manual ? reading : nil
            state.show(reading, at: now)
        }
    }

    /// `action` is called after each change of the clock, on the thread that made it.
    package func whenMoved(_ action: @escaping @Sendable () -> Void) {
        onMove.withLock { $0 = action }
    }

    private func machineReading() -> Reading {
        Reading(time: machine.monotonicTime(), date: machine.wallTime())
    }

    private func change<Result>(_ edit: (inout State, _ now: Reading) -> Result) -> Result {
        let result = state.withLock { state in
            let result = edit(&state, machineReading())
            isMoved.store(state.isMoved, ordering: .releasing)
            return result
        }
        let action = onMove.withLock { $0 }
        action()
        return result
    }
}

extension EmulatorClock.State {
    var isMoved: Bool { standing != nil || shift != EmulatorClock.Reading(time: .zero, date: .zero) }

    /// The time of this clock when the machine's clock shows `now`.
    func reading(at now: EmulatorClock.Reading) -> EmulatorClock.Reading {
        standing ?? EmulatorClock.Reading(time: now.time + shift.time, date: now.date + shift.date)
    }

    /// Lets the clock, standing or running as it is, show something else.
    mutating func show(_ reading: EmulatorClock.Reading, at now: EmulatorClock.Reading) {
        if standing == nil {
            shift = EmulatorClock.Reading(time: reading.time - now.time, date: reading.date - now.date)
        } else {
            standing = reading
        }
    }
}

extension EmulatorClock: ServerClock {
    package func monotonicTime() -> Duration { machine.monotonicTime() }

    package var isMonotonicTimeStanding: Bool { machine.isMonotonicTimeStanding }

    package func emulatedTime() -> Duration {
        guard isMoved.load(ordering: .acquiring) else { return machine.monotonicTime() }
        return state.withLock { $0.reading(at: machineReading()).time }
    }

    package func realTime(untilEmulated deadline: Duration) -> Duration? {
        guard isMoved.load(ordering: .acquiring) else { return deadline - machine.monotonicTime() }
        return state.withLock { $0.standing == nil ? deadline - $0.reading(at: machineReading()).time : nil }
    }

    package func wallTime() -> Duration {
        guard isMoved.load(ordering: .acquiring) else { return machine.wallTime() }
        return state.withLock { $0.reading(at: machineReading()).date }
    }
}
