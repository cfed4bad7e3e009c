/// An OpenAPI document in, an API with its authorizers, integrations and routes in the tables. Every part is
/// created as by its own operation, with that operation's checks. A refused part becomes a warning, and the
/// rest is imported. The whole document is refused if it has no meaning for an HTTP API, or for warnings if
/// the request asks for that. Forms of messages: docs/fidelity-openapi.md.

import JSON

struct OpenAPIImport {
    private let document: OpenAPIDocument
    private let pathPrefix: String
    private let variables: AWSVariables
    private let context: WriteContext
    private(set) var warnings: [String]
    /// The authorizers by the names of their security schemes; nil for refused ones.
    private var authorizers: [String: (id: String, type: String)?] = [:]
    /// The shared integrations by their names in the components; nil for refused ones.
    private var sharedIntegrations: [String: String?] = [:]

    init(_ document: OpenAPIDocument, basePath: BasePathMode, _ context: WriteContext) throws(ServiceError) {
        self.document = document
        self.context = context
        pathPrefix = document.pathPrefix(basePath)
        variables = AWSVariables(context.scope)
        warnings = OpenAPIParseIssues(document).messages
        let errors = Self.errors(in: document)
        if !errors.isEmpty { throw .badRequest(Self.message("Errors", errors)) }
    }

    /// The errors that refuse the document. A route can have only one requirement (AWS, developer guide,
    /// "Control access to HTTP APIs").
    private static func errors(in document: OpenAPIDocument) -> [String] {
        var errors: [String] = []
        for (path, item) in document.paths {
            for (name, method) in OpenAPIMethod.all {
                guard let operation = item[name]?.object,
                    OpenAPISecurity(of: operation, in: document) == .several
                else { continue }
                errors.append(
                    "Unable to create route at path '\(method) \(path)': "
                        + "An operation can have only one security requirement.")
            }
        }
        return errors
    }

    /// The message about warnings, in the recorded form.
    static func message(_ noun: String, _ lines: [String]) -> String {
        "\(noun) found during import:" + lines.map { "\n\t" + $0 }.joined()
    }

    // MARK: The API

    /// Makes an API of the document, or replaces the API `apiId`. A refusal changes nothing. Returns the API,
    /// with warnings and information about the document.
    mutating func perform(
        replacing apiId: String?, failsOnWarnings: Bool, in tables: inout Tables
    ) throws(ServiceError) -> Members {
        let request = try Resource.api.input(apiRequest(isNew: apiId == nil))
        let existing = apiId.map { APIConfiguration(of: $0, in: tables) }
        var api =
            try apiId == nil ? create(request, in: &tables) : replace(existing, by: request, in: &tables)
        guard let id = api[Api.apiId] else { preconditionFailure("A stored API has an identifier.") }
        let before = existing ?? APIConfiguration(of: id, in: Tables())
        do throws(ServiceError) {
            try createParts(of: id, in: &tables)
            if failsOnWarnings, !warnings.isEmpty { throw .badRequest(Self.message("Warnings", warnings)) }
        } catch {
            before.restore(in: &tables)
            throw error
        }
        Deployment.deployAutomatically(apiId: id, context, in: &tables)
        let information = document.importInfo
        api[Api.importInfo] = information.isEmpty ? nil : information.map(JSON.string)
        api[Api.warnings] = warnings.isEmpty ? nil : warnings.map(JSON.string)
        return api
    }

    private func create(_ request: Members, in tables: inout Tables) throws(ServiceError) -> Members {
        var request = request
        request[Api.tags] = tags
        return try Resource.api.create(request, under: [], in: &tables, partContext).members
    }

    /// Replaces the API. Its stages and deployments stay, and so do the name, tags and endpoint if the
    /// document has none.
    private func replace(
        _ existing: APIConfiguration?, by request: Members, in tables: inout Tables
    ) throws(ServiceError) -> Members {
        let apiId = existing?.apiId ?? ""
        let old = try Resource.api.existing([apiId], in: tables, context)
        var api = old
        guard api[Api.protocolType] == .http else {
            throw .badRequest("Import is not supported for APIs with a protocol type of WEBSOCKET")
        }
        api[Api.corsConfiguration] = request[Api.corsConfiguration]
        api[Api.description] = request[Api.description]
        api[Api.version] = request[Api.version]
        api[Api.name] = request[Api.name] ?? api[Api.name]
        api[Api.tags] = tags ?? api[Api.tags]
        api[Api.disableExecuteApiEndpoint] =
            request[Api.disableExecuteApiEndpoint] ?? api[Api.disableExecuteApiEndpoint]
        api[Api.ipAddressType] = request[Api.ipAddressType] ?? api[Api.ipAddressType]
        return try Resource.api.replace(old, at: [apiId], with: api, in: &tables, partContext).members
    }

