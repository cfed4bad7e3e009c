/// The kernel's clocks as a `ServerClock`. Reads them by clock_gettime, which Linux answers without a switch
/// to kernel mode. The compiler finds `timespec` in the first module that it reads, and the order of the
/// target's files decides which that is. The file therefore imports both.

internal import Glibc
internal import SwiftOverlayShims

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
