/// The call of a WebSocket integration's endpoint: a function, an HTTP backend, an AWS service, or a mock.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// The end of an endpoint's call.
enum EndpointResult: Sendable {
    /// The payload of a function with the proxy event.
    case function([UInt8])
    case answered(EndpointAnswer)
    /// A function without the proxy event raised an error, which an integration response may choose.
    case raised(EndpointAnswer, WebSocketFailure)
    case failed(WebSocketFailure)
}

/// Goes on with the end of an endpoint's call.
typealias EndpointEnd = @Sendable (InvocationExchange, EndpointResult) -> Answer

extension Invoker {
    func callEndpoint(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration,
        then: @escaping EndpointEnd
    ) -> Answer {
        var exchange = exchange
        exchange.reachedIntegration = true
        do throws(WebSocketFailure) {
            if case .lambdaProxy(let uri) = integration.kind {
                return callProxy(exchange, event, integration, uri, then)
            }
            let request = try integration.request(for: event)
            switch integration.kind {
            case .lambda(let uri):
                return try callFunction(exchange, event, integration, uri, request, then)
            case .http(let uri, _):
                return try callBackend(exchange, event, integration, uri, request, then)
            case .service(let uri):
                return try callService(exchange, event, integration, uri, request, then)
            case .mock: return then(exchange, .answered(try integration.mockAnswer(to: request)))
            case .lambdaProxy, .none:
                throw WebSocketFailure(
                    notHonoured: .init("integrationType", at: "integration \(integration.id)"))
            }
        } catch {
            return then(exchange, .failed(error))
        }
    }

    private func callProxy(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration,
        _ uri: String, _ then: @escaping EndpointEnd
    ) -> Answer {
        callFunction(exchange, event, integration, uri, event.lambdaPayload) { exchange, outcome in
            guard case .answered(let payload) = outcome else {
                let failure = outcome.webSocketFailure
                return then(exchange, .failed(failure ?? WebSocketFailure(.integration, cause: "")))
            }
            return then(exchange, .function(payload))
        }
    }

    private func callFunction(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration,
        _ uri: String, _ request: EndpointRequest, _ then: @escaping EndpointEnd
    ) throws(WebSocketFailure) -> Answer {
        let payload = request.body.isEmpty ? Array("{}".utf8) : request.body
        for header in request.headers where header.name.lowercased() == "x-amz-invocation-type" {
            switch header.value {
            case "RequestResponse": continue
            case "Event": return sendEvent(exchange, event, integration, uri, payload, then)
            default:
                throw WebSocketFailure(
                    notHonoured: .init(
                        "requestParameters", at: "integration \(integration.id)",
                        reason: "has the invocation type \(header.value), which is not honoured"))
            }
        }
        return callForAnswer(exchange, event, integration, uri, payload, then)
    }

    private func callForAnswer(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration,
        _ uri: String, _ payload: [UInt8], _ then: @escaping EndpointEnd
    ) -> Answer {
        callFunction(exchange, event, integration, uri, payload) { exchange, outcome in
            guard let answer = outcome.endpointAnswer else {
                let failure = outcome.webSocketFailure
                return then(exchange, .failed(failure ?? WebSocketFailure(.integration, cause: "")))
            }
            if let failure = outcome.webSocketFailure { return then(exchange, .raised(answer, failure)) }
            return then(exchange, .answered(answer))
        }
    }

    /// Calls a function for which nobody waits, and goes on with Lambda's 202 (Lambda API reference,
    /// "Invoke"). A function that cannot be called fails as any other.
    private func sendEvent(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration,
        _ uri: String, _ payload: [UInt8], _ then: @escaping EndpointEnd
    ) -> Answer {
        let filled = event.connection.stageVariables.substituted(in: uri)
        guard let function = LambdaFunction(uri: filled), targets.target(of: function) != nil,
            payload.count <= LambdaOutcome.payloadBytesMax
        else { return callForAnswer(exchange, event, integration, uri, payload, then) }
        var exchange = exchange
        let began = clock.monotonicTime()
        note(.integration, filled, sent: .event(recorder.kept(payload)), since: began, in: &exchange)
        exchange.integration = IntegrationOutcome(
            endpointStatus: 202, status: 202, latency: .zero, requestID: nil, error: nil)
        let call = call(filled, payload, timeout: Self.functionTimeoutMax, for: exchange) { _, _ in
            .reply(.nothing)
        }
        return .aside(call, then(exchange, .answered(EndpointAnswer(status: 202, body: []))))
    }

    /// The longest time of a function (Lambda quotas). Fixed by the service.
    private static let functionTimeoutMax: Duration = .seconds(900)

    private func callFunction(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration,
        _ uri: String, _ payload: [UInt8],
        _ then: @escaping @Sendable (InvocationExchange, LambdaOutcome) -> Answer
    ) -> Answer {
        let filled = event.connection.stageVariables.substituted(in: uri)
        let began = clock.monotonicTime()
        return call(filled, payload, timeout: integration.timeout, for: exchange) {
            [self] outcome, requestID in
            var exchange = exchange
            exchange.integration = IntegrationOutcome(
                endpointStatus: outcome.lambdaStatus,
                status: exchange.functionStatus(of: outcome, integration),
                latency: clock.monotonicTime() - began, requestID: requestID,
                error: outcome.webSocketFailure?.cause)
            note(.integration, filled, payload, outcome, since: began, in: &exchange)
            return then(exchange, outcome)
        }
    }

