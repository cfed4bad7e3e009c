/// ApiMapping: a path of a domain name that leads to a stage. Child of a DomainName. Its key is unique
/// within it. AWS: API reference, /v2/domainnames/{domainName}/apimappings. Members and bounds from the
/// service model; messages from docs/fidelity.md, "ApiMapping".

import JSON

/// The members of an API mapping that code reads.
package enum ApiMapping {
    static let apiId = Key<String>("apiId", in: .apiMapping)
    static let apiMappingKey = Key<String>("apiMappingKey", in: .apiMapping)
    static let stage = Key<String>("stage", in: .apiMapping)
}

extension Resource {
    package static let apiMapping: Resource = Resource(
        id: .apiMapping,
        noun: "ApiMapping",
        parent: .domainName,
        path: "/v2/domainnames/{domainName}/apimappings/{apiMappingId}",
        identifier: .random(length: 6),
        uniqueName: UniqueName(ApiMapping.apiMappingKey) { _ in
            .conflict("ApiMapping key already exists for this domain name")
        },
        quota: Quota("ApiMappings", 200, per: "domain name"),
        fields: [
            .string("apiId", nil, .required),
            .string("apiMappingId", nil, .readOnly),
            .string("apiMappingKey", nil, default: .constant("")),
            .string("stage", 1...128, .required),
        ],
        rules: [
            Rule(at: "apiMappingKey") { mapping, _ in
                guard let key = mapping[ApiMapping.apiMappingKey], !key.hasPrefix("$context.") else {
                    return nil
                }
                return key.utf8.allSatisfy(ApiMapping.isKeyByte)
                    ? nil : "An ApiMapping key may contain only letters, numbers and one of $-_.+!*'(),"
            }
        ],
        checks: [ApiMapping.targetCheck],
        unknownMessage: { _, _ in "Invalid API mapping identifier specified" })
}

extension ApiMapping {
    /// Letters, digits, the characters of the message, and the slash of keys with several levels, which
    /// came later.
    fileprivate static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "$-_.+!*'(),/".utf8.contains(byte)
        }
    }

    /// What the mapping leads to must exist; told with 400, unlike an unknown API in a path.
    fileprivate static let targetCheck: Check = { change, tables throws(ServiceError) in
        guard let api = change.new?[apiId], let stage = change.new?[stage] else { return }
        if tables.record(api, in: CollectionKey(resource: .api, parent: "")) == nil {
            throw .badRequest(Resource.api.unknownMessage(api, change.context.scope))
        }
        if tables.record(stage, in: CollectionKey(resource: .stage, parent: api)) == nil {
            throw .badRequest(Resource.stage.unknownMessage(stage, change.context.scope))
        }
    }

    /// Refuses to delete an API that a domain name leads to.
    static let apiInUseCheck: Check = { change, tables throws(ServiceError) in
        guard domain(of: tables, leadingTo: { $0[apiId] == change.identifier }) != nil else { return }
        throw .badRequest(
            "Deleting API \(change.identifier) failed. Please remove all API mappings for the API "
                + "from your custom "
                + "domain names.")
    }

    /// Refuses to delete a stage that a domain name leads to.
    static let stageInUseCheck: Check = { change, tables throws(ServiceError) in
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
