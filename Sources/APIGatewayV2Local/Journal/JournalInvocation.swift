/// The part of a journal record that only a call of a deployed API has. It keeps references and short texts.
/// Lines for readers are made on demand.

internal import APIGatewayV2Invoke
internal import HTTPWire

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
    let path: RequestPath?
    /// The routes of the deployment at the time of the call. Nil for a request that reached no stage, and for
    /// a WebSocket API, where paths choose nothing.
    let routes: RouteTable?
    /// The check that the route demanded; nil without a route.
    let authorization: (type: String, isAdmitted: Bool)?
    /// The identifier of the integration that the request reached; nil if it reached none.
    let integration: String?
    /// The connection of a WebSocket API that the call is about; nil for other calls.
    let connectionID: String?
    /// The kind of the event of a WebSocket API; nil for other calls.
    let event: FaultMatch.Event?
    /// The cause of the gateway's own answer; nil for an integration's answer.
    let cause: String?
    /// A line for each parameter mapping that did not act.
    let ignoredMappings: [String]
    /// The calls of the authorizer and the integration, and the time of mappings.
    let trace: InvocationTrace
    /// The delay of fault rules.
    let delay: Duration
    /// The fields of the answer.
    let answerFields: HTTPFields

    init(
        requestID: String? = nil, api: String?, stage: String? = nil, route: String? = nil,
        path: RequestPath? = nil, routes: RouteTable? = nil,
        authorization: (type: String, isAdmitted: Bool)? = nil, integration: String? = nil,
        connectionID: String? = nil, event: FaultMatch.Event? = nil, cause: String?,
        ignoredMappings: [String] = [], trace: InvocationTrace = InvocationTrace(),
        delay: Duration = .zero, answerFields: HTTPFields
    ) {
        self.requestID = requestID
        self.api = api
        self.stage = stage
        self.route = route
        self.path = path
        self.routes = routes
        self.authorization = authorization
        self.integration = integration
        self.connectionID = connectionID
        self.event = event
        self.cause = cause
        self.ignoredMappings = ignoredMappings
        self.trace = trace
        self.delay = delay
        self.answerFields = answerFields
    }

    /// The bytes of the facts for `JournalLimits.bytesMax`, without those of the routes, which calls share.
    var byteCount: Int {
        var bytes = Self.ownBytes + answerFields.byteCount
        // One by one, because an array of them would be made for each call.
        bytes += (requestID?.utf8.count ?? 0) + (api?.utf8.count ?? 0) + (stage?.utf8.count ?? 0)
        bytes += (route?.utf8.count ?? 0) + (integration?.utf8.count ?? 0)
        bytes += (connectionID?.utf8.count ?? 0) + (cause?.utf8.count ?? 0)
        for line in ignoredMappings { bytes += line.utf8.count }
        for step in trace.steps { bytes += step.byteCount }
        return bytes
    }

    /// The bytes of the object itself.
    private static let ownBytes = 360

    /// Whether the call sends a message to a client: a post to `@connections`, unlike a message of a client.
    func isOutbound(_ request: HTTPRequest) -> Bool { event == .message && request.method == .post }
}
