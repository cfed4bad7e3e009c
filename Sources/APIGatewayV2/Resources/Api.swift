/// Api: an HTTP or WebSocket API, the root of most other resources. AWS: API reference, /v2/apis. Members and
/// bounds from the service model; which kind of API has a member from the member's own documentation there.

/// The members of an API that code reads.
package enum Api {
    package static let protocolType = Key<ProtocolType>("protocolType", in: .api)
}

extension Resource {
    package static let api = Resource(
        id: .api,
        noun: "Api",
        path: "/v2/apis/{apiId}",
        verbs: [],
        fields: [
            .string("apiEndpoint", nil, .readOnly),
            .boolean("apiGatewayManaged", .readOnly),
            .string("apiId", nil, .readOnly),
            .string("apiKeySelectionExpression"),
            .object(
                "corsConfiguration",
                [
                    .boolean("allowCredentials"),
                    .list("allowHeaders", of: .string(nil)),
                    .list("allowMethods", of: .string(1...64)),
                    .list("allowOrigins", of: .string(nil)),
                    .list("exposeHeaders", of: .string(nil)),
                    .integer("maxAge", -1...86_400),
                ], .only(.http)),
            .timestamp("createdDate", .readOnly),
            .string("description", 0...1024),
            .boolean("disableExecuteApiEndpoint"),
            .boolean("disableSchemaValidation", .only(.webSocket)),
            .list("importInfo", of: .string(nil), .readOnly, .only(.http)),
            .choice("ipAddressType", ["ipv4", "dualstack"]),
            .string("name", 1...128, .required),
            .choice("protocolType", ["WEBSOCKET", "HTTP"], .required),
            .string("routeSelectionExpression"),
            .map("tags", of: .string(1...1600)),
            .string("version", 1...64),
            .list("warnings", of: .string(nil), .readOnly),
        ],
        unknownMessage: { identifier, scope in
            "Invalid API identifier specified \(scope.account):\(identifier)"
        })
}
