/// ProductPage: a page of text in a portal product. Child of a PortalProduct. A list shows its title, not its
/// text. AWS: API reference, /v2/portalproducts/{portalProductId}/productpages. Members and bounds from the
/// service model, forms from docs/fidelity.md, "Portals".

import JSON

extension Resource {
    package static let productPage: Resource = Resource(
        id: .productPage,
        noun: "ProductPage",
        parent: .portalProduct,
        path: "/v2/portalproducts/{portalProductId}/productpages/{productPageId}",
        names: OperationNames("ProductPage", list: "ListProductPages"),
        identifier: .random(length: 10),
        quota: Quota("Product pages", 40, per: "portal product"),
        fields: [
            .object(
                "displayContent",
                [.string("body", 1...32_768, .required), .string("title", 1...255, .required)], .required),
            .timestamp(
                "lastModified", .readOnly, .regenerated,
                default: .generated { change, _ in change.context.timestamp }),
            .string(
                "productPageArn", 20...2048, .readOnly,
                default: .generated { change, _ in
                    let path = "/portalproducts/\(change.parents[0])/productpages/\(change.identifier)"
                    return .string(change.context.scope.arn(path, hasAccount: true))
                }),
            .string("productPageId", 10...30, .readOnly),
        ],
        listFields: [
            "lastModified", ListField("pageTitle", at: "displayContent", "title"), "productPageArn",
            "productPageId",
        ],
        unknownMessage: { _, _ in "Invalid product page identifier specified" })
}
