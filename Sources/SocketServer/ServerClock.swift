/// The time of a server: an object that tests, and a clock moved by hand, replace. The loops wait by real
/// time, and act by this one.

/// It has three readings. Real time is for the deadlines of sockets, emulated time for waiting responses, and
/// wall time for the Date field. The mover of a clock that does not run by itself then calls the server's
/// `clockMoved`. The loops do not look at such a clock again before something happens.
package protocol ServerClock: Sendable {
    /// Time since an arbitrary moment that does not change while the process lives. Never goes back.
    /// Deadlines of header sections, of idle connections and of the drain count on it, also while the
    /// emulator's clock stands.
    func monotonicTime() -> Duration
    /// Whether `monotonicTime()` stands until somebody moves it. Then a loop waits for no deadline by it,
    /// because real time does not bring the deadline nearer.
    var isMonotonicTimeStanding: Bool { get }
    /// Time on the emulator's clock, since an arbitrary moment too. Never goes back. Differs from
    /// `monotonicTime` only where that clock is moved by hand. Waits, delays and slow deliveries count on it.
    func emulatedTime() -> Duration
    /// The real time that passes until `emulatedTime()` is `deadline`, if nobody moves the clock: not above
    /// zero when it has come. Nil while the clock stands, and then a loop does not wait for it.
    func realTime(untilEmulated deadline: Duration) -> Duration?
    /// Time since 1970-01-01T00:00:00Z on the emulator's clock.
    func wallTime() -> Duration
}

extension ServerClock {
    /// Time runs by itself.
    package var isMonotonicTimeStanding: Bool { false }

    /// A clock that runs by itself has one time.
    package func emulatedTime() -> Duration { monotonicTime() }

    package func realTime(untilEmulated deadline: Duration) -> Duration? { deadline - emulatedTime() }
}
