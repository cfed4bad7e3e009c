/// VpcLink: a way for HTTP APIs into a private network. A root resource. Its creation and its deletion take a
/// while. AWS: API reference, /v2/vpclinks. Members and bounds from the service model, forms and messages
/// from docs/fidelity.md, "VpcLink".

import JSON

/// The members of a VPC link that code reads.
package enum VpcLink {
    package static let vpcLinkStatus = Key<String>("vpcLinkStatus", in: .vpcLink)
    static let subnetIds = Key<[JSON]>("subnetIds", in: .vpcLink)
}

extension Resource {
    package static let vpcLink: Resource = Resource(
        id: .vpcLink,
        noun: "VpcLink",
        path: "/v2/vpclinks/{vpcLinkId}",
        names: OperationNames("VpcLink", deleteStatus: 202),
        identifier: .random(length: 6),
        quota: Quota("VPC links", 10, per: "account"),
        fields: [
            .timestamp(
                "createdDate", .readOnly, default: .generated { change, _ in change.context.timestamp }),
            .string("name", 1...128, .required),
            .list("securityGroupIds", of: .string(nil), .createOnly, default: .constant([])),
            .list("subnetIds", of: .string(nil), .required, .createOnly, .refusal(VpcLink.noSubnets)),
            .map("tags", of: .string(Tags.valueLengths), .createOnly, default: .constant([:])),
            .string("vpcLinkId", nil, .readOnly),
            .choice(
                "vpcLinkStatus", ["PENDING", "AVAILABLE", "DELETING", "FAILED", "INACTIVE"], .readOnly,
                default: .constant("PENDING")),
            .string(
                "vpcLinkStatusMessage", 0...1024, .readOnly,
                default: .constant("VPC link is provisioning ENIs")),
            .choice("vpcLinkVersion", ["V2"], .readOnly, default: .constant("V2")),
        ],
        lifecycle: Lifecycle(
            afterCreation: .init(
                .vpcLinkCreation,
                [
                    "vpcLinkStatus": "AVAILABLE",
                    "vpcLinkStatusMessage": "VPC link is ready to route traffic",
                ]),
            duringDeletion: .init(
                .vpcLinkDeletion,
                ["vpcLinkStatus": "DELETING", "vpcLinkStatusMessage": "VPC link is deleting ENIs"])),
        requestOnlyRules: [
            Rule(at: "subnetIds") { link, _ in
                link[VpcLink.subnetIds]?.isEmpty == true ? VpcLink.noSubnets : nil
            }
        ],
        requestOnlyChecks: [Tags.check],
        deletionChecks: [VpcLink.inUseCheck],
        notModelled: [
            "Subnets and security groups are not looked up, and no traffic flows: FAILED and "
                + "INACTIVE come from fixtures alone."
        ],
        unknownMessage: { _, _ in "Invalid Vpc Link identifier specified" })
}

extension VpcLink {
    fileprivate static let noSubnets = "SubnetIds for a vpc link cannot be empty"

    /// A link of integrations cannot be deleted. The message names their routes by method and path.
    fileprivate static let inUseCheck = Check { change, tables throws(ServiceError) in
        var users: [String] = []
        for api in tables.parents(of: .integration, naming: path(of: change.identifier)) {
            let integrations = tables.collection(CollectionKey(resource: .integration, parent: api))
            let routes = tables.collection(CollectionKey(resource: .route, parent: api))
            for identifier in integrations.identifiers(withKey: path(of: change.identifier)) {
                let integration = integrations.records[identifier].map { Members(.integration, $0) }
                let method = integration?[Integration.integrationMethod] ?? "ANY"
                let leading = routes.identifiers(withKey: Route.key(ofTarget: "integrations/\(identifier)"))
                users += (leading.isEmpty ? [identifier] : leading).map { "\(method):\($0)" }
            }
        }
        guard !users.isEmpty else { return }
        throw .badRequest(
            "Cannot delete vpc link. Vpc link '\(change.identifier)', is referenced in "
                + "[\(users.joined(separator: ", "))] in format of [Method:Resource].")
    }

    /// The index key of integrations with this link. For an identifier of six characters it is the longest
    /// string without its own memory.
    static func path(of identifier: String) -> String { "/vpclink/" + identifier }
}
