/// The service's catalogue: all of its resources, and the operations that no table has.

extension Catalogue {
    package static let service = Catalogue(
        resources: ResourceID.allCases.map(table), additions: [.api: OpenAPIOperations.all],
        otherOperations: Tags.operations)

    /// The table of a resource. Only this function lists the tables: a new resource is a case here and a
    /// file.
    private static func table(of id: ResourceID) -> Resource {
        switch id {
        case .api: .api
        case .apiMapping: .apiMapping
        case .authorizer: .authorizer
        case .deployment: .deployment
        case .domainName: .domainName
        case .integration: .integration
        case .integrationResponse: .integrationResponse
        case .model: .model
        case .portal: .portal
        case .portalProduct: .portalProduct
        case .portalProductSharingPolicy: .portalProductSharingPolicy
        case .productPage: .productPage
        case .productRestEndpointPage: .productRestEndpointPage
        case .route: .route
        case .routeResponse: .routeResponse
        case .routingRule: .routingRule
        case .stage: .stage
        case .vpcLink: .vpcLink
        }
    }
}
