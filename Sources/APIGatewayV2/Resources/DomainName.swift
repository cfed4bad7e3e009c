/// DomainName: a custom name for APIs. A root resource, identified by its name.
/// AWS: API reference, /v2/domainnames. Members and bounds from the service model; forms and messages from
/// docs/fidelity.md, "DomainName".

import JSON

/// The members of a domain name that code reads.
package enum DomainName {
    static let domainName = Key<String>("domainName", in: .domainName)
    static let domainNameConfigurations = Key<[JSON]>("domainNameConfigurations", in: .domainName)
    static let mutualTlsAuthentication = Key<JSONObject>("mutualTlsAuthentication", in: .domainName)
}

extension Resource {
    package static let domainName: Resource = Resource(
        id: .domainName,
        noun: "DomainName",
        path: "/v2/domainnames/{domainName}",
        identifier: .request,
        uniqueName: UniqueName(DomainName.domainName) { _ in
            .badRequest("The domain name you provided already exists.")
        },
        quota: Quota("Domain names", 120, per: "account"),
        fields: [
            .string("apiMappingSelectionExpression", nil, .readOnly, default: .constant("$request.basepath")),
            .string("domainName", 1...512, .required, .createOnly),
            .string(
                "domainNameArn", nil, .readOnly,
                default: .generated { change, _ in
                    .string(
                        "arn:aws:apigateway:\(change.context.scope.region)::/domainnames/\(change.identifier)"
                    )
                }),
            .list("domainNameConfigurations", of: .object(DomainName.configuration)),
            .object(
                "mutualTlsAuthentication",
                [
                    .string("truststoreUri", 1...2048),
                    .string("truststoreVersion", 1...64),
                    .list("truststoreWarnings", of: .string(nil), .readOnly),
                ], .merged),
            .choice(
                "routingMode", ["API_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_API_MAPPING"],
                default: .constant("API_MAPPING_ONLY")),
            .map("tags", of: .string(1...1600), .createOnly, default: .constant([:])),
        ],
        unknownMessage: { _, _ in "Invalid domain name identifier specified" })
}

extension DomainName {
    fileprivate static let configuration: [Field] = [
        .string("apiGatewayDomainName", nil, .readOnly),
        .string("certificateArn"),
        .string("certificateName", 1...128),
        .timestamp("certificateUploadDate", .readOnly),
        .choice(
            "domainNameStatus",
            ["AVAILABLE", "UPDATING", "PENDING_CERTIFICATE_REIMPORT", "PENDING_OWNERSHIP_VERIFICATION"],
            .readOnly),
        .string("domainNameStatusMessage", nil, .readOnly),
        .choice("endpointType", ["REGIONAL", "EDGE"]),
        .string("hostedZoneId", nil, .readOnly),
        .choice("ipAddressType", ["ipv4", "dualstack"]),
        .string("ownershipVerificationCertificateArn"),
        .choice("securityPolicy", ["TLS_1_0", "TLS_1_2"]),
    ]
}
