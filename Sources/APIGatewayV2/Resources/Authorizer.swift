/// Authorizer: the permission to call a route, by a Lambda function (REQUEST) or a token (JWT). Child of an
/// Api. An authorizer of a route cannot be deleted. AWS: API reference, /v2/apis/{apiId}/authorizers. Members
/// and bounds from the service model, messages from docs/fidelity-members.md, "Authorizer". The service calls
/// a JWT issuer; this program does not, because it works offline.

import HTTPWire
package import JSON

/// The members of an authorizer that code reads.
package enum Authorizer {
    package static let authorizerCredentialsArn = Key<String>("authorizerCredentialsArn", in: .authorizer)
    package static let authorizerId = Key<String>("authorizerId", in: .authorizer)
    package static let authorizerPayloadFormatVersion = Key<String>(
        "authorizerPayloadFormatVersion", in: .authorizer)
    package static let authorizerResultTtlInSeconds = Key<Int>(
        "authorizerResultTtlInSeconds", in: .authorizer)
    package static let authorizerType = Key<String>("authorizerType", in: .authorizer)
    package static let authorizerUri = Key<String>("authorizerUri", in: .authorizer)
    package static let enableSimpleResponses = Key<Bool>("enableSimpleResponses", in: .authorizer)
    package static let identitySource = Key<[JSON]>("identitySource", in: .authorizer)
    package static let identityValidationExpression = Key<String>(
        "identityValidationExpression", in: .authorizer)
    package static let jwtConfiguration = Key<JSONObject>("jwtConfiguration", in: .authorizer)
    package static let name = Key<String>("name", in: .authorizer)
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
                        + "seconds."), .only(.http)),
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
                ], .only(.http), .merged),
            .string("name", 1...128, .required),
        ],
        rules: Authorizer.rules,
        updateSteps: [Authorizer.typeStep],
        requestOnlyChecks: [Authorizer.routesCheck],
        deletionChecks: [Authorizer.inUseCheck],
        effects: [Deployment.automaticEffect],
        specialOperations: [
            Operation(
                "ResetAuthorizersCache", .delete, "/v2/apis/{apiId}/stages/{stageName}/cache/authorizers",
                status: 204,
                .perform { call throws(ServiceError) in
                    // There is no cache, so the only question is whether the stage exists. Nothing is
                    // written.
                    try call.store.read(in: call.scope) { tables throws(ServiceError) in
                        _ = try Resource.stage.existing(call.parameters.values, in: tables, call.context)
                    }
                    return []
                })
        ],
        notModelled: [
            "The issuer of a JWT authorizer is not called.",
            "There is no cache: ResetAuthorizersCache finds out that the stage exists.",
        ])
}

extension Authorizer {
    /// An authorizer that changes its type loses the members that only the former type has.
    fileprivate static let typeStep: UpdateStep = { patch, old, new throws(ServiceError) in
        guard new[authorizerType] != old[authorizerType] else { return }
        let left = new[authorizerType] == "JWT" ? requestMembers : [jwtConfiguration.name]
        for slot in left.compactMap(new.resource.slot) where !patch.values.isPresent(slot) {
            new.values[slot] = nil
        }
    }

    /// An authorizer keeps its type while a route needs it. Otherwise the route would be one that cannot be
    /// made. Not for fixtures, where the check of the route finds the mistake.
    fileprivate static let routesCheck = Check(at: "authorizerType") { change, tables throws(ServiceError) in
        guard let old = change.old, change.new?[authorizerType] != old[authorizerType] else { return }
        let routes = tables.collection(change.siblings(.route))
        for route in routes.identifiers(withKey: Route.key(ofAuthorizer: change.identifier)) {
            guard let record = routes.records[route] else { continue }
            let type = Members(.route, record)[Route.authorizationType]
            if let type, Route.needsAuthorizer(type) { throw Route.unfitAuthorizer(for: type) }
        }
    }

    fileprivate static let inUseCheck = Check { change, tables throws(ServiceError) in
        let routes = tables.collection(change.siblings(.route))
        let key = Route.key(ofAuthorizer: change.identifier)
        guard let route = routes.firstIdentifier(withKey: key) else { return }
        throw .conflict(
            "Cannot delete authorizer '\(change.old?[name] ?? "")', is referenced in route: "
                + (routes.records[route]?.uniqueName ?? ""))
    }
}
