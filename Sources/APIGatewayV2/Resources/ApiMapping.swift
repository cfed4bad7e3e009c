/// ApiMapping: a path of a domain name that leads to a stage. Child of a DomainName. Its key is unique
/// within it. AWS: API reference, /v2/domainnames/{domainName}/apimappings. Members and bounds from the
/// service model; messages from docs/fidelity.md, "ApiMapping".

import JSON

/// The members of an API mapping that code reads.
package enum ApiMapping {
    static let apiId = Key<String>("apiId", in: .apiMapping)
    static let apiMappingKey = Key<String>("apiMappingKey", in: .apiMapping)
    static let stage = Key<String>("stage", in: .apiMapping)

    /// Characters of a key with all its levels.
    package static let keyLengthMax = 300
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
        // Only keys of several levels count.
        quota: Quota("ApiMappings", 200, per: "domain name") { $0.uniqueName?.contains("/") ?? false },
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
    /// A slash only parts levels: the last is looked at first, so that `/` is told of its end.
    fileprivate static let keyRule = Rule(at: "apiMappingKey") { mapping, _ in
        guard let key = mapping[apiMappingKey] else { return nil }
        if key.hasSuffix("/") { return "API mapping key should not end with a '/'." }
        if key.hasPrefix("/") || key.contains("//") {
            return "API mapping key should not start with a '/' or have consecutive '/'s."
        }
        guard key.utf8.allSatisfy(isKeyByte) else {
            return "An API mapping key may contain only letters, numbers and one of $-_.+!*'(), characters."
        }
        return key.utf8.count > keyLengthMax
            ? "ApiMapping key length must be under \(keyLengthMax) characters." : nil
    }

    /// Letters, digits, the characters of the message, and the slash of keys with several levels, which
    /// came later.
    static func isKeyByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || "$-_.+!*'(),/".utf8.contains(byte)
    }

    /// A domain name that routes by rules alone takes no new mapping.
    fileprivate static let routingModeCheck = Check { change, _ throws(ServiceError) in
        guard change.old == nil, change.parent?[DomainName.routingMode] == "ROUTING_RULE_ONLY" else {
            return
        }
        throw .badRequest("A domain name with routing mode ROUTING_RULE_ONLY takes no API mapping")
    }

    private static let target = Reference(to: .stage) { change in change.new?[apiId].map { [$0] } }

    /// An API that a mapping leads to must exist; told with 400, unlike an unknown API in a path.
    fileprivate static let apiCheck = Check(at: "apiId", naming: Reference(to: .api) { _ in [] }) {
        change, tables throws(ServiceError) in
        guard let api = change.new?[apiId] else { return }
        if tables.record(api, in: CollectionKey(resource: .api, parent: "")) == nil {
            throw .badRequest(Resource.api.unknownMessage(api, change.context.scope))
        }
    }

    /// The same of its stage, where there is such an API.
    fileprivate static let stageCheck = Check(at: "stage", naming: target) {
        change, tables throws(ServiceError) in
        guard let api = change.new?[apiId], let stage = change.new?[stage],
            tables.record(api, in: CollectionKey(resource: .api, parent: "")) != nil
        else { return }
        if tables.record(stage, in: CollectionKey(resource: .stage, parent: api)) == nil {
            throw .badRequest(Resource.stage.unknownMessage(stage, change.context.scope))
        }
    }

    /// WebSocket APIs share a domain name with none of another kind.
    fileprivate static let protocolCheck = Check(at: "apiId") { change, tables throws(ServiceError) in
        let mine = change.new?[apiId].flatMap { protocolType(ofAPI: $0, tables) }
        for (identifier, record) in tables.collection(change.siblings).records
        where identifier != change.identifier {
            let other = Draft(.apiMapping, record)[apiId].flatMap { protocolType(ofAPI: $0, tables) }
            if let mine, let other, mine != other {
                throw .badRequest(
                    "Currently, WebSocket APIs can only be attached to a domain name with other "
                        + "WebSocket APIs."
                )
            }
        }
    }

    private static func protocolType(ofAPI identifier: String, _ tables: Tables) -> ProtocolType? {
        tables.record(identifier, in: CollectionKey(resource: .api, parent: ""))
            .flatMap { Draft(.api, $0).protocolType }
    }

    /// Refuses to delete an API that a domain name leads to.
    static let apiInUseCheck = Check { change, tables throws(ServiceError) in
        guard domain(of: tables, leadingTo: { $0[apiId] == change.identifier }) != nil else { return }
        throw .badRequest(
            "Deleting API \(change.identifier) failed. Please remove all API mappings for the API "
                + "from your custom "
                + "domain names.")
    }

    /// Refuses to delete a stage that a domain name leads to.
    static let stageInUseCheck = Check { change, tables throws(ServiceError) in
        let found = domain(of: tables) { $0[apiId] == change.parents[0] && $0[stage] == change.identifier }
        guard let domain = found else { return }
        throw .badRequest(
            "Deleting stage \(change.identifier) failed. Please remove all base path mappings "
                + "related to the stage in "
                + "your domains: \(domain)")
    }

    /// The first domain name, in their order, with a mapping that `isWanted`.
    private static func domain(of tables: Tables, leadingTo isWanted: (Draft) -> Bool) -> String? {
        tables.keys(of: .apiMapping).map(\.parent).sorted().first { domain in
            let mappings = tables.collection(CollectionKey(resource: .apiMapping, parent: domain))
            return mappings.records.values.contains { isWanted(Draft(.apiMapping, $0)) }
        }
    }
}
