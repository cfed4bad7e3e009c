/// A REQUEST authorizer of a deployed API, from its stored members. Developer guide, "Control access to HTTP
/// APIs with AWS Lambda authorizers".

package import APIGatewayV2
internal import JSON

/// The settings of one Lambda authorizer.
package struct LambdaAuthorizer: Sendable, Equatable {
    package let id: String
    package let name: String
    /// The function, by an URI that may have stage variables.
    package let uri: String
    package let format: PayloadFormat
    /// Whether the function answers `isAuthorized` in place of a policy.
    package let isSimple: Bool
    /// Expressions such as `$request.header.Authorization`.
    package let identitySources: [String]
    /// The time for which an answer is kept; zero keeps none.
    package let timeToLive: Duration

    /// The longest time of the function (quotas for HTTP APIs).
    package static let timeout = Duration.seconds(10)

    package init(_ authorizer: Members, id: String) {
        self.id = id
        name = authorizer[Authorizer.name] ?? ""
        uri = authorizer[Authorizer.authorizerUri] ?? ""
        let version = authorizer[Authorizer.authorizerPayloadFormatVersion] ?? "1.0"
        format = PayloadFormat(rawValue: version) ?? .version1
        isSimple = authorizer[Authorizer.enableSimpleResponses] ?? false
        identitySources = (authorizer[Authorizer.identitySource] ?? []).compactMap(\.text)
        timeToLive = .seconds(authorizer[Authorizer.authorizerResultTtlInSeconds] ?? 0)
    }
}

/// The name of a cached answer. Each stage has its own cache, because ResetAuthorizersCache empties it by
/// stage.
package struct AuthorizerCacheKey: Sendable, Hashable {
    package let apiId: String
    package let stage: String
    package let authorizerId: String
    /// The function, its format and the form of its answers. An answer of a former function counts no more.
    package let uri: String
    package let format: PayloadFormat
    package let isSimple: Bool
    package let identity: [String]
}

extension LambdaAuthorizer {
    /// The values of the identity sources. A missing one refuses the request before the function is called
    /// (recorded).
    package func identity(of invocation: Invocation) throws(AuthorizationRefusal) -> [String] {
        var values: [String] = []
        for source in identitySources {
            guard let value = IdentitySource.text(source, in: invocation) else {
                throw AuthorizationRefusal(
                    .unauthorized,
                    cause: "authorizer \(name) of route \(invocation.routeKey): no value at \(source)")
            }
            values.append(value)
        }
        return values
    }

    /// The key of a cached answer; nil if answers are not kept. `uri` is the authorizer's with the stage's
    /// variables.
    package func cacheKey(
        _ identity: [String], _ invocation: Invocation, uri: String
    ) -> AuthorizerCacheKey? {
        guard timeToLive > .zero, !identity.isEmpty else { return nil }
        return AuthorizerCacheKey(
            apiId: invocation.address.apiId, stage: invocation.address.stage, authorizerId: id, uri: uri,
            format: format, isSimple: isSimple, identity: identity)
    }

    /// The payload that the function gets.
    package func payload(_ invocation: Invocation, identity: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.append(
            format == .version2 ? event2(invocation, identity) : event1(invocation, identity), to: &bytes)
        return bytes
    }

    /// The event of format 2.0: the proxy event without a body, with its type, its ARN and the sources.
    private func event2(_ invocation: Invocation, _ identity: [String]) -> JSONObject {
        var event: JSONObject = [
            "version": "2.0", "type": "REQUEST", "routeArn": .string(invocation.routeARN),
        ]
        if !identity.isEmpty { event["identitySource"] = .array(identity.map(JSON.string)) }
        for member in LambdaEvent.version2(invocation).members
        where !["version", "body", "isBase64Encoded"].contains(member.name) {
            event[member.name] = member.value
        }
        return event
    }

    /// The event of format 1.0.
    private func event1(_ invocation: Invocation, _ identity: [String]) -> JSONObject {
        var event: JSONObject = [
            "version": "1.0", "type": "REQUEST", "methodArn": .string(invocation.routeARN),
        ]
        if !identity.isEmpty {
            let text = identity.joined(separator: ",")
            event["identitySource"] = .string(text)
            event["authorizationToken"] = .string(text)
        }
        let proxy = LambdaEvent.version1(invocation)
        let members = [
            "resource", "path", "httpMethod", "headers", "queryStringParameters", "pathParameters",
            "stageVariables", "requestContext",
        ]
        for name in members { event[name] = proxy[name] }
        return event
    }

    /// The function's answer. After a failure the client gets a 500 (developer guide), and no access. A
    /// policy with members that this program does not evaluate gives a 501.
    package func answer(_ outcome: LambdaOutcome) throws(AuthorizationRefusal) -> AuthorizerAnswer {
        guard case .answered(let payload) = outcome else {
            let cause = outcome.reply(format: .version2).cause ?? ""
            throw AuthorizationRefusal(.internalServerError, cause: "authorizer \(name): \(cause)")
        }
        return try AuthorizerAnswer(payload, isSimple: isSimple, of: name)
    }
}

extension AuthorizerAnswer {
    /// The answer of the authorizer called `name`, or the refusal for an answer that is none.
    init(_ payload: [UInt8], isSimple: Bool, of name: String) throws(AuthorizationRefusal) {
        do throws(Problem) {
            try self.init(payload, isSimple: isSimple)
        } catch {
            switch error {
            case .malformed(let text):
                throw AuthorizationRefusal(.internalServerError, cause: "authorizer \(name): \(text)")
            case .notEvaluated(let member):
                throw AuthorizationRefusal(
                    notHonoured: .authorizer(member, of: name, reason: "in a policy is not evaluated"))
            }
        }
    }

    /// The identity of an accepted request.
    package func authorization(of invocation: Invocation) throws(AuthorizationRefusal) -> Authorization {
        guard allows(invocation.routeARN) else {
            throw AuthorizationRefusal(
                .forbidden,
                cause: "the authorizer of route \(invocation.routeKey) denies \(invocation.routeARN)")
        }
        return .lambda(context: context, principalId: principalId)
    }
}
