/// Every bound of fault rules in one place. They are far beyond the needs of a test. Each keeps the process
/// from growing by a slip of the keyboard, or by a client that makes up regions.

/// How much of everything a rule may ask for, and how many rules there may be.
package enum FaultLimits {
    /// Rules that are loaded at one time.
    package static let rulesMax = 1_000
    /// Characters of a rule's name.
    package static let nameLengthMax = 128
    /// Bytes of a pattern in `match`.
    package static let patternBytesMax = 1_024
    /// The attempts that `match` can ask for. SDKs make 3 to 11, Terraform 25.
    package static let attempts = 1...1_000
    /// The N of `first`, `after` and `every`.
    package static let counts = 1...1_000_000_000
    /// Requests a second of a `rate`. The lower end is one in a little under three hours.
    package static let ratePerSecond = 0.0001...1_000_000
    /// The `requests` and the `in` of a rate that is given by these.
    package static let rateRequests = 1...1_000_000
    package static let ratePeriods: ClosedRange<Duration> = .milliseconds(1) ... .seconds(10_000)
    /// Tokens of a bucket.
    package static let bursts = 1...1_000_000
    /// Token buckets of one rule: one for each key that was seen.
    package static let bucketsPerRuleMax = 4_096
    /// Seeds of `probability` and of delays: what a JSON integer holds.
    package static let seeds = 0...Int.max
    /// The times of `between`, since the server's start or its last reset.
    package static let times: ClosedRange<Duration> = .zero ... .seconds(365 * 86_400)
    /// The bounds of a delay, also of one that is drawn. All delays of a request together are at most as long
    /// (`SocketLimits.delayMax`).
    package static let delays: ClosedRange<Duration> = .zero ... .seconds(3600)
    /// Bytes of a body that `truncate` lets through.
    package static let truncatedBytes = 0...(10 * 1024 * 1024)
    /// The rate of `slow`.
    package static let bytesPerSecond = 1...1_000_000_000
    /// Firings that are remembered of each rule.
    package static let firingsPerRuleMax = 20
    /// The factor of `--throttle 'aws*10'`, to a thousandth.
    package static let throttleFactor = 0.01...1000
    /// The bounds of `retryAfter`.
    package static let retryAfter: ClosedRange<Duration> = .zero ... .seconds(86_400)
    /// Statuses that end a request (RFC 9110 section 15); 1xx ones do not.
    package static let statuses = 200...599
    /// Header fields of an injected response.
    package static let headersMax = 64
    /// Bytes of an injected body.
    package static let bodyBytesMax = 10 * 1024 * 1024
}
