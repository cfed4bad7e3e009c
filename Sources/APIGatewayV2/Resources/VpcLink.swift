/// VpcLink: a way for HTTP APIs into a private network. A root resource; its life cycle is immediate here.
/// AWS: API reference, /v2/vpclinks. Members and bounds from the service model; forms from docs/fidelity.md, "VpcLink".

import JSON

/// The members of a VPC link that code reads.
package enum VpcLink {
    static let name = Key<String>("name", in: .vpcLink)
    static let vpcLinkStatus = Key<String>("vpcLinkStatus", in: .vpcLink)
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
            .list("subnetIds", of: .string(nil), .required, .createOnly),
            .map("tags", of: .string(1...1600), .createOnly, default: .constant([:])),
            .string("vpcLinkId", nil, .readOnly),
            .choice(
                "vpcLinkStatus", ["PENDING", "AVAILABLE", "DELETING", "FAILED", "INACTIVE"], .readOnly,
                default: .constant("AVAILABLE")),
            .string(
                "vpcLinkStatusMessage", 0...1024, .readOnly,
                default: .constant("VPC link is ready to route traffic")),
            .choice("vpcLinkVersion", ["V2"], .readOnly, default: .constant("V2")),
        ],
        deletionChecks: [VpcLink.inUseCheck],
        unknownMessage: { _, _ in "Invalid Vpc Link identifier specified" })
}

extension VpcLink {
    fileprivate static let inUseCheck: Check = { change, tables throws(ServiceError) in
        for key in tables.keys(of: .integration) {
            let integrations = tables.collection(key).records
            let user = integrations.first {
                Draft(.integration, $0.value)[Integration.connectionId] == change.identifier
            }
            guard let user else { continue }
            throw .badRequest(
                "Cannot delete vpc link. Vpc link '\(change.identifier)', is referenced in [ANY:\(user.key)] in format of "
                    + "[Method:Resource].")
        }
    }
}
