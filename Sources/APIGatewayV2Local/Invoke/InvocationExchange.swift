/// One call of a deployed API on its way through the steps: the invocation, its stage, and the parts that the
/// access log tells afterwards. A value: each step passes its own copy on.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// An invocation while it is answered.
struct InvocationExchange: Sendable {
    var invocation: Invocation
    let stage: DeployedStage
    let connection: ConnectionID
    /// The identifiers of the request in the journal.
    let id: RequestID
    /// The real time of arrival, on the machine's monotonic clock.
    let arrival: Duration
    /// The address that a backend sees as the gateway's.
    let gatewayAddress: String
    /// Nil until a route is chosen, and where none matches.
    var route: DeployedRoute?
    /// The end of the integration's call, once there was one.
    var integration: IntegrationOutcome?
    /// The value of `$context.authorizer.error`.
    var authorizerError: String?

    /// Whether the route's check let the call in.
    var isAdmitted = false
    /// The calls so far, for the journal; nil without a journal.
    var trace: InvocationTrace?
    /// Whether the call reached its integration.
    var reachedIntegration = false
    /// A line for each mapping that did not act. Nearly always empty.
    var ignoredMappings: [String] = []
    /// The event of a WebSocket API; nil for an HTTP API.
    var event: WebSocketEvent?
    /// The connection that a call of `@connections` names; nil for other requests.
    var managedConnection: String?
    /// The fault that its rules decided; nil for none.
    var fault: InvocationFault?

    var request: HTTPRequest { invocation.request }

    /// The connection of a WebSocket API that the exchange is about; nil for an HTTP API.
    var connectionID: String? { event?.connection.id ?? managedConnection }

    /// The kind of the event of a WebSocket API. A post to `@connections` is a message.
    var kind: FaultMatch.Event? {
        switch event?.kind {
        case .connect: .connect
        case .message: .message
        case .disconnect: .disconnect
        case nil: managedConnection != nil && request.method == .post ? .message : nil
        }
    }
}
