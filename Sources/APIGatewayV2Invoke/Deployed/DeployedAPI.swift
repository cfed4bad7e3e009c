/// A deployed HTTP API, compiled once from the snapshot of its deployment. Its routes are in a table. Each
/// has its authorization, its integration and the settings that are not honoured.

package import APIGatewayV2
internal import JSON
package import VTL

/// One deployed API. A class like its parts, because each call copies them many times.
package final class DeployedAPI: Sendable {
    package let apiId: String
    /// Whether the API's own host answers 404, because only a custom domain serves it.
    package let isEndpointDisabled: Bool
    /// The CORS settings; nil without a `corsConfiguration`.
    package let cors: CORS?
    package let table: RouteTable
    /// The routes in the order of the table's indexes.
    package let routes: [DeployedRoute]
    /// The routes of a WebSocket API; nil for an HTTP API.
    package let webSocket: WebSocketAPI?
    /// The routes of a WebSocket API by their keys, as records of its events show them.
    private let webSocketRoutes: [String: DeployedRoute]
    /// The settings of the whole API that are not honoured. Every request to the API then gets 501.
    package let unsupported: [UnsupportedSetting]

    /// Compiles a snapshot. Returns nil if it has no API. `templates` bounds its mapping templates, and
    /// `schemas` its models.
    package init?(
        _ configuration: APIConfiguration, templates: TemplateLimits = TemplateLimits(),
        schemas: JSONSchema.Limits = JSONSchema.Limits()
    ) {
        guard let record = configuration.api else { return nil }
        let api = Members(.api, record)
        apiId = configuration.apiId
        isEndpointDisabled = api[Api.disableExecuteApiEndpoint] ?? false
        let settings = api[Api.corsConfiguration]
        cors = settings.flatMap { $0.members.isEmpty ? nil : CORS($0) }
        let isWebSocket = api[Api.protocolType] == .webSocket
        webSocket = isWebSocket ? WebSocketAPI(configuration, api, templates, schemas) : nil
        unsupported = webSocket?.unsupported ?? []
        webSocketRoutes = (webSocket.map { Array($0.all) } ?? []).reduce(into: [:]) { routes, route in
            routes[route.routeKey] = DeployedRoute(route)
        }
        var parts = RouteParts(configuration)
        routes = isWebSocket ? [] : configuration.routes.records.map { parts.route($0.value, id: $0.key) }
        table = RouteTable(routeKeys: routes.map(\.routeKey))
    }

    /// The route of `match`.
    package func route(_ match: RouteMatch) -> DeployedRoute { routes[match.index] }

    /// The route of a WebSocket API with this key, for records of its events.
    package func record(ofRoute key: String) -> DeployedRoute? { webSocketRoutes[key] }
}

/// One route of a deployed API.
package final class DeployedRoute: Sendable {
    package let routeId: String
    package let routeKey: String
    package let authorization: RouteAuthorization
    /// The integration; nil for a route without a target.
    package let integration: DeployedIntegration?
    /// The identifier of the integration, also of a WebSocket API; nil for a route without a target.
    package let integrationId: String?
    /// The settings of the route, its authorizer and its integration that are not honoured. Each request to
    /// the route then gets 501.
    package let unsupported: [UnsupportedSetting]

    init(
        routeId: String, routeKey: String, authorization: RouteAuthorization,
        integration: DeployedIntegration?, integrationId: String? = nil, unsupported: [UnsupportedSetting]
    ) {
        self.routeId = routeId
        self.routeKey = routeKey
        self.authorization = authorization
        self.integration = integration
        self.integrationId = integrationId ?? integration?.id
        self.unsupported = unsupported
    }
}

extension DeployedRoute {
    fileprivate convenience init(_ route: WebSocketRoute) {
        self.init(
            routeId: route.routeId, routeKey: route.routeKey,
            authorization: RouteAuthorization(route.authorization), integration: nil,
            integrationId: route.integration?.id, unsupported: route.unsupported)
    }
}

extension RouteAuthorization {
    /// The check of a handshake.
    fileprivate init(_ authorization: WebSocketRoute.Authorization) {
        switch authorization {
        case .none: self = .none
        case .iam: self = .iam
        case .unusable(let text): self = .unusable(text)
        case .function(let authorizer): self = .webSocket(authorizer)
        }
    }
}

/// The check that a route demands before its integration is called.
package enum RouteAuthorization: Sendable {
    case none
    /// A signed request.
    case iam
    /// A token. A route without scopes accepts every scope.
    case jwt(JWTAuthorizer, scopes: [String])
    case function(LambdaAuthorizer)
    /// The handshake of a WebSocket API.
    case webSocket(WebSocketAuthorizer)
    /// The route's authorizer is missing or unusable, and every request gets the gateway's 500. The text is
    /// for the log.
    case unusable(String)
}

/// The authorizers and integrations of a snapshot, each compiled once for all routes that name it.
private struct RouteParts {
    private let configuration: APIConfiguration
    private var integrations: [String: DeployedIntegration] = [:]

    init(_ configuration: APIConfiguration) {
        self.configuration = configuration
    }

    mutating func route(_ record: Record, id: String) -> DeployedRoute {
        let route = Members(.route, record)
        let key = route[Route.routeKey] ?? ""
        var unsupported: [UnsupportedSetting] = []
        if route[Route.apiKeyRequired] == true { unsupported.append(.route("apiKeyRequired", of: key)) }
        let authorization = authorization(of: route)
        let integration = route[Route.target].flatMap { self.integration(of: $0) }
        unsupported += integration?.unsupported ?? []
        return DeployedRoute(
            routeId: id, routeKey: key, authorization: authorization, integration: integration,
            unsupported: unsupported)
    }

    private func authorization(of route: Members) -> RouteAuthorization {
        let type = route[Route.authorizationType] ?? "NONE"
        if type == "NONE" { return .none }
        if type == "AWS_IAM" { return .iam }
        guard let id = route[Route.authorizerId], let record = configuration.authorizers.records[id] else {
            return .unusable("the authorizer \(route[Route.authorizerId] ?? "") is missing")
        }
        let members = Members(.authorizer, record)
        switch members[Authorizer.authorizerType] {
        case "JWT":
            return .jwt(
                JWTAuthorizer(members, id: id),
                scopes: (route[Route.authorizationScopes] ?? []).compactMap(\.text))
        case "REQUEST": return .function(LambdaAuthorizer(members, id: id))
        default: return .unusable("the authorizer \(id) is neither JWT nor REQUEST")
        }
    }

    private mutating func integration(of target: String) -> DeployedIntegration? {
        guard target.hasPrefix("integrations/") else { return nil }
        let id = String(target.dropFirst("integrations/".count))
        if let known = integrations[id] { return known }
        guard let record = configuration.integrations.records[id] else { return nil }
        let integration = DeployedIntegration(Members(.integration, record), id: id)
        integrations[id] = integration
        return integration
    }
}
