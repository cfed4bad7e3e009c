/// The kinds of resources of the service.

/// The resources. A parent comes before its children.
package enum ResourceID: String, Hashable, Sendable, CaseIterable {
    case api, deployment, authorizer, integration, integrationResponse, model, route, routeResponse, stage
    case domainName, apiMapping, routingRule
    case vpcLink
    case portal, portalProduct, portalProductSharingPolicy, productPage, productRestEndpointPage
}
