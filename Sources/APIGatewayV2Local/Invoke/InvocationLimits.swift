/// The bounds of all that invocations keep between two requests, each with its default.

package import APIGatewayV2Invoke
package import VTL

/// Entries that are kept, and the size of values. At a bound of entries all of the kind are forgotten, and
/// made again when needed.
package struct InvocationLimits: Sendable {
    /// Compiled stages and deployments, and look-ups of APIs and domains.
    package var stagesMax = 10_000
    /// Answers of Lambda authorizers.
    package var authorizationsMax = 100_000
    /// Key sets of issuers.
    package var issuersMax = 1_000
    /// Time on the emulator's clock without a fetch from an issuer after one that failed.
    package var issuerPause: Duration = .seconds(2)
    /// Levels of arrays and objects in a token's header or claims. One more, and the token is malformed.
    package var tokenDepthMax = JWT.depthMaxDefault
    /// Buckets of rate limits.
    package var throttlesMax = 100_000
    /// Requests and messages a second of an account in a region, and those at once. The defaults are of an
    /// account without an increase (quotas for HTTP APIs, quotas for WebSocket APIs).
    package var requestsPerSecond = 10_000
    package var requestsBurst = 5_000
    /// New WebSocket connections a second of an account in a region, and at once (quotas for WebSocket APIs).
    package var connectionsPerSecond = 500
    /// Bytes of a parameter mapping's value. One more, and the mapping does not act. The default is that of
    /// request line and headers together (developer guide, "Quotas for HTTP APIs").
    package var mappingValueBytesMax = 10_240
    /// The bounds of one call.
    package var calls = CallLimits()
    /// The bounds of mapping templates.
    package var templates = TemplateLimits()
    /// The bounds of models. That of patterns is `templates.matchStepsMax`.
    package var schemas = JSONSchema.Limits()
    /// Routes with counters of their own.
    package var meteredRoutesMax = 1_000

    /// The bounds of parameter mappings.
    var mappings: MappingLimits {
        MappingLimits(valueBytesMax: mappingValueBytesMax, pathStepsMax: templates.pathStepsMax)
    }
}
