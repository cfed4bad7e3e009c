/// Time as the server takes it: a value that tests, and a clock moved by hand, replace. The loops wait by
/// real time, and act by this one.

/// A monotonic reading for deadlines and a wall reading for the Date field. Whoever moves a clock that does
/// not run by itself calls the server's `clockMoved()` then, because the loops do not look at it again before
/// something happens.
package protocol ServerClock: Sendable {
    /// Time since an arbitrary moment that does not change while the process lives. Never goes back.
    func monotonicTime() -> Duration
    /// Time since 1970-01-01T00:00:00Z.
    func wallTime() -> Duration
}
