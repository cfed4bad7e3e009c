/// A deployed WebSocket API, compiled once: its routes by their keys, and the expression that chooses one.
/// Developer guide, "Create routes for WebSocket APIs in API Gateway".

internal import APIGatewayV2
package import JSON
internal import VTL

/// The routes of one deployment.
package final class WebSocketAPI: Sendable {
    package static let connectKey = "$connect"
    package static let disconnectKey = "$disconnect"
    package static let defaultKey = "$default"

    package let apiId: String
    private let routes: [String: WebSocketRoute]
    /// Nil for an expression that is not read; `unsupported` has the reason.
    private let selection: SelectionExpression?
    private let selectionText: String
    /// The source of API keys.
    private let keySelection: SelectionExpression?
    package let unsupported: [UnsupportedSetting]

    init(
        _ configuration: APIConfiguration, _ api: Members, _ templates: TemplateLimits,
        _ schemas: JSONSchema.Limits
    ) {
        var problems: [UnsupportedSetting] = []
        apiId = configuration.apiId
        func expression(_ text: String?, _ member: String) -> SelectionExpression? {
            guard let text else { return nil }
            let expression = SelectionExpression(text, pathStepsMax: templates.pathStepsMax)
            if expression == nil {
                problems.append(
                    .api(member, of: configuration.apiId, reason: "is \(text), which is not read"))
            }
            return expression
        }
        selectionText = api[Api.routeSelectionExpression] ?? ""
        selection = expression(api[Api.routeSelectionExpression], "routeSelectionExpression")
        keySelection = expression(api[Api.apiKeySelectionExpression], "apiKeySelectionExpression")
        var parts = WebSocketParts(configuration, templates, schemas)
        var routes: [String: WebSocketRoute] = [:]
        for (identifier, record) in configuration.routes.records.map({ ($0.key, $0.value) }) {
            let route = parts.route(Members(.route, record), id: identifier)
            routes[route.routeKey] = route
        }
        self.routes = routes
        unsupported = problems
    }

    /// All routes.
    var all: some Sequence<WebSocketRoute> { routes.values }

    /// The route of this key.
    package func route(_ key: String) -> WebSocketRoute? { routes[key] }

    /// The value of a message for its route and its template; nil for text that is no JSON.
    package static func payload(of body: [UInt8]) -> JSON? { JSON(messageBody: body) }

    /// The API key of a handshake; empty without one. `usageKey` is that of the authorizer's answer.
    package func key(of event: WebSocketEvent, usageKey: String?) -> String {
        guard let keySelection else { return "" }
        return keySelection.text { variable in
            if case .context("authorizer.usageIdentifierKey") = variable { return usageKey.map(JSON.string) }
            return event.value(variable)
        }
    }

    /// The line for the log about a message without a route: the key that the expression gives, and the
    /// nearest keys.
    package func missText(for event: WebSocketEvent) -> String {
        let keys = routes.keys.filter { $0 != Self.connectKey && $0 != Self.disconnectKey }.sorted()
        guard !keys.isEmpty else { return "no route of \(apiId) takes messages: it has none for them" }
        guard let selection, !selection.readsRequestBody || event.payload != nil else {
            return "no route of \(apiId) takes a message that is no JSON: there is no $default"
        }
        let key = event.text(of: selection)
        let isOther = key == Self.connectKey || key == Self.disconnectKey
        let text =
            "no route of \(apiId) has the key \(JSON.string(key).jsonText) that \(selectionText) gives"
            + (isOther ? ", and messages cannot have it" : "")
        if let nearest = nearestName(to: key, among: keys) { return text + ": \(nearest) is the nearest" }
        let shown = keys.prefix(Self.keysShownMax).joined(separator: ", ")
        return text + ": there are \(shown)" + (keys.count > Self.keysShownMax ? " and more" : "")
    }

    /// The most keys in a line. Fixed, because a line is for reading.
    private static let keysShownMax = 5

    /// The route for a message: the one with the key that the expression gives, else `$default`. Nil if the
    /// API has neither.
    package func route(for event: WebSocketEvent) -> WebSocketRoute? {
        guard let selection, !selection.readsRequestBody || event.payload != nil else {
            return routes[Self.defaultKey]
        }
        let key = event.text(of: selection)
        // The keys of handshakes and ends are no keys for messages.
        if key != Self.connectKey, key != Self.disconnectKey, let route = routes[key] { return route }
        return routes[Self.defaultKey]
    }
}

