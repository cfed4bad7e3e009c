/// Authorizer: who may call a route, by a Lambda function (REQUEST) or a token (JWT). Child of an Api;
/// one that a route names cannot be deleted. AWS: API reference, /v2/apis/{apiId}/authorizers. Members
/// and bounds from the service model; messages from docs/fidelity.md, "Authorizer". A JWT issuer is not
/// called, unlike in the service: this program works offline.

import HTTPWire
import JSON

/// The members of an authorizer that code reads.
package enum Authorizer {
    static let authorizerCredentialsArn = Key<String>("authorizerCredentialsArn", in: .authorizer)
    static let authorizerId = Key<String>("authorizerId", in: .authorizer)
    static let authorizerPayloadFormatVersion = Key<String>("authorizerPayloadFormatVersion", in: .authorizer)
    static let authorizerResultTtlInSeconds = Key<Int>("authorizerResultTtlInSeconds", in: .authorizer)
    static let authorizerType = Key<String>("authorizerType", in: .authorizer)
    static let authorizerUri = Key<String>("authorizerUri", in: .authorizer)
    static let enableSimpleResponses = Key<Bool>("enableSimpleResponses", in: .authorizer)
    static let identitySource = Key<[JSON]>("identitySource", in: .authorizer)
    static let identityValidationExpression = Key<String>("identityValidationExpression", in: .authorizer)
    static let jwtConfiguration = Key<JSONObject>("jwtConfiguration", in: .authorizer)
    static let name = Key<String>("name", in: .authorizer)
}

extension Resource {
    package static let authorizer: Resource = Resource(
        id: .authorizer,
        noun: "Authorizer",
        parent: .api,
        path: "/v2/apis/{apiId}/authorizers/{authorizerId}",
        identifier: .random(length: 6),
        uniqueName: UniqueName(Authorizer.name) {
            .badRequest("Authorizer name must be unique. Authorizer \($0) already exists in this RestApi.")
        },
        quota: Quota("Authorizers", 10, per: "API"),
        fields: [
            .string("authorizerCredentialsArn", nil, .clearable),
            .string("authorizerId", nil, .readOnly),
            .string("authorizerPayloadFormatVersion", 1...64, .only(.http)),
            .integer(
                "authorizerResultTtlInSeconds", 0...3600,
                .refusal(
                    "Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 "
                        + "seconds.")),
            .choice("authorizerType", ["REQUEST", "JWT"], .required),
            .string("authorizerUri", 1...2048),
            .boolean("enableSimpleResponses", .only(.http)),
            .list("identitySource", of: .string(nil)),
            .string("identityValidationExpression", 0...1024, .clearable),
            .object(
                "jwtConfiguration",
                [
                    .list("audience", of: .string(nil)),
                    .string("issuer", 1...2048),
                ], .only(.http)),
            .string("name", 1...128, .required),
        ],
        requestOnlyRules: Authorizer.rules,
        deletionChecks: [Authorizer.inUseCheck],
        effects: [Deployment.automaticEffect],
        specialOperations: [
            Operation(
                "ResetAuthorizersCache", .delete, "/v2/apis/{apiId}/stages/{stageName}/cache/authorizers",
                status: 204,
                .perform { call throws(ServiceError) in
                    // Nothing is cached here; that the stage exists is all there is to find out.
                    try call.change(.stage) { _ in }
                })
        ],
        notModelled: [
            "The issuer of a JWT authorizer is not called.",
            "There is no cache: ResetAuthorizersCache finds out that the stage exists.",
        ])
}

extension Authorizer {
    fileprivate static let rules = [
        Rule(at: "authorizerType") { authorizer, api in
            guard api?[Api.protocolType] == .webSocket, authorizer[authorizerType] != "REQUEST" else {
                return nil
            }
            return "Only REQUEST authorizer type is supported on WEBSOCKET protocol Apis."
        },
        Rule(at: "authorizerPayloadFormatVersion") { authorizer, api in
            guard api?[Api.protocolType] == .http, authorizer[authorizerType] == "REQUEST",
                authorizer[authorizerPayloadFormatVersion] == nil
            else { return nil }
            return "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer"
        },
        Rule(at: "enableSimpleResponses") { authorizer, _ in
            guard authorizer[enableSimpleResponses] == true,
                authorizer[authorizerPayloadFormatVersion] != "2.0"
            else {
                return nil
            }
            return #"EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0"."#
        },
        Rule(at: "identitySource") { authorizer, api in
            for case .string(let expression) in authorizer[identitySource] ?? [] {
                if api?[Api.protocolType] == .webSocket {
                    if !expression.hasPrefix("route.request.") && !expression.hasPrefix("context.")
                        && !expression.hasPrefix("stageVariables.")
                    {
                        return "Invalid request identity source expression: \(expression)"
                    }
                } else if !expression.hasPrefix("$request.") && !expression.hasPrefix("$context.")
                    && !expression.hasPrefix("$stageVariables.")
                {
                    return "Invalid identity source expression: \(expression)"
                }
            }
            return nil
        },
        Rule(at: "identitySource") { authorizer, _ in
            guard authorizer[authorizerResultTtlInSeconds] ?? 0 > 0,
                authorizer[identitySource]?.isEmpty ?? true
            else {
                return nil
            }
            return "Identity source must be set if authorizer caching is enabled (TTL is greater than 0)"
        },
    ]

    fileprivate static let inUseCheck = Check { change, tables throws(ServiceError) in
        let routes = tables.collection(change.siblings(.route))
        for identifier in routes.sortedIdentifiers {
            guard let record = routes.records[identifier],
                Draft(.route, record)[Route.authorizerId] == change.identifier
            else { continue }
            throw .conflict(
                "Cannot delete authorizer '\(change.old?[name] ?? "")', is referenced in route: "
                    + (record.uniqueName ?? ""))
        }
    }
}
