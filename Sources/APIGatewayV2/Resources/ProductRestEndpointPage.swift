/// ProductRestEndpointPage: the page of one method of a REST API in a portal product. Child of a
/// PortalProduct. A list shows it without its text. AWS: API reference,
/// /v2/portalproducts/{portalProductId}/productrestendpointpages. Members and bounds from the service model,
/// forms from docs/fidelity.md, "Portals". The REST API is not looked up, and a page is ready at once.

import JSON

/// The members of a REST endpoint page that code reads.
package enum ProductRestEndpointPage {
    static let displayContent = Key<JSONObject>("displayContent", in: .productRestEndpointPage)
    static let restEndpointIdentifier = Key<JSONObject>(
        "restEndpointIdentifier", in: .productRestEndpointPage)
}

extension Resource {
    package static let productRestEndpointPage: Resource = Resource(
        id: .productRestEndpointPage,
        noun: "ProductRestEndpointPage",
        parent: .portalProduct,
        path: "/v2/portalproducts/{portalProductId}/productrestendpointpages/{productRestEndpointPageId}",
        names: OperationNames("ProductRestEndpointPage", list: "ListProductRestEndpointPages"),
        identifier: .random(length: 10),
        quota: Quota("Product REST endpoint pages", 40, per: "portal product"),
        fields: [
            .object(
                "displayContent", ProductRestEndpointPage.contentFields, .regenerated,
                default: .generated(ProductRestEndpointPage.content)),
            .timestamp(
                "lastModified", .readOnly, .regenerated,
                default: .generated { change, _ in change.context.timestamp }),
            .string(
                "productRestEndpointPageArn", 20...2048, .readOnly,
                default: .generated { change, _ in
                    let product = "/portalproducts/\(change.parents[0])"
                    let path = "\(product)/productrestendpointpages/\(change.identifier)"
                    return .string(change.context.scope.arn(path, hasAccount: true))
                }),
            .string("productRestEndpointPageId", 10...30, .readOnly),
            .string("rawDisplayContent", nil, .readOnly),
            .object(
                "restEndpointIdentifier", [.object("identifierParts", ProductRestEndpointPage.partFields)],
                .required, .createOnly),
            .choice(
                "status", ["AVAILABLE", "IN_PROGRESS", "FAILED"], .readOnly, default: .constant("AVAILABLE")),
            .object("statusException", Portal.statusException, .readOnly),
            .choice("tryItState", ["ENABLED", "DISABLED"], default: .constant("DISABLED")),
        ],
        listFields: [
            ListField("endpoint", at: "displayContent", "endpoint"), "lastModified",
            ListField("operationName", at: "displayContent", "operationName"), "productRestEndpointPageArn",
            "productRestEndpointPageId", "restEndpointIdentifier", "status", "statusException", "tryItState",
        ],
        requestOnlyRules: [ProductRestEndpointPage.contentRule, ProductRestEndpointPage.identifierRule],
        notModelled: [
            "The REST API is not looked up, and its documentation not shown: `rawDisplayContent` "
                + "is never made and `includeRawDisplayContent` passed over."
        ],
        unknownMessage: { _, _ in "Invalid product REST endpoint page identifier specified" })
}

extension ProductRestEndpointPage {
    /// A request has the differences from the REST API's own documentation, and an answer the shown text.
    fileprivate static let contentFields: [Field] = [
        .string("body", 1...32_768, .readOnly),
        .string("endpoint", 1...1024, .required, .readOnly),
        .object("none", [], .inputOnly),
        .string("operationName", 1...255, .readOnly),
        .object(
            "overrides",
            [.string("body", 1...32_768), .string("endpoint", 1...1024), .string("operationName", 1...255)],
            .inputOnly),
    ]

    fileprivate static let partFields: [Field] = [
        .string("method", 1...20, .required),
        .string("path", 1...4096, .required),
        .string("restApiId", 1...50, .required),
        .string("stage", 1...128, .required),
    ]

    fileprivate static let contentRule = Rule(at: "displayContent") { page, _ in
        guard let content = page[displayContent], content["endpoint"] == nil else { return nil }
        return content.members.count == 1 ? nil : "Invalid input. Expected one of none and overrides"
    }

    fileprivate static let identifierRule = Rule(at: "restEndpointIdentifier") { page, _ in
        page[restEndpointIdentifier].map { $0["identifierParts"] != nil } ?? true
            ? nil : "Invalid input. Expected identifierParts"
    }

    /// The shown content: the overrides over the REST API's own address. Members that an update leaves out
    /// stay.
    fileprivate static let content: @Sendable (Change, Members) -> JSON? = { change, page in
        let given = page[displayContent] ?? [:]
        if given["endpoint"] != nil { return .object(given) }
        let parts = page[restEndpointIdentifier]?["identifierParts"].flatMap(JSONObject.init) ?? [:]
        let (api, stage) = (parts["restApiId"].flatMap(String.init), parts["stage"].flatMap(String.init))
        let path = parts["path"].flatMap(String.init) ?? ""
        let scope = change.context.scope
        let host = "\(api ?? "").execute-api.\(scope.region).\(scope.dnsSuffix)"
        var content: JSONObject = ["endpoint": .string("https://\(host)/\(stage ?? "")\(path)")]
        for member in given["overrides"].flatMap(JSONObject.init)?.members ?? [] {
            content[member.name] = member.value
        }
        return .object(JSONObject(content.members.sorted { $0.name < $1.name }))
    }
}
