/// Route: a choice of an API's requests, and their target. Child of an Api, with a key that is unique there.
/// AWS: API reference, /v2/apis/{apiId}/routes. Members and bounds from the service model. Defaults, forms of
/// keys and messages from docs/fidelity-apis.md, "Route".

import HTTPWire
package import JSON

/// The members of a route that code reads.
package enum Route {
    package static let apiGatewayManaged = Key<Bool>("apiGatewayManaged", in: .route)
    package static let apiKeyRequired = Key<Bool>("apiKeyRequired", in: .route)
    package static let authorizationScopes = Key<[JSON]>("authorizationScopes", in: .route)
    package static let authorizationType = Key<String>("authorizationType", in: .route)
    package static let authorizerId = Key<String>("authorizerId", in: .route)
    package static let modelSelectionExpression = Key<String>("modelSelectionExpression", in: .route)
    package static let operationName = Key<String>("operationName", in: .route)
    package static let requestModels = Key<JSONObject>("requestModels", in: .route)
    package static let requestParameters = Key<JSONObject>("requestParameters", in: .route)
    package static let routeId = Key<String>("routeId", in: .route)
    package static let routeKey = Key<String>("routeKey", in: .route)
    package static let routeResponseSelectionExpression = Key<String>(
        "routeResponseSelectionExpression", in: .route)
    package static let target = Key<String>("target", in: .route)
}

extension Resource {
    package static let route: Resource = Resource(
        id: .route,
        noun: "Route",
        parent: .api,
        path: "/v2/apis/{apiId}/routes/{routeId}",
        names: OperationNames("Route", updateStatus: 201),
        identifier: .random(length: 7),
        uniqueName: UniqueName(Route.routeKey) {
            .conflict("Route with key \($0) already exists for this API")
        },
        quota: Quota("Routes", 300, per: "API"),
        indexKeys: Route.indexKeys,
        fields: [
            .boolean("apiGatewayManaged", .readOnly),
            .boolean("apiKeyRequired", default: .constant(false)),
            .list("authorizationScopes", of: .string(1...64)),
            .choice("authorizationType", ["NONE", "AWS_IAM", "CUSTOM", "JWT"], default: .constant("NONE")),
            .string("authorizerId", nil, .clearable),
            .string("modelSelectionExpression", nil, .only(.webSocket), .clearable),
            .string("operationName", 1...64, .clearable),
            .map("requestModels", of: .string(1...128), .only(.webSocket), .merged),
            .map("requestParameters", of: .object([.boolean("required")]), .only(.webSocket), .merged),
            .string("routeId", nil, .readOnly),
            .string("routeKey", nil, .required, .refusal("Route key is required")),
            .string("routeResponseSelectionExpression", nil, .only(.webSocket), .clearable),
            .string("target", 1...128, .clearable),
        ],
        rules: Route.rules,
        normalize: { members, _ in
            if members[Route.authorizationType] == "NONE" { members[Route.authorizerId] = nil }
            if members[Route.authorizationScopes] == [] { members[Route.authorizationScopes] = nil }
        },
        updateSteps: [Route.authorizationStep],
        checks: [Route.targetCheck, Route.authorizerCheck, Route.variablesCheck, RouteConnection.routeCheck],
        deletionChecks: [managedCheck],
        effects: [Stage.routeSettingsEffect, Deployment.automaticEffect],
        specialOperations: [
            Operation(
                "DeleteRouteRequestParameter", .delete,
                "/v2/apis/{apiId}/routes/{routeId}/requestparameters/{requestParameterKey}", status: 204,
                .perform { call throws(ServiceError) in
                    let name = call.parameters["requestParameterKey"] ?? ""
                    return try call.update(.route) { route throws(ServiceError) in
                        guard var parameters = route[Route.requestParameters], parameters[name] != nil else {
                            throw .notFound("Invalid request parameter key specified")
                        }
                        parameters[name] = nil
                        route[Route.requestParameters] = parameters.members.isEmpty ? nil : parameters
                    }
                })
        ])
}

extension Route {
    fileprivate static let rules = [
        Rule(at: "routeKey") { route, api in
            guard let key = route[routeKey], let type = api?[Api.protocolType] else { return nil }
            return type == .http ? RouteKey.breach(of: key) : RouteKey.webSocketBreach(of: key)
        },
        Rule(at: "routeKey") { route, _ in
            route[routeKey]?.isEmpty ?? false ? "Route key is required" : nil
        },
        Rule(at: "target") { route, _ in
            guard let target = route[target], integrationId(in: target) == nil else { return nil }
            return
                "Unexpected or malformed target in route \(route[routeId] ?? "null"). Correct format should "
                + "be integrations/<integration_id>."
        },
        Rule(at: "apiKeyRequired") { route, api in
            guard api?[Api.protocolType] == .http, route[apiKeyRequired] == true else { return nil }
            return
                "ApiKeyRequired is not currently supported for HTTP APIs. Please set ApiKeyRequired to false "
                + "for route \(route[routeId] ?? "null")"
        },
        Rule(at: "authorizationType") { route, api in
            guard api?[Api.protocolType] == .webSocket, route[routeKey] != RouteKey.connectKey,
                route[authorizationType] ?? "NONE" != "NONE"
            else { return nil }
            return "Currently, authorization is restricted to the $connect route only"
        },
        Rule(at: "authorizationScopes") { route, _ in
            guard let scopes = route[authorizationScopes], !scopes.isEmpty, route[authorizationType] != "JWT"
            else {
                return nil
            }
            return "Invalid Route authorization type specified. Authorization Scopes are only valid for "
                + "COGNITO_USER_POOLS and JWT authorization types"
        },
        Rule(at: "requestParameters") { route, api in
            guard api?[Api.protocolType] == .webSocket, route[routeKey] != RouteKey.connectKey,
                let parameters = route[requestParameters], !parameters.members.isEmpty
            else { return nil }
            return "Request parameters are only supported for the $connect route in WEBSOCKET APIs"
        },
    ]

