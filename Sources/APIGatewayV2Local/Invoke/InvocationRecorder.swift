/// Tells the outcome of invocations: a summary for the log, and the line of the stage's access log. An answer
/// that the gateway made itself has its cause in the summary.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// Records invocations and their answers.
final class InvocationRecorder: Sendable {
    private let clock: EmulatorClock
    private let journal: Journal
    private let metrics: InvocationMetrics
    private let onRequest: (@Sendable (RequestSummary) -> Void)?
    private let onAccess: (@Sendable (String) -> Void)?
    private let defaultScope: Scope
    private let routesMax: Int

    /// `routesMax` bounds the routes with counters of their own. `onRequest` gets a summary of each request,
    /// `onAccess` the lines of access logs. Nil makes none.
    init(
        _ emulator: Emulator, defaultScope: Scope, routesMax: Int,
        onRequest: (@Sendable (RequestSummary) -> Void)?,
        onAccess: (@Sendable (String) -> Void)?
    ) {
        clock = emulator.clock
        journal = emulator.journal
        metrics = emulator.metrics.invocations
        self.defaultScope = defaultScope
        self.routesMax = routesMax
        self.onRequest = onRequest
        self.onAccess = onAccess
    }

    /// Whether the journal keeps the calls of authorizers and integrations.
    var keepsTraces: Bool { journal.isOn }

    /// The part of a body that the journal keeps.
    func kept(_ body: [UInt8]) -> JournalBody { JournalBody(body, bytesMax: journal.limits.bodyBytesMax) }

    /// The identifier of a call whose API was not looked up, in the form of the default region.
    func requestID(random: UInt64, at time: Duration) -> String {
        InvocationID.requestID(random: random, time: time, region: defaultScope.region)
    }

    /// Records a request that reached no stage. `requestID` is the one that its client got, if it got one.
    func record(
        _ unaddressed: UnaddressedRequest, _ response: HTTPResponse, cause: String, requestID: String? = nil
    ) {
        let requestID = requestID ?? unaddressed.id.requestID
        let duration = clock.monotonicTime() - unaddressed.arrival
        metrics.count(
            InvocationKey(scope: defaultScope, api: "", stage: "", route: ""), status: response.status,
            duration: duration, hasIntegrationError: false, routesMax: routesMax)
        if journal.isOn {
            journal.append(
                CallRecord(
                    invocation: JournalInvocation(api: unaddressed.api, cause: cause),
                    messages: messages(
                        requestID, unaddressed.request, response.body, response.fields, []),
                    connection: unaddressed.connection, arrival: unaddressed.arrival, time: unaddressed.time,
                    scope: defaultScope, status: response.status, duration: duration,
                    fault: nil, bodyCount: unaddressed.request.body.count))
        }
        guard let onRequest else { return }
        onRequest(
            RequestSummary(
                method: unaddressed.request.method.rawValue, target: unaddressed.request.target.text,
                operation: nil, status: response.status,
                duration: duration, account: defaultScope.account,
                region: defaultScope.region, fault: nil, requestID: requestID, hint: cause))
    }

    /// `sent` is the answer on its way, and `reply` its origin. `failure` is that of a WebSocket API's event.
    func record(
        _ exchange: InvocationExchange, _ sent: Reply, _ reply: GatewayReply,
        failure: WebSocketFailure? = nil
    ) {
        let response = sent.response
        let duration = clock.monotonicTime() - exchange.arrival
        if let onAccess, let format = exchange.stage.settings.accessLog {
            let outcome = InvocationOutcome(
                response, latency: duration + sent.delay,
                gatewayAnswer: reply.answer, error: failure?.contextError,
                authorizerError: exchange.authorizerError, integration: exchange.integration,
                isWebSocket: exchange.event != nil)
            if let event = exchange.event {
                onAccess(format.line(outcome, of: exchange.request, context: event.contextValue))
            } else {
                onAccess(format.line(exchange.invocation, outcome))
            }
        }
        count(exchange, sent, reply, duration + sent.delay)
        guard let onRequest else { return }
        let (request, scope) = (exchange.request, exchange.stage.scope)
        onRequest(
            RequestSummary(
                method: request.method.rawValue, target: request.target.text, operation: nil,
                route: exchange.route?.routeKey, status: response.status, duration: duration,
                account: scope.account, region: scope.region, fault: exchange.fault?.name,
                requestID: exchange.invocation.requestID, hint: exchange.hint(reply)))
    }

    /// Records a call whose client went before the answer.
    func recordWithoutAnswer(_ exchange: InvocationExchange) {
        let nothing = Reply(HTTPResponse(status: 503), delivery: .close)
        let cause = "the client closed the connection or the stream before the answer"
        count(
            exchange, nothing, GatewayReply(nothing.response, cause: cause),
            clock.monotonicTime() - exchange.arrival)
    }

    /// Counts the call, and puts it into the journal.
    private func count(
        _ exchange: InvocationExchange, _ sent: Reply, _ reply: GatewayReply, _ duration: Duration
    ) {
        let (stage, route) = (exchange.stage, exchange.route)
        let status = sent.sentStatus
        metrics.count(
            InvocationKey(
                scope: stage.scope, api: stage.api.apiId, stage: stage.settings.name,
                route: route?.routeKey ?? ""),
            status: status, duration: duration,
            hasIntegrationError: exchange.reachedIntegration && reply.cause != nil,
            routesMax: routesMax)
        guard journal.isOn else { return }
        let invocation = exchange.invocation
        journal.append(
            CallRecord(
                invocation: JournalInvocation(
                    api: stage.api.apiId, stage: stage.settings.name,
                    route: route?.routeKey, path: invocation.address.path,
                    routes: stage.api.webSocket == nil ? stage.api.table : nil,
                    authorization: route.map { ($0.authorization.type, exchange.isAdmitted) },
                    integration: exchange.reachedIntegration ? route?.integrationId : nil,
                    connectionID: exchange.connectionID, event: exchange.kind,
                    cause: reply.cause, ignoredMappings: exchange.ignoredMappings,
                    mapping: exchange.trace?.mapping ?? .zero, delay: sent.delay),
                messages: messages(
                    invocation.requestID, exchange.request, sent.sentBody, sent.response.fields,
                    exchange.trace?.steps ?? []),
                connection: exchange.connection, arrival: exchange.arrival, time: invocation.time,
                scope: stage.scope, status: status, duration: duration,
                fault: exchange.fault?.name, bodyCount: exchange.request.body.count))
    }

    private func messages(
        _ requestID: String, _ request: HTTPRequest, _ answer: [UInt8], _ fields: HTTPFields,
        _ steps: [InvocationStep]
    ) -> CallMessages {
        CallMessages(
            requestID: requestID, request: request.shortened(to: journal.limits.bodyBytesMax),
            answer: kept(answer), answerFields: fields, steps: steps)
    }
}

extension InvocationExchange {
    /// The line for the log: the cause of the gateway's answer, the parts of a function's that were left out,
    /// and idle mappings.
    fileprivate func hint(_ reply: GatewayReply) -> String? {
        if ignoredMappings.isEmpty, reply.leftOut.isEmpty { return reply.cause }
        return ((reply.cause.map { [$0] } ?? []) + reply.leftOut + ignoredMappings).joined(separator: "; ")
    }
}

extension RouteAuthorization {
    /// The value of the route's `authorizationType`, or the type of its authorizer.
    fileprivate var type: String {
        switch self {
        case .none: "NONE"
        case .iam: "AWS_IAM"
        case .jwt: "JWT"
        case .function, .webSocket: "REQUEST"
        case .unusable: "unusable"
        }
    }
}
