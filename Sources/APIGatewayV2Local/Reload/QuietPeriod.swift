/// Bursts of changes in, the end of each burst out.

/// The time at which a burst of changes counts as over. Reads no clock.
package struct QuietPeriod: Sendable {
    private let quietTime: Duration
    private let unquietTimeMax: Duration
    /// The first and the last change of the burst; nil without one.
    private var burst: (first: Duration, last: Duration)?

    package init(quietTime: Duration, unquietTimeMax: Duration) {
        self.quietTime = quietTime
        self.unquietTimeMax = unquietTimeMax
    }

    /// The time at which the burst is over if no other change comes; nil without a burst.
    package var end: Duration? {
        burst.map { min($0.last + quietTime, $0.first + unquietTimeMax) }
    }

    /// Notes a change. Returns whether it is the first of a burst.
    package mutating func noteChange(at now: Duration) -> Bool {
        let isFirst = burst == nil
        burst = (burst?.first ?? now, now)
        return isFirst
    }

    /// Whether a burst is over. A burst that is over is forgotten.
    package mutating func isOver(at now: Duration) -> Bool {
        guard let end, end <= now else { return false }
        burst = nil
        return true
    }
}
