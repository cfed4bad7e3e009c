/// The facts of one connection that all its events share. They are those of its handshake, and of the
/// authorizer that let it in.

internal import APIGatewayV2
package import HTTPWire
package import JSON

/// The call of an authorizer's function, as access logs tell it.
package struct AuthorizerCall: Sendable, Equatable {
    /// 200 for an answer that decides, else the status of the handshake.
    package var status: Int
    /// The status of the Invoke operation; nil without an answer.
    package let integrationStatus: Int?
    /// Lambda's identifier of the call.
    package let requestID: String?
    package let latency: Duration

    package init(status: Int, integrationStatus: Int?, requestID: String?, latency: Duration) {
        self.status = status
        self.integrationStatus = integrationStatus
        self.requestID = requestID
        self.latency = latency
    }
}

/// The identity of a connection, in every later event.
package struct ConnectionAuthorizer: Sendable, Equatable {
    package let principalId: String?
    /// The context of the authorizer's answer, every value as a text.
    package let context: JSONObject
    private let call: AuthorizerCall

    /// `answer` is nil for an authorizer that let nobody in.
    package init(_ answer: AuthorizerAnswer?, _ call: AuthorizerCall) {
        principalId = answer?.principalId
        context = JSONObject(
            (answer?.context.members ?? []).compactMap { member in
                member.value.mappedText.map { .init(name: member.name, value: .string($0)) }
            })
        self.call = call
    }

    /// The value of `$context.authorizer.name` that is the call's, and in no event; nil if it has none.
    func callValue(_ name: String) -> String? {
        switch name {
        case "status": "\(call.status)"
        case "integrationStatus": call.integrationStatus.map { "\($0)" }
        case "requestId": call.requestID
        case "latency": "\(call.latency.wholeMilliseconds)"
        default: nil
        }
    }

    /// The value of `requestContext.authorizer`: the principal, then the context, then the time.
    var json: JSON {
        var object = JSONObject()
        if let principalId { object["principalId"] = .string(principalId) }
        object["integrationLatency"] = .integer(Int(call.latency.wholeMilliseconds))
        for member in context.members { object[member.name] = member.value }
        return .object(object)
    }
}

/// One connection of a WebSocket API. A class, because its events and exchanges copy it many times.
package final class WebSocketConnection: Sendable {
    /// The 16 characters of the identifier, such as `TXzPWdnOjoECGjA=`.
    package let id: String
    /// The time of the handshake since 1970, on the emulator's clock.
    package let connectedAt: Duration
    package let address: StageAddress
    package let caller: Caller
    package let userAgent: String?
    /// The Host field of the handshake.
    package let host: String
    /// The stage's variables at the handshake, sorted by name.
    package let stageVariables: [StageVariable]
    /// The value of `x-amzn-trace-id` in the events.
    package let traceID: String
    /// Nil without an authorizer.
    package let authorizer: ConnectionAuthorizer?
    /// The API key of the handshake; nil without one.
    package let apiKey: String?

    package init(
        id: String, connectedAt: Duration, request: HTTPRequest, caller: Caller, address: StageAddress,
        stageVariables: [StageVariable], traceID: String
    ) {
        self.id = id
        self.connectedAt = connectedAt
        self.address = address
        self.caller = caller
        userAgent = request.fields["User-Agent"]
        host = request.authority ?? address.domainName
        self.stageVariables = stageVariables
        self.traceID = traceID
        (authorizer, apiKey) = (nil, nil)
    }

    private init(_ other: WebSocketConnection, _ authorizer: ConnectionAuthorizer?, _ apiKey: String?) {
        (id, connectedAt, address, caller) = (other.id, other.connectedAt, other.address, other.caller)
        (userAgent, host) = (other.userAgent, other.host)
        (stageVariables, traceID) = (other.stageVariables, other.traceID)
        (self.authorizer, self.apiKey) = (authorizer, apiKey)
    }

    /// The same connection behind its authorizer.
    package func with(authorizer: ConnectionAuthorizer) -> WebSocketConnection {
        WebSocketConnection(self, authorizer, apiKey)
    }

    /// The same connection with its API key.
    package func with(apiKey: String) -> WebSocketConnection {
        WebSocketConnection(self, authorizer, apiKey)
    }

    /// The ARN of a route, in policies (developer guide, "Create a Lambda REQUEST authorizer function").
    package func routeARN(_ routeKey: String) -> String {
        let scope = address.scope
        return "arn:\(scope.partition):execute-api:\(scope.region):\(scope.account):\(address.apiId)/"
            + "\(address.stage)/\(routeKey)"
    }
}
