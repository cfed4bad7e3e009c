/// The REQUEST authorizer of a handshake: the values of its identity sources, and its answer. Developer
/// guide, "Create a Lambda REQUEST authorizer function", and docs/fidelity-invoke.md, "WebSocket APIs".

package import APIGatewayV2
internal import HTTPWire
internal import JSON

/// The settings of one authorizer.
package struct WebSocketAuthorizer: Sendable, Equatable {
    package let id: String
    package let name: String
    /// The function, by an URI that may have stage variables.
    package let uri: String
    private let identitySources: [String]

    /// The service model says that `identityValidationExpression` is not used.
    package init(_ authorizer: Members, id: String) {
        self.id = id
        name = authorizer[Authorizer.name] ?? ""
        uri = authorizer[Authorizer.authorizerUri] ?? ""
        identitySources = (authorizer[Authorizer.identitySource] ?? []).compactMap(\.text)
    }

    /// The first identity source without a value; nil if all have one.
    package func missingSource(in event: WebSocketEvent) -> String? {
        identitySources.first { (Self.value(of: $0, event) ?? "").isEmpty }
    }

    private static func value(of source: String, _ event: WebSocketEvent) -> String? {
        if let parameter = ConnectParameter(source) { return parameter.value(in: event.request) }
        let words = source.hasPrefix("$") ? String(source.dropFirst()) : source
        if words.hasPrefix("context.") { return event.contextValue(String(words.dropFirst(8))) }
        if words.hasPrefix("stageVariables.") {
            return event.connection.stageVariables[String(words.dropFirst("stageVariables.".count))]
        }
        return ConnectParameter("route." + words)?.value(in: event.request)
    }

    /// The answer, if it lets the handshake in. A function that raises `Unauthorized` gives a 401, every
    /// other failure a 500.
    package func answer(
        _ outcome: LambdaOutcome, to event: WebSocketEvent
    ) throws(AuthorizationRefusal) -> AuthorizerAnswer {
        guard case .answered(let payload) = outcome else {
            let isUnauthorized = outcome.errorMessage == "Unauthorized"
            throw AuthorizationRefusal(
                isUnauthorized ? .unauthorized : .internalServerError,
                cause: "authorizer \(name): \(outcome.webSocketFailure?.cause ?? "")")
        }
        let answer = try AuthorizerAnswer(payload, isSimple: false, of: name)
        let arn = event.connection.routeARN(event.routeKey)
        guard answer.allows(arn) else {
            throw AuthorizationRefusal(.forbidden, cause: "authorizer \(name) denies \(arn)")
        }
        return answer
    }

    /// The refusal of a handshake that lacks an identity source.
    package func refusal(missing source: String) -> AuthorizationRefusal {
        AuthorizationRefusal(.unauthorized, cause: "authorizer \(name): no value at \(source)")
    }
}
