/// The API mappings and routing rules of a custom domain, compiled: a request in, its stage out. The longest
/// mapping wins, and routes do not count (developer guide, "Map API stages to a custom domain name for HTTP
/// APIs"). If the domain's routing mode has rules, they come before mappings ("Routing rules"), the lowest
/// priority first.

package import APIGatewayV2
package import HTTPWire
internal import JSON

/// The stage behind a custom domain, and the number of the path's segments for the domain.
package struct DomainTarget: Sendable, Equatable {
    package let apiId: String
    package let stage: String
    /// The number of segments that do not reach the API.
    package let prefixCount: Int
    /// The key of the mapping, or the base path of the rule.
    package let mappingKey: String

    package init(apiId: String, stage: String, prefixCount: Int, mappingKey: String) {
        self.apiId = apiId
        self.stage = stage
        self.prefixCount = prefixCount
        self.mappingKey = mappingKey
    }
}

/// The targets of one domain's requests.
package struct DomainRouting: Sendable {
    /// The domain's settings that are not honoured. A request to the domain then gets 501.
    package let unsupported: [UnsupportedSetting]
    private let mode: String
    private var mappings: [[String]: (apiId: String, stage: String, key: String)] = [:]
    private var mappingLengthMax = 0
    private var rules: [Rule] = []

    package init(domain: Record, mappings: RecordCollection, rules: RecordCollection) {
        let members = Members(.domainName, domain)
        mode = members[DomainName.routingMode] ?? "API_MAPPING_ONLY"
        unsupported =
            members[DomainName.mutualTlsAuthentication] == nil
            ? [] : [.domain("mutualTlsAuthentication", of: members[DomainName.domainName] ?? "")]
        if mode != "ROUTING_RULE_ONLY" {
            for (_, record) in mappings.records { add(Members(.apiMapping, record)) }
        }
        if mode != "API_MAPPING_ONLY" {
            self.rules = rules.records.compactMap { Rule(Members(.routingRule, $0.value)) }
                .sorted { $0.priority < $1.priority }
        }
    }

    /// The wildcard name that has `host`, `*.example.com` for `a.example.com`. A wildcard stands for one
    /// label, as in a certificate (developer guide, "Wildcard custom domain names").
    package static func wildcard(of host: String) -> String? {
        guard let dot = host.firstIndex(of: "."), dot != host.startIndex else { return nil }
        return "*" + host[dot...]
    }

    private mutating func add(_ mapping: Members) {
        guard let apiId = mapping[ApiMapping.apiId], let stage = mapping[ApiMapping.stage] else { return }
        let key = mapping[ApiMapping.apiMappingKey] ?? ""
        let segments = key.split(separator: "/").map(String.init)
        mappings[segments] = (apiId, stage, key)
        mappingLengthMax = max(mappingLengthMax, segments.count)
    }

    /// The reason why a request has no target, for the log.
    package func missText(_ target: String, host: String) -> String {
        switch mode {
        case "ROUTING_RULE_ONLY":
            "no routing rule of \(host) takes \(target): "
                + (rules.isEmpty
                    ? "it has none, and its routing mode allows no API mapping" : "it has \(rules.count)")
        case "ROUTING_RULE_THEN_API_MAPPING": "no routing rule and no API mapping of \(host) takes \(target)"
        default: "no API mapping of \(host) takes \(target)"
        }
    }

    /// The target of a request. Nil if neither a rule nor a mapping matches: the gateway's 403.
    package func target(for fields: HTTPFields, path: RequestPath) -> DomainTarget? {
        let segments = Array(path.decodedSegments)
        for rule in rules {
            if let target = rule.target(fields, segments) { return target }
        }
        for count in stride(from: min(mappingLengthMax, segments.count), through: 0, by: -1) {
            guard let found = mappings[Array(segments.prefix(count))] else { continue }
            return DomainTarget(
                apiId: found.apiId, stage: found.stage, prefixCount: count, mappingKey: found.key)
        }
        return nil
    }
}

/// One routing rule. All of its conditions must hold, each by one of its alternatives.
private struct Rule: Sendable {
    let priority: Int
    private let apiId: String
    private let stage: String
    private let stripsBasePath: Bool
    private var basePaths: [[String]] = []
    private var headers: [[(name: String, glob: String)]] = []

    init?(_ rule: Members) {
        guard let action = rule[RoutingRule.actions]?.first?.member("invokeApi"),
            case .string(let apiId) = action.member("apiId"),
            case .string(let stage) = action.member("stage")
        else { return nil }
        priority = rule[RoutingRule.priority] ?? Int.max
        self.apiId = apiId
        self.stage = stage
        stripsBasePath = action.member("stripBasePath") == .bool(true)
        for condition in rule[RoutingRule.conditions] ?? [] {
            basePaths += (condition.member("matchBasePaths")?.member("anyOf")?.texts ?? []).map {
                $0.split(separator: "/").map(String.init)
            }
            guard case .array(let list) = condition.member("matchHeaders")?.member("anyOf") else { continue }
            headers.append(
                list.compactMap { header in
                    guard case .string(let name) = header.member("header"),
                        case .string(let glob) = header.member("valueGlob")
                    else { return nil }
                    return (name, glob)
                })
        }
    }

    func target(_ fields: HTTPFields, _ segments: [String]) -> DomainTarget? {
        for alternatives in headers {
            let isMet = alternatives.contains { name, glob in
                fields.values(of: name).contains { WildcardPattern(glob).matches($0) }
            }
            if !isMet { return nil }
        }
        let found = basePaths.filter { segments.starts(with: $0) }.max { $0.count < $1.count }
        if !basePaths.isEmpty, found == nil { return nil }
        return DomainTarget(
            apiId: apiId, stage: stage, prefixCount: stripsBasePath ? found?.count ?? 0 : 0,
            mappingKey: found?.joined(separator: "/") ?? "")
    }
}
