/// PortalProduct: an offer of a portal, with its pages. A root resource. Its pages and its sharing policy are
/// deleted with it. AWS: API reference, /v2/portalproducts. Members and bounds from the service model, forms
/// and messages from docs/fidelity.md, "Portals". Only its own account sees a product: resourceOwner and
/// resourceOwnerAccountId are ignored.

import JSON

extension Resource {
    package static let portalProduct: Resource = Resource(
        id: .portalProduct,
        noun: "PortalProduct",
        path: "/v2/portalproducts/{portalProductId}",
        names: OperationNames("PortalProduct", list: "ListPortalProducts"),
        identifier: .random(length: 10),
        quota: Quota("Portal products", 500, per: "account"),
        fields: [
            .string("description", 0...1024, .clearable),
            .string("displayName", 1...255, .required),
            .object(
                "displayOrder",
                [
                    .list("contents", of: .object(PortalProduct.section)),
                    .string("overviewPageArn", 20...2048),
                    .list("productPageArns", of: .string(20...2048)),
                ], .updateOnly),
            .timestamp(
                "lastModified", .readOnly, .regenerated,
                default: .generated { change, _ in change.context.timestamp }),
            .string(
                "portalProductArn", 20...2048, .readOnly,
                default: .generated { change, _ in
                    let path = "/portalproducts/\(change.identifier)"
                    return .string(change.context.scope.arn(path, hasAccount: true))
                }),
            .string("portalProductId", 10...30, .readOnly),
            .map("tags", of: .string(Tags.valueLengths), .createOnly, default: .constant([:])),
        ],
        listFields: [
            ListField("description", at: "description", or: ""), "displayName", "lastModified",
            "portalProductArn", "portalProductId", "tags",
        ],
        requestOnlyChecks: [Tags.check],
        notModelled: [
            "A product is seen by its own account alone; `resourceOwner` and "
                + "`resourceOwnerAccountId` are passed over.",
            "ARNs in `displayOrder` are not looked up.",
        ],
        unknownMessage: { _, _ in "Invalid portal product identifier specified" })
}

private enum PortalProduct {
    static let section: [Field] = [
        .list("productRestEndpointPageArns", of: .string(20...2048), .required),
        .string("sectionName", nil, .required),
    ]
}
