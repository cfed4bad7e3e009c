/// The time of a server. Tests, and a clock that is moved by hand, provide their own. The loops wait in real
/// time, and decide by this clock.

/// It has three readings. Real time is for the deadlines of sockets, emulated time for waiting responses, and
/// wall time for the Date field. After moving a clock that does not run by itself, call the server's
/// `clockMoved`. Otherwise the loops look at such a clock only when something else happens.
package protocol ServerClock: Sendable {
    /// Time since an arbitrary moment that does not change while the process lives. Never goes back.
    /// Deadlines of header sections, of idle connections and of the drain use it, also while the emulated
    /// clock stands.
    func monotonicTime() -> Duration
    /// Whether `monotonicTime()` stands until somebody moves it. A loop then waits for no deadline on it,
    /// because no real time brings the deadline nearer.
    var isMonotonicTimeStanding: Bool { get }
    /// Time on the emulated clock, since an arbitrary moment too. Never goes back. Differs from
    /// `monotonicTime` only where that clock is moved by hand. Waits, delays and slow deliveries use it.
    func emulatedTime() -> Duration
    /// The real time until `emulatedTime()` is `deadline` if nobody moves the clock; zero or less if the time
    /// has come. Nil while the clock stands: a loop then does not wait for it.
    func realTime(untilEmulated deadline: Duration) -> Duration?
    /// Time since 1970-01-01T00:00:00Z on the emulated clock.
    func wallTime() -> Duration
}

extension ServerClock {
    /// Time runs by itself.
    package var isMonotonicTimeStanding: Bool { false }

    /// A clock that runs by itself shows one time to all.
    package func emulatedTime() -> Duration { monotonicTime() }

    package func realTime(untilEmulated deadline: Duration) -> Duration? { deadline - emulatedTime() }
}