    /// The context of the parts, which deploy nothing. The whole import deploys once.
    private var partContext: WriteContext {
        var context = context
        context.deploysAutomatically = false
        return context
    }

    /// The members of a CreateApi request from the document.
    private func apiRequest(isNew: Bool) -> JSONObject {
        var request = document.endpointConfiguration
        request["name"] = document.info["title"]?.plainText.map(JSON.string)
        request["protocolType"] = isNew ? "HTTP" : nil
        request["description"] = document.info["description"]?.plainText.map(JSON.string)
        let version = document.info["version"]?.plainText ?? ""
        request["version"] = version.isEmpty ? nil : .string(version)
        request["corsConfiguration"] = document.root[OpenAPIExtension.cors]
        return request
    }

    /// The tags; nil if the document has none. A tag without a value has the empty one, as documented.
    private var tags: JSONObject? {
        guard let elements = document.root["tags"]?.elements else { return nil }
        var tags = JSONObject()
        for element in elements.compactMap(\.object) {
            guard let name = element["name"]?.plainText else { continue }
            tags[name] = .string(element[OpenAPIExtension.tagValue]?.plainText ?? "")
        }
        return tags
    }

    /// Makes all parts of the API, in place of the former ones.
    private mutating func createParts(of apiId: String, in tables: inout Tables) throws(ServiceError) {
        for resource in [ResourceID.authorizer, .integration, .route] {
            tables.removeAll(in: CollectionKey(resource: resource, parent: apiId))
        }
        try createAuthorizers(of: apiId, in: &tables)
        for (path, item) in document.paths {
            for (name, method) in OpenAPIMethod.all {
                guard let operation = item[name]?.object else { continue }
                try createRoute(method, path, operation, of: apiId, in: &tables)
            }
        }
        for member in document.integrations.members where sharedIntegrations[member.name] == nil {
            _ = try sharedIntegration(member.name, for: "'\(member.name)'", of: apiId, in: &tables)
        }
        Stage.dropSettingsWithoutRoute(apiId: apiId, in: &tables)
    }

    // MARK: Authorizers

    private mutating func createAuthorizers(
        of apiId: String, in tables: inout Tables
    ) throws(ServiceError) {
        for member in document.securitySchemes.members {
            guard let scheme = member.value.object, let declared = scheme[OpenAPIExtension.authorizer]?.object
            else { continue }
            let request = OpenAPIAuthorizer.request(
                named: member.name, from: declared, scheme: scheme, variables)
            authorizers[member.name] = .some(nil)
            do throws(ServiceError) {
                let authorizer = try create(.authorizer, request, of: apiId, in: &tables)
                if let id = authorizer[Authorizer.authorizerId],
                    let type = authorizer[Authorizer.authorizerType]
                {
                    authorizers[member.name] = (id, type)
                }
            } catch {
                try warn("Unable to create Authorizer '\(member.name)': \(error.message)", error)
            }
        }
    }

    // MARK: Routes

    private mutating func createRoute(
        _ method: String, _ path: String, _ operation: JSONObject, of apiId: String,
        in tables: inout Tables
    ) throws(ServiceError) {
        guard let key = routeKey(method, path, operation) else { return }
        var request: JSONObject = ["routeKey": .string(key)]
        request["operationName"] = operation["operationId"]?.plainText.map(JSON.string)
        switch OpenAPISecurity(of: operation, in: document) {
        case .open, .several: break
        case .iam: request["authorizationType"] = "AWS_IAM"
        case .authorizer(let name, let scopes):
            // A route without its authorizer is left out, because it would be open to everyone.
            guard let authorizer = authorizers[name] ?? nil else { return }
            request["authorizerId"] = .string(authorizer.id)
            request["authorizationType"] = authorizer.type == "JWT" ? "JWT" : "CUSTOM"
            if authorizer.type == "JWT", !scopes.isEmpty { request["authorizationScopes"] = .array(scopes) }
        }
        let integration = try integration(of: operation, at: key, of: apiId, in: &tables)
        request["target"] = integration.map { .string("integrations/\($0)") }
        do throws(ServiceError) {
            _ = try create(.route, request, of: apiId, in: &tables)
        } catch {
            try warn("Unable to create route at path '\(key)': \(reason(error)). Ignoring.", error)
        }
    }

