/// The step that calls the integration of a route: a function, an HTTP backend, or a service in a private
/// network. The mappings of the request come before it, those of the response behind it.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

extension Invoker {
    func integrate(_ exchange: consuming InvocationExchange) -> Answer {
        guard let integration = exchange.route?.integration else {
            let cause = "route \(exchange.invocation.routeKey) has no target: give it an integration"
            return finish(exchange, GatewayReply(.notFound, cause: cause))
        }
        exchange.reachedIntegration = true
        switch integration.kind {
        case .function(let uri, let format):
            return callFunction(exchange, integration, uri: uri, format)
        case .http(let target): return callBackend(exchange, integration, target)
        case .privateHTTP(let arn, let target):
            return callPrivateBackend(exchange, integration, target, arn: arn)
        case .service(let action): return callService(exchange, integration, action)
        case .none:
            return finish(
                exchange, notHonoured: .init("integrationType", at: "integration \(integration.id)"))
        }
    }

    /// The end of an integration: its mappings of the answer's status, then the finish.
    func complete(
        _ exchange: consuming InvocationExchange, _ integration: DeployedIntegration,
        _ reply: consuming GatewayReply
    ) -> Answer {
        // An endpoint that cannot even be asked has its reason in the access log too.
        if exchange.integration == nil, let cause = reply.cause {
            exchange.integration = IntegrationOutcome(latency: .zero, error: cause)
        }
        if let mappings = integration.responseMappings[reply.response.status] {
            let began = traceTime(exchange)
            var ignored: [String] = []
            reply.response = reply.response.mapped(
                by: mappings, exchange.invocation, limits: mappingLimits
            ) { ignored += $0 }
            exchange.ignoredMappings += ignored
            exchange.noteMapping(traceTime(exchange) - began)
        }
        return finish(exchange, reply)
    }
}

// MARK: Functions

extension Invoker {
    private func callFunction(
        _ exchange: InvocationExchange, _ integration: DeployedIntegration, uri: String,
        _ format: PayloadFormat
    ) -> Answer {
        var exchange = exchange
        let arrived = traceTime(exchange)
        let invocation = exchange.invocation.mapped(
            by: integration.requestMappings, limits: mappingLimits
        ) { exchange.ignoredMappings += $0 }
        let payload = LambdaEvent.payload(invocation, format)
        exchange.noteMapping(traceTime(exchange) - arrived)
        let began = clock.monotonicTime()
        let filled = invocation.stageVariables.substituted(in: uri)
        return call(filled, payload, timeout: integration.timeout, for: exchange) {
            [self, exchange] outcome, requestID in
            var exchange = exchange
            let reply = outcome.reply(format: format)
            exchange.integration = IntegrationOutcome(
                endpointStatus: outcome.lambdaStatus,
                status: reply.cause == nil ? reply.response.status : nil,
                latency: clock.monotonicTime() - began, requestID: requestID, error: reply.cause)
            note(.integration, filled, payload, outcome, since: began, in: &exchange)
            return complete(exchange, integration, reply)
        }
    }

    /// Calls the function that `uri` names. `then` is told how that ended.
    func call(
        _ uri: String, _ payload: [UInt8], timeout: Duration, for exchange: InvocationExchange,
        then: @escaping FunctionEnd
    ) -> Answer {
        guard let function = LambdaFunction(uri: uri) else {
            return then(.notInvocable("\(uri) names no function"), nil)
        }
        guard let target = targets.target(of: function) else {
            let name = function.name
            return then(
                .notInvocable(
                    "function \(name) is not configured: add --lambda \(name)=http://localhost:9000, or "
                        + "--lambda-endpoint"), nil)
        }
        if payload.count > LambdaOutcome.payloadBytesMax {
            return then(.eventTooLarge(bytes: payload.count), nil)
        }
        let call = FunctionCall(
            function: function, payload: payload, timeout: timeout,
            requestID: RequestID(random, now: clock.wallTime()).requestID,
            traceID: exchange.invocation.traceID)
        return target.answer(to: call, then: then)
    }
}

// MARK: Backends

