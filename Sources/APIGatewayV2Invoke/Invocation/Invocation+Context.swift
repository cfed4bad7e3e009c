/// The `$context` variables of an invocation, for parameter mappings, identity sources and access logs.
/// `InvocationOutcome` has the variables of the answer. Developer guide, "Customize HTTP API access logs".

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension Invocation {
    /// The value of `$context.name`; nil if it has none.
    package func contextValue(_ name: String) -> String? {
        switch name {
        case "accountId": address.scope.account
        case "apiId": address.apiId
        case "customDomain.basePathMatched": address.mappingKey
        case "domainName": address.domainName
        case "domainPrefix": address.domainPrefix
        case "extendedRequestId", "requestId": requestID
        case "httpMethod": request.method.rawValue
        case "path": address.eventPath
        case "protocol": "HTTP/1.1"
        case "requestTime": RequestTime.text(time)
        // In seconds, as in an access log of 2021. Events have milliseconds.
        case "requestTimeEpoch": "\(time.components.seconds)"
        case "resourcePath": match.map { RoutePattern($0.routeKey).resource }
        case "routeKey": match?.routeKey
        case "stage": address.stage
        default: dottedContextValue(name)
        }
    }

    private func dottedContextValue(_ name: String) -> String? {
        if name.hasPrefix("identity.") { return identityValue(String(name.dropFirst("identity.".count))) }
        if name.hasPrefix("authorizer.") {
            return authorizerValue(String(name.dropFirst("authorizer.".count)))
        }
        return nil
    }

    private func identityValue(_ name: String) -> String? {
        switch (name, authorization) {
        case ("sourceIp", _): caller.address
        case ("userAgent", _): request.fields["User-Agent"]
        case ("accountId", .iam(_, let account)): account
        case ("caller", .iam(let key, _)), ("user", .iam(let key, _)): key
        case ("userArn", .iam(_, let account)): Authorization.userARN(account)
        default: nil
        }
    }

    /// A value of an authorizer, as a text for every type.
    private func authorizerValue(_ name: String) -> String? {
        switch authorization {
        case .none, .iam: return nil
        case .jwt(let claims, _):
            guard name.hasPrefix("claims.") else { return nil }
            return claims[String(name.dropFirst("claims.".count))]?.text
        case .lambda(let context, let principalId):
            if name == "principalId", let principalId { return principalId }
            return context[name].flatMap(\.mappedText)
        }
    }
}
