/// RouteResponse: the answer of a WebSocket API's route. Child of a Route. AWS: API reference,
/// /v2/apis/{apiId}/routes/{routeId}/routeresponses. Members and bounds from the service model, messages from
/// docs/fidelity.md, "RouteResponse".

import JSON

/// The members of a route response that code reads.
package enum RouteResponse {
    package static let routeResponseKey = Key<String>("routeResponseKey", in: .routeResponse)
}

extension Resource {
    package static let routeResponse: Resource = Resource(
        id: .routeResponse,
        noun: "RouteResponse",
        parent: .route,
        path: "/v2/apis/{apiId}/routes/{routeId}/routeresponses/{routeResponseId}",
        identifier: .random(length: 6),
        uniqueName: UniqueName(RouteResponse.routeResponseKey) {
            .conflict("RouteResponse with key \($0) already exists for this Route")
        },
        fields: [
            .string("modelSelectionExpression", nil, .clearable),
            .map("responseModels", of: .string(1...128)),
            .map("responseParameters", of: .object([.boolean("required")]), .merged),
            .string("routeResponseId", nil, .readOnly),
            .string("routeResponseKey", nil, .required),
        ],
        rules: [RouteResponse.keyRule],
        checks: [
            webSocketOnly(
                "RouteResponses are currently not supported for this API protocol type. This is because the "
                    + "API may only be configured with proxy integration at this time.")
        ],
        effects: [Deployment.automaticEffect])
}

extension RouteResponse {
    fileprivate static let keyRule = Rule(at: "routeResponseKey") { response, _ in
        guard let key = response[routeResponseKey], key != RouteKey.defaultKey else { return nil }
        return "Currently, only $default is supported as a RouteResponseKey. The creation of the "
            + "RouteResponse with a key of $default will indicate to API Gateway that this Route is intended "
            + "to handle two-way communication."
    }
}
