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
    /// The fate of the message; nil if it arrives once.
    let fate: FaultDelivery?
    /// The close frame in place of the message; nil for none.
    let closure: WebSocketClosure?

    private init(
        name: String, delay: Duration, delivery: Delivery, fate: FaultDelivery?, closure: WebSocketClosure?
    ) {
        self.name = name
        self.delay = delay
        self.delivery = delivery
        self.fate = fate
        self.closure = closure
    }

    init(_ decision: FaultDecision) {
        name = decision.name
        delay = decision.delay
        delivery = decision.last?.delivery ?? .whole
        fate = decision.last?.rule.then.delivery
        if case .closeFrame(let code, let reason) = decision.last?.rule.then.connection {
            closure = WebSocketClosure(
                WebSocketCloseCode(rawValue: UInt16(clamping: code)), reason)
        } else {
            closure = nil
        }
    }
}

extension InvocationFault {
    /// This fault of a message to the client, with that of the message before it.
    func behind(_ first: InvocationFault?) -> InvocationFault {
        guard let first else { return self }
        return InvocationFault(
            name: name, delay: first.delay + delay, delivery: delivery == .whole ? first.delivery : delivery,
            fate: fate, closure: closure)
    }

    /// A rule that has acted before. It changes nothing more.
    init(done name: String) {
        self.init(name: name, delay: .zero, delivery: .whole, fate: nil, closure: nil)
    }
}

extension Invoker {
    func meetFaults(_ exchange: consuming InvocationExchange) -> Answer {
        meetFaults(exchange, proceed: { integrate($0) }, refuse: { finish($0, $1) })
    }

    /// Calls `proceed` if the integration is to be asked, and `refuse` if a rule answers in its place.
    func meetFaults(
        _ exchange: consuming InvocationExchange, proceed: (consuming InvocationExchange) -> Answer,
        refuse: (InvocationExchange, GatewayReply) -> Answer
    ) -> Answer {
        guard let decision = decision(on: exchange, .inbound) else { return proceed(exchange) }
        exchange.fault = InvocationFault(decision)
        guard let rule = decision.last, !rule.asksService else { return proceed(exchange) }
        guard let reply = rule.gatewayReply else {
            // Nothing of an answer is sent, so the integration is not called.
            let deed = rule.rule.then.delivery == .drop ? "drops the message" : "breaks the connection"
            return refuse(exchange, GatewayReply(.unavailable, cause: "the fault rule \(rule.name) \(deed)"))
        }
        if case .gateway(let error, _, _) = rule.rule.then.answer, error.isOfIntegration {
            exchange.reachedIntegration = true
            exchange.integration = IntegrationOutcome(latency: .zero, error: reply.cause)
        }
        return refuse(exchange, reply)
    }

    /// The fault of a message to the client; nil without one.
    func fault(ofMessageTo exchange: InvocationExchange) -> InvocationFault? {
        guard faults.coversOutbound else { return nil }
        return decision(on: exchange, .outbound).map { InvocationFault($0) }
    }

    private func decision(
        on exchange: InvocationExchange, _ direction: FaultMatch.Direction
    ) -> FaultDecision? {
        let invocation = exchange.invocation
        return faults.decision(
            onInvocation: {
                RequestFacts(
                    exchange.request, in: exchange.stage.scope, at: InvokedPlace(exchange, direction))
            },
            FaultOccasion(
                connection: exchange.connection, id: .invocation(invocation.requestID),
                time: invocation.time),
            at: clock)
    }
}

extension InvokedPlace {
    fileprivate init(_ exchange: InvocationExchange, _ direction: FaultMatch.Direction) {
        self.init(
            api: exchange.stage.api.apiId, stage: exchange.stage.settings.name,
            route: exchange.route?.routeKey, path: exchange.invocation.address.path.decoded,
            event: exchange.kind, direction: direction)
    }
}
