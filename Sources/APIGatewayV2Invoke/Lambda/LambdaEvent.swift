/// Invocations in, Lambda events out: payload formats 2.0 and 1.0 of HTTP APIs, member by member as recorded.
/// Format 2.0 leaves absent members out, and format 1.0 has null for them. Sources: docs/fidelity-invoke.md,
/// "Lambda events".

internal import APIGatewayV2
internal import HTTPWire
package import JSON

/// The payload format of an integration or of an authorizer.
package enum PayloadFormat: String, Sendable {
    case version1 = "1.0"
    case version2 = "2.0"
}

/// The events of a proxy integration.
package enum LambdaEvent {
    /// The payload that the function gets, as JSON text.
    package static func payload(_ invocation: Invocation, _ format: PayloadFormat) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.append(format == .version2 ? version2(invocation) : version1(invocation), to: &bytes)
        return bytes
    }

    /// The event of payload format 2.0.
    package static func version2(_ invocation: Invocation) -> JSONObject {
        let headers = EventHeaders(invocation) { $0 }
        let body = EventBody(invocation.request)
        let query = QueryValues(invocation.request.target)
        var event = JSONObject()
        event["version"] = "2.0"
        event["routeKey"] = .string(invocation.routeKey)
        event["rawPath"] = .string(invocation.address.eventPath)
        event["rawQueryString"] = .string(query.raw)
        if !headers.cookies.isEmpty { event["cookies"] = .array(headers.cookies.map(JSON.string)) }
        event["headers"] = .object(
            JSONObject(
                headers.headers.filter { $0.name != "cookie" }.map {
                    .init(name: $0.name, value: .string($0.values.joined(separator: ",")))
                }))
        if !query.items.isEmpty { event["queryStringParameters"] = query.joined }
        if !invocation.pathParameters.isEmpty { event["pathParameters"] = parameters(invocation) }
        event["requestContext"] = .object(context2(invocation))
        if !invocation.stageVariables.isEmpty { event["stageVariables"] = variables(invocation) }
        if let text = body.text { event["body"] = .string(text) }
        event["isBase64Encoded"] = .bool(body.isBase64Encoded)
        return event
    }

    private static func context2(_ invocation: Invocation) -> JSONObject {
        let address = invocation.address
        var context = JSONObject()
        context["accountId"] = .string(address.scope.account)
        context["apiId"] = .string(address.apiId)
        context["authorizer"] = authorizer2(invocation.authorization)
        context["domainName"] = .string(address.domainName)
        context["domainPrefix"] = .string(address.domainPrefix)
        context["http"] = [
            "method": .string(invocation.request.method.rawValue), "path": .string(address.eventPath),
            // Events have HTTP/1.1 for HTTP/2 too (recorded).
            "protocol": "HTTP/1.1", "sourceIp": .string(invocation.caller.address),
            "userAgent": .string(invocation.request.fields["User-Agent"] ?? ""),
        ]
        context["requestId"] = .string(invocation.requestID)
        context["routeKey"] = .string(invocation.routeKey)
        context["stage"] = .string(address.stage)
        context["time"] = .string(RequestTime.text(invocation.time))
        context["timeEpoch"] = .integer(Int(invocation.milliseconds))
        return context
    }

    private static func authorizer2(_ authorization: Authorization) -> JSON? {
        switch authorization {
        case .none: nil
        case .jwt(let claims, let scopes): ["jwt": jwt(claims, scopes)]
        case .lambda(let context, _): ["lambda": .object(context)]
        case .iam(let accessKeyId, let account):
            [
                "iam": [
                    "accessKey": .string(accessKeyId), "accountId": .string(account),
                    "callerId": .string(accessKeyId), "cognitoIdentity": .null, "principalOrgId": .null,
                    "userArn": .string(Authorization.userARN(account)), "userId": .string(accessKeyId),
                ]
            ]
        }
    }

    private static func jwt(_ claims: JSONObject, _ scopes: [String]?) -> JSON {
        ["claims": .object(claims), "scopes": scopes.map { .array($0.map(JSON.string)) } ?? .null]
    }

    /// The event of payload format 1.0.
    package static func version1(_ invocation: Invocation) -> JSONObject {
        let headers = EventHeaders(invocation, spelling: EventHeaders.capitalized).headers
        let body = EventBody(invocation.request)
        let query = QueryValues(invocation.request.target)
        var event = JSONObject()
        event["version"] = "1.0"
        event["resource"] = .string(RoutePattern(invocation.routeKey).resource)
        event["path"] = .string(invocation.address.calledPath)
        event["httpMethod"] = .string(invocation.request.method.rawValue)
        event["headers"] = .object(
            JSONObject(headers.map { .init(name: $0.name, value: .string($0.values[$0.values.count - 1])) }))
        event["multiValueHeaders"] = .object(
            JSONObject(headers.map { .init(name: $0.name, value: .array($0.values.map(JSON.string))) }))
        event["queryStringParameters"] = query.items.isEmpty ? .null : query.last
        event["multiValueQueryStringParameters"] = query.items.isEmpty ? .null : query.all
        event["requestContext"] = .object(context1(invocation))
        event["pathParameters"] = invocation.pathParameters.isEmpty ? .null : parameters(invocation)
        event["stageVariables"] = invocation.stageVariables.isEmpty ? .null : variables(invocation)
        event["body"] = body.text.map(JSON.string) ?? .null
        event["isBase64Encoded"] = .bool(body.isBase64Encoded)
        return event
    }

    private static func context1(_ invocation: Invocation) -> JSONObject {
        let address = invocation.address
        var context = JSONObject()
        context["accountId"] = .string(address.scope.account)
        context["apiId"] = .string(address.apiId)
        context["authorizer"] = authorizer1(invocation.authorization)
        context["domainName"] = .string(address.domainName)
        context["domainPrefix"] = .string(address.domainPrefix)
        context["extendedRequestId"] = .string(invocation.requestID)
        context["httpMethod"] = .string(invocation.request.method.rawValue)
        context["identity"] = identity1(invocation)
        context["path"] = .string(address.calledPathDecoded)
        context["protocol"] = "HTTP/1.1"
        context["requestId"] = .string(invocation.requestID)
        context["requestTime"] = .string(RequestTime.text(invocation.time))
        context["requestTimeEpoch"] = .integer(Int(invocation.milliseconds))
        context["resourceId"] = .string(invocation.routeKey)
        context["resourcePath"] = .string(RoutePattern(invocation.routeKey).resource)
        context["stage"] = .string(address.stage)
        return context
    }

    private static func authorizer1(_ authorization: Authorization) -> JSON? {
        switch authorization {
        case .none, .iam: return nil
        case .jwt(let claims, let scopes): return jwt(claims, scopes)
        case .lambda(var context, let principalId):
            if let principalId { context["principalId"] = .string(principalId) }
            return .object(context)
        }
    }

    private static func identity1(_ invocation: Invocation) -> JSON {
        var (accessKey, account, user): (JSON, JSON, JSON) = (.null, .null, .null)
        if case .iam(let key, let owner) = invocation.authorization {
            (accessKey, account, user) = (.string(key), .string(owner), .string(Authorization.userARN(owner)))
        }
        return [
            "accessKey": accessKey, "accountId": account, "caller": accessKey, "cognitoAmr": .null,
            "cognitoAuthenticationProvider": .null, "cognitoAuthenticationType": .null,
            "cognitoIdentityId": .null, "cognitoIdentityPoolId": .null, "principalOrgId": .null,
            "sourceIp": .string(invocation.caller.address), "user": accessKey,
            "userAgent": .string(invocation.request.fields["User-Agent"] ?? ""), "userArn": user,
        ]
    }

    private static func parameters(_ invocation: Invocation) -> JSON {
        .object(
            JSONObject(invocation.pathParameters.map { .init(name: $0.name, value: .string($0.value)) }))
    }

    private static func variables(_ invocation: Invocation) -> JSON {
        .object(
            JSONObject(invocation.stageVariables.map { .init(name: $0.name, value: .string($0.value)) }))
    }
}
