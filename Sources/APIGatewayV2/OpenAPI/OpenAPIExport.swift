/// An API in, its OpenAPI document out, with members in the order of the service's exports
/// (docs/fidelity-openapi.md, "Export"). The order of paths is unknown. Here it is the order of their bytes,
/// so that an import of the document is exported as the same document. Refuses APIs that no document can
/// describe.

import JSON

struct OpenAPIExport {
    private let configuration: APIConfiguration
    private let api: Members
    private let stageName: String?
    private let hasExtensions: Bool
    /// The first mapping of a custom domain to the stage; nil if there is none.
    private let mapping: (domainName: String, key: String)?
    private let context: WriteContext

    /// `stage` selects the API as it is deployed to that stage. Without it the present API is exported.
    init(
        of apiId: String, stage: String?, hasExtensions: Bool, in tables: Tables, _ context: WriteContext
    ) throws(ServiceError) {
        let latest = try Resource.api.existing([apiId], in: tables, context)
        guard latest[Api.protocolType] == .http else {
            throw .badRequest("Export is not supported for APIs with a protocol type of WEBSOCKET")
        }
        configuration =
            try stage.map { stage throws(ServiceError) in
                try Self.deployed(at: stage, of: apiId, in: tables, context)
            } ?? APIConfiguration(of: apiId, in: tables)
        guard configuration.routes.count > 0 else {
            throw .badRequest("Unable to export API because no routes exist in this API")
        }
        api = configuration.api.map { Members(.api, $0) } ?? latest
        stageName = stage
        mapping = stage.flatMap { Self.mapping(of: apiId, stage: $0, in: tables) }
        self.hasExtensions = hasExtensions
        self.context = context
    }

    private static func deployed(
        at stage: String, of apiId: String, in tables: Tables, _ context: WriteContext
    ) throws(ServiceError) -> APIConfiguration {
        let stage = try Resource.stage.existing([apiId, stage], in: tables, context)
        guard let deployment = stage[Stage.deploymentId] else {
            throw .badRequest("Unable to export API because nothing is deployed to this stage")
        }
        let key = RecordKey(
            collection: CollectionKey(resource: .deployment, parent: apiId), identifier: deployment)
        return tables.deployed[key] ?? APIConfiguration(of: apiId, in: tables)
    }

    private static func mapping(
        of apiId: String, stage: String, in tables: Tables
    ) -> (domainName: String, key: String)? {
        var mappings: [(domainName: String, key: String)] = []
        let path = ApiMapping.path(ofStage: stage, of: apiId)
        for domain in tables.parents(of: .apiMapping, naming: path) {
            let collection = tables.collection(CollectionKey(resource: .apiMapping, parent: domain))
            for identifier in collection.identifiers(withKey: path) {
                let mapping = collection.records[identifier].map { Members(.apiMapping, $0) }
                mappings.append((domain, mapping?[ApiMapping.apiMappingKey] ?? ""))
            }
        }
        return mappings.min { $0 < $1 }
    }

    var document: JSON {
        var root: JSONObject = ["openapi": "3.0.1", "info": info, "servers": [server]]
        if hasExtensions { root["tags"] = tags }
        root["paths"] = paths
        let components = components
        root["components"] = components.members.isEmpty ? nil : .object(components)
        if hasExtensions {
            root[OpenAPIExtension.cors] = cors
            root[OpenAPIExtension.exportVersion] = "1.0"
        }
        return .object(root)
    }

    // MARK: The API

    private var info: JSON {
        var info: JSONObject = ["title": .string(api[Api.name] ?? "")]
        info["description"] = api[Api.description].flatMap { $0.isEmpty ? nil : .string($0) }
        info["version"] = .string(api[Api.version] ?? exportTime)
        return .object(info)
    }

    /// The version of an API without one: `2030-01-01 00:00:00UTC`.
    private var exportTime: String {
        let text = Timestamp(secondsSince1970: Int(context.now.components.seconds)).text
        return text.replacing("T", with: " ").replacing("Z", with: "UTC")
    }

    /// The server. A custom domain name replaces the default endpoint if that is disabled.
    private var server: JSON {
        let isDisabled = api[Api.disableExecuteApiEndpoint] == true
        var server: JSONObject
        if isDisabled, let mapping {
            server = self.server(at: "https://\(mapping.domainName)", basePath: mapping.key)
        } else {
            let host = "https://\(configuration.apiId).execute-api.\(context.scope.region).amazonaws.com"
            server = self.server(at: host, basePath: stageName == Stage.defaultName ? "" : stageName ?? "")
        }
        var endpoint = JSONObject()
        endpoint["disableExecuteApiEndpoint"] = isDisabled ? true : nil
        endpoint["ipAddressType"] = api[Api.ipAddressType].flatMap { $0 == "ipv4" ? nil : .string($0) }
        if hasExtensions, !endpoint.members.isEmpty {
            server[OpenAPIExtension.endpointConfiguration] = .object(endpoint)
        }
        return .object(server)
    }

