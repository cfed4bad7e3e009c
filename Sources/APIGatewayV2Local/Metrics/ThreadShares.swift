/// Counters that many threads write at once: each thread has a share under its own lock, and a reader adds up
/// all shares.

internal import Glibc
internal import Synchronization

/// The shares of one kind of counters.
final class ThreadShares<Counters: Sendable>: Sendable {
    /// The counters of one thread, or of several if there are more threads than shares.
    final class Share: Sendable {
        let counters: Mutex<Counters>

        fileprivate init(_ counters: Counters) { self.counters = Mutex(counters) }
    }

    let all: [Share]

    /// Each share begins with `counters`.
    init(_ counters: Counters) {
        all = (0..<16).map { _ in Share(counters) }
    }

    /// The place of the calling thread's share in `all`. A share would be counted as a reference.
    static var ownPlace: Int {
        // A loop has one thread for life. The upper half of the product depends on all digits of the thread's
        // number.
        let thread = UInt64(truncatingIfNeeded: pthread_self()) &* 0x9e37_79b9_7f4a_7c15
        return Int(thread >> 60)
    }
}
