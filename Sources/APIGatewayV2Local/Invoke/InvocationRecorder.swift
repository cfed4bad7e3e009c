/// Tells the outcome of invocations: a summary for the log, and the line of the stage's access log. An answer
/// that the gateway made itself has its cause in the summary.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// Records invocations and their answers.
final class InvocationRecorder: Sendable {
    private let clock: EmulatorClock
    private let onRequest: (@Sendable (RequestSummary) -> Void)?
    private let onAccess: (@Sendable (String) -> Void)?
    private let defaultScope: Scope

    /// `onRequest` gets a summary of each request, `onAccess` the lines of access logs. Nil makes none.
    init(
        clock: EmulatorClock, defaultScope: Scope, onRequest: (@Sendable (RequestSummary) -> Void)?,
        onAccess: (@Sendable (String) -> Void)?
    ) {
        self.clock = clock
        self.defaultScope = defaultScope
        self.onRequest = onRequest
        self.onAccess = onAccess
    }

    /// Records a request that reached no stage.
    func record(_ unaddressed: UnaddressedRequest, _ response: HTTPResponse, cause: String) {
        guard let onRequest else { return }
        onRequest(
            RequestSummary(
                method: unaddressed.request.method.rawValue, target: unaddressed.request.target.text,
                operation: nil, status: response.status,
                duration: clock.monotonicTime() - unaddressed.arrival, account: defaultScope.account,
                region: defaultScope.region, fault: nil, requestID: unaddressed.id.requestID, hint: cause))
    }

    /// `response` is what leaves, `reply` what it was made of.
    func record(_ exchange: InvocationExchange, _ response: HTTPResponse, _ reply: GatewayReply) {
        let duration = clock.monotonicTime() - exchange.arrival
        if let onAccess, let format = exchange.stage.settings.accessLog {
            let outcome = InvocationOutcome(
                response, latency: duration,
                gatewayAnswer: reply.answer,
                authorizerError: exchange.authorizerError, integration: exchange.integration)
            onAccess(format.line(exchange.invocation, outcome))
        }
        guard let onRequest else { return }
        let (request, scope) = (exchange.request, exchange.stage.scope)
        onRequest(
            RequestSummary(
                method: request.method.rawValue, target: request.target.text, operation: nil,
                route: exchange.route?.routeKey, status: response.status, duration: duration,
                account: scope.account, region: scope.region, fault: nil,
                requestID: exchange.invocation.requestID, hint: reply.cause))
    }
}
