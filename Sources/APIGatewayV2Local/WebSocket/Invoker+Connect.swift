/// The handshake of a connection, in the order of the service: rate, required parameters, authorizer, API
/// key, faults, integration. A refusal has the status of its cause, and success is the 101.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

extension Invoker {
    func connect(_ exchange: InvocationExchange, _ api: WebSocketAPI) -> Answer {
        if let cause = callLimits.excess(ofURL: exchange.request) {
            return finish(exchange, GatewayReply(.targetTooLong, cause: cause))
        }
        let scope = exchange.stage.scope
        let time = exchange.invocation.time
        guard throttles.admitsConnection(of: scope, at: clock.emulatedTime()) else {
            return finish(
                exchange, GatewayReply(.throttled, cause: "more new connections a second than allowed"))
        }
        let facts = WebSocketConnection(
            id: InvocationID.requestID(
                random: random.next(), time: time, region: scope.region, kind: .connection),
            connectedAt: time, request: exchange.request, caller: exchange.invocation.caller,
            address: exchange.invocation.address, stageVariables: exchange.invocation.stageVariables,
            traceID: exchange.invocation.traceID)
        let event = WebSocketEvent(
            facts, .connect(exchange.request), routeKey: WebSocketAPI.connectKey,
            requestID: eventID(at: time, in: scope), time: time)
        var exchange = exchange
        exchange.event = event
        guard let route = api.route(WebSocketAPI.connectKey) else { return open(exchange, event, api) }
        exchange.route = exchange.stage.api.record(ofRoute: route.routeKey)
        if let setting = route.unsupported.first { return finish(exchange, notHonoured: setting) }
        if let missing = route.missingParameter(in: event) {
            return finish(
                exchange, GatewayReply(.badRequest, cause: "the required parameter \(missing) is missing"))
        }
        return recordingItsEnd(exchange, authorize(exchange, event, route, api))
    }

    private func authorize(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ route: WebSocketRoute, _ api: WebSocketAPI
    ) -> Answer {
        do throws(AuthorizationRefusal) {
            switch route.authorization {
            case .none: break
            case .iam: try IAMSignature.check(exchange.invocation)
            case .unusable(let text): throw AuthorizationRefusal.unusable(text)
            case .function(let authorizer):
                if let source = authorizer.missingSource(in: event) {
                    throw authorizer.refusal(missing: source)
                }
                return askAuthorizer(exchange, event, route, api, authorizer)
            }
            return checkKey(exchange, event, route, api, usageKey: nil)
        } catch {
            return finish(exchange, GatewayReply(error.response, cause: error.cause))
        }
    }

    private func askAuthorizer(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ route: WebSocketRoute, _ api: WebSocketAPI,
        _ authorizer: WebSocketAuthorizer
    ) -> Answer {
        let uri = event.connection.stageVariables.substituted(in: authorizer.uri)
        let payload = event.authorizerPayload
        let began = clock.monotonicTime()
        return call(uri, payload, timeout: LambdaAuthorizer.timeout, for: exchange) {
            [self] outcome, requestID in
            var exchange = exchange
            note(.authorizer, uri, payload, outcome, since: began, in: &exchange)
            if let cause = callLimits.excess(ofAuthorizer: outcome) {
                return finish(exchange, GatewayReply(.internalServerError, cause: cause))
            }
            var call = AuthorizerCall(
                status: 200, integrationStatus: outcome.lambdaStatus, requestID: requestID,
                latency: clock.monotonicTime() - began)
            do throws(AuthorizationRefusal) {
                let answer = try authorizer.answer(outcome, to: event)
                let authorizer = ConnectionAuthorizer(answer, call)
                let event = event.with(connection: event.connection.with(authorizer: authorizer))
                exchange.event = event
                exchange.isAdmitted = true
                return checkKey(exchange, event, route, api, usageKey: answer.usageIdentifierKey)
            } catch {
                // A policy that denies is an answer too.
                if error.answer != .forbidden { call.status = error.response.status }
                let known = event.connection.with(authorizer: ConnectionAuthorizer(nil, call))
                exchange.event = event.with(connection: known)
                exchange.authorizerError = outcome.errorMessage
                return finish(exchange, GatewayReply(error.response, cause: error.cause))
            }
        }
    }

    /// The API key of a route that demands one: from a header, or from the authorizer's answer.
    private func checkKey(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ route: WebSocketRoute, _ api: WebSocketAPI,
        usageKey: String?
    ) -> Answer {
        var (exchange, event) = (exchange, event)
        exchange.isAdmitted = true
        if route.needsKey {
            let key = api.key(of: event, usageKey: usageKey)
            guard apiKeys[key] != nil else {
                let cause =
                    key.isEmpty
                    ? "the API key is missing" : "the API key is unknown: add --api-key NAME=VALUE"
                return finish(exchange, GatewayReply(.forbidden, cause: cause))
            }
            event = event.with(connection: event.connection.with(apiKey: key))
            exchange.event = event
        }
        guard throttles.admits(route.routeKey, of: exchange.stage, at: clock.emulatedTime()) else {
            return finish(exchange, GatewayReply(.throttled, cause: "route $connect is above its limit"))
        }
        return meetFaults(
            exchange, proceed: { callIntegration($0, event, route, api) }, refuse: { finish($0, $1) })
    }

    private func callIntegration(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ route: WebSocketRoute, _ api: WebSocketAPI
    ) -> Answer {
        // A route without an integration lets every handshake in.
        guard let integration = route.integration else { return open(exchange, event, api) }
        return callEndpoint(exchange, event, integration) { [self] exchange, result in
            do throws(WebSocketFailure) {
                let (status, subprotocol) = try result.handshake(event, integration)
                guard (200...299).contains(status) else {
                    // Neither the body nor a header of the integration reaches the client (recorded).
                    return finish(
                        exchange,
                        GatewayReply(
                            HTTPResponse(status: status), cause: "the integration answered \(status)"))
                }
                return open(exchange, event, api, subprotocol: subprotocol)
            } catch {
                let response = HTTPResponse(
                    status: error.status, contentType: "application/json",
                    body: GatewayAnswer.body(error.message))
                return finish(exchange, GatewayReply(response, cause: error.cause), failure: error)
            }
        }
    }

    private func open(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ api: WebSocketAPI,
        subprotocol: String? = nil
    ) -> Answer {
        let session = ConnectionSession(self, exchange, event.connection, api)
        let response = HTTPResponse(status: 101)
        recorder.record(exchange, Reply(response), GatewayReply(response))
        let upgrade = WebSocketUpgrade(session: session, subprotocol: subprotocol)
        guard let delay = exchange.fault?.delay, delay > .zero else { return .upgrade(upgrade) }
        // Nobody completes the ticket, so that the wait ends at its time.
        return .wait(Wait(for: Ticket(), atMost: delay) { _ in .upgrade(upgrade) })
    }
}

extension EndpointResult {
    /// The status of a handshake, and the subprotocol that the integration names.
    func handshake(
        _ event: WebSocketEvent, _ integration: WebSocketIntegration
    ) throws(WebSocketFailure) -> (status: Int, subprotocol: String?) {
        switch self {
        case .failed(let failure): throw failure
        case .raised(_, let failure): throw failure
        case .answered(let answer):
            let subprotocol = integration.isProxy ? nil : integration.subprotocol(of: answer, for: event)
            return (answer.status, subprotocol)
        case .function(let payload):
            guard let result = WebSocketLambdaResult(payload) else {
                throw WebSocketFailure(.integration, cause: "the function's answer has no statusCode")
            }
            return (result.status, result.subprotocol)
        }
    }
}