/// One route.
package final class WebSocketRoute: Sendable {
    /// The check of a handshake.
    package enum Authorization: Sendable {
        case none
        case iam
        case function(WebSocketAuthorizer)
        /// The authorizer is missing. The text is for the log.
        case unusable(String)
    }

    package let routeId: String
    package let routeKey: String
    package let authorization: Authorization
    package let needsKey: Bool
    /// The integration; nil for a route without a target.
    package let integration: WebSocketIntegration?
    /// Whether the client gets the integration's answer.
    package let isTwoWay: Bool
    private let required: [(name: String, parameter: ConnectParameter)]
    private let models: [String: JSONSchema]
    private let modelSelection: SelectionExpression?
    package let unsupported: [UnsupportedSetting]

    fileprivate init(
        _ route: Members, id: String, authorization: Authorization, integration: WebSocketIntegration?,
        models: [String: JSONSchema], responseKeys: Set<String>, pathStepsMax: Int,
        problems: [UnsupportedSetting]
    ) {
        var problems = problems
        let key = route[Route.routeKey] ?? ""
        (routeId, routeKey) = (id, key)
        self.authorization = authorization
        self.integration = integration
        self.models = models
        needsKey = route[Route.apiKeyRequired] ?? false
        required = (route[Route.requestParameters]?.members ?? []).compactMap { entry in
            guard entry.value.member("required") == .bool(true) else { return nil }
            return ConnectParameter(entry.name).map { (entry.name, $0) }
        }
        func expression(_ text: String?, _ member: String) -> SelectionExpression? {
            guard let text, !text.isEmpty else { return nil }
            let expression = SelectionExpression(text, pathStepsMax: pathStepsMax)
            if expression == nil {
                problems.append(.route(member, of: key, reason: "is \(text), which is not read"))
            }
            return expression
        }
        modelSelection = expression(route[Route.modelSelectionExpression], "modelSelectionExpression")
        // The only key of a route response is $default, which every expression comes down to.
        isTwoWay =
            !(route[Route.routeResponseSelectionExpression] ?? "").isEmpty
            && responseKeys.contains("$default")
        unsupported = problems + (integration?.unsupported ?? [])
    }

    /// The name of a required parameter that the handshake lacks; nil if it has all.
    package func missingParameter(in event: WebSocketEvent) -> String? {
        required.first { $0.parameter.value(in: event.request) == nil }?.name
    }

    /// The reason why a message does not fit its model; nil if it does, or if it has none.
    package func modelProblem(of event: WebSocketEvent) -> String? {
        if models.isEmpty, modelSelection == nil { return nil }
        let key = modelSelection.map { event.text(of: $0) }
        guard let schema = key.flatMap({ models[$0] }) ?? models["$default"] else {
            // Without an expression nothing is validated (developer guide, "Request validation").
            return key.map { "[no model has the key \(JSON.string($0).jsonText), and there is no $default]" }
        }
        guard let payload = event.payload else { return "[the message is no JSON]" }
        return schema.problem(in: payload).map { "[\($0)]" }
    }
}

/// The parts of a snapshot, each compiled once for all routes that name it.
private struct WebSocketParts {
    private let configuration: APIConfiguration
    private let templates: TemplateLimits
    private var integrations: [String: WebSocketIntegration] = [:]
    /// The schemas by the names of their models.
    private var schemas: [String: JSONSchema] = [:]
    private var schemaProblems: [String: String] = [:]

    init(_ configuration: APIConfiguration, _ templates: TemplateLimits, _ limits: JSONSchema.Limits) {
        self.configuration = configuration
        self.templates = templates
        var limits = limits
        limits.matchStepsMax = templates.matchStepsMax
        for (_, record) in configuration.models.records.map({ ($0.key, $0.value) }) {
            let model = Members(.model, record)
            let name = model[Model.name] ?? ""
            do throws(JSONSchema.Problem) {
                schemas[name] = try JSONSchema(parsing: model[Model.schema] ?? "{}", limits: limits)
            } catch {
                schemaProblems[name] = error.text
            }
        }
    }

    mutating func route(_ route: Members, id: String) -> WebSocketRoute {
        let key = route[Route.routeKey] ?? ""
        var problems: [UnsupportedSetting] = []
        var models: [String: JSONSchema] = [:]
        for entry in route[Route.requestModels]?.members ?? [] {
            let name = entry.value.text ?? ""
            if let schema = schemas[name] {
                models[entry.name] = schema
            } else {
                let reason = schemaProblems[name] ?? "there is no such model"
                problems.append(
                    .route(
                        "requestModels", of: key, reason: "names \(name), which is not honoured",
                        detail: reason))
            }
        }
        let responses = configuration.routeResponses[id]?.records.values.map {
            Members(.routeResponse, $0)[RouteResponse.routeResponseKey] ?? ""
        }
        let authorization = authorization(of: route)
        let integration = route[Route.target].flatMap { self.integration(of: $0) }
        return WebSocketRoute(
            route, id: id, authorization: authorization, integration: integration, models: models,
            responseKeys: Set(responses ?? []), pathStepsMax: templates.pathStepsMax, problems: problems)
    }

    private func authorization(of route: Members) -> WebSocketRoute.Authorization {
        switch route[Route.authorizationType] ?? "NONE" {
        case "NONE": return .none
        case "AWS_IAM": return .iam
        default: break
        }
        let id = route[Route.authorizerId] ?? ""
        guard let record = configuration.authorizers.records[id] else {
            return .unusable("the authorizer \(id) is missing")
        }
        let members = Members(.authorizer, record)
        guard members[Authorizer.authorizerType] == "REQUEST" else {
            return .unusable("the authorizer \(id) is not of the type REQUEST")
        }
        return .function(WebSocketAuthorizer(members, id: id))
    }

    private mutating func integration(of target: String) -> WebSocketIntegration? {
        guard target.hasPrefix("integrations/") else { return nil }
        let id = String(target.dropFirst("integrations/".count))
        if let known = integrations[id] { return known }
        guard let record = configuration.integrations.records[id] else { return nil }
        let integration = WebSocketIntegration(
            Members(.integration, record), responses: configuration.integrationResponses[id], id: id,
            templates: templates)
        integrations[id] = integration
        return integration
    }
}
