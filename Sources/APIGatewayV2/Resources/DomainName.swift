/// DomainName: a custom name for APIs. A root resource, identified by its name. Its mappings and routing
/// rules are deleted with it. AWS: API reference, /v2/domainnames. Members and bounds from the service model,
/// forms and messages from docs/fidelity.md, "DomainName". No certificate is looked up, so the errors about
/// missing, pending and imported certificates do not occur.

package import JSON

/// The members of a domain name that code reads.
package enum DomainName {
    package static let domainName = Key<String>("domainName", in: .domainName)
    package static let domainNameConfigurations = Key<[JSON]>("domainNameConfigurations", in: .domainName)
    package static let routingMode = Key<String>("routingMode", in: .domainName)
    package static let mutualTlsAuthentication = Key<JSONObject>("mutualTlsAuthentication", in: .domainName)
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
                    .string(change.context.scope.arn("/domainnames/\(change.identifier)"))
                }),
            .list(
                "domainNameConfigurations", of: .object(DomainName.configuration), .regenerated,
                default: .generated(DomainName.completed)),
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
            .map("tags", of: .string(Tags.valueLengths), .createOnly, default: .constant([:])),
        ],
        // No recorded list has tags.
        listFields: [
            "apiMappingSelectionExpression", "domainName", "domainNameArn", "domainNameConfigurations",
            "mutualTlsAuthentication", "routingMode",
        ],
        rules: [DomainName.nameRule],
        requestOnlyRules: [
            DomainName.configurationRule, DomainName.endpointRule, DomainName.securityPolicyRule,
        ],
        normalize: DomainName.normalize,
        updateSteps: [DomainName.configurationStep],
        checks: [DomainName.certificateCheck], requestOnlyChecks: [Tags.check],
        notModelled: [
            "No certificate is looked up, so none is missing, pending or imported, and ownership "
                + "is never verified.",
            "No name is resolved.",
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

    fileprivate static let nameRule = Rule(at: "domainName") { domain, _ in
        domain[domainName]?.contains("_") == true
            ? "Domain names cannot contain an underscore character" : nil
    }

    private static let notOneConfiguration = "Invalid input. Expected one domain name configuration"

    fileprivate static let configurationRule = Rule(at: "domainNameConfigurations") { domain, _ in
        domain[domainNameConfigurations]?.count == 1
            ? nil : notOneConfiguration
    }

    /// An update must have the configuration, even without a change. Only a change of the routing mode is
    /// documented without it.
    fileprivate static let configurationStep: UpdateStep = { patch, _, _ throws(ServiceError) in
        if patch.has(domainNameConfigurations) { return }
        if patch.has(routingMode), !patch.has(mutualTlsAuthentication) { return }
        throw .badRequest(notOneConfiguration)
    }

    fileprivate static let endpointRule = Rule(at: "domainNameConfigurations") { domain, _ in
        domain.hasConfiguration("endpointType", "EDGE")
            ? "EDGE endpoint type is not supported for APIGatewayV2 domainName" : nil
    }

    fileprivate static let securityPolicyRule = Rule(at: "domainNameConfigurations") { domain, _ in
        domain.hasConfiguration("securityPolicy", "TLS_1_0")
            ? "TLS_1_0 is not supported for APIGatewayV2 domainName." : nil
    }

    /// The certificate must be in the domain name's region.
    fileprivate static let certificateCheck = Check(at: "domainNameConfigurations") {
        change, _ throws(ServiceError) in
        let region = change.context.scope.region
        for configuration in (change.new?[domainNameConfigurations] ?? []).compactMap(JSONObject.init) {
            guard case .string(let arn) = configuration["certificateArn"] else { continue }
            let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count >= 6, parts[0] == "arn", parts[2] == "acm", parts[3] == region else {
                throw .badRequest("Invalid certificate ARN: \(arn). Certificate must be in '\(region)'.")
            }
        }
    }

    /// Without a truststore there is no mutual TLS, and no answer has it.
    fileprivate static func normalize(_ domain: inout Members, _ parent: Members?) {
        guard domain[mutualTlsAuthentication]?["truststoreUri"] == nil else { return }
        domain[mutualTlsAuthentication] = nil
    }

    /// The configuration of the request over the former one, with the members that only the service knows.
    fileprivate static let completed: @Sendable (Change, Members) -> JSON? = { change, domain in
        let old = change.old?[domainNameConfigurations]?.first.flatMap(JSONObject.init)
        guard let given = domain[domainNameConfigurations]?.first.flatMap(JSONObject.init) else { return nil }
        var members = old ?? made(change.context)
        for member in given.members { members[member.name] = member.value }
        let inOrder = configuration.compactMap { field in
            members[field.name].map { JSONObject.Member(name: field.name, value: $0) }
        }
        return .array([.object(JSONObject(inOrder))])
    }

    private static func made(_ context: WriteContext) -> JSONObject {
        let scope = context.scope
        let target =
            "d-\(context.random.identifier(length: 10)).execute-api.\(scope.region).\(scope.dnsSuffix)"
        var members: JSONObject = [
            "apiGatewayDomainName": .string(target), "domainNameStatus": "AVAILABLE",
            "endpointType": "REGIONAL", "ipAddressType": "ipv4", "securityPolicy": "TLS_1_2",
        ]
        members["hostedZoneId"] = hostedZones[scope.region].map(JSON.string)
        return members
    }
}

