/// Integration: what a route calls. Child of an Api. AWS: API reference, /v2/apis/{apiId}/integrations.
/// Members and bounds from the service model, where lengths stand in the names of shapes
/// (`StringWithLengthBetween1And1024`); which kind of API has a member from the member's own documentation
/// there. connectionId is not tied to HTTP APIs, though its documentation says so: VPC links of WebSocket
/// integrations are seen in the Terraform provider's acceptance tests.

/// The members of an integration that code reads.
package enum Integration {
    package static let timeoutInMillis = Key<Int>("timeoutInMillis", in: .integration)
    package static let integrationType = Key<String>("integrationType", in: .integration)
}

extension Resource {
    package static let integration = Resource(
        id: .integration,
        noun: "Integration",
        parent: .api,
        path: "/v2/apis/{apiId}/integrations/{integrationId}",
        verbs: [.get],
        fields: [
            .boolean("apiGatewayManaged", .readOnly),
            .string("connectionId", 1...1024),
            .choice("connectionType", ["INTERNET", "VPC_LINK"]),
            .choice("contentHandlingStrategy", ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"], .only(.webSocket)),
            .string("credentialsArn"),
            .string("description", 0...1024),
            .string("integrationId", nil, .readOnly),
            .string("integrationMethod", 1...64),
            .string("integrationResponseSelectionExpression", nil, .readOnly, .only(.webSocket)),
            .string("integrationSubtype", 1...128, .only(.http)),
            .choice("integrationType", ["AWS", "HTTP", "MOCK", "HTTP_PROXY", "AWS_PROXY"], .required),
            .string("integrationUri", 1...2048),
            .choice(
                "passthroughBehavior", ["WHEN_NO_MATCH", "NEVER", "WHEN_NO_TEMPLATES"], .only(.webSocket)),
            .string("payloadFormatVersion", 1...64),
            .map("requestParameters", of: .string(1...512)),
            .map("requestTemplates", of: .string(0...32_768), .only(.webSocket)),
            .map("responseParameters", of: .map(.string(1...512)), .only(.http)),
            .string("templateSelectionExpression", nil, .only(.webSocket)),
            .integer("timeoutInMillis", 50...30_000),
            .object("tlsConfig", [.string("serverNameToVerify", 1...512)], .only(.http)),
        ],
        rules: [
            Rule(at: "timeoutInMillis") { draft, api in
                // The model's range is that of an HTTP API; a WebSocket API's ends a second earlier.
                let timeout = draft[Integration.timeoutInMillis] ?? 0
                guard api?[Api.protocolType] == .webSocket, timeout > 29_000 else { return nil }
                return "Timeout should be between 50 ms and 29000 ms"
            },
            Rule(at: "integrationType") { draft, api in
                let type = draft[Integration.integrationType] ?? ""
                guard api?[Api.protocolType] == .http, !type.isEmpty, !type.hasSuffix("_PROXY") else {
                    return nil
                }
                return "Currently, an API with a protocol type of HTTP may only be associated with proxy "
                    + "integrations (AWS_PROXY, HTTP_PROXY)"
            },
        ])
}
