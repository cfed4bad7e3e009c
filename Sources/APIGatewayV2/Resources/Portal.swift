/// Portal: a web site for the users of APIs, made of portal products. A root resource. Its own operations
/// publish and disable it, each of which takes a while. AWS: API reference, /v2/portals. Members and bounds
/// from the service model, forms, statuses and messages from docs/fidelity.md, "Portals". This program serves
/// no web site under a portal's names.

import HTTPWire
import JSON

/// The members of a portal that code reads.
package enum Portal {
    static let authorization = Key<JSONObject>("authorization", in: .portal)
    static let endpointConfiguration = Key<JSONObject>("endpointConfiguration", in: .portal)
    static let logoUri = Key<String>("logoUri", in: .portal)
    static let portalContent = Key<JSONObject>("portalContent", in: .portal)
    static let preview = Key<JSONObject>("preview", in: .portal)
    static let publishStatus = Key<String>("publishStatus", in: .portal)

    /// The service's report of a failure.
    static let statusException: [Field] = [.string("exception", 1...256), .string("message", 1...2048)]

    /// The region of a portal's own certificate, which is for CloudFront.
    static let certificateRegion = "us-east-1"
    /// The hosted zone of every CloudFront distribution (AWS General Reference).
    static let hostedZone = "Z2FDTNDATAQYW2"
}

extension Resource {
    package static let portal: Resource = Resource(
        id: .portal,
        noun: "Portal",
        path: "/v2/portals/{portalId}",
        names: OperationNames("Portal", list: "ListPortals"),
        identifier: .random(length: 10),
        quota: Quota("Portals", 15, per: "account"),
        fields: [
            .object("authorization", Portal.authorizationFields, .required),
            .object(
                "endpointConfiguration", Portal.endpointFields, .required, .regenerated,
                default: .generated(Portal.endpoint)),
            .list("includedPortalProductArns", of: .string(20...2048), default: .constant([])),
            .timestamp(
                "lastModified", .readOnly, .regenerated,
                default: .generated { change, _ in change.context.timestamp }),
            .timestamp("lastPublished", .readOnly),
            .string("lastPublishedDescription", 0...1024, .readOnly),
            .string("logoUri", 0...1092, .inputOnly),
            .string(
                "portalArn", 20...2048, .readOnly,
                default: .generated { change, _ in
                    .string(change.context.scope.arn("/portals/\(change.identifier)", hasAccount: true))
                }),
            .object(
                "portalContent", Portal.contentFields, .required, .regenerated,
                default: .generated(Portal.content)),
            .string("portalId", 10...30, .readOnly),
            .object(
                "preview",
                [
                    .choice(
                        "previewStatus", ["PREVIEW_IN_PROGRESS", "PREVIEW_FAILED", "PREVIEW_READY"], .required
                    ),
                    .string("previewUrl"),
                    .object("statusException", Portal.statusException),
                ], .readOnly),
            .choice(
                "publishStatus",
                [
                    "PUBLISHED", "PUBLISH_IN_PROGRESS", "PUBLISH_FAILED", "DISABLE_IN_PROGRESS",
                    "DISABLE_FAILED", "DISABLED",
                ], .readOnly, default: .constant("DISABLED")),
            .string("rumAppMonitorName", 0...255, .clearable),
            .object("statusException", Portal.statusException, .readOnly),
            .map("tags", of: .string(Tags.valueLengths), .createOnly, default: .constant([:])),
        ],
        requestOnlyRules: [Portal.authorizationRule, Portal.endpointRule],
        requestOnlyChecks: [Tags.check, Portal.certificateCheck],
        deletionChecks: [Portal.publishedCheck],
        specialOperations: Portal.specialOperations,
        notModelled: [
            "Nothing is served under the names of a portal, and no logo is fetched.",
            "Publishing, disabling and previewing never fail.",
        ],
        unknownMessage: { _, _ in "Invalid portal identifier specified" })
}

extension Portal {
    fileprivate static let authorizationFields: [Field] = [
        .object(
            "cognitoConfig",
            [
                .string("appClientId", 1...256, .required),
                .string("userPoolArn", 20...2048, .required),
                .string("userPoolDomain", 20...2048, .required),
            ]),
        .object("none", []),
    ]

