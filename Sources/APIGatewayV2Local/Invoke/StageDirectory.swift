/// The deployed stages by the addresses of requests: an API by its own host or path, a stage by a custom
/// domain. Each stage is compiled once, and again after a write. A snapshot that a deployment holds never
/// changes, so that it is compiled once for all its life.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import Synchronization
internal import VTL

/// A stage of an HTTP API, ready to serve.
final class DeployedStage: Sendable {
    let scope: Scope
    let api: DeployedAPI
    let settings: StageSettings

    init(scope: Scope, api: DeployedAPI, settings: StageSettings) {
        self.scope = scope
        self.api = api
        self.settings = settings
    }
}

/// The place that the address of a request leads to.
enum StageLookup: Sendable {
    case stage(DeployedStage, StageAddress)
    /// No API and no custom domain has the host.
    case unknownHost(cause: String)
    /// There is no such stage, or nothing is deployed to it.
    case notFound(cause: String)
    /// A custom domain has neither a mapping nor a rule for the path.
    case forbidden(cause: String)
    case notHonoured(UnsupportedSetting)
}

/// Finds stages.
final class StageDirectory: Sendable {
    private struct DeploymentKey: Hashable {
        let scope: Scope
        let apiId: String
        let deploymentId: String
    }

    private struct StageKey: Hashable {
        let scope: Scope
        let apiId: String
        let stage: String

        /// Leaves out the scope, because few keys differ in it alone.
        func hash(into hasher: inout Hasher) {
            hasher.combine(apiId)
            hasher.combine(stage)
        }
    }

    private struct Cache {
        var version: Store.Version
        /// By the identifier of the API; nil where no account has it.
        var scopes = RecentDictionary<String, Scope?>()
        /// The stages of each API by their names, at the place of its scope; nil until one is compiled.
        var ownStages: [RecentDictionary<String, DeployedStage?>] = []
        var stages: [StageKey: DeployedStage] = [:]
        var domains: [String: (scope: Scope, routing: DomainRouting)?] = [:]
        var deployments: [DeploymentKey: DeployedAPI] = [:]
        /// Told when the lock is given back.
        var warning: String?

        var count: Int { scopes.count + stages.count + domains.count + deployments.count }
    }

    private let store: Store
    private let defaultScope: Scope
    private let entriesMax: Int
    private let templates: TemplateLimits
    private let schemas: JSONSchema.Limits
    /// Called for an identifier that several accounts or regions have; once for each.
    private let warn: @Sendable (String) -> Void
    private let cache: Mutex<Cache>

    /// `entriesMax` bounds the compiled entries. Past it all are forgotten, and compiled again when needed.
    /// `templates` bounds mapping templates, and `schemas` models.
    init(
        _ store: Store, defaultScope: Scope, entriesMax: Int, templates: TemplateLimits,
        schemas: JSONSchema.Limits, warn: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.defaultScope = defaultScope
        self.entriesMax = entriesMax
        self.templates = templates
        self.schemas = schemas
        self.warn = warn
        cache = Mutex(Cache(version: store.version))
    }

    func lookup(_ request: HTTPRequest, at address: RequestAddress) -> StageLookup {
        let (found, warning) = cache.withLock { cache in
            renew(&cache)
            let path = RequestPath(of: request)
            let found =
                switch address {
                case .host(let apiId), .path(let apiId, _, _):
                    api(apiId, request, address, path, &cache)
                case .domain(let host): domain(host, request, path, &cache)
                }
            return (found, cache.warning.take())
        }
        if let warning { warn(warning) }
        return found
    }

    /// The VPC link of this identifier, as it is stored.
    func link(_ id: String, in scope: Scope) -> Record? {
        store.record(id, in: CollectionKey(resource: .vpcLink, parent: ""), of: scope)
    }

    /// Whether some account has a custom domain of this name.
    func hasDomain(_ host: String) -> Bool {
        cache.withLock { cache in
            renew(&cache)
            return domain(named: host, &cache) != nil
        }
    }

    private func renew(_ cache: inout Cache) {
        let version = store.version
        guard version != cache.version || cache.count > entriesMax else { return }
        let keeps = version.replacements == cache.version.replacements && cache.count <= entriesMax
        cache = Cache(version: version, deployments: keeps ? cache.deployments : [:])
    }
}

// MARK: Own addresses

extension StageDirectory {
    private func api(
        _ apiId: String, _ request: HTTPRequest, _ address: RequestAddress, _ path: RequestPath,
        _ cache: inout Cache
    ) -> StageLookup {
        let known = cache.scopes.place(of: apiId) ?? addAPI(apiId, &cache)
        guard let scope = cache.scopes.values[known] else {
            return .unknownHost(
                cause: store.hasTooManyScopes
                    ? "no API is looked for in so many accounts and regions (--limit scopes-searched-max)"
                    : "no account has an API \(apiId)")
        }
        // The last name that is asked for is that of the stage.
        var place: Int?
        let found = StageAddress(
            address, path: path, host: request.authority ?? "", scope: scope
        ) { name in
            place = cache.ownStages[known].place(of: name)
            return place != nil
        }
        guard let found else {
            let names = cache.ownStages[known].keys
            let known =
                names.isEmpty
                ? "it has none" : "its stages are \(names.prefix(10).joined(separator: ", "))"
            let target = redactedTarget(request.target.text)
            return .notFound(cause: "no stage of API \(apiId) serves \(target): \(known)")
        }
        let stage: StageLookup
        if let place, let deployed = cache.ownStages[known].values[place] {
            stage = .stage(deployed, found)
        } else {
            stage = self.stage(found, &cache)
            if let place, case .stage(let deployed, _) = stage {
                cache.ownStages[known].values[place] = deployed
            }
        }
        if case .stage(let deployed, _) = stage, deployed.api.isEndpointDisabled {
            return .notFound(
                cause: "API \(apiId) has disableExecuteApiEndpoint: call it by its custom domain")
        }
        return stage
    }

