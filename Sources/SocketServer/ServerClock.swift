/// Time as the server takes it: a value that tests, and a clock moved by hand, replace.

/// A monotonic reading for deadlines and a wall reading for the Date field.
package protocol ServerClock: Sendable {
    /// Time since an arbitrary moment that does not change while the process lives. Never goes back.
    func monotonicTime() -> Duration
    /// Time since 1970-01-01T00:00:00Z.
    func wallTime() -> Duration
}
