/// The bounds of all that invocations keep between two requests, each with its default.

/// Entries that are kept. At a bound all entries of the kind are forgotten, and made again when needed.
package struct InvocationLimits: Sendable {
    /// Compiled stages and deployments, and look-ups of APIs and domains.
    package var stagesMax = 10_000
    /// Answers of Lambda authorizers.
    package var authorizationsMax = 100_000
    /// Key sets of issuers.
    package var issuersMax = 1_000
    /// Buckets of rate limits.
    package var throttlesMax = 100_000
    /// Routes with counters of their own.
    package var meteredRoutesMax = 1_000
}
