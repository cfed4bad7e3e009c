/// The rules of authorizers: members that one type or one kind of API requires and another refuses, in the
/// service's words. Sources and certainty of each: docs/fidelity-members.md, "Authorizer".

import JSON

extension Authorizer {
    static let rules =
        [typeRule] + httpMembers.map(httpRule) + [uriPresenceRule] + requestMembers.map(requestRule)
        + [uriRule, credentialsRule, payloadVersionPresenceRule, payloadVersionRule, simpleResponsesRule]
        + [identitySourceRule, cacheRule, configurationRule, audienceRule, issuerRule]

    /// The members that only an HTTP API's authorizers have.
    private static let httpMembers = [
        "authorizerPayloadFormatVersion", "authorizerResultTtlInSeconds", "enableSimpleResponses",
        "jwtConfiguration",
    ]

    /// The members that only an authorizer of the type REQUEST has.
    static let requestMembers = [
        "authorizerCredentialsArn", "authorizerPayloadFormatVersion", "authorizerResultTtlInSeconds",
        "authorizerUri", "enableSimpleResponses",
    ]

    private static let typeRule = Rule(at: "authorizerType") { authorizer, api in
        guard api?[Api.protocolType] == .webSocket, authorizer[authorizerType] != "REQUEST" else {
            return nil
        }
        return
            "Invalid authorizer type. Only REQUEST authorizer type is supported on WEBSOCKET protocol Apis."
    }

    private static func httpRule(_ member: String) -> Rule {
        Rule(at: member) { authorizer, api in
            guard api?[Api.protocolType] == .webSocket, let field = authorizer.field(member) else {
                return nil
            }
            return "\(field.capitalizedName) cannot be set for WEBSOCKET protocol Apis."
        }
    }

    /// A JWT authorizer was seen to refuse `enableSimpleResponses`. The service model says that the other
    /// members are for REQUEST too. The words are those for WebSocket APIs.
    private static func requestRule(_ member: String) -> Rule {
        Rule(at: member) { authorizer, _ in
            guard authorizer[authorizerType] == "JWT", let field = authorizer.field(member) else {
                return nil
            }
            return "\(field.capitalizedName) cannot be set for JWT Authorizer"
        }
    }

    // MARK: REQUEST

    private static let uriPresenceRule = Rule(at: "authorizerUri") { authorizer, _ in
        guard authorizer[authorizerType] == "REQUEST", !authorizer.has(authorizerUri) else { return nil }
        return "AuthorizerUri is a required field in an Authorizer"
    }

    private static let uriRule = Rule(at: "authorizerUri") { authorizer, _ in
        guard let uri = authorizer[authorizerUri], !isFunction(uri) else { return nil }
        return
            "Invalid Authorizer URI: \(uri). Authorizer URI should be a valid API Gateway ARN that "
            + "represents a Lambda function invocation."
    }

    private static let credentialsRule = Rule(at: "authorizerCredentialsArn") { authorizer, _ in
        guard let arn = authorizer[authorizerCredentialsArn], !arn.isEmpty else { return nil }
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        let isRole = parts.count == 6 && parts[0] == "arn" && parts[2] == "iam" && !parts[5].isEmpty
        return isRole ? nil : "Invalid ARN specified in the request"
    }

    private static let payloadVersionPresenceRule = Rule(
        at: "authorizerPayloadFormatVersion"
    ) { authorizer, api in
        guard api?[Api.protocolType] == .http, authorizer[authorizerType] == "REQUEST",
            !authorizer.has(authorizerPayloadFormatVersion)
        else { return nil }
        return "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer"
    }

    private static let payloadVersionRule = Rule(at: "authorizerPayloadFormatVersion") { authorizer, _ in
        guard let version = authorizer[authorizerPayloadFormatVersion], version != "1.0", version != "2.0"
        else { return nil }
        return "Unsupported AuthorizerPayloadFormatVersion: \(version)"
    }

    private static let simpleResponsesRule = Rule(at: "enableSimpleResponses") { authorizer, _ in
        guard authorizer[enableSimpleResponses] == true,
            authorizer[authorizerPayloadFormatVersion] != "2.0"
        else { return nil }
        return #"EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0"."#
    }

    private static let identitySourceRule = Rule(at: "identitySource") { authorizer, api in
        guard let type = api?[Api.protocolType] else { return nil }
        let form = IdentitySource(for: type)
        return (authorizer[identitySource] ?? []).lazy.compactMap(String.init).compactMap(form.breach).first
    }

    private static let cacheRule = Rule(at: "identitySource") { authorizer, _ in
        guard authorizer[authorizerResultTtlInSeconds] ?? 0 > 0,
            authorizer[identitySource]?.isEmpty ?? true
        else { return nil }
        return "Identity source must be set if authorizer caching is enabled (TTL is greater than 0)"
    }

    /// Whether API Gateway can call `uri`. A function's bare ARN is accepted too, because an integration may
    /// have it and no refusal is known.
    private static func isFunction(_ uri: String) -> Bool {
        let parts = uri.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", !parts[3].isEmpty else { return false }
        if parts[2] == "lambda" { return parts[5].hasPrefix("function:") }
        return parts[2] == "apigateway" && parts[4] == "lambda" && parts[5].hasPrefix("path/")
            && parts[5].contains("/functions/") && parts[5].hasSuffix("/invocations")
    }

    // MARK: JWT

    private static let configurationRule = Rule(at: "jwtConfiguration") { authorizer, _ in
        guard authorizer[authorizerType] == "JWT", !authorizer.has(jwtConfiguration) else { return nil }
        return "JwtConfiguration must not be null for JWT Authorizer"
    }

    private static let audienceRule = Rule(at: "jwtConfiguration") { authorizer, _ in
        guard authorizer[authorizerType] == "JWT",
            authorizer[jwtConfiguration]?["audience"].flatMap([JSON].init)?.isEmpty ?? true
        else { return nil }
        return "Audience list must have at least 1 item for JWT Authorizer"
    }

    private static let issuerRule = Rule(at: "jwtConfiguration") { authorizer, _ in
        guard authorizer[authorizerType] == "JWT" else { return nil }
        let issuer = authorizer[jwtConfiguration]?["issuer"].flatMap(String.init) ?? ""
        return JWTIssuer.isAccepted(issuer)
            ? nil : "Invalid issuer: Issuer is not a valid URL for JWT Authorizer"
    }
}

extension Members {
    /// The field `member`; nil if it is absent.
    fileprivate func field(_ member: String) -> Field? {
        guard let slot = resource.slot(of: member), values.isPresent(slot) else { return nil }
        return resource.fields[slot]
    }
}
