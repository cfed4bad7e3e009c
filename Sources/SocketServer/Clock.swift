/// The kernel's clocks as a `ServerClock`.
/// Asks by clock_gettime, which Linux answers without a change into the kernel. Refuses nothing.

internal import Glibc

/// The real time: CLOCK_MONOTONIC for deadlines, CLOCK_REALTIME for the wall.
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
