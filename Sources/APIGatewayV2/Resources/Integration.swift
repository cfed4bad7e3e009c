/// Integration: the backend of a route. Child of an Api. An integration in a route's target cannot be
/// deleted. AWS: API reference, /v2/apis/{apiId}/integrations. The service model has the members, and their
/// bounds in names of shapes such as `StringWithLengthBetween1And1024`. Its documentation has the kind of API
/// of each member. Only connectionId differs: WebSocket integrations were seen with one. Defaults and
/// messages from docs/fidelity-apis.md, "Integration".

import HTTPWire
package import JSON

/// The members of an integration that code reads.
package enum Integration {
    package static let apiGatewayManaged = Key<Bool>("apiGatewayManaged", in: .integration)
    package static let connectionId = Key<String>("connectionId", in: .integration)
    package static let connectionType = Key<String>("connectionType", in: .integration)
    package static let contentHandlingStrategy = Key<String>("contentHandlingStrategy", in: .integration)
    package static let credentialsArn = Key<String>("credentialsArn", in: .integration)
    package static let integrationId = Key<String>("integrationId", in: .integration)
    package static let integrationMethod = Key<String>("integrationMethod", in: .integration)
    package static let integrationResponseSelectionExpression = Key<String>(
        "integrationResponseSelectionExpression", in: .integration)
    package static let integrationSubtype = Key<String>("integrationSubtype", in: .integration)
    package static let integrationType = Key<String>("integrationType", in: .integration)
    package static let integrationUri = Key<String>("integrationUri", in: .integration)
    package static let passthroughBehavior = Key<String>("passthroughBehavior", in: .integration)
    package static let payloadFormatVersion = Key<String>("payloadFormatVersion", in: .integration)
    package static let requestParameters = Key<JSONObject>("requestParameters", in: .integration)
    package static let requestTemplates = Key<JSONObject>("requestTemplates", in: .integration)
    package static let responseParameters = Key<JSONObject>("responseParameters", in: .integration)
    package static let templateSelectionExpression = Key<String>(
        "templateSelectionExpression", in: .integration)
    package static let timeoutInMillis = Key<Int>("timeoutInMillis", in: .integration)
    package static let tlsConfig = Key<JSONObject>("tlsConfig", in: .integration)

    /// The default and the longest timeout of an HTTP API.
    static let httpTimeoutInMillis = 30_000
    /// The default and the longest timeout of a WebSocket API.
    private static let webSocketTimeoutInMillis = 29_000
    /// The shortest timeout. Fixed by the service.
    fileprivate static let timeoutMin = 50
    fileprivate static let uriLengths = 1...2048

    fileprivate static func timeoutMax(of api: Members?) -> Int {
        api.isAPI(.webSocket) ? webSocketTimeoutInMillis : httpTimeoutInMillis
    }
}

