/// `@connections` of a stage: POST sends a message to a client, GET tells of its connection, DELETE closes
/// it. Answers follow the service model `apigatewaymanagementapi`, and 410 has no body (recorded). Every
/// call needs a signature, which is not verified.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import JSON
internal import SocketServer

extension Invoker {
    /// The most bytes of a message (quotas for WebSocket APIs). Fixed by the service.
    private static let messageBytesMax = 128 * 1024

    private static let wrongSignature =
        "The request signature we calculated does not match the signature you provided. Check your AWS "
        + "Secret Access Key and signing method. Consult the service documentation for details."

    func manageConnection(_ exchange: consuming InvocationExchange, _ id: String?) -> Answer {
        let request = exchange.request
        let method = request.method
        guard let id, method == .post || method == .get || method == .delete else {
            let path = exchange.invocation.address.path.routeTexts.joined(separator: "/")
            return refuse(
                exchange, 404, "NotFoundException",
                "No method found matching route \(path) for http method \(method.rawValue).",
                cause: "expected POST, GET or DELETE of @connections/{id} behind the stage or the mapping")
        }
        do throws(AuthorizationRefusal) {
            try IAMSignature.check(exchange.invocation)
        } catch {
            return finish(exchange, GatewayReply(error.response, cause: error.cause))
        }
        if id.utf8.contains(UInt8(ascii: "%")) {
            // An SDK that encodes twice signs another path than the service (aws-sdk-rust 300).
            return refuse(
                exchange, 403, "InvalidSignatureException", Self.wrongSignature,
                cause: "the connection id \(id) is still encoded: it was encoded twice")
        }
        exchange.managedConnection = id
        guard throttles.admits("@connections", of: exchange.stage, at: clock.emulatedTime()) else {
            return refuse(exchange, 429, "LimitExceededException", "Too Many Requests", cause: "the rate")
        }
        let now = clock.wallTime()
        if method == .post, request.body.count > Self.messageBytesMax {
            return refuse(
                exchange, 413, "PayloadTooLargeException", "Message too long",
                cause: "the message has \(request.body.count) bytes, at most \(Self.messageBytesMax)")
        }
        guard let connection = connections.connection(id, of: exchange.invocation.address) else {
            return gone(exchange, id)
        }
        switch method {
        case .post: return send(to: connection, exchange, at: now)
        case .delete:
            guard connection.close() != .gone else { return gone(exchange, id) }
            return finish(exchange, GatewayReply(HTTPResponse(status: 204)))
        default: return finish(exchange, GatewayReply(Self.description(of: connection)))
        }
    }

    /// Sends the body of the exchange, as the fault rules on messages to clients have it.
    private func send(
        to connection: OpenConnection, _ exchange: InvocationExchange, at now: Duration
    ) -> Answer {
        guard let fault = fault(ofMessageTo: exchange) else {
            return answer(connection.send(exchange.request.body, at: now), of: connection, exchange)
        }
        guard fault.delay > .zero else { return send(to: connection, exchange, by: fault) }
        return .wait(
            Wait(for: Ticket(), atMost: fault.delay) { [self] _ in send(to: connection, exchange, by: fault) }
        )
    }

    private func send(
        to connection: OpenConnection, _ exchange: InvocationExchange, by fault: InvocationFault
    ) -> Answer {
        var exchange = exchange
        exchange.fault = InvocationFault(done: fault.name)
        let now = clock.wallTime()
        if let closure = fault.closure {
            return answer(connection.close(closure.code, reason: closure.reason), of: connection, exchange)
        }
        var outcome = WebSocketChannel.Outcome.accepted
        let body = exchange.request.body
        let isText = body.span.isUTF8
        let reply = Reply.message(isText ? .text(body) : .binary(body), delivery: fault.delivery)
        let count = fault.fate == .drop ? 0 : fault.fate == .duplicate ? 2 : 1
        for _ in 0..<count where outcome == .accepted { outcome = connection.send(reply, at: now) }
        return answer(outcome, of: connection, exchange)
    }

    private func answer(
        _ outcome: WebSocketChannel.Outcome, of connection: OpenConnection, _ exchange: InvocationExchange
    ) -> Answer {
        switch outcome {
        case .accepted: finish(exchange, GatewayReply(HTTPResponse(status: 200)))
        case .gone: gone(exchange, connection.facts.id)
        case .full:
            refuse(
                exchange, 429, "LimitExceededException", "Limit Exceeded",
                cause: "the client takes its messages too slowly")
        }
    }

    private func gone(_ exchange: InvocationExchange, _ id: String) -> Answer {
        var response = HTTPResponse(status: 410)
        response.fields.append("x-amzn-ErrorType", "GoneException")
        return finish(exchange, GatewayReply(response, cause: "no connection \(id) is open"))
    }

    private func refuse(
        _ exchange: InvocationExchange, _ status: Int, _ type: String, _ message: String, cause: String
    ) -> Answer {
        var response = HTTPResponse(
            status: status, contentType: "application/json", body: GatewayAnswer.body(message))
        response.fields.append("x-amzn-ErrorType", type)
        return finish(exchange, GatewayReply(response, cause: cause))
    }

    private static func description(of connection: OpenConnection) -> HTTPResponse {
        var identity: JSONObject = ["sourceIp": .string(connection.facts.caller.address)]
        if let userAgent = connection.facts.userAgent { identity["userAgent"] = .string(userAgent) }
        let description: JSONObject = [
            "connectedAt": .string(text(connection.facts.connectedAt)), "identity": .object(identity),
            "lastActiveAt": .string(text(connection.lastActive)),
        ]
        var body: [UInt8] = []
        JSONWriter.append(description, to: &body)
        return HTTPResponse(status: 200, contentType: "application/json", body: body)
    }

    /// `2020-04-30T20:10:33.236Z`.
    private static func text(_ time: Duration) -> String {
        String(Timestamp.text(time).dropLast("000Z".count)) + "Z"
    }
}
