/// The bounds of the processes that the server starts for functions, each with its default.

/// Bounds of one function and its processes.
package struct FunctionLimits: Sendable {
    /// Processes of a function that `--lambda-concurrency` allows.
    static let concurrencies = 1...100
    /// Bytes of output that are read in one go: as many as a pipe holds (pipe(7)).
    static let outputBytes = 64 * 1024

    /// Bytes of a line of output in the log. A longer line is told in pieces.
    package var lineBytesMax = 16 * 1024
    /// The longest time without a start, after starts that came to nothing.
    package var pauseMax: Duration = .seconds(2)
    /// The time for a process to ask for its first event. Then it is killed, if an event waits.
    package var startTimeout: Duration = .seconds(60)
    /// The time for processes to end after SIGTERM. Then they are killed.
    package var stopTimeout: Duration = .seconds(2)
    /// The most events that wait for a runtime. One more is throttled, as one above 1,000 concurrent
    /// executions is (Lambda developer guide, "Lambda quotas").
    package var waitingEventsMax = 1_000

    package init() {}

    /// The pause before the next start, after so many in a row that came to nothing: 100 ms, and twice as
    /// much each time.
    package func pause(afterFailures count: Int) -> Duration {
        count == 0 ? .zero : min(.milliseconds(100 << min(count - 1, 20)), pauseMax)
    }
}
