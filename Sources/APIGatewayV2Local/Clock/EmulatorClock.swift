/// The emulator's clock: it runs with the machine's clock, or stands until somebody moves it. Delays, slow
/// answers, token buckets, `between`, the Date field and the times of resources use it. The deadlines of
/// sockets use real time. Refuses a move out of bounds.

package import SocketServer
internal import Synchronization

/// The clock of a `LocalServer`.
///
///     server.clock.mode = .manual
///     server.clock.advance(by: .seconds(600))
public final class EmulatorClock: Sendable {
    /// Whether time passes by itself.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Time passes by itself.
        case real
        /// Time stands until somebody moves the clock.
        case manual
    }

    /// The range of one move of the clock.
    package static let advances: ClosedRange<Duration> = .zero ... .seconds(366 * 86_400)
    /// The range of dates to set: the years 1970 to 9999.
    package static let dates: ClosedRange<Duration> = .zero ... .seconds(253_402_300_799)
    /// The largest time since the start of the process. Token buckets can hold 292 years. Fixed by these.
    private static let timeMax: Duration = .seconds(250 * 365 * 86_400)

    fileprivate struct State {
        /// The time that the clock shows while it stands; nil while it runs.
        var standing: Reading?
        /// The time to add to the machine's clocks while it runs.
        var shift = Reading(time: .zero, date: .zero)
        /// The time of the server's start or last reset.
        var origin: Duration
    }

    fileprivate struct Reading: Equatable {
        /// The time that never goes back.
        var time: Duration
        /// The date, since 1970.
        var date: Duration
    }

    private let machine: any ServerClock
    private let startMode: Mode
    private let state: Mutex<State>
    /// Whether the clock differs from the machine's clock. Requests read it without the lock.
    private let isMoved: Atomic<Bool>
    private let onMove = LateFunction<@Sendable () -> Void>({})

    /// `machine` is the clock under a clock that runs.
    package init(_ machine: any ServerClock = SystemClock(), mode: Mode = .real) {
        self.machine = machine
        startMode = mode
        var state = State(origin: machine.monotonicTime())
        if mode == .manual { state.standing = Reading(time: state.origin, date: machine.wallTime()) }
        self.state = Mutex(state)
        isMoved = Atomic(mode == .manual)
    }

    /// Whether time passes by itself. A change does not move the clock, which stands or runs on from its
    /// present time.
    public var mode: Mode {
        get { state.withLock { $0.standing == nil ? .real : .manual } }
        set { _ = change(mode: newValue) }
    }

    /// Time on the clock since the server started or was last reset.
    public var elapsed: Duration { state.withLock { $0.reading(at: machineReading()).time - $0.origin } }

    /// The date, since 1970.
    public var date: Duration { wallTime() }

    /// Lets `time` pass, in either mode: waits that end within it end now. `time` is at most 366 days, and
    /// the clock does not pass the year 9999. Returns false, and moves nothing, beyond these bounds.
    @discardableResult
    public func advance(by time: Duration) -> Bool {
        change(advance: time)
    }

    /// Sets the date, since 1970, to one of the years 1970 to 9999. No wait ends by that. Returns false, and
    /// changes nothing, for another date.
    @discardableResult
    public func set(date: Duration) -> Bool {
        change(date: date)
    }

    /// Makes the given changes in this order. Returns false, and changes nothing, if one is out of bounds.
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

    /// Returns the clock to the mode of its start and to the machine's date.
    package func reset() {
        change { state, now in
            let reading = Reading(time: state.reading(at: now).time, date: now.date)
            state.origin = reading.time
            state.standing = startMode == .manual ? reading : nil
            state.show(reading, at: now)
        }
    }

    /// Sets the function that is called after each change of the clock, on the thread that changed it.
    package func whenMoved(_ action: @escaping @Sendable () -> Void) {
        onMove.set(action)
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
        onMove.current()
        return result
    }
}

extension EmulatorClock.State {
    var isMoved: Bool { standing != nil || shift != EmulatorClock.Reading(time: .zero, date: .zero) }

    /// The time of this clock when the machine's clock shows `now`.
    func reading(at now: EmulatorClock.Reading) -> EmulatorClock.Reading {
        standing ?? EmulatorClock.Reading(time: now.time + shift.time, date: now.date + shift.date)
    }

    /// Makes the clock show `reading` from now on. It keeps standing or running.
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
