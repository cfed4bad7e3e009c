/// `/__admin/connections`: the open connections of WebSocket APIs. With it a test plays the server. It sends
/// a message to a client, or ends its connection.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import JSON
internal import SocketServer

extension AdminAPI {
    func listConnections(_ call: AdminCall) -> HTTPResponse {
        .admin(
            status: 200,
            .object(["connections": .array(emulator.connections.all.map(Self.description))]))
    }

    private static func description(of connection: OpenConnection) -> JSON {
        let (facts, counts) = (connection.facts, connection.counts)
        var object: JSONObject = [
            "connectionId": .string(facts.id), "api": .string(facts.address.apiId),
            "stage": .string(facts.address.stage), "account": .string(facts.address.scope.account),
            "region": .string(facts.address.scope.region),
            "connectedAt": .string(Timestamp.text(facts.connectedAt)),
            "lastActiveAt": .string(Timestamp.text(connection.lastActive)),
            "sourceIp": .string(facts.caller.address), "received": .integer(counts.received),
            "sent": .integer(counts.sent),
        ]
        object["userAgent"] = .text(facts.userAgent)
        object["principalId"] = .text(facts.authorizer?.principalId)
        return .object(object)
    }

    /// Sends the body as one message.
    func sendMessage(_ call: AdminCall) -> HTTPResponse {
        guard let connection = emulator.connections.connection(call.name) else { return missing(call.name) }
        let body = call.request.body
        guard !body.isEmpty else {
            return .admin(status: 400, message: "found no body, expected the message")
        }
        switch connection.send(body, at: emulator.clock.wallTime()) {
        case .accepted: return HTTPResponse(status: 204)
        case .gone: return missing(call.name)
        case .full:
            return .admin(status: 429, message: "The client has not taken enough of its earlier messages.")
        }
    }

    /// Closes the connection. The query may have the code and the reason of the close.
    func closeConnection(_ call: AdminCall) -> HTTPResponse {
        guard let connection = emulator.connections.connection(call.name) else { return missing(call.name) }
        let query = call.request.target
        var code = WebSocketCloseCode.normal
        if let text = query.query("code") {
            guard let number = UInt16(text), WebSocketCloseCode(rawValue: number).mayBeSent else {
                return .admin(
                    status: 400,
                    message: "code is \(text), expected a close code that may be sent, such as 1000 or 4000")
            }
            code = WebSocketCloseCode(rawValue: number)
        }
        let reason = query.query("reason") ?? ""
        guard reason.utf8.count <= Self.reasonBytesMax else {
            return .admin(
                status: 400,
                message: "reason has \(reason.utf8.count) bytes, expected at most \(Self.reasonBytesMax)")
        }
        return connection.close(code, reason: reason) == .gone
            ? missing(call.name) : HTTPResponse(status: 204)
    }

    /// The most bytes of a close frame's reason (RFC 6455 section 5.5). Fixed by the standard.
    private static let reasonBytesMax = 123

    private func missing(_ id: String) -> HTTPResponse {
        .admin(status: 404, message: "There is no open connection \(id).")
    }
}
