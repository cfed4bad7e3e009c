/// `@connections` of a stage: POST sends a message to a client, GET tells of its connection, DELETE closes
/// it. Answers follow the service model `apigatewaymanagementapi`, and 410 has no body (recorded). Every
/// call needs a signature, which is not verified.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import JSON
internal import SocketServer

extension Invoker {
    /// The most bytes of a message (quotas for WebSocket APIs).
    private static let messageBytesMax = 128 * 1024

    func manageConnection(_ exchange: InvocationExchange, _ id: String?) -> Answer {
        let request = exchange.request
        guard let id, [.get, .post, .delete].contains(request.method) else {
            return finish(
                exchange,
                GatewayReply(.forbidden, cause: "expected POST, GET or DELETE of @connections/{id}"))
        }
        do throws(AuthorizationRefusal) {
            _ = try IAMSignature.authorization(of: exchange.invocation)
        } catch {
            return finish(exchange, GatewayReply(error.response, cause: error.cause))
        }
        let now = clock.wallTime()
        guard throttles.admits("@connections", of: exchange.stage, at: now) else {
            return refuse(exchange, 429, "LimitExceededException", "Too Many Requests", cause: "the rate")
        }
        if request.method == .post, request.body.count > Self.messageBytesMax {
            return refuse(
                exchange, 413, "PayloadTooLargeException", "Message too long",
                cause: "the message has \(request.body.count) bytes, at most \(Self.messageBytesMax)")
        }
        guard let connection = connections.connection(id, of: exchange.invocation.address) else {
            return gone(exchange, id)
        }
        switch request.method {
        case .post: return send(request.body, to: connection, exchange, at: now)
        case .delete:
            guard connection.close() != .gone else { return gone(exchange, id) }
            return finish(exchange, GatewayReply(HTTPResponse(status: 204)))
        default: return finish(exchange, GatewayReply(Self.description(of: connection)))
        }
    }

    private func send(
        _ body: [UInt8], to connection: OpenConnection, _ exchange: InvocationExchange, at now: Duration
    ) -> Answer {
        switch connection.send(body, at: now) {
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