extension Invoker {
    private func callBackend(
        _ exchange: consuming InvocationExchange, _ integration: DeployedIntegration, _ target: HTTPTarget
    ) -> Answer {
        let arrived = traceTime(exchange)
        let mapped = mapped(&exchange, integration)
        guard
            let request = target.request(
                for: exchange.invocation, mapped, gatewayAddress: exchange.gatewayAddress)
        else {
            let cause = "the URI of integration \(integration.id) makes no URL: \(target.uri)"
            return finish(exchange, GatewayReply(.internalServerError, cause: cause))
        }
        exchange.noteMapping(traceTime(exchange) - arrived)
        switch targets.backends.route(toPublic: request.url) {
        case .refused(let cause):
            return complete(exchange, integration, BackendOutcome.unreachable(cause).reply)
        case .direct: return send(request, to: nil, exchange, integration)
        case .through(let upstream): return send(request, to: upstream, exchange, integration)
        }
    }

    private func callPrivateBackend(
        _ exchange: InvocationExchange, _ integration: DeployedIntegration, _ target: HTTPTarget, arn: String
    ) -> Answer {
        if let id = integration.linkId,
            let refusal = PrivateLink.refusal(of: id, directory.link(id, in: exchange.stage.scope))
        {
            return complete(exchange, integration, refusal)
        }
        let filled = exchange.invocation.stageVariables.substituted(in: arn)
        guard let upstream = targets.backends.route(toPrivate: filled) else {
            let cause = "\(filled) is not configured: add --upstream '\(filled)=http://localhost:8080'"
            return complete(exchange, integration, BackendOutcome.unreachable(cause).reply)
        }
        var exchange = exchange
        let arrived = traceTime(exchange)
        let mapped = mapped(&exchange, integration)
        let request = target.privateRequest(for: exchange.invocation, mapped)
        exchange.noteMapping(traceTime(exchange) - arrived)
        return send(request, to: upstream, exchange, integration)
    }

    /// The request after its mappings. `exchange` keeps those that did not act.
    private func mapped(
        _ exchange: inout InvocationExchange, _ integration: DeployedIntegration
    ) -> MappedRequest {
        let mapped = MappedRequest(
            exchange.invocation, integration.requestMappings, limits: mappingLimits)
        if !mapped.ignored.isEmpty { exchange.ignoredMappings += mapped.ignored }
        return mapped
    }

    /// Sends `request` and answers with what comes back.
    private func send(
        _ request: BackendRequest, to upstream: UpstreamTarget?, _ exchange: consuming InvocationExchange,
        _ integration: DeployedIntegration
    ) -> Answer {
        let sent = exchange
        let outgoing = targets.backends.outgoing(request, to: upstream, timeout: integration.timeout)
        let began = clock.monotonicTime()
        return .call(
            OutgoingCall(outgoing) { [self] result in
                var exchange = sent
                let outcome = BackendOutcome(result, of: outgoing, isMapped: upstream != nil)
                let reply = outcome.reply
                exchange.integration = IntegrationOutcome(
                    outcome, latency: clock.monotonicTime() - began, error: reply.cause)
                note(outgoing, result, since: began, in: &exchange)
                return complete(exchange, integration, reply)
            })
    }
}

extension BackendOutcome {
    init(_ result: OutgoingCall.Outcome) {
        switch result {
        case .success(let response):
            self = .answered(status: response.status, fields: response.fields, body: response.body)
        case .failure(.timedOut), .failure(.connectTimedOut): self = .timedOut
        case .failure(let failure):
            self = failure.isOfThisServer ? .heldBack("\(failure)") : .unreachable("\(failure)")
        }
    }
}

extension IntegrationOutcome {
    init(_ outcome: BackendOutcome, latency: Duration, error: String?) {
        self.init(latency: latency, error: error)
        guard case .answered(let status, let fields, _) = outcome else { return }
        endpointStatus = status
        self.status = status
        requestID = fields["x-amzn-requestid"] ?? fields["x-amz-request-id"]
        requestID2 = fields["x-amz-id-2"]
    }
}

extension LambdaOutcome {
    /// The status of the Invoke operation, as access logs show it.
    var lambdaStatus: Int? {
        switch self {
        case .answered, .raised, .failed: 200
        case .throttled: 429
        case .notInvocable, .timedOut, .unavailable, .eventTooLarge: nil
        }
    }
}