    /// The route key; nil for a malformed path, which its own parse issue reports.
    private func routeKey(_ method: String, _ path: String, _ operation: JSONObject) -> String? {
        let isDefaultPath = path == RouteKey.defaultKey || path == "/" + RouteKey.defaultKey
        if method == "ANY", isDefaultPath || operation["isDefaultRoute"] == true {
            return RouteKey.defaultKey
        }
        guard path.hasPrefix("/") else { return nil }
        return "\(method) \(path == "/" && !pathPrefix.isEmpty ? pathPrefix : pathPrefix + path)"
    }

    // MARK: Integrations

    /// The identifier of the operation's integration. A shared integration is made once, and each operation
    /// makes its own.
    private mutating func integration(
        of operation: JSONObject, at routeKey: String, of apiId: String, in tables: inout Tables
    ) throws(ServiceError) -> String? {
        guard let declared = operation[OpenAPIExtension.integration]?.object else { return nil }
        guard let reference = declared["$ref"]?.plainText else {
            return try createIntegration(
                declared, for: "for resource at path '\(routeKey)'", of: apiId, in: &tables)
        }
        let prefix = "#/components/\(OpenAPIExtension.integrations)/"
        let name = String(reference.dropFirst(prefix.count)).replacing("~1", with: "/").replacing(
            "~0", with: "~")
        guard reference.hasPrefix(prefix), document.integrations[name] != nil else {
            warnings.append(
                "Unable to create integration for resource at path '\(routeKey)': "
                    + "Invalid integration reference: \(reference). Ignoring.")
            return nil
        }
        return try sharedIntegration(
            name, for: "for resource at path '\(routeKey)'", of: apiId, in: &tables)
    }

    private mutating func sharedIntegration(
        _ name: String, for purpose: String, of apiId: String, in tables: inout Tables
    ) throws(ServiceError) -> String? {
        if let known = sharedIntegrations[name] { return known }
        guard let declared = document.integrations[name]?.object else { return nil }
        let id = try createIntegration(declared, for: purpose, of: apiId, in: &tables)
        sharedIntegrations[name] = .some(id)
        return id
    }

    private mutating func createIntegration(
        _ declared: JSONObject, for purpose: String, of apiId: String, in tables: inout Tables
    ) throws(ServiceError) -> String? {
        let request = OpenAPIIntegration.request(from: declared, variables)
        do throws(ServiceError) {
            return try create(.integration, request, of: apiId, in: &tables)[Integration.integrationId]
        } catch {
            try warn("Unable to create integration \(purpose): \(reason(error)). Ignoring.", error)
            return nil
        }
    }

    // MARK: Parts

    private func create(
        _ resource: Resource, _ request: JSONObject, of apiId: String, in tables: inout Tables
    ) throws(ServiceError) -> Members {
        try resource.create(try resource.input(request), under: [apiId], in: &tables, partContext).members
    }

    /// Makes a warning of the refusal of a part. A refusal because of a quota ends the import.
    private mutating func warn(_ message: String, _ error: ServiceError) throws(ServiceError) {
        if case .tooManyRequests = error { throw error }
        warnings.append(message)
    }

    /// The message without a full stop at its end.
    private func reason(_ error: ServiceError) -> String {
        error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message
    }
}

extension Resource {
    /// The members of a create request that the import makes, checked like those of a client.
    fileprivate func input(_ request: JSONObject) throws(ServiceError) -> Members {
        var bytes: [UInt8] = []
        JSONWriter.append(request, to: &bytes)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            preconditionFailure("What was written is no JSON: \(error).")
        }
        return try input(document.root, isUpdate: false)
    }
}
