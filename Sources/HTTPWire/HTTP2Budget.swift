/// A token bucket for actions that cost a peer nothing. The caller passes the time. It begins full, and fills
/// up only when it has run out, so that spending is one subtraction.

/// A number of tokens, and the rate at which they come back.
struct HTTP2Budget: Sendable {
    private let max: Int
    private let perSecond: Int
    private var tokens: Int
    private var filled: Duration

    init(max: Int, perSecond: Int, now: Duration) {
        self.max = max
        self.perSecond = perSecond
        tokens = max
        filled = now
    }

    /// Takes one token. Returns false if there is none.
    mutating func spend(at now: Duration) -> Bool {
        if tokens == 0 { fill(at: now) }
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }

    /// Gives tokens back, up to `max`.
    mutating func earn(_ count: Int) {
        tokens = Swift.min(tokens + count, max)
    }

    /// Adds whole tokens. The time of a fraction counts for the next call.
    private mutating func fill(at now: Duration) {
        guard perSecond > 0 else { return }
        let perToken = Duration.seconds(1) / perSecond
        let elapsed = Swift.min(now - filled, perToken * max)
        let earned = Int(elapsed / perToken)
        guard earned > 0 else { return }
        filled = elapsed < perToken * max ? filled + perToken * earned : now
        earn(earned)
    }
}
