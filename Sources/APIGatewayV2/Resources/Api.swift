/// Api: an HTTP or WebSocket API, the root of most other resources. Deleting an API deletes all of them. AWS:
/// API reference, /v2/apis. The service model has the members and bounds, and in its documentation the kind
/// of API of each member. Defaults and messages from docs/fidelity.md, "Api".

import HTTPWire
package import JSON

/// The members of an API that code reads.
package enum Api {
    package static let apiKeySelectionExpression = Key<String>("apiKeySelectionExpression", in: .api)
    package static let apiId = Key<String>("apiId", in: .api)
    package static let protocolType = ProtocolType.key
    package static let corsConfiguration = Key<JSONObject>("corsConfiguration", in: .api)
    package static let credentialsArn = Key<String>("credentialsArn", in: .api)
    package static let description = Key<String>("description", in: .api)
    package static let disableExecuteApiEndpoint = Key<Bool>("disableExecuteApiEndpoint", in: .api)
    package static let importInfo = Key<[JSON]>("importInfo", in: .api)
    package static let ipAddressType = Key<String>("ipAddressType", in: .api)
    package static let name = Key<String>("name", in: .api)
    package static let routeKey = Key<String>("routeKey", in: .api)
    package static let routeSelectionExpression = Key<String>("routeSelectionExpression", in: .api)
    package static let tags = Key<JSONObject>("tags", in: .api)
    package static let target = Key<String>("target", in: .api)
    package static let version = Key<String>("version", in: .api)
    package static let warnings = Key<[JSON]>("warnings", in: .api)

    /// The only route selection expression of an HTTP API.
    static let httpRouteSelection = "$request.method $request.path"
}

extension Members? {
    /// Whether the members are those of an API of this kind.
    func isAPI(_ type: ProtocolType) -> Bool { self?.member(Api.protocolType, is: type) ?? false }
}

extension Resource {
    package static let api: Resource = Resource(
        id: .api,
        noun: "Api",
        path: "/v2/apis/{apiId}",
        names: OperationNames("Api", updateStatus: 201),
        identifier: .random(length: 10),
        quota: Quota("APIs", 600, per: "account"),
        fields: [
            .string(
                "apiEndpoint", nil, .readOnly,
                default: .generated { change, members in
                    let scheme = members[Api.protocolType] == .webSocket ? "wss" : "https"
                    let scope = change.context.scope
                    return .string(
                        "\(scheme)://\(change.identifier).execute-api.\(scope.region).\(scope.dnsSuffix)")
                }),
            .boolean("apiGatewayManaged", .readOnly),
            .string("apiId", nil, .readOnly),
            .string("apiKeySelectionExpression", default: .constant("$request.header.x-api-key")),
            .object(
                "corsConfiguration",
                [
                    .boolean("allowCredentials"),
                    .list("allowHeaders", of: .string(nil)),
                    .list("allowMethods", of: .string(1...64)),
                    .list("allowOrigins", of: .string(nil)),
                    .list("exposeHeaders", of: .string(nil)),
                    .integer("maxAge", -1...86_400),
                ], .only(.http), .keptWhenEmpty),
            .timestamp(
                "createdDate", .readOnly, default: .generated { change, _ in change.context.timestamp }),
            .string("credentialsArn", nil, .inputOnly),
            .string("description", 0...1024, .clearable),
            .boolean("disableExecuteApiEndpoint", default: .constant(false)),
            .boolean("disableSchemaValidation", .only(.webSocket)),
            .list("importInfo", of: .string(nil), .readOnly, .only(.http)),
            .choice("ipAddressType", ["ipv4", "dualstack"], default: .constant("ipv4")),
            .string("name", 1...128, .required, .refusal("Invalid API name specified")),
            .choice("protocolType", ["WEBSOCKET", "HTTP"], .required, .createOnly),
            .string("routeKey", nil, .inputOnly),
            .string(
                "routeSelectionExpression", nil,
                default: .derived { members, _ in
                    members[Api.protocolType] == .http ? .string(Api.httpRouteSelection) : nil
                }),
            .map(
                "tags", of: .string(Tags.valueLengths), .createOnly,
                default: .derived { members, _ in
                    // The recorded answer to a quick create has no tags. Every other answer has them.
                    members[Api.target] == nil ? .object([:]) : nil
                }),
            .string("target", 1...2048, .inputOnly),
            .string("version", 1...64, .clearable),
            .list("warnings", of: .string(nil), .readOnly),
        ],
        rules: Api.rules,
        requestOnlyRules: [Api.routeSelectionRule],
        normalize: Api.normalize,
        requestOnlyChecks: [Tags.check, QuickCreate.check],
        deletionChecks: [ApiMapping.apiInUseCheck],
        effects: [QuickCreate.effect, Deployment.automaticEffect],
        specialOperations: [
            Operation(
                "DeleteCorsConfiguration", .delete, "/v2/apis/{apiId}/cors", status: 204,
                .perform { call throws(ServiceError) in
                    try call.update(.api) { $0[Api.corsConfiguration] = nil }
                })
        ],
        notModelled: [
            "`apiEndpoint` is the real service's address, unless `--api-endpoint` says otherwise.",
            "Members of OpenAPI that HTTP APIs do not have are named in `importInfo` and dropped, "
                + "as the service does; Swagger 2.0 is refused.",
        ],
        unknownMessage: { identifier, scope in
            "Invalid API identifier specified \(scope.account):\(identifier)"
        })
}

extension Api {
    /// A WebSocket API needs a route selection expression.
    fileprivate static let routeSelectionRule = Rule(at: "routeSelectionExpression") { members, _ in
        guard members[Api.protocolType] == .webSocket else { return nil }
        return members[Api.routeSelectionExpression]?.isEmpty ?? true
            ? "Invalid routeSelectionExpression" : nil
    }

    fileprivate static let rules = [
        Rule(at: "routeSelectionExpression") { members, _ in
            let accepted = [Api.httpRouteSelection, "${request.method} ${request.path}"]
            guard members[Api.protocolType] == .http, let expression = members[Api.routeSelectionExpression],
                !accepted.contains(expression)
            else { return nil }
            return #"Route selection expression is currently limited to "${request.method} ${request.path}""#
        },
        Rule(at: "corsConfiguration") { members, _ in
            guard members[Api.protocolType] == .webSocket, members[Api.corsConfiguration] != nil else {
                return nil
            }
            return "Cors is not supported for WEBSOCKET protocolType"
        },
        Rule(at: "corsConfiguration") { members, _ in
            members[Api.corsConfiguration].flatMap(CORS.breach)
        },
    ]

    fileprivate static func normalize(_ members: inout Members, _ parent: Members?) {
        members[Api.corsConfiguration] = members[Api.corsConfiguration].map(CORS.kept)
    }
}