extension Resource {
    package static let integration: Resource = Resource(
        id: .integration,
        noun: "Integration",
        parent: .api,
        path: "/v2/apis/{apiId}/integrations/{integrationId}",
        identifier: .random(length: 7),
        quota: Quota("Integrations", 300, per: "API"),
        indexKeys: { integration in
            var keys: IndexKeys = []
            if let link = integration[Integration.connectionId] { keys.append(VpcLink.path(of: link)) }
            if integration[Integration.apiGatewayManaged] == true { keys.append(QuickCreate.indexKey) }
            return keys
        },
        fields: [
            .boolean("apiGatewayManaged", .readOnly),
            .string("connectionId", 1...1024, .clearable),
            .choice("connectionType", ["INTERNET", "VPC_LINK"], default: .constant("INTERNET")),
            .choice("contentHandlingStrategy", ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"], .only(.webSocket)),
            .string("credentialsArn", nil, .clearable),
            .string("description", 0...1024, .clearable),
            .string("integrationId", nil, .readOnly),
            .string(
                "integrationMethod", 1...64,
                default: .derived { members, _ in
                    members.member(Integration.integrationType, is: "AWS_PROXY")
                        && !members.has(Integration.integrationSubtype)
                        ? "POST" : nil
                }),
            .string(
                "integrationResponseSelectionExpression", nil, .readOnly, .only(.webSocket),
                default: .derived { members, _ in
                    switch members[Integration.integrationType] {
                    case "AWS": "${integration.response.body.errorMessage}"
                    case "HTTP", "MOCK": "${integration.response.statuscode}"
                    default: nil
                    }
                }),
            .string("integrationSubtype", 1...128, .only(.http)),
            .choice("integrationType", ["AWS", "HTTP", "MOCK", "HTTP_PROXY", "AWS_PROXY"], .required),
            .string("integrationUri", Integration.uriLengths, .boundsByRule),
            .choice(
                "passthroughBehavior", ["WHEN_NO_MATCH", "NEVER", "WHEN_NO_TEMPLATES"], .only(.webSocket),
                default: .constant("WHEN_NO_MATCH")),
            .string(
                "payloadFormatVersion", 1...64,
                default: .derived { _, api in
                    api.isAPI(.webSocket) ? "1.0" : nil
                }),
            .map("requestParameters", of: .string(1...512), .merged, .emptyEntries("remove:")),
            .map("requestTemplates", of: .string(0...32_768), .only(.webSocket)),
            .map(
                "responseParameters", of: .map(.string(1...512)), .only(.http), .merged,
                .emptyEntries("remove:")),
            .string("templateSelectionExpression", nil, .only(.webSocket), .clearable),
            .integer(
                "timeoutInMillis", Integration.timeoutMin...Integration.httpTimeoutInMillis, .boundsByRule,
                default: .derived { _, api in
                    .integer(Integration.timeoutMax(of: api))
                }),
            .object("tlsConfig", [.string("serverNameToVerify", 1...512)], .only(.http)),
        ],
        rules: Integration.rules + Integration.mappingRules,
        normalize: { members, _ in
            // In a comparison with us-east-1, the service kept a tlsConfig only with VPC_LINK.
            if members.member(Integration.connectionType, is: "INTERNET") {
                members[Integration.tlsConfig] = nil
            }
        },
        updateSteps: [Integration.kindStep],
        checks: [Integration.linkVersionCheck], requestOnlyChecks: [RouteConnection.integrationCheck],
        deletionChecks: [managedCheck, Integration.inUseCheck],
        effects: [Deployment.automaticEffect],
        notModelled: [
            "Functions, roles and addresses that a member names are not looked up."
        ])
}

extension Integration {
    fileprivate static let rules = [
        Rule(at: "integrationType") { members, api in
            guard api.isAPI(.http), members.has(integrationType),
                !members.member(integrationType, is: "HTTP_PROXY"),
                !members.member(integrationType, is: "AWS_PROXY")
            else { return nil }
            return
                "Currently, an API with a protocol type of HTTP may only be associated with proxy "
                + "integrations "
                + "(AWS_PROXY, HTTP_PROXY)"
        },
        Rule(at: "timeoutInMillis") { members, api in
            // The model has the range of an HTTP API. A WebSocket API's ends a second earlier.
            let range = timeoutMin...timeoutMax(of: api)
            guard let timeout = members[Integration.timeoutInMillis], !range.contains(timeout) else {
                return nil
            }
            return "Timeout should be between \(range.lowerBound) ms and \(range.upperBound) ms"
        },
        Rule(at: "integrationUri") { members, _ in
            // An empty URI is refused too, which only a request can have.
            members.member(integrationType, is: "MOCK") && members.has(integrationUri)
                ? "Integration URI is not supported for MOCK integrations" : nil
        },
        // Stored integrations from before 2020 have no version.
        Rule(at: "payloadFormatVersion", isForRequestsAlone: true) { members, api in
            api.isAPI(.http) && !members.has(payloadFormatVersion)
                ? "PayloadFormatVersion is a required parameter for integration" : nil
        },
        Rule(at: "payloadFormatVersion") { members, api in
            guard members.has(payloadFormatVersion), !members.member(payloadFormatVersion, is: "1.0") else {
                return nil
            }
            if members.member(payloadFormatVersion, is: "2.0"), !api.isAPI(.webSocket) { return nil }
            return "Unsupported PayloadFormatVersion: \(members[payloadFormatVersion] ?? "")"
        },
        Rule(at: "payloadFormatVersion") { members, _ in
            members.member(integrationType, is: "HTTP_PROXY")
                && members.member(payloadFormatVersion, is: "2.0")
                ? "PayloadFormatVersion 2.0 is not supported for integration of type HTTP_PROXY" : nil
        },
        Rule(at: "integrationUri", isForRequestsAlone: true) { members, _ in
            let isNeeded = !members.member(integrationType, is: "MOCK") && !members.has(integrationSubtype)
            return isNeeded && !members.has(integrationUri) ? "Invalid integration URI specified" : nil
        },
        Rule(at: "integrationUri") { members, _ in
            // A text has at most as many characters as bytes.
            let isShort = members.withUTF8(of: integrationUri) { uriLengths.contains($0.count) }
            if isShort == true { return nil }
            guard let uri = members[integrationUri] else { return nil }
            return uriLengths.contains(uri.unicodeScalars.count) ? nil : "Invalid integration URI specified"
        },
        Rule(at: "integrationUri") { members, api in
            guard api.isAPI(.http), members.member(integrationType, is: "HTTP_PROXY"),
                members.member(connectionType, is: "INTERNET")
            else { return nil }
            let isWebAddress = members.withUTF8(of: integrationUri) { uri in
                uri.begins(with: "http://") || uri.begins(with: "https://")
            }
            return isWebAddress == false ? "Invalid HTTP endpoint specified for URI" : nil
        },
        Rule(at: "connectionId", isForRequestsAlone: true) { members, _ in
            members.member(connectionType, is: "VPC_LINK") && !members.has(connectionId)
                ? "ConnectionId must be set to vpcLinkId for ConnectionType VPC_LINK" : nil
        },
        Rule(at: "integrationUri") { members, api in
            guard api.isAPI(.http), members.member(connectionType, is: "VPC_LINK"),
                members.withUTF8(of: integrationUri, isListenerOrService) == false
            else { return nil }
            return
                "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a "
                + "valid Cloud Map service "
                + "ARN."
        },
        Rule(at: "integrationMethod", isForRequestsAlone: true) { members, _ in
            members.member(integrationType, is: "HTTP_PROXY") && !members.has(integrationMethod)
                ? "HttpMethod parameter method must be specified for integrationType HTTPPROXY" : nil
        },
        Rule(at: "integrationSubtype", breach: subtypeBreach),
    ]

