/// A token bucket: so many tokens at most, so many back a second, one for each request that is let through.
/// All in whole numbers, so that a boundary falls on its nanosecond after any number of requests. Holds no
/// clock: time is passed in.

/// One bucket.
package struct TokenBucket: Sendable {
    private let rate: RequestRate
    /// A token is as many units as the rate's period has nanoseconds: then a nanosecond brings a whole number
    /// of units.
    private let capacity: Int128
    private var level: Int128
    private var updated: Int64

    /// A full bucket.
    package init(_ rate: RequestRate, capacity tokens: Int, at now: Duration) {
        self.rate = rate
        capacity = Int128(tokens) * Int128(rate.nanoseconds)
        level = capacity
        updated = nanoseconds(now)
    }

    /// Takes a token if there is a whole one; takes nothing otherwise. Time that goes back brings no tokens
    /// and costs none.
    package mutating func admit(at now: Duration) -> Bool {
        refill(to: now)
        guard level >= Int128(rate.nanoseconds) else { return false }
        level -= Int128(rate.nanoseconds)
        return true
    }

    /// Gives back a token that was taken for a request which was refused elsewhere.
    package mutating func giveBack() {
        level = min(capacity, level + Int128(rate.nanoseconds))
    }

    /// Whether the bucket has all its tokens, and so is as good as a new one.
    package mutating func isFull(at now: Duration) -> Bool {
        refill(to: now)
        return level == capacity
    }

    /// Thousandths of the capacity that are left: to tell which bucket is missed least.
    var fullness: Int { Int(level * 1000 / max(capacity, 1)) }

    private mutating func refill(to now: Duration) {
        let now = nanoseconds(now)
        guard now > updated else { return }
        level = min(capacity, level + Int128(now - updated) * Int128(rate.requests))
        updated = now
    }
}

/// Whole nanoseconds of a time that a clock gave; about 292 years fit.
private func nanoseconds(_ time: Duration) -> Int64 {
    let (seconds, attoseconds) = time.components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
}