    /// An update of the authorizer must have the authorization type, even an unchanged one. A route that
    /// loses the type JWT loses its scopes.
    fileprivate static let authorizationStep: UpdateStep = { patch, _, new throws(ServiceError) in
        if let id = patch[authorizerId], !id.isEmpty, !patch.has(authorizationType) {
            throw .badRequest("Unable to update route. Authorizer type is invalid or null.")
        }
        if let type = patch[authorizationType], type != "JWT", !patch.has(authorizationScopes) {
            new[authorizationScopes] = nil
        }
    }

    /// The identifier of the integration in a target; nil if the target has another form.
    static func integrationId(in target: String) -> String? {
        let parts = target.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "integrations", !parts[1].isEmpty else { return nil }
        return String(parts[1])
    }

    fileprivate static let targetCheck = Check(
        at: "target", naming: Reference(to: .integration, prefix: "integrations/")
    ) { change, tables throws(ServiceError) in
        guard let target = change.new?[target], let integration = integrationId(in: target),
            !tables.contains(integration, in: change.siblings(.integration))
        else { return }
        throw .notFound(Resource.integration.unknownMessage(integration, change.context.scope))
    }

    fileprivate static let authorizerCheck = Check(at: "authorizerId", naming: Reference(to: .authorizer)) {
        change, tables throws(ServiceError) in
        guard let type = change.new?[authorizationType], needsAuthorizer(type) else { return }
        let authorizer = change.new?[authorizerId].flatMap {
            tables.record($0, in: change.siblings(.authorizer))
        }
        let kind = authorizer.flatMap { Members(.authorizer, $0)[Authorizer.authorizerType] }
        guard kind == (type == "JWT" ? "JWT" : "REQUEST") else { throw unfitAuthorizer(for: type) }
    }

    /// Whether a route with this authorization type has an authorizer.
    static func needsAuthorizer(_ type: String) -> Bool { type == "JWT" || type == "CUSTOM" }

    /// The refusal of an authorizer that is missing or of the other type.
    static func unfitAuthorizer(for type: String) -> ServiceError {
        .badRequest(
            "Invalid authorizer ID specified. Setting the authorization type to "
                + (type == "JWT"
                    ? "JWT requires a valid JWT authorizer."
                    : "CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."))
    }

    /// Two keys of one method must have the same variable name at the same level.
    fileprivate static let variablesCheck = Check(at: "routeKey") { change, tables throws(ServiceError) in
        guard change.parent?[Api.protocolType] == .http, let key = change.new?[routeKey],
            key.contains("{"), let mine = RouteKey(key)
        else { return }
        let routes = tables.collection(change.siblings)
        for level in mine.variableLevels {
            // The stored routes of a level have one variable name, so the first of them has it.
            guard let identifier = routes.firstIdentifier(withKey: level.key, but: change.identifier),
                let name = routes.records[identifier]?.uniqueName, let other = RouteKey(name),
                mine.hasConflictingVariable(with: other)
            else { continue }
            throw .conflict(
                "The provided route key \"\(key)\" has a conflicting variable on the same "
                    + "hierarchical level as "
                    + "\"\(name)\"")
        }
    }

    /// The index key of routes that have a target.
    static let targeted = "target"

    /// The index key of routes with this target.
    static func key(ofTarget target: String) -> String { "target \(target)" }

    /// The index key of routes with this authorizer.
    static func key(ofAuthorizer identifier: String) -> String { "authorizers/\(identifier)" }

    fileprivate static let indexKeys: @Sendable (Members) -> IndexKeys = { route in
        var keys: IndexKeys = []
        if let target = route[target] {
            keys.append(targeted)
            keys.append(key(ofTarget: target))
        }
        if let authorizer = route[authorizerId] { keys.append(key(ofAuthorizer: authorizer)) }
        if let key = route[routeKey], key.contains("{") {
            for level in RouteKey(key)?.variableLevels ?? [] { keys.append(level.key) }
        }
        if route[apiGatewayManaged] == true { keys.append(QuickCreate.indexKey) }
        return keys
    }
}