    private static func isListenerOrService(_ uri: Span<UInt8>) -> Bool {
        // One walk over the bytes, because splitting would make a String for each part.
        let colon = UInt8(ascii: ":")
        guard uri.begins(with: "arn:"),
            let partitionEnd = uri.firstIndex(of: colon, in: 4..<uri.count),
            let serviceEnd = uri.firstIndex(of: colon, in: partitionEnd + 1..<uri.count)
        else { return false }
        let service = uri.extracting(partitionEnd + 1..<serviceEnd)
        if service.equals("servicediscovery") { return true }
        guard service.equals("elasticloadbalancing") else { return false }
        var start = serviceEnd + 1
        while true {
            if uri.extracting(start..<uri.count).begins(with: "listener/") { return true }
            guard let end = uri.firstIndex(of: colon, in: start..<uri.count) else { return false }
            start = end + 1
        }
    }

    private static let subtypeBreach: @Sendable (Members, Members?) -> String? = { members, _ in
        guard let name = members[integrationSubtype] else { return nil }
        guard let subtype = IntegrationSubtype(rawValue: name),
            !members.member(payloadFormatVersion, is: "2.0")
        else {
            return "Operation: \(name) is not supported."
        }
        if !members.has(credentialsArn) {
            return "Role ARN must be specified for AWS integration configuration with Subtype: \(name)"
        }
        let parameters = members[requestParameters] ?? [:]
        if subtype.requiredParameters.contains(where: { parameters[$0] == nil }) {
            return
                "Operation: \(name) requires enabling passthrough, or defining all of the following "
                + "parameters in the parameter mapping: "
                + "[\(subtype.requiredParameters.joined(separator: ", "))]"
        }
        return nil
    }

    /// An update of a service action must name the action again. Otherwise the rules of other integrations
    /// hold, which require an URI (hashicorp/terraform-provider-aws 15861). For an update without a change
    /// nothing is known. The empty text does not remove a parameter of a service action (50061 there). An
    /// integration that becomes a mock loses its URI.
    fileprivate static let kindStep: UpdateStep = { patch, old, new throws(ServiceError) in
        let changesSomething = patch.values.indices.contains(where: patch.values.isPresent)
        if changesSomething, old.has(integrationSubtype), !patch.has(integrationSubtype),
            !patch.has(integrationUri)
        {
            throw .badRequest("Invalid integration URI specified")
        }
        let parameters = patch[requestParameters]?.members ?? []
        if new.has(integrationSubtype), parameters.contains(where: { $0.value == .string("") }) {
            throw .badRequest(MappingErrors.missingSource)
        }
        if patch.member(integrationType, is: "MOCK"), !patch.has(integrationUri) { new[integrationUri] = nil }
    }

    /// VPC links of this service have version V2, which WebSocket APIs cannot use. An unknown identifier may
    /// be a V1 link of the older service.
    fileprivate static let linkVersionCheck = Check(at: "connectionId", in: .webSocket) {
        change, tables throws(ServiceError) in
        guard let integration = change.new, integration.member(connectionType, is: "VPC_LINK"),
            let link = integration[connectionId],
            tables.contains(link, in: CollectionKey(resource: .vpcLink, parent: ""))
        else { return }
        throw .badRequest(
            "VPC link \(link) is of version V2, which is not supported for WEBSOCKET protocolType")
    }

    fileprivate static let inUseCheck = Check { change, tables throws(ServiceError) in
        let routes = tables.collection(change.siblings(.route))
        let users = routes.identifiers(withKey: Route.key(ofTarget: "integrations/\(change.identifier)"))
        guard !users.isEmpty else { return }
        throw .conflict(
            "Cannot delete Integration because it is referenced by the following Routes with Ids: "
                + "[\(users.joined(separator: ", "))]")
    }
}
