/// The end of an invocation for access logs: the answer, its time, and the end of the integration's call.
/// Developer guide, "Customize HTTP API access logs".

package import HTTPWire

/// The end of the call of an integration.
package struct IntegrationOutcome: Sendable {
    /// The status of the called endpoint: Lambda's own for a function, else the backend's. Nil without an
    /// answer.
    package var endpointStatus: Int?
    /// The status in the answer of the function or the backend. Nil without an answer.
    package var status: Int?
    /// The time from the call to its end.
    package var latency: Duration
    /// The endpoint's own identifier of the call, such as Lambda's.
    package var requestID: String?
    /// The value of `x-amz-id-2`.
    package var requestID2: String?
    /// The failure in plain words; nil for a success.
    package var error: String?

    package init(
        endpointStatus: Int? = nil, status: Int? = nil, latency: Duration, requestID: String? = nil,
        requestID2: String? = nil, error: String? = nil
    ) {
        self.endpointStatus = endpointStatus
        self.status = status
        self.latency = latency
        self.requestID = requestID
        self.requestID2 = requestID2
        self.error = error
    }
}

/// An error of the gateway, as access logs tell it.
package struct InvocationError: Sendable {
    package let message: String
    /// The type by REST APIs' names (developer guide, "Gateway response types"); nil for an error of this
    /// program's own.
    package let responseType: String?

    package init(message: String, responseType: String?) {
        self.message = message
        self.responseType = responseType
    }
}

/// The end of an invocation.
package struct InvocationOutcome: Sendable {
    /// The status of the answer to the client.
    package let status: Int
    /// The number of bytes of the answer's body.
    package let responseLength: Int
    /// The time from the request to the answer.
    package let responseLatency: Duration
    /// The error of the gateway's own answer; nil for an integration's answer.
    package let error: InvocationError?
    /// The value of `$context.authorizer.error`.
    package let authorizerError: String?
    /// The end of the integration's call; nil without a call.
    package let integration: IntegrationOutcome?
    /// Whether `integrationStatus` is `integration.status`, as for WebSocket APIs (developer guide,
    /// "Configure logging for WebSocket APIs"). For HTTP APIs it is the status of the called endpoint.
    private let isWebSocket: Bool

    /// `gatewayAnswer` is the gateway's own answer to an HTTP request, and `error` one with other words.
    package init(
        _ response: HTTPResponse, latency: Duration, gatewayAnswer: GatewayAnswer? = nil,
        error: InvocationError? = nil, authorizerError: String? = nil,
        integration: IntegrationOutcome? = nil, isWebSocket: Bool = false
    ) {
        status = response.status
        responseLength = response.body.count
        responseLatency = latency
        self.error = error ?? gatewayAnswer.map(InvocationError.init)
        self.isWebSocket = isWebSocket
        self.authorizerError = authorizerError
        self.integration = integration
    }
}

extension InvocationOutcome {
    /// The value of `$context.name` that only the answer decides; nil if it has none.
    func contextValue(_ name: String, of request: HTTPRequest) -> String? {
        switch name {
        case "status": "\(status)"
        case "responseLength": "\(responseLength)"
        case "responseLatency": "\(responseLatency.wholeMilliseconds)"
        case "dataProcessed": "\(request.body.count + responseLength)"
        case "error.message": error?.message
        case "error.responseType": error?.responseType
        case "authorizer.error": authorizerError
        case "integration.error", "integrationErrorMessage": integration?.error
        case "integrationStatus" where isWebSocket: integration?.status.map { "\($0)" }
        case "integration.integrationStatus", "integrationStatus":
            integration?.endpointStatus.map { "\($0)" }
        case "integration.status": integration?.status.map { "\($0)" }
        case "integration.latency", "integrationLatency":
            integration.map { "\($0.latency.wholeMilliseconds)" }
        case "integration.requestId", "awsEndpointRequestId": integration?.requestID
        case "awsEndpointRequestId2": integration?.requestID2
        default: nil
        }
    }
}

extension InvocationError {
    fileprivate init(_ answer: GatewayAnswer) {
        self.init(message: answer.message, responseType: answer.responseType)
    }
}

extension GatewayAnswer {
    /// The type of the answer, by REST APIs' names (developer guide, "Gateway response types").
    var responseType: String {
        switch self {
        case .badRequest: "BAD_REQUEST_BODY"
        case .unauthorized: "UNAUTHORIZED"
        case .forbidden: "ACCESS_DENIED"
        case .notFound: "RESOURCE_NOT_FOUND"
        case .tooLarge, .targetTooLong, .headTooLarge: "REQUEST_TOO_LARGE"
        case .throttled: "THROTTLED"
        case .internalServerError: "INTEGRATION_FAILURE"
        case .unavailable: "INTEGRATION_TIMEOUT"
        }
    }
}

extension Duration {
    /// The duration in milliseconds, rounded down.
    var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