    /// Finds the API. Returns its place.
    private func addAPI(_ apiId: String, _ cache: inout Cache) -> Int {
        let scopes = store.scopes(holding: apiId, in: CollectionKey(resource: .api, parent: ""))
        let scope = scopes.contains(defaultScope) ? defaultScope : scopes.first
        var stages = RecentDictionary<String, DeployedStage?>()
        if let scope {
            let known = store.tables(of: scope).collection(CollectionKey(resource: .stage, parent: apiId))
            for name in known.records.keys { stages.add(nil, for: name) }
        }
        cache.ownStages.append(stages)
        if scopes.count > 1, let scope {
            cache.warning =
                "\(scopes.count) accounts and regions have an API \(apiId): calls of it reach that of "
                + "\(scope.account) in \(scope.region)"
        }
        return cache.scopes.add(scope, for: apiId)
    }

    private func stage(_ address: StageAddress, _ cache: inout Cache) -> StageLookup {
        let key = StageKey(scope: address.scope, apiId: address.apiId, stage: address.stage)
        if let known = cache.stages[key] { return .stage(known, address) }
        let collection = CollectionKey(resource: .stage, parent: address.apiId)
        guard let record = store.record(address.stage, in: collection, of: address.scope) else {
            return .notFound(cause: "API \(address.apiId) has no stage \(address.stage)")
        }
        let settings = StageSettings(record)
        guard let api = deployedAPI(settings, address, &cache) else {
            return .notFound(
                cause: "nothing is deployed to stage \(address.stage) of API \(address.apiId): create a "
                    + "deployment, or set autoDeploy")
        }
        let stage = DeployedStage(scope: address.scope, api: api, settings: settings)
        cache.stages[key] = stage
        return .stage(stage, address)
    }

    /// The snapshot of the stage's deployment. Deployments of fixtures have none, and neither has a stage of
    /// fixtures without a deployment: they serve what is stored.
    private func deployedAPI(
        _ settings: StageSettings, _ address: StageAddress, _ cache: inout Cache
    ) -> DeployedAPI? {
        let (apiId, scope) = (address.apiId, address.scope)
        guard let deploymentId = settings.deploymentId else {
            guard isFromFixtures(settings, address) else { return nil }
            return compiled(APIConfiguration(of: apiId, in: store.tables(of: scope)))
        }
        let key = DeploymentKey(scope: scope, apiId: apiId, deploymentId: deploymentId)
        if let known = cache.deployments[key] { return known }
        let tables = store.tables(of: scope)
        let record = RecordKey(
            collection: CollectionKey(resource: .deployment, parent: apiId), identifier: deploymentId)
        guard let snapshot = tables.deployed[record] else {
            return compiled(APIConfiguration(of: apiId, in: tables))
        }
        let api = compiled(snapshot)
        cache.deployments[key] = api
        return api
    }

    private func compiled(_ configuration: APIConfiguration) -> DeployedAPI? {
        DeployedAPI(configuration, templates: templates, schemas: schemas)
    }

    private func isFromFixtures(_ settings: StageSettings, _ address: StageAddress) -> Bool {
        let key = RecordKey(
            collection: CollectionKey(resource: .stage, parent: address.apiId), identifier: address.stage)
        return store.isSeeded(key, in: address.scope)
    }
}

// MARK: Custom domains

extension StageDirectory {
    private func domain(
        _ host: String, _ request: HTTPRequest, _ path: RequestPath, _ cache: inout Cache
    ) -> StageLookup {
        guard let (scope, routing) = domain(named: host, &cache) else {
            return .unknownHost(cause: "no API and no custom domain has the host \(host)")
        }
        if let setting = routing.unsupported.first { return .notHonoured(setting) }
        guard let target = routing.target(for: request.fields, path: path) else {
            return .forbidden(cause: routing.missText(redactedTarget(request.target.text), host: host))
        }
        let stages = CollectionKey(resource: .stage, parent: target.apiId)
        let address = StageAddress(target, path: path, host: host, scope: scope) {
            store.record($0, in: stages, of: scope) != nil
        }
        guard let address else {
            return .notFound(
                cause: "a mapping of \(host) leads to stage \(target.stage) of API \(target.apiId), which is "
                    + "not there")
        }
        return stage(address, &cache)
    }

    private func domain(
        named host: String, _ cache: inout Cache
    ) -> (scope: Scope, routing: DomainRouting)? {
        if let known = cache.domains[host] { return known }
        // The name itself comes before the wildcard that also has it.
        let found = stored(host) ?? DomainRouting.wildcard(of: host).flatMap(stored)
        cache.domains[host] = .some(found)
        return found
    }

    /// The domain whose stored name is `name`.
    private func stored(_ name: String) -> (scope: Scope, routing: DomainRouting)? {
        let collection = CollectionKey(resource: .domainName, parent: "")
        let scopes = store.scopes(holding: name, in: collection)
        guard let scope = scopes.contains(defaultScope) ? defaultScope : scopes.first,
            let record = store.record(name, in: collection, of: scope)
        else { return nil }
        let tables = store.tables(of: scope)
        let routing = DomainRouting(
            domain: record,
            mappings: tables.collection(CollectionKey(resource: .apiMapping, parent: name)),
            rules: tables.collection(CollectionKey(resource: .routingRule, parent: name)))
        return (scope, routing)
    }
}
