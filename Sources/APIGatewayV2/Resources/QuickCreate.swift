/// Quick create: a CreateApi with a target also makes an integration, a route and a stage, all marked as
/// managed. They can be changed, and not deleted. The sources are a transcript of 2021 and the Terraform
/// provider's acceptance tests: docs/fidelity.md, "Quick create".

import JSON

/// The quick create of HTTP APIs.
enum QuickCreate {
    /// Makes the three after CreateApi. After UpdateApi, values of the request replace the integration's
    /// target and credentials and the route's key.
    static let effect: Effect = { change, tables in
        guard let api = change.new, api[Api.protocolType] == .http else { return }
        if change.old == nil, let target = api[Api.target] {
            create(target, for: api, change, in: &tables)
        } else if change.old != nil {
            update(from: api, change, in: &tables)
        }
    }

    /// The rules of a route's key hold for the key of a quick create too.
    static let check = Check { change, _ throws(ServiceError) in
        guard let api = change.new, api[Api.protocolType] == .http, let key = api[Api.routeKey],
            change.old != nil || api[Api.target] != nil
        else { return }
        var route = Members(.route)
        route[Route.routeKey] = key
        for rule in Resource.route.rules where rule.member == "routeKey" {
            if let message = rule.breach(route, api) { throw .badRequest(message) }
        }
    }

    private static func create(_ target: String, for api: Members, _ change: Change, in tables: inout Tables)
    {
        let integrationId = change.context.random.identifier(length: 7)
        var integration = Members(.integration)
        integration[Integration.apiGatewayManaged] = true
        integration[Integration.integrationId] = integrationId
        integration[Integration.connectionType] = "INTERNET"
        integration[Integration.credentialsArn] = api[Api.credentialsArn]
        integration[Integration.timeoutInMillis] = 30_000
        setTarget(target, of: &integration)
        Resource.integration.writeUnchecked(
            integration, as: integrationId, under: [change.identifier], in: &tables)

        let routeId = change.context.random.identifier(length: 7)
        var route = Members(.route)
        route[Route.apiGatewayManaged] = true
        route[Route.apiKeyRequired] = false
        route[Route.authorizationType] = "NONE"
        route[Route.routeId] = routeId
        route[Route.routeKey] = api[Api.routeKey] ?? RouteKey.defaultKey
        route[Route.target] = "integrations/\(integrationId)"
        Resource.route.writeUnchecked(route, as: routeId, under: [change.identifier], in: &tables)

        var stage = Members(.stage)
        stage[Stage.apiGatewayManaged] = true
        stage[Stage.autoDeploy] = true
        stage[Stage.stageName] = Stage.defaultName
        stage[Stage.defaultRouteSettings] = ["detailedMetricsEnabled": .bool(false)]
        stage[Stage.createdDate] = String(change.context.timestamp)
        stage[Stage.lastUpdatedDate] = String(change.context.timestamp)
        stage[Stage.routeSettings] = [:]
        stage[Stage.stageVariables] = [:]
        stage[Stage.tags] = api[Api.tags] ?? [:]
        Resource.stage.writeUnchecked(stage, as: Stage.defaultName, under: [change.identifier], in: &tables)
        Deployment.deployAutomatically(apiId: change.identifier, change.context, in: &tables)
    }

    /// Sets the target. A Lambda function becomes a Lambda proxy, every other target an HTTP proxy.
    private static func setTarget(_ target: String, of integration: inout Members) {
        let isFunction = target.hasPrefix("arn:")
        integration[Integration.integrationUri] = target
        integration[Integration.integrationType] = isFunction ? "AWS_PROXY" : "HTTP_PROXY"
        integration[Integration.integrationMethod] = isFunction ? "POST" : "ANY"
        integration[Integration.payloadFormatVersion] = isFunction ? "2.0" : "1.0"
    }

    private static func update(from api: Members, _ change: Change, in tables: inout Tables) {
        if api[Api.target] != nil || api[Api.credentialsArn] != nil {
            changeManaged(.integration, of: change.identifier, in: &tables) { integration in
                if let target = api[Api.target] { setTarget(target, of: &integration) }
                if let credentials = api[Api.credentialsArn] {
                    integration[Integration.credentialsArn] = credentials
                }
            }
        }
        if let routeKey = api[Api.routeKey] {
            changeManaged(.route, of: change.identifier, in: &tables) { $0[Route.routeKey] = routeKey }
        }
    }

    /// The index key of resources of a quick create.
    static let indexKey = "managed"

    private static func changeManaged(
        _ resource: Resource, of apiId: String, in tables: inout Tables, _ change: (inout Members) -> Void
    ) {
        let collection = tables.collection(CollectionKey(resource: resource.id, parent: apiId))
        for identifier in collection.identifiers(withKey: indexKey) {
            guard let record = collection.records[identifier] else { continue }
            var members = Members(resource, record)
            change(&members)
            resource.writeUnchecked(members, as: identifier, under: [apiId], in: &tables)
        }
    }
}

extension Members {
    /// Whether a quick create made the resource.
    var isManaged: Bool {
        resource.slot(of: "apiGatewayManaged").flatMap { values[$0] } == .bool(true)
    }
}

extension Resource {
    /// Refuses to delete a resource of a quick create. The refusal is documented, its wording is not.
    static let managedCheck = Check { change, _ throws(ServiceError) in
        guard change.old?.isManaged == true else { return }
        throw .badRequest(
            "\(change.resource.noun) \(change.identifier) is managed by API Gateway and cannot be deleted")
    }
}
