/// Answers requests to deployed HTTP APIs in the order of the real service: address, route, CORS preflight,
/// authorization, throttle, faults, integration, finish. Each step has a file. A setting that is not honoured
/// ends in a 501, and never lets a request pass.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// Invokes APIs.
package final class Invoker: Sendable {
    let directory: StageDirectory
    let hosts: KnownHosts
    let room: AnswerRoom
    let clock: EmulatorClock
    let random: RandomSource
    let targets: IntegrationTargets
    let authorizers: AuthorizerCache
    let keySets: KeySets
    let throttles: StageThrottles
    let faults: Faults
    let recorder: InvocationRecorder
    let mappingLimits: MappingLimits
    let callLimits: CallLimits
    /// Levels of JSON in a token.
    let tokenDepthMax: Int
    /// The open connections of WebSocket APIs.
    let connections: ConnectionRegistry
    /// Answers requests to stages of WebSocket APIs.
    private let webSocketFront: @Sendable (Invoker, consuming InvocationExchange, WebSocketAPI) -> Answer
    /// The names of API keys, by their values.
    let apiKeys: [String: String]
    private let service: Service
    private let resetOperation: Operation?
    /// The status of a successful ResetAuthorizersCache, so that the answers of most other operations need no
    /// further look.
    let resetStatus: Int?

    init(
        service: Service, directory: StageDirectory, hosts: KnownHosts, room: AnswerRoom,
        clock: EmulatorClock,
        random: RandomSource,
        targets: IntegrationTargets,
        authorizers: AuthorizerCache, keySets: KeySets, throttles: StageThrottles, faults: Faults,
        recorder: InvocationRecorder, mappingLimits: MappingLimits, callLimits: CallLimits,
        tokenDepthMax: Int,
        connections: ConnectionRegistry, apiKeys: [String: String],
        webSocketFront: @escaping @Sendable (Invoker, consuming InvocationExchange, WebSocketAPI) -> Answer
    ) {
        self.webSocketFront = webSocketFront
        self.connections = connections
        self.apiKeys = apiKeys
        self.mappingLimits = mappingLimits
        self.callLimits = callLimits
        self.tokenDepthMax = tokenDepthMax
        self.service = service
        resetOperation = service.catalogue.operations.first { $0.name == "ResetAuthorizersCache" }
        resetStatus = resetOperation?.status
        self.directory = directory
        self.hosts = hosts
        self.room = room
        self.clock = clock
        self.random = random
        self.targets = targets
        self.authorizers = authorizers
        self.keySets = keySets
        self.throttles = throttles
        self.faults = faults
        self.recorder = recorder
    }

    /// The answer to `request`, whose address is `address`.
    func answer(to request: HTTPRequest, at address: RequestAddress, from client: Client) -> Answer {
        let (arrival, time) = (clock.monotonicTime(), clock.wallTime())
        service.makeAllTransitions(dueAt: time)
        let id = RequestID(random, now: time)
        let unaddressed = UnaddressedRequest(
            request: request, connection: client.connection, id: id, arrival: arrival, time: time,
            api: address.apiId)
        switch address {
        case .path:
            if let cause = CrossSite.cause(ofHost: request, known: hosts) {
                return refuse(unaddressed, GatewayAnswer.forbidden.response, cause)
            }
        case .host:
            if let cause = CrossSite.cause(ofAPIHost: request, known: hosts) {
                // A custom domain may have the form.
                let host = RequestAddress.withoutPort(request.authority ?? "")
                if directory.hasDomain(host) { return answer(to: request, at: .domain(host), from: client) }
                return refuse(unaddressed, GatewayAnswer.unknownHost(requestID: id.requestID), cause)
            }
        case .domain: break
        }
        switch directory.lookup(request, at: address) {
        case .unknownHost(let cause):
            return refuse(unaddressed, GatewayAnswer.unknownHost(requestID: id.requestID), cause)
        case .notFound(let cause):
            // Without the stage in the path the service's front end answers (recorded).
            if request.target.pathSegments.contains("@connections") {
                return refuse(unaddressed, GatewayAnswer.unknownHost(requestID: id.requestID), cause)
            }
            return refuse(unaddressed, GatewayAnswer.notFound.response, cause)
        case .forbidden(let cause):
            return refuse(unaddressed, GatewayAnswer.forbidden.response, cause)
        case .notHonoured(let setting):
            return refuse(unaddressed, GatewayAnswer.notHonoured(setting), setting.message)
        case .stage(let stage, let stageAddress):
            let exchange = exchange(unaddressed, stage, stageAddress, client)
            if let api = stage.api.webSocket {
                if case .path = address, let cause = CrossSite.cause(ofHandshake: request) {
                    return finish(exchange, GatewayReply(.forbidden, cause: cause))
                }
                return webSocketFront(self, exchange, api)
            }
            if case .path = address, let cause = CrossSite.cause(request, cors: stage.api.cors) {
                return finish(exchange, GatewayReply(.forbidden, cause: cause))
            }
            return chooseRoute(exchange)
        }
    }

    /// Tells of an operation of the control plane that was answered with `resetStatus`: ResetAuthorizersCache
    /// empties the cache of a stage.
    func noteSuccess(of routed: RoutedOperation?) {
        guard let routed, routed.operation === resetOperation,
            let apiId = routed.parameters["apiId"], let stage = routed.parameters["stageName"]
        else { return }
        authorizers.removeAll(of: apiId, stage: stage)
    }

    private func exchange(
        _ unaddressed: UnaddressedRequest, _ stage: DeployedStage, _ address: StageAddress, _ client: Client
    ) -> InvocationExchange {
        let request = unaddressed.request
        let (remote, local) = client.addresses
        let caller = Caller(
            address: remote?.host ?? "127.0.0.1",
            port: local?.port ?? (client.isEncrypted ? 443 : 80), isTLS: client.isEncrypted)
        let invocation = Invocation(
            request: request, caller: caller, address: address, stageVariables: stage.settings.variables,
            requestID: InvocationID.requestID(
                random: random.next(), time: unaddressed.time, region: stage.scope.region),
            id: unaddressed.id, time: unaddressed.time)
        return InvocationExchange(
            invocation: invocation, stage: stage, connection: unaddressed.connection, id: unaddressed.id,
            arrival: unaddressed.arrival, gatewayAddress: local?.host ?? "127.0.0.1",
            trace: recorder.keepsTraces ? InvocationTrace() : nil)
    }

    /// The answer to a call that the wire refuses with `error`. The gateway has words for 400, 413, 414, 431
    /// and 503. The others have the wire's words.
    func refuse(
        _ error: HTTPParseError, of request: HTTPRequest, at address: RequestAddress, from client: Client
    ) -> HTTPResponse {
        let (arrival, time) = (clock.monotonicTime(), clock.wallTime())
        let unaddressed = UnaddressedRequest(
            request: request, connection: client.connection, id: RequestID(random, now: time),
            arrival: arrival, time: time, api: address.apiId)
        let requestID = recorder.requestID(random: random.next(), at: time)
        let response = GatewayAnswer(rawValue: error.status)?.response ?? HTTPResponse(refusing: error)
        let finished = response.finished(requestID: requestID)
        recorder.record(unaddressed, finished, cause: error.reason, requestID: requestID)
        return finished
    }

    /// Answers a request that reached no stage.
    private func refuse(
        _ unaddressed: UnaddressedRequest, _ response: HTTPResponse, _ cause: String
    ) -> Answer {
        recorder.record(unaddressed, response, cause: cause)
        return .reply(Reply(response))
    }

    private func chooseRoute(_ exchange: consuming InvocationExchange) -> Answer {
        if let cause = callLimits.excess(ofHead: exchange.request) {
            return finish(exchange, GatewayReply(.headTooLarge, cause: cause))
        }
        let api = exchange.stage.api
        if let setting = api.unsupported.first { return finish(exchange, notHonoured: setting) }
        let (method, path) = (exchange.request.method, exchange.invocation.address.path)
        guard let match = api.table.match(method, path) else {
            if method == .options, let cors = api.cors {
                return finish(exchange, GatewayReply(cors.preflightResponse(to: exchange.request)))
            }
            return finish(
                exchange, GatewayReply(.notFound, cause: api.table.missText(method, path, of: api.apiId)))
        }
        let route = api.route(match)
        exchange.invocation.match = match
        exchange.route = route
        if let setting = route.unsupported.first { return finish(exchange, notHonoured: setting) }
        let answer = authorize(copy exchange, by: route.authorization)
        return recordingItsEnd(exchange, answer)
    }
}

/// A request before its stage is known.
struct UnaddressedRequest: Sendable {
    let request: HTTPRequest
    let connection: ConnectionID
    let id: RequestID
    let arrival: Duration
    /// Since 1970, on the emulator's clock.
    let time: Duration
    /// The API that the address names; nil for a custom domain.
    let api: String?
}