    /// A request has the kind of the portal's name, an answer the name.
    fileprivate static let endpointFields: [Field] = [
        .object(
            "acmManaged",
            [.string("certificateArn", 10...2048, .required), .string("domainName", 3...256, .required)],
            .inputOnly),
        .string("certificateArn", 10...2048, .readOnly),
        .string("domainName", 3...256, .readOnly),
        .object("none", [], .inputOnly),
        .string("portalDefaultDomainName", 3...256, .required, .readOnly),
        .string("portalDomainHostedZoneId", 1...64, .required, .readOnly),
    ]

    fileprivate static let contentFields: [Field] = [
        .string("description", 0...1024),
        .string("displayName", 3...255, .required),
        .object(
            "theme",
            [
                .object(
                    "customColors",
                    [
                        .string("accentColor", 1...16, .required),
                        .string("backgroundColor", 1...16, .required),
                        .string("errorValidationColor", 1...16, .required),
                        .string("headerColor", 1...16, .required),
                        .string("navigationColor", 1...16, .required),
                        .string("textColor", 1...16, .required),
                    ], .required),
                .timestamp("logoLastUploaded"),
            ], .required),
    ]

    fileprivate static let authorizationRule = Rule(at: "authorization") { portal, _ in
        portal[authorization].map { $0.members.count == 1 } ?? true
            ? nil : "Invalid input. Expected one of cognitoConfig and none"
    }

    fileprivate static let endpointRule = Rule(at: "endpointConfiguration") { portal, _ in
        guard let endpoint = portal[endpointConfiguration], endpoint["portalDefaultDomainName"] == nil else {
            return nil
        }
        return endpoint.members.count == 1 ? nil : "Invalid input. Expected one of acmManaged and none"
    }

    fileprivate static let certificateCheck = Check(at: "endpointConfiguration") {
        change, _ throws(ServiceError) in
        let endpoint = change.new?[endpointConfiguration]?["acmManaged"].flatMap(JSONObject.init)
        guard case .string(let arn) = endpoint?["certificateArn"] else { return }
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 6, parts[0] == "arn", parts[2] == "acm", parts[3] == certificateRegion else {
            throw .badRequest(
                "Invalid certificate ARN: \(arn). Certificate must be in '\(certificateRegion)'.")
        }
    }

    /// A published portal cannot be deleted before it is disabled.
    fileprivate static let publishedCheck = Check { change, _ throws(ServiceError) in
        let status = change.old?[publishStatus] ?? ""
        guard status != "DISABLED", status != "PUBLISH_FAILED" else { return }
        throw .badRequest("Portal \(change.identifier) must be disabled before it can be deleted")
    }

    /// The names of the portal. Names that an update leaves out stay as they were answered.
    fileprivate static let endpoint: @Sendable (Change, Members) -> JSON? = { change, portal in
        guard let given = portal[endpointConfiguration], given["portalDefaultDomainName"] == nil else {
            return portal[endpointConfiguration].map(JSON.object)
        }
        let region = change.context.scope.region
        var members = given["acmManaged"].flatMap(JSONObject.init) ?? [:]
        members["portalDefaultDomainName"] = .string("p-\(change.identifier).apigw-portal.\(region).on.aws")
        members["portalDomainHostedZoneId"] = .string(hostedZone)
        return .object(members)
    }

    /// The content with the time of the logo. A request gives the logo by its address.
    fileprivate static let content: @Sendable (Change, Members) -> JSON? = { change, portal in
        guard var content = portal[portalContent], var theme = content["theme"].flatMap(JSONObject.init)
        else {
            return nil
        }
        let old = change.old?[portalContent]?["theme"].flatMap(JSONObject.init)?["logoLastUploaded"]
        switch change.new?[logoUri] {
        case nil: theme["logoLastUploaded"] = theme["logoLastUploaded"] ?? old
        case "": theme["logoLastUploaded"] = nil
        default: theme["logoLastUploaded"] = change.context.timestamp
        }
        content["theme"] = .object(theme)
        return .object(content)
    }
}
