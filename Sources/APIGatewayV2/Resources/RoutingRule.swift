/// RoutingRule: a choice of requests to a domain name, and their stage. Child of a DomainName, with a
/// priority that is unique there. AWS: API reference, /v2/domainnames/{domainName}/routingrules. Members and
/// bounds from the service model, conditions from the developer guide, "Routing rules", and docs/fidelity.md,
/// "RoutingRule". Any stage is accepted, because it belongs to a REST API, which this program does not know.

import HTTPWire
package import JSON

/// The members of a routing rule that code reads.
package enum RoutingRule {
    package static let actions = Key<[JSON]>("actions", in: .routingRule)
    package static let conditions = Key<[JSON]>("conditions", in: .routingRule)
    package static let priority = Key<Int>("priority", in: .routingRule)
}

extension Resource {
    package static let routingRule: Resource = Resource(
        id: .routingRule,
        noun: "RoutingRule",
        parent: .domainName,
        path: "/v2/domainnames/{domainName}/routingrules/{routingRuleId}",
        names: OperationNames(
            "RoutingRule", list: "ListRoutingRules", listMember: "routingRules", listItemsMax: 100,
            update: ("PutRoutingRule", .put)),
        identifier: .random(length: 6),
        uniqueName: UniqueName(RoutingRule.priority) {
            .conflict("A routing rule with priority \($0) already exists for this domain name")
        },
        quota: Quota("Routing rules", 50, per: "domain name"),
        fields: [
            .list("actions", of: .object(RoutingRule.action), .required, .requiredOnUpdate),
            .list("conditions", of: .object(RoutingRule.condition), .required, .requiredOnUpdate),
            .integer("priority", 1...1_000_000, .required, .requiredOnUpdate),
            .string(
                "routingRuleArn", nil, .readOnly,
                default: .generated { change, _ in
                    let path = "/domainnames/\(change.parents[0])/routingrules/\(change.identifier)"
                    return .string(change.context.scope.arn(path, hasAccount: true))
                }),
            .string("routingRuleId", nil, .readOnly),
        ],
        rules: [
            Rule(at: "actions") { rule, _ in
                rule[RoutingRule.actions]?.count == 1 ? nil : "A routing rule must have exactly one action"
            },
            Rule(at: "conditions") { rule, _ in
                rule[RoutingRule.conditions].flatMap { RoutingConditions($0).breach }
            },
            Rule(at: "actions") { rule, _ in
                guard let action = rule.invocation, action["stripBasePath"] == true,
                    RoutingConditions(rule[RoutingRule.conditions] ?? []).basePaths.isEmpty
                else { return nil }
                return "stripBasePath can only be set for a routing rule with a base path condition"
            },
        ],
        normalize: { rule, _ in
            guard var action = rule.invocation else { return }
            if action["stripBasePath"] == nil { action["stripBasePath"] = false }
            rule[RoutingRule.actions] = [["invokeApi": .object(action)]]
        },
        requestOnlyChecks: [RoutingRule.routingModeCheck],
        notModelled: [
            "The REST API and stage of an action are not looked up.",
            "`domainNameId` is passed over: private custom domain names are not of this API.",
        ],
        unknownMessage: { _, _ in "Invalid routing rule identifier specified" })
}

extension RoutingRule {
    /// A domain name that routes only by mappings, the default, refuses new rules.
    fileprivate static let routingModeCheck = Check { change, _ throws(ServiceError) in
        guard change.old == nil, change.parent?[DomainName.routingMode] == "API_MAPPING_ONLY" else { return }
        throw .badRequest("A domain name with routing mode API_MAPPING_ONLY takes no routing rule")
    }

    fileprivate static let action: [Field] = [
        .object(
            "invokeApi",
            [
                .string("apiId", nil, .required), .string("stage", 1...128, .required),
                .boolean("stripBasePath"),
            ],
            .required)
    ]

    fileprivate static let condition: [Field] = [
        .object("matchBasePaths", [.list("anyOf", of: .string(nil), .required)]),
        .object("matchHeaders", [.list("anyOf", of: .object(header), .required)]),
    ]

    private static let header: [Field] = [
        .string("header", nil, .required), .string("valueGlob", nil, .required),
    ]
}

extension Members {
    /// The stage that a routing rule invokes.
    fileprivate var invocation: JSONObject? {
        self[RoutingRule.actions]?.first.flatMap(JSONObject.init)?["invokeApi"].flatMap(JSONObject.init)
    }
}