extension Members {
    /// Whether a configuration of the domain name has the member `name` with this value.
    fileprivate func hasConfiguration(_ name: String, _ value: JSON) -> Bool {
        (self[DomainName.domainNameConfigurations] ?? []).compactMap(JSONObject.init)
            .contains { $0[name] == value }
    }
}

extension DomainName {
    /// The hosted zones of the regional endpoints, from the AWS General Reference ("Amazon API Gateway
    /// endpoints and quotas"). A domain name in another region has none.
    package static let hostedZones = [
        "af-south-1": "Z2DHW2332DAMTN", "ap-east-1": "Z3FD1VL90ND7K5", "ap-east-2": "Z02909591O7FG9Q56HWB1",
        "ap-northeast-1": "Z1YSHQZHG15GKL", "ap-northeast-2": "Z20JF4UZKIW1U8",
        "ap-northeast-3": "Z22ILHG95FLSZ2", "ap-south-1": "Z3VO1THU9YC4UR",
        "ap-south-2": "Z0853509Q1135NJ66RUH", "ap-southeast-1": "ZL327KTPIQFUL",
        "ap-southeast-2": "Z2RPCDW04V8134", "ap-southeast-3": "Z10132843TYUYSLUG4HA3",
        "ap-southeast-4": "Z092189423Y7RJK61311D", "ap-southeast-5": "Z0314042F0KBUTZ3X5HF",
        "ap-southeast-7": "Z048508712PZLK5NKG8R0", "ca-central-1": "Z19DQILCV0OWEC",
        "ca-west-1": "Z04745493436AWVTG1OQY", "eu-central-1": "Z1U9ULNL0V5AJ3",
        "eu-central-2": "Z09222482MK253X48U76H", "eu-north-1": "Z3UWIKFBOOGXPP",
        "eu-south-1": "Z3BT4WSQ9TDYZV", "eu-south-2": "Z02499852UI5HEQ5JVWX3", "eu-west-1": "ZLY8HYME6SFDD",
        "eu-west-2": "ZJ5UAJN8Y3Z2Q", "eu-west-3": "Z3KY65QIEKYHQQ", "il-central-1": "Z07264553HBI44N5X2CKP",
        "me-central-1": "Z08780021BKYYY8U0YHTV", "me-south-1": "Z20ZBPC0SS8806",
        "mx-central-1": "Z00020171WIGL5M88SHRM", "sa-east-1": "ZCMLWB8V5SYIT",
        "us-east-1": "Z1UJRXOUMOOFQ8", "us-east-2": "ZOJJZC49E0EPZ", "us-gov-east-1": "Z3SE9ATJYCRCZJ",
        "us-gov-west-1": "Z1K6XKP9SAGWDV", "us-west-1": "Z2MUQ32089INYE", "us-west-2": "Z2OJLYMUO9EFXC",
    ]
}