    private func server(at host: String, basePath: String) -> JSONObject {
        [
            "url": .string("\(host)/{basePath}"),
            "variables": ["basePath": ["default": .string(basePath)]],
        ]
    }

    private var tags: JSON? {
        guard let tags = api[Api.tags], !tags.members.isEmpty else { return nil }
        return .array(
            tags.members.map { ["name": .string($0.name), OpenAPIExtension.tagValue: $0.value] })
    }

    private var cors: JSON? {
        guard let cors = api[Api.corsConfiguration] else { return nil }
        var members = JSONObject()
        for name in [
            "allowMethods", "allowHeaders", "exposeHeaders", "maxAge", "allowCredentials", "allowOrigins",
        ] {
            members[name] = cors[name]
        }
        return .object(members)
    }

    // MARK: Paths

    private var paths: JSON {
        var items: [String: [String: Members]] = [:]
        for record in configuration.routes.records.values {
            let route = Members(.route, record)
            let key = route[Route.routeKey] ?? ""
            let parts = key.split(separator: " ", maxSplits: 1)
            let (method, path) =
                parts.count == 2 ? (String(parts[0]), String(parts[1])) : ("ANY", "/" + key)
            items[path, default: [:]][method] = route
        }
        let names = items.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return .object(
            JSONObject(names.map { .init(name: $0, value: item($0, operations: items[$0] ?? [:])) }))
    }

    private func item(_ path: String, operations: [String: Members]) -> JSON {
        var item = JSONObject()
        for (name, method) in OpenAPIMethod.all where name != OpenAPIExtension.anyMethod {
            item[name] = operations[method].map(operation)
        }
        let parameters = self.parameters(of: path)
        item["parameters"] = parameters.isEmpty ? nil : .array(parameters)
        item[OpenAPIExtension.anyMethod] = operations["ANY"].map(operation)
        return .object(item)
    }

    private func parameters(of path: String) -> [JSON] {
        let names = path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
        return names.map { name in
            let name = String(name.dropFirst().dropLast())
            return [
                "name": .string(name), "in": "path",
                "description": .string("Generated path parameter for \(name)"), "required": true,
                "schema": ["type": "string"],
            ]
        }
    }

    private func operation(_ route: Members) -> JSON {
        let key = route[Route.routeKey] ?? ""
        var operation = JSONObject()
        operation["operationId"] = route[Route.operationName].map(JSON.string)
        operation["responses"] = ["default": ["description": .string("Default response for \(key)")]]
        operation["security"] = security(of: route)
        guard hasExtensions else { return .object(operation) }
        if key == RouteKey.defaultKey { operation["isDefaultRoute"] = true }
        if route[Route.authorizationType] == "AWS_IAM" {
            operation[OpenAPIExtension.auth] = ["type": "AWS_IAM"]
        }
        if let id = route[Route.target].flatMap(Route.integrationId),
            let record = configuration.integrations.records[id]
        {
            operation[OpenAPIExtension.integration] = OpenAPIIntegration.declaration(
                of: Members(.integration, record), region: context.scope.region)
        }
        return .object(operation)
    }

    private func security(of route: Members) -> JSON? {
        guard let id = route[Route.authorizerId], let record = configuration.authorizers.records[id],
            let name = Members(.authorizer, record)[Authorizer.name]
        else { return nil }
        return [.object([name: .array(route[Route.authorizationScopes] ?? [])])]
    }

    // MARK: Components

    private var components: JSONObject {
        var components = JSONObject()
        let authorizers = configuration.authorizers.records.values.map { Members(.authorizer, $0) }
            .map { (name: $0[Authorizer.name] ?? "", members: $0) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let schemes = authorizers.map { authorizer in
            JSONObject.Member(
                name: authorizer.name,
                value: OpenAPIAuthorizer.scheme(
                    of: authorizer.members, region: context.scope.region, hasExtension: hasExtensions))
        }
        components["securitySchemes"] = schemes.isEmpty ? nil : .object(JSONObject(schemes))
        let unused = hasExtensions ? unusedIntegrations : []
        components[OpenAPIExtension.integrations] = unused.isEmpty ? nil : .object(JSONObject(unused))
        return components
    }

    /// The integrations that no route calls, sorted by content, because their identifiers change with every
    /// import.
    private var unusedIntegrations: [JSONObject.Member] {
        let used = Set(
            configuration.routes.records.values.compactMap {
                Members(.route, $0)[Route.target].flatMap(Route.integrationId)
            })
        return configuration.integrations.records.filter { !used.contains($0.key) }
            .map { id, record in
                let declaration = OpenAPIIntegration.declaration(
                    of: Members(.integration, record), region: context.scope.region)
                var bytes: [UInt8] = []
                JSONWriter.append(declaration, to: &bytes)
                return (id: id, bytes: bytes, declaration: declaration)
            }
            .sorted {
                $0.bytes == $1.bytes ? $0.id < $1.id : $0.bytes.lexicographicallyPrecedes($1.bytes)
            }
            .map { .init(name: "unusedIntegration_\($0.id)", value: $0.declaration) }
    }
}
