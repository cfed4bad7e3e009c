/// The life of one connection behind its handshake: each message goes through its route, and the end to
/// `$disconnect`. The deployment at the handshake serves the connection to its end, as in the service.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer
internal import Synchronization

/// One connection, as the server sees it.
final class ConnectionSession: WebSocketSession {
    private let invoker: Invoker
    private let stage: DeployedStage
    /// The request of the handshake.
    private let handshake: HTTPRequest
    private let connectionID: ConnectionID
    private let gatewayAddress: String
    private let facts: WebSocketConnection
    private let api: WebSocketAPI
    private let connection = Mutex<OpenConnection?>(nil)

    init(
        _ invoker: Invoker, _ first: InvocationExchange, _ facts: WebSocketConnection, _ api: WebSocketAPI
    ) {
        self.invoker = invoker
        stage = first.stage
        handshake = first.request
        connectionID = first.connection
        gatewayAddress = first.gatewayAddress
        self.facts = facts
        self.api = api
    }

    func opened(_ channel: WebSocketChannel) {
        let opened = OpenConnection(facts, channel)
        connection.withLock { $0 = opened }
        invoker.connections.add(opened)
    }

    func received(_ message: WebSocketMessage) -> Answer {
        let time = invoker.clock.wallTime()
        let open = connection.withLock { $0 }
        open?.noteReceived(at: time)
        let body = message.bytes
        var event = WebSocketEvent(
            facts, .message(body, WebSocketAPI.payload(of: body)), routeKey: WebSocketAPI.defaultKey,
            requestID: invoker.eventID(at: time, in: facts.address.scope), time: time,
            messageID: invoker.eventID(at: time, in: facts.address.scope))
        let route = api.route(for: event)
        if let route, route.routeKey != event.routeKey { event = event.with(routeKey: route.routeKey) }
        let exchange = exchange(of: event, method: "MESSAGE", body: body, route)
        let answer = answer(exchange, event, route)
        if case .reply(let reply) = answer {
            noteSent(reply, over: open)
            return answer
        }
        return answer.recorded { [self] reply in
            guard let reply else { return invoker.recorder.recordWithoutAnswer(exchange) }
            noteSent(reply, over: open)
        }
    }

    private func noteSent(_ reply: Reply, over connection: OpenConnection?) {
        if !reply.response.body.isEmpty { connection?.noteSent(at: invoker.clock.wallTime()) }
    }

    func ended(_ end: WebSocketEnd) -> Answer? {
        _ = invoker.connections.remove(facts.id)
        guard let route = api.route(WebSocketAPI.disconnectKey), let integration = route.integration else {
            return nil
        }
        let time = invoker.clock.wallTime()
        let event = WebSocketEvent(
            facts, .disconnect(code: Int(end.code.rawValue), reason: end.shownReason),
            routeKey: WebSocketAPI.disconnectKey,
            requestID: invoker.eventID(at: time, in: facts.address.scope), time: time)
        let exchange = exchange(of: event, method: "DISCONNECT", body: [], route)
        if let setting = route.unsupported.first {
            return invoker.finish(exchange, WebSocketFailure(notHonoured: setting), event)
        }
        return invoker.meetFaults(
            exchange, proceed: { tell($0, event, integration) },
            refuse: { invoker.finish($0, $1, event) })
    }

    /// Tells the integration of `$disconnect` that the connection has ended.
    private func tell(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration
    ) -> Answer {
        twice(exchange) { [invoker] exchange in
            invoker.callEndpoint(exchange, event, integration) { exchange, result in
                if let failure = result.failure { return invoker.finish(exchange, failure, event) }
                return invoker.finish(exchange, WebSocketOutput.none)
            }
        }
    }

    private func exchange(
        of event: WebSocketEvent, method: String, body: [UInt8], _ route: WebSocketRoute?
    ) -> InvocationExchange {
        let request = HTTPRequest(
            method: HTTPMethod(rawValue: method), target: handshake.target, fields: handshake.fields,
            body: body)
        let invocation = Invocation(
            request: request, caller: facts.caller, address: facts.address,
            stageVariables: facts.stageVariables, requestID: event.requestID, traceID: facts.traceID,
            time: event.time)
        var exchange = InvocationExchange(
            invocation: invocation, stage: stage, connection: connectionID,
            id: RequestID(invoker.random, now: event.time), arrival: invoker.clock.monotonicTime(),
            gatewayAddress: gatewayAddress, trace: invoker.recorder.keepsTraces ? InvocationTrace() : nil)
        exchange.event = event
        exchange.route = route.flatMap { stage.api.record(ofRoute: $0.routeKey) }
        exchange.isAdmitted = true
        return exchange
    }

    private func answer(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ route: WebSocketRoute?
    ) -> Answer {
        guard let route else {
            return invoker.finish(
                exchange,
                WebSocketFailure(.noRoute, cause: api.missText(for: event)), event)
        }
        if let setting = route.unsupported.first {
            return invoker.finish(exchange, WebSocketFailure(notHonoured: setting), event)
        }
        guard invoker.throttles.admits(route.routeKey, of: stage, at: invoker.clock.emulatedTime()) else {
            let cause = "route \(route.routeKey) is above its limit"
            return invoker.finish(exchange, WebSocketFailure(.throttled, cause: cause), event)
        }
        if let problem = route.modelProblem(of: event) {
            let event = event.with(validationError: problem)
            var exchange = exchange
            exchange.event = event
            return invoker.finish(exchange, WebSocketFailure(.badBody, cause: problem), event)
        }
        guard let integration = route.integration else {
            let cause = "route \(route.routeKey) has no target that is an integration"
            return invoker.finish(exchange, WebSocketFailure(.integration, cause: cause), event)
        }
        return invoker.meetFaults(
            exchange, proceed: { call($0, event, integration, isTwoWay: route.isTwoWay) },
            refuse: { invoker.finish($0, $1, event) })
    }

