/// A token bucket: it holds a number of tokens, regains them at a rate, and gives one to each request. It
/// uses whole numbers, so that its boundaries are exact to the nanosecond after any number of requests. It
/// has no clock: callers pass the time.

/// One bucket.
package struct TokenBucket: Sendable {
    private let rate: RequestRate
    /// The units of a full bucket. A token has as many units as the rate's period has nanoseconds, so that a
    /// nanosecond brings whole units.
    private let capacity: Int128
    private var level: Int128
    /// The nanoseconds of the last time. 64 bits of them end in 2262, and a clock may show the year 9999.
    private var updated: Int128

    /// A full bucket.
    package init(_ rate: RequestRate, capacity tokens: Int, at now: Duration) {
        self.rate = rate
        capacity = Int128(tokens) * Int128(rate.nanoseconds)
        level = capacity
        updated = nanoseconds(now)
    }

    /// Takes a whole token. Returns false, and takes nothing, if there is none. A time before the last one
    /// changes nothing.
    package mutating func admit(at now: Duration) -> Bool {
        refill(to: now)
        guard level >= Int128(rate.nanoseconds) else { return false }
        level -= Int128(rate.nanoseconds)
        return true
    }

    /// Gives back the token of a request that another rule refused.
    package mutating func giveBack() {
        level = min(capacity, level + Int128(rate.nanoseconds))
    }

    /// Whether the bucket has all its tokens, and therefore equals a new one.
    package mutating func isFull(at now: Duration) -> Bool {
        refill(to: now)
        return level == capacity
    }

    /// The thousandths of the capacity that are left, to choose the bucket to drop.
    var fullness: Int { Int(level * 1000 / max(capacity, 1)) }

    private mutating func refill(to now: Duration) {
        let now = nanoseconds(now)
        guard now > updated else { return }
        level = min(capacity, level + (now - updated) * Int128(rate.requests))
        updated = now
    }
}

/// The whole nanoseconds of a clock's time.
private func nanoseconds(_ time: Duration) -> Int128 { time.attoseconds / 1_000_000_000 }
