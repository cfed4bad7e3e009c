/// The clock of the tests: it stands until a test moves it. Real and emulated time move together or each by
/// itself.

internal import SocketServer
internal import Synchronization

/// Time that a test moves by hand.
package final class ManualClock: ServerClock {
    private let start: Duration
    private let elapsed = Mutex<Duration>(.zero)
    private let emulatedElapsed = Mutex<Duration>(.zero)
    private let monotonicReadings = Atomic<Int>(0)

    /// Starts at `date`, a time since 1970: 2030-01-01T00:00:00Z unless given.
    package init(date: Duration = .seconds(1_893_456_000)) {
        start = date
    }

    /// How often the monotonic time was asked for.
    package var readings: Int { monotonicReadings.load(ordering: .relaxed) }

    package func monotonicTime() -> Duration {
        monotonicReadings.add(1, ordering: .relaxed)
        return elapsed.withLock { $0 }
    }

    package var isMonotonicTimeStanding: Bool { true }

    package func emulatedTime() -> Duration { emulatedElapsed.withLock { $0 } }

    package func realTime(untilEmulated deadline: Duration) -> Duration? { nil }

    package func wallTime() -> Duration { start + emulatedTime() }

    /// Moves real and emulated time.
    package func advance(by duration: Duration) {
        advanceReal(by: duration)
        advanceEmulated(by: duration)
    }

    package func advanceReal(by duration: Duration) { elapsed.withLock { $0 += duration } }

    package func advanceEmulated(by duration: Duration) { emulatedElapsed.withLock { $0 += duration } }
}
