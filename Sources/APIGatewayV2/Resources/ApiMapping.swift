/// ApiMapping: a path of a domain name that leads to a stage. Child of a DomainName, with a key that is
/// unique there. AWS: API reference, /v2/domainnames/{domainName}/apimappings. Members and bounds from the
/// service model; messages from docs/fidelity.md, "ApiMapping".

import JSON

/// The members of an API mapping that code reads.
package enum ApiMapping {
    package static let apiId = Key<String>("apiId", in: .apiMapping)
    package static let apiMappingKey = Key<String>("apiMappingKey", in: .apiMapping)
    package static let stage = Key<String>("stage", in: .apiMapping)
}

extension Resource {
    package static let apiMapping: Resource = Resource(
        id: .apiMapping,
        noun: "ApiMapping",
        parent: .domainName,
        path: "/v2/domainnames/{domainName}/apimappings/{apiMappingId}",
        names: OperationNames("ApiMapping", createStatus: 200),
        identifier: .random(length: 6),
        uniqueName: UniqueName(ApiMapping.apiMappingKey) { _ in
            .conflict("ApiMapping key already exists for this domain name")
        },
        quota: Quota("ApiMappings", 200, per: "domain name", indexKey: ApiMapping.severalLevels),
        indexKeys: { mapping in
            let api = mapping[ApiMapping.apiId] ?? ""
            let levels = mapping[ApiMapping.apiMappingKey]?.contains("/") ?? false
            var keys: IndexKeys = [
                ApiMapping.path(ofAPI: api),
                ApiMapping.path(ofStage: mapping[ApiMapping.stage] ?? "", of: api),
            ]
            if levels { keys.append(ApiMapping.severalLevels) }
            return keys
        },
        fields: [
            .string("apiId", nil, .required, .requiredOnUpdate),
            .string("apiMappingId", nil, .readOnly),
            .string("apiMappingKey", nil, default: .constant("")),
            .string("stage", 1...128, .required),
        ],
        rules: [ApiMapping.keyRule],
        checks: [ApiMapping.apiCheck, ApiMapping.stageCheck, ApiMapping.protocolCheck],
        requestOnlyChecks: [ApiMapping.routingModeCheck],
        unknownMessage: { _, _ in "Invalid API mapping identifier specified" })
}

extension ApiMapping {
    fileprivate static let keyRule = Rule(at: "apiMappingKey") { mapping, _ in
        mapping[apiMappingKey].flatMap(ApiMappingKey.breach)
    }

    /// A domain name that routes only by rules refuses new mappings.
    fileprivate static let routingModeCheck = Check { change, _ throws(ServiceError) in
        guard change.old == nil, change.parent?[DomainName.routingMode] == "ROUTING_RULE_ONLY" else {
            return
        }
        throw .badRequest("A domain name with routing mode ROUTING_RULE_ONLY takes no API mapping")
    }

    private static let target = Reference(to: .stage) { change in change.new?[apiId].map { [$0] } }

    /// The API of a mapping must exist. A missing one gets 400, unlike a missing API in a path.
    fileprivate static let apiCheck = Check(at: "apiId", naming: Reference(to: .api) { _ in [] }) {
        change, tables throws(ServiceError) in
        guard let api = change.new?[apiId] else { return }
        if !tables.contains(api, in: CollectionKey(resource: .api, parent: "")) {
            throw .badRequest(Resource.api.unknownMessage(api, change.context.scope))
        }
    }

    /// The stage of a mapping must exist, if there is such an API.
    fileprivate static let stageCheck = Check(at: "stage", naming: target) {
        change, tables throws(ServiceError) in
        guard let api = change.new?[apiId], let stage = change.new?[stage],
            tables.contains(api, in: CollectionKey(resource: .api, parent: ""))
        else { return }
        if !tables.contains(stage, in: CollectionKey(resource: .stage, parent: api)) {
            throw .badRequest(Resource.stage.unknownMessage(stage, change.context.scope))
        }
    }

    /// A domain name of a WebSocket API has only WebSocket APIs.
    fileprivate static let protocolCheck = Check(at: "apiId") { change, tables throws(ServiceError) in
        let mine = change.new?[apiId].flatMap { protocolType(ofAPI: $0, tables) }
        // The others are all of one kind, so the first tells the kind.
        let others = tables.collection(change.siblings).records.page(after: nil, countMax: 2).entries
        guard let mine, let first = others.first(where: { $0.key != change.identifier }),
            let other = Members(.apiMapping, first.value)[apiId].flatMap({ protocolType(ofAPI: $0, tables) }),
            mine != other
        else { return }
        throw .badRequest(
            "Currently, WebSocket APIs can only be attached to a domain name with other WebSocket APIs.")
    }

    /// The index key of mappings with a key of several levels. Only they count against the quota.
    fileprivate static let severalLevels = "several levels"

    /// The index key of mappings to an API.
    static func path(ofAPI api: String) -> String { "/apis/\(api)" }

    /// The index key of mappings to a stage.
    static func path(ofStage stage: String, of api: String) -> String {
        "/apis/\(api)/stages/\(stage)"
    }

    private static func protocolType(ofAPI identifier: String, _ tables: Tables) -> ProtocolType? {
        tables.record(identifier, in: CollectionKey(resource: .api, parent: ""))
            .flatMap { Members(.api, $0).protocolType }
    }

    /// Refuses to delete an API with a mapping from a domain name.
    static let apiInUseCheck = Check { change, tables throws(ServiceError) in
        guard !tables.parents(of: .apiMapping, naming: path(ofAPI: change.identifier)).isEmpty else { return }
        throw .badRequest(
            "Deleting API \(change.identifier) failed. Please remove all API mappings for the API "
                + "from your custom "
                + "domain names.")
    }

    /// Refuses to delete a stage with a mapping from a domain name.
    static let stageInUseCheck = Check { change, tables throws(ServiceError) in
        let path = path(ofStage: change.identifier, of: change.parents[0])
        guard let domain = tables.parents(of: .apiMapping, naming: path).first else { return }
        throw .badRequest(
            "Deleting stage \(change.identifier) failed. Please remove all base path mappings "
                + "related to the stage in "
                + "your domains: \(domain)")
    }
}
