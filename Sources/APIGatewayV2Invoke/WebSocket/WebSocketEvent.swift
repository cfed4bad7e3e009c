/// One event of a connection: its handshake, a message, or its end. The values of `requestContext`,
/// `$context` and selection expressions come from it. Members and their order are recorded
/// (docs/fidelity-invoke.md, "WebSocket APIs").

internal import APIGatewayV2
package import HTTPWire
package import JSON

/// An event for a route's integration. A class, because each step of an exchange copies it.
package final class WebSocketEvent: Sendable {
    /// The occasion, with its own values.
    package enum Kind: Sendable {
        /// The request of the handshake.
        case connect(HTTPRequest)
        /// The text of a message, and its value if it is JSON.
        case message([UInt8], JSON?)
        /// The code and the reason of the close.
        case disconnect(code: Int, reason: String)
    }

    package let connection: WebSocketConnection
    package let kind: Kind
    package let routeKey: String
    package let requestID: String
    /// The time since 1970, on the emulator's clock.
    package let time: Duration
    /// The identifier of the message; nil for the other kinds.
    package let messageID: String?
    /// The reason why the message does not fit its model; nil if it does.
    package let validationError: String?

    package init(
        _ connection: WebSocketConnection, _ kind: Kind, routeKey: String, requestID: String,
        time: Duration, messageID: String? = nil, validationError: String? = nil
    ) {
        self.connection = connection
        self.kind = kind
        self.routeKey = routeKey
        self.requestID = requestID
        self.time = time
        self.messageID = messageID
        self.validationError = validationError
    }

    /// A copy with new values for the given arguments.
    package func with(
        connection: WebSocketConnection? = nil, routeKey: String? = nil, validationError: String? = nil
    ) -> WebSocketEvent {
        WebSocketEvent(
            connection ?? self.connection, kind, routeKey: routeKey ?? self.routeKey, requestID: requestID,
            time: time, messageID: messageID, validationError: validationError ?? self.validationError)
    }

    package var type: String {
        switch kind {
        case .connect: "CONNECT"
        case .message: "MESSAGE"
        case .disconnect: "DISCONNECT"
        }
    }

    /// The bytes of the message; empty for the other kinds.
    package var body: [UInt8] {
        if case .message(let body, _) = kind { body } else { [] }
    }

    /// The message as JSON; nil for other text, and for the other kinds.
    package var payload: JSON? {
        if case .message(_, let payload) = kind { payload } else { nil }
    }

    /// The request of the handshake; nil for the other kinds.
    package var request: HTTPRequest? {
        if case .connect(let request) = kind { request } else { nil }
    }
}

// MARK: requestContext

extension WebSocketEvent {
    /// The value of `requestContext`.
    package var requestContext: JSONObject {
        var context = JSONObject()
        context["routeKey"] = .string(routeKey)
        context["authorizer"] = connection.authorizer?.json
        context["messageId"] = messageID.map(JSON.string)
        if case .disconnect(let code, _) = kind { context["disconnectStatusCode"] = .integer(code) }
        context["eventType"] = .string(type)
        context["extendedRequestId"] = .string(requestID)
        context["requestTime"] = .string(RequestTime.text(time))
        context["messageDirection"] = "IN"
        if case .disconnect(_, let reason) = kind { context["disconnectReason"] = .string(reason) }
        context["stage"] = .string(connection.address.stage)
        context["connectedAt"] = .integer(Int(connection.connectedAt.wholeMilliseconds))
        context["requestTimeEpoch"] = .integer(Int(time.wholeMilliseconds))
        context["identity"] = identity
        context["requestId"] = .string(requestID)
        context["domainName"] = .string(connection.address.domainName)
        context["connectionId"] = .string(connection.id)
        context["apiId"] = .string(connection.address.apiId)
        return context
    }

    private var identity: JSON {
        var identity = JSONObject()
        identity["apiKey"] = connection.apiKey.map(JSON.string)
        identity["userAgent"] = connection.userAgent.map(JSON.string)
        identity["sourceIp"] = .string(connection.caller.address)
        return .object(identity)
    }

    /// The value of `$context` in templates.
    package var templateContext: JSONObject {
        var context = requestContext
        context["accountId"] = .string(connection.address.scope.account)
        context["domainPrefix"] = .string(connection.address.domainPrefix)
        context["protocol"] = "websocket"
        if let validationError {
            context["error"] = ["validationErrorString": .string(validationError)]
        }
        return context
    }

    /// The value of `$context` in templates of an answer with this status.
    func templateContext(behindStatus status: Int) -> JSONObject {
        var context = templateContext
        context["status"] = .string("\(status)")
        return context
    }

    /// The value of `$context.name`, such as `identity.sourceIp`; nil if it has none.
    package func contextValue(_ name: String) -> String? {
        var value = JSON.object(templateContext)
        for part in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard let next = value.member(String(part)) else {
                guard name.hasPrefix("authorizer.") else { return nil }
                return connection.authorizer?.callValue(String(name.dropFirst("authorizer.".count)))
            }
            value = next
        }
        return value.mappedText
    }

    /// The value of an expression's variable; nil if it has none. `answer` is the integration's.
    func value(_ variable: SelectionExpression.Variable, answer: EndpointAnswer? = nil) -> JSON? {
        switch variable {
        case .requestBody(let path): path.map { path in payload.flatMap(path.value) } ?? payload
        case .requestHeader(let name): request?.fields[name].map(JSON.string)
        case .requestQueryString(let name):
            request.flatMap { QueryValues($0.target).values(of: name).last }.map(JSON.string)
        case .responseBody(let path):
            path.map { path in answer?.payload.flatMap(path.value) } ?? answer?.payload
        case .responseHeader(let name): answer?.fields[name].map(JSON.string)
        case .responseStatus: answer.map { .integer($0.status) }
        case .context(let name): contextValue(name).map(JSON.string)
        case .stageVariable(let name): connection.stageVariables[name].map(JSON.string)
        }
    }

    /// The text of `expression` for this event.
    func text(of expression: SelectionExpression, answer: EndpointAnswer? = nil) -> String {
        expression.text { value($0, answer: answer) }
    }
}
