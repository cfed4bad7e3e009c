/// The kernel's clocks as a `ServerClock`. Reads them by clock_gettime, which Linux answers without a switch
/// to kernel mode.

internal import Glibc

/// The clocks of the kernel: CLOCK_MONOTONIC for deadlines, CLOCK_REALTIME for the time of day.
package struct SystemClock: ServerClock {
    package init() {}

    package func monotonicTime() -> Duration { read(CLOCK_MONOTONIC) }

    package func wallTime() -> Duration { read(CLOCK_REALTIME) }

    private func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        let result = unsafe clock_gettime(clock, &time)
        precondition(result == 0, "Linux has had both clocks since 2.6.")
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