    // MARK: Backends and services

    private func callBackend(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration,
        _ uri: String, _ request: EndpointRequest, _ then: @escaping EndpointEnd
    ) throws(WebSocketFailure) -> Answer {
        guard let backend = integration.backendRequest(request, for: event, uri: uri) else {
            throw WebSocketFailure(
                .integration, cause: "the URI of integration \(integration.id) makes no URL: \(uri)")
        }
        if let setting = exchange.stage.settings.clientCertificate, backend.url.hasPrefix("https:") {
            throw WebSocketFailure(notHonoured: setting)
        }
        var upstream: UpstreamTarget?
        let link = integration.linkId.map(event.connection.stageVariables.substituted)
        if let link, let named = targets.backends.route(toPrivate: link) {
            upstream = named
        } else {
            switch targets.backends.route(toPublic: backend.url) {
            case .refused(let cause): throw WebSocketFailure(.integration, cause: cause)
            case .through(let named): upstream = named
            case .direct:
                if let link {
                    throw WebSocketFailure(
                        .integration,
                        cause: "the VPC link \(link) is not configured: add --upstream "
                            + "\(link)=http://localhost:8080")
                }
            }
        }
        let outgoing = targets.backends.outgoing(backend, to: upstream, timeout: integration.timeout)
        return send(outgoing, isMapped: upstream != nil, exchange, then)
    }

    private func callService(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration,
        _ uri: String, _ request: EndpointRequest, _ then: @escaping EndpointEnd
    ) throws(WebSocketFailure) -> Answer {
        let filled = event.connection.stageVariables.substituted(in: uri)
        guard let service = ServiceURI(filled) else {
            throw WebSocketFailure(
                .integration, cause: "the URI of integration \(integration.id) names no service: \(filled)")
        }
        guard let endpoint = targets.services.endpoint(of: service.service) else {
            throw WebSocketFailure(
                .integration,
                cause: "\(service.service) has no endpoint: add --aws-endpoint http://localhost:4566")
        }
        var outgoing = OutgoingRequest(
            service, request, to: endpoint, method: integration.method ?? "POST",
            timeout: integration.timeout,
            credential: Self.credential(of: exchange, service: service.service, region: service.region))
        outgoing.bodyBytesMax = callLimits.backendBodyBytesMax
        return send(outgoing, isMapped: true, exchange, then)
    }

    private func send(
        _ outgoing: OutgoingRequest, isMapped: Bool, _ exchange: InvocationExchange,
        _ then: @escaping EndpointEnd
    ) -> Answer {
        let began = clock.monotonicTime()
        return .call(
            OutgoingCall(outgoing) { [self] result in
                var exchange = exchange
                let outcome = BackendOutcome(result, of: outgoing, isMapped: isMapped)
                exchange.integration = IntegrationOutcome(
                    outcome, latency: clock.monotonicTime() - began, error: outcome.reply.cause)
                note(outgoing, result, since: began, in: &exchange)
                do throws(WebSocketFailure) {
                    return then(exchange, .answered(try outcome.endpointAnswer()))
                } catch {
                    return then(exchange, .failed(error))
                }
            })
    }
}

extension InvocationExchange {
    /// The status that a function returned, for the access log. Nil without a log, so that nobody else waits
    /// for the reading of its payload.
    fileprivate func functionStatus(of outcome: LambdaOutcome, _ integration: WebSocketIntegration) -> Int? {
        guard stage.settings.accessLog != nil, case .answered(let payload) = outcome else { return nil }
        return integration.isProxy ? WebSocketLambdaResult(payload)?.status : 200
    }
}

extension OutgoingRequest {
    /// A request to a service. Mapped header fields stand before those of the service's protocol.
    fileprivate init(
        _ service: ServiceURI, _ request: EndpointRequest, to endpoint: UpstreamTarget, method: String,
        timeout: Duration, credential: String
    ) {
        let query = request.query.map {
            PercentCoding.encoded($0.name) + "=" + PercentCoding.encoded($0.value)
        }.joined(separator: "&")
        let joint = query.isEmpty ? "" : service.target.contains("?") ? "&" : "?"
        var fields = HTTPFields()
        for header in request.headers where HTTPFields.isName(header.name) {
            fields.append(header.name, header.value.filter { !$0.isNewline })
        }
        for field in service.fields where !fields.contains(field.name) {
            fields.append(field.name, field.value)
        }
        if !fields.contains("Content-Type") { fields.append("Content-Type", "application/json") }
        fields.append("Authorization", credential)
        self.init(
            HTTPMethod(rawValue: method == "ANY" ? "POST" : method),
            endpoint.serviceURL(service.target + joint + query), fields: fields, body: request.body)
        self.timeout = timeout
    }
}
