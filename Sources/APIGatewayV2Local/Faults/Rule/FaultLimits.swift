/// Every bound of fault rules in one place. Tests need far less. Each keeps the process small despite a
/// typing mistake, or a client that invents regions.

/// The bounds of a rule's values, and of the number of rules.
package struct FaultLimits: Sendable {
    /// Rules that are loaded at one time.
    package var rulesMax = 1_000
    /// Token buckets of one rule: one for each key. For one more a full bucket is forgotten, or the fullest.
    package var bucketsPerRuleMax = 4_096

    /// Characters of a rule's name. Fixed, because names are for people.
    package static let nameLengthMax = 128
    /// Bytes of a pattern in `match`. Fixed, because each request is compared with it.
    package static let patternBytesMax = 1_024
    /// The range of `attempt` in a `match`. SDKs make 3 to 11 attempts, Terraform 25.
    package static let attempts = 1...1_000
    /// The N of `first`, `after` and `every`.
    package static let counts = 1...1_000_000_000
    /// Requests a second of a `rate`. The lowest is one in just under three hours.
    package static let ratePerSecond = 0.0001...1_000_000
    /// The `requests` of a rate, and its `in`.
    package static let rateRequests = 1...1_000_000
    package static let ratePeriods: ClosedRange<Duration> = .milliseconds(1) ... .seconds(10_000)
    /// Tokens of a bucket.
    package static let bursts = 1...1_000_000
    /// Seeds of `probability` and of delays: all that fit a JSON integer.
    package static let seeds = 0...Int.max
    /// The times of `between`, since the server's start or its last reset.
    package static let times: ClosedRange<Duration> = .zero ... .seconds(365 * 86_400)
    /// The bounds of a delay, fixed or drawn. The sum of a request's delays has the same bound
    /// (`SocketLimits.delayMax`).
    package static let delays: ClosedRange<Duration> = .zero ... .seconds(3600)
    /// Bytes of a body that `truncate` sends.
    package static let truncatedBytes = 0...(10 * 1024 * 1024)
    /// The rate of `slow`.
    package static let bytesPerSecond = 1...1_000_000_000
    /// The codes of a close frame, some of which may not be sent (RFC 6455 section 7.4).
    package static let closeCodes = 1000...4999
    /// Bytes of a close frame's reason (RFC 6455 section 5.5). Fixed by the standard.
    package static let closeReasonBytesMax = 123
    /// Firings that each rule remembers. Fixed, because the journal has all firings.
    package static let firingsPerRuleMax = 20
    /// The factor of `--throttle 'aws*10'`, to a thousandth.
    package static let throttleFactor = 0.01...1000
    /// The bounds of `retryAfter`.
    package static let retryAfter: ClosedRange<Duration> = .zero ... .seconds(86_400)
    /// Statuses that end a request (RFC 9110 section 15); 1xx ones do not.
    package static let statuses = 200...599
    /// Header fields of an injected response. Fixed, because no answer of the service has as many.
    package static let headersMax = 64
    /// Bytes of an injected body. Fixed by the service, whose payloads have at most that many.
    package static let bodyBytesMax = 10 * 1024 * 1024

    package init() {}
}
