/// The part of a journal record that only a call of a deployed API has. It keeps references and short texts.
/// Lines for readers are made on demand.

internal import APIGatewayV2Invoke

/// The facts of one invocation.
final class JournalInvocation: Sendable {
    /// The answer's `Apigw-Requestid`; nil for a request that reached no stage.
    let requestID: String?
    /// Nil if the address named no API.
    let api: String?
    /// Nil for a request that reached no stage.
    let stage: String?
    /// The key of the route; nil without a match.
    let route: String?
    /// The path that routes see; nil for a request that reached no stage.
    let path: String?
    /// The identifier of the integration that the request reached; nil if it reached none.
    let integration: String?
    /// The cause of the gateway's own answer; nil for an integration's answer.
    let cause: String?

    init(
        requestID: String? = nil, api: String?, stage: String? = nil, route: String? = nil,
        path: String? = nil, integration: String? = nil, cause: String?
    ) {
        self.requestID = requestID
        self.api = api
        self.stage = stage
        self.route = route
        self.path = path
        self.integration = integration
        self.cause = cause
    }

    /// The bytes of the facts for `JournalLimits.bytesMax`.
    var byteCount: Int {
        let texts = [requestID, api, stage, route, path, integration, cause]
        return texts.reduce(Self.ownBytes) { $0 + ($1?.utf8.count ?? 0) }
    }

    /// The bytes of the object itself.
    private static let ownBytes = 192
}
