/// IntegrationResponse: the way from an integration's answer to a WebSocket API's answer. Child of an
/// Integration. AWS: API reference, /v2/apis/{apiId}/integrations/{integrationId}/integrationresponses.
/// Members and bounds from the service model, messages from docs/fidelity-apis.md, "IntegrationResponse".

package import JSON

/// The members of an integration response that code reads.
package enum IntegrationResponse {
    package static let contentHandlingStrategy = Key<String>(
        "contentHandlingStrategy", in: .integrationResponse)
    package static let integrationResponseKey = Key<String>(
        "integrationResponseKey", in: .integrationResponse)
    package static let responseTemplates = Key<JSONObject>("responseTemplates", in: .integrationResponse)
    package static let templateSelectionExpression = Key<String>(
        "templateSelectionExpression", in: .integrationResponse)
    package static let responseParameters = Key<JSONObject>("responseParameters", in: .integrationResponse)
}

extension Resource {
    package static let integrationResponse: Resource = Resource(
        id: .integrationResponse,
        noun: "IntegrationResponse",
        parent: .integration,
        path: "/v2/apis/{apiId}/integrations/{integrationId}/integrationresponses/{integrationResponseId}",
        identifier: .random(length: 7),
        uniqueName: UniqueName(IntegrationResponse.integrationResponseKey) {
            .conflict("IntegrationResponse with key \($0) already exists for this Integration")
        },
        fields: [
            .choice("contentHandlingStrategy", ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]),
            .string("integrationResponseId", nil, .readOnly),
            .string("integrationResponseKey", nil, .required),
            .map("responseParameters", of: .string(1...512), .merged),
            .map("responseTemplates", of: .string(0...32_768)),
            .string("templateSelectionExpression", nil, .clearable),
        ],
        rules: [
            Rule(at: "responseParameters") { response, _ in
                guard response.has(IntegrationResponse.responseParameters),
                    let entries = response[IntegrationResponse.responseParameters]
                else { return nil }
                return MappingErrors.message(RouteMapping.errors(in: entries, of: .routeResponse))
            }
        ],
        checks: [
            webSocketOnly(
                "IntegrationResponses are currently not supported for this API protocol type. This is "
                    + "because the API may only be configured with proxy integration at this time.")
        ],
        effects: [Deployment.automaticEffect])

    /// Refuses children of an HTTP API's resources that only WebSocket APIs have.
    static func webSocketOnly(_ message: String) -> Check {
        Check { change, tables throws(ServiceError) in
            let api = tables.record(change.parents[0], in: CollectionKey(resource: .api, parent: ""))
            if api.map({ Members(.api, $0)[Api.protocolType] }) == .http { throw .badRequest(message) }
        }
    }
}
