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
    /// The exchange of the handshake.
    private let first: InvocationExchange
    private let facts: WebSocketConnection
    private let api: WebSocketAPI
    private let connection = Mutex<OpenConnection?>(nil)

    init(
        _ invoker: Invoker, _ first: InvocationExchange, _ facts: WebSocketConnection, _ api: WebSocketAPI
    ) {
        self.invoker = invoker
        self.first = first
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
        return answer.recorded { [invoker] reply in
            if let reply, !reply.response.body.isEmpty { open?.noteSent(at: invoker.clock.wallTime()) }
        }
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
        return invoker.callEndpoint(exchange, event, integration) { [invoker] exchange, result in
            if let failure = result.failure { return invoker.finish(exchange, failure, event) }
            return invoker.finish(exchange, WebSocketOutput.none)
        }
    }

    private func exchange(
        of event: WebSocketEvent, method: String, body: [UInt8], _ route: WebSocketRoute?
    ) -> InvocationExchange {
        let request = HTTPRequest(
            method: HTTPMethod(rawValue: method), target: first.request.target,
            fields: first.request.fields, body: body)
        var exchange = invoker.exchange(
            first, event, request, id: RequestID(invoker.random, now: event.time))
        exchange.route = route.flatMap { exchange.stage.api.record(ofRoute: $0.routeKey) }
        exchange.isAdmitted = true
        return exchange
    }

    private func answer(
        _ exchange: InvocationExchange, _ event: WebSocketEvent, _ route: WebSocketRoute?
    ) -> Answer {
        guard let route else {
            return invoker.finish(
                exchange,
                WebSocketFailure(.noRoute, cause: "no route of API \(facts.address.apiId) takes the message"),
                event)
        }
        if let setting = route.unsupported.first {
            return invoker.finish(exchange, WebSocketFailure(notHonoured: setting), event)
        }
        guard invoker.throttles.admits(route.routeKey, of: first.stage, at: invoker.clock.wallTime()) else {
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
        invoker.callEndpoint(exchange, event, integration) { [invoker] exchange, result in
            do throws(WebSocketFailure) {
                return invoker.finish(
                    exchange, try result.message(event, integration, isTwoWay: isTwoWay))
            } catch {
                return invoker.finish(exchange, error, event)
            }
        }
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
        return .reply(reply)
    }

    /// Ends an event with the answer of a fault rule: the frame of the like failure, or the rule's own body.
    func finish(_ exchange: InvocationExchange, _ reply: GatewayReply, _ event: WebSocketEvent) -> Answer {
        let kind: WebSocketFailure.Kind
        switch reply.answer {
        case nil: return finish(exchange, WebSocketOutput(reply.response.body))
        case .throttled: kind = .throttled
        case .forbidden, .unauthorized, .notFound: kind = .noRoute
        case .badRequest, .tooLarge, .internalServerError, .unavailable:
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
        recorder.record(exchange, Reply(shown), GatewayReply(shown, cause: failure.cause))
        let fault = exchange.fault
        return .reply(
            .message(.text(frame), delay: fault?.delay ?? .zero, delivery: fault?.delivery ?? .whole))
    }
}
