/// The step in which fault rules of plane invoke meet a call. It comes behind the throttle and before the
/// integration, so that a rule meets only calls that the API lets in. A rule may answer in the integration's
/// place, delay the answer, or break off its delivery.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// The part of a rule that the finish of an exchange carries out.
struct InvocationFault: Sendable {
    /// The name of the rule.
    let name: String
    let delay: Duration
    let delivery: Delivery
}

extension Invoker {
    func meetFaults(_ exchange: InvocationExchange) -> Answer {
        meetFaults(exchange, proceed: { integrate($0) }, refuse: { finish($0, $1) })
    }

    /// Calls `proceed` if the integration is to be asked, and `refuse` if a rule answers in its place.
    func meetFaults(
        _ exchange: InvocationExchange, proceed: (InvocationExchange) -> Answer,
        refuse: (InvocationExchange, GatewayReply) -> Answer
    ) -> Answer {
        let invocation = exchange.invocation
        let decision = faults.decision(
            onInvocation: {
                RequestFacts(exchange.request, in: exchange.stage.scope, at: InvokedPlace(exchange))
            },
            FaultOccasion(
                connection: exchange.connection, id: .invocation(invocation.requestID),
                time: invocation.time),
            at: clock)
        guard let decision else { return proceed(exchange) }
        var exchange = exchange
        exchange.fault = InvocationFault(
            name: decision.name, delay: decision.delay, delivery: decision.last?.delivery ?? .whole)
        guard let rule = decision.last, !rule.asksService else { return proceed(exchange) }
        guard let reply = rule.gatewayReply else {
            // Nothing of an answer is sent, so the integration is not called.
            return refuse(
                exchange,
                GatewayReply(.unavailable, cause: "the fault rule \(rule.name) breaks the connection"))
        }
        if case .gateway(let error, _, _) = rule.rule.then.answer, error.isOfIntegration {
            exchange.reachedIntegration = true
            exchange.integration = IntegrationOutcome(latency: .zero, error: reply.cause)
        }
        return refuse(exchange, reply)
    }
}

extension InvokedPlace {
    fileprivate init(_ exchange: InvocationExchange) {
        self.init(
            api: exchange.stage.api.apiId, stage: exchange.stage.settings.name,
            route: exchange.route?.routeKey, path: exchange.invocation.address.path.decoded)
    }
}