    private func call(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ integration: WebSocketIntegration,
        isTwoWay: Bool
    ) -> Answer {
        twice(exchange) { [self] exchange in
            invoker.callEndpoint(exchange, event, integration) { [self] exchange, result in
                do throws(WebSocketFailure) {
                    return send(try result.message(event, integration, isTwoWay: isTwoWay), exchange)
                } catch {
                    return invoker.finish(exchange, error, event)
                }
            }
        }
    }

    /// Calls once, or at the same time once more if a fault rule duplicates the message.
    private func twice(
        _ exchange: InvocationExchange, _ call: @escaping @Sendable (InvocationExchange) -> Answer
    ) -> Answer {
        guard exchange.fault?.fate == .duplicate else { return call(exchange) }
        let copy = call(exchange).recorded { [self] reply in
            if let reply { pass(reply) }
        }
        return .aside(copy, call(exchange))
    }

    /// Sends an answer to the client, as the fault rules on messages to clients have it.
    private func send(_ output: WebSocketOutput, _ exchange: InvocationExchange) -> Answer {
        guard output != .none, let fault = invoker.fault(ofMessageTo: exchange) else {
            return invoker.finish(exchange, output)
        }
        var exchange = exchange
        exchange.fault = fault.behind(exchange.fault)
        if fault.fate == .drop { return invoker.finish(exchange, WebSocketOutput.none) }
        let answer = invoker.finish(exchange, output)
        if fault.fate == .duplicate, case .reply(let reply) = answer { pass(reply) }
        return answer
    }

    /// Sends one more message behind those on their way.
    private func pass(_ reply: Reply) {
        connection.withLock { $0 }?.send(reply, at: invoker.clock.wallTime())
    }
}

extension EndpointResult {
    /// The failure of an event that needs no answer.
    var failure: WebSocketFailure? {
        switch self {
        case .failed(let failure), .raised(_, let failure): failure
        case .answered, .function: nil
        }
    }

    /// The message for the client. A one-way route drops every answer (recorded), and tells failures alone.
    func message(
        _ event: WebSocketEvent, _ integration: WebSocketIntegration, isTwoWay: Bool
    ) throws(WebSocketFailure) -> WebSocketOutput {
        switch self {
        case .failed(let failure): throw failure
        case .raised(let answer, let failure):
            guard isTwoWay else { throw failure }
            return try integration.output(of: answer, for: event)
        case .answered(let answer):
            return isTwoWay ? try integration.output(of: answer, for: event) : .none
        case .function(let payload):
            guard isTwoWay else { return .none }
            guard let result = WebSocketLambdaResult(payload) else {
                throw WebSocketFailure(.integration, cause: "the function's answer has no statusCode")
            }
            return result.output
        }
    }
}

extension WebSocketEnd {
    /// The value of `disconnectReason`.
    fileprivate var shownReason: String {
        switch (cause, code) {
        case (.client, .noStatus): "Client-side close frame status not set"
        case (.idle, _), (.age, _): "Going away"
        default: reason
        }
    }
}

extension Invoker {
    /// Ends an event with a message, or with none.
    func finish(_ exchange: InvocationExchange, _ output: WebSocketOutput) -> Answer {
        var reply: Reply =
            switch output {
            case .none: .nothing
            case .text(let bytes): .message(.text(bytes))
            case .binary(let bytes): .message(.binary(bytes))
            }
        reply.delay = exchange.fault?.delay ?? .zero
        reply.delivery = exchange.fault?.delivery ?? .whole
        recorder.record(exchange, reply, GatewayReply(reply.response))
        return closed(by: exchange.fault) ?? .reply(reply)
    }

    /// The close frame of a fault rule in place of an answer; nil if there is none.
    private func closed(by fault: InvocationFault?) -> Answer? {
        guard let fault, let closure = fault.closure else { return nil }
        return .reply(.close(closure.code, reason: closure.reason, delay: fault.delay))
    }

    /// Ends an event with the answer of a fault rule: the frame of the like failure, or the rule's own body.
    func finish(_ exchange: InvocationExchange, _ reply: GatewayReply, _ event: WebSocketEvent) -> Answer {
        if let fault = exchange.fault, fault.fate == .drop || fault.closure != nil {
            let nothing = Reply(HTTPResponse(status: reply.response.status), delivery: fault.delivery)
            recorder.record(exchange, nothing, reply)
            return closed(by: fault) ?? .reply(.nothing)
        }
        let kind: WebSocketFailure.Kind
        switch reply.answer {
        case nil: return finish(exchange, WebSocketOutput(reply.response.body))
        case .throttled: kind = .throttled
        case .forbidden, .unauthorized, .notFound: kind = .noRoute
        case .badRequest, .tooLarge, .targetTooLong, .headTooLarge, .internalServerError, .unavailable:
            kind = exchange.integration?.error == nil ? .integration : .timedOut
        }
        return finish(exchange, WebSocketFailure(kind, cause: reply.cause ?? "a fault rule"), event)
    }

    /// Ends an event with the frame of its failure.
    func finish(
        _ exchange: InvocationExchange, _ failure: WebSocketFailure, _ event: WebSocketEvent
    ) -> Answer {
        let frame = failure.frame(for: event)
        let shown = HTTPResponse(status: failure.status, contentType: "application/json", body: frame)
        recorder.record(
            exchange, Reply(shown), GatewayReply(shown, cause: failure.cause), failure: failure)
        let fault = exchange.fault
        return .reply(
            .message(.text(frame), delay: fault?.delay ?? .zero, delivery: fault?.delivery ?? .whole))
    }
}
