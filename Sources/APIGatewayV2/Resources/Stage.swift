/// Stage: a named address of an API's deployment with its settings. Child of an Api, identified by its name.
/// AWS: API reference, /v2/apis/{apiId}/stages. Members and bounds from the service model, defaults and
/// messages from docs/fidelity.md, "Stage".

import HTTPWire
package import JSON

/// The members of a stage that code reads.
package enum Stage {
    package static let accessLogSettings = Key<JSONObject>("accessLogSettings", in: .stage)
    package static let apiGatewayManaged = Key<Bool>("apiGatewayManaged", in: .stage)
    package static let autoDeploy = Key<Bool>("autoDeploy", in: .stage)
    package static let clientCertificateId = Key<String>("clientCertificateId", in: .stage)
    package static let createdDate = Key<String>("createdDate", in: .stage)
    package static let defaultRouteSettings = Key<JSONObject>("defaultRouteSettings", in: .stage)
    package static let deploymentId = Key<String>("deploymentId", in: .stage)
    package static let lastDeploymentStatusMessage = Key<String>("lastDeploymentStatusMessage", in: .stage)
    package static let lastUpdatedDate = Key<String>("lastUpdatedDate", in: .stage)
    package static let routeSettings = Key<JSONObject>("routeSettings", in: .stage)
    package static let stageName = Key<String>("stageName", in: .stage)
    package static let stageVariables = Key<JSONObject>("stageVariables", in: .stage)
    package static let tags = Key<JSONObject>("tags", in: .stage)

    /// The index key of stages with autoDeploy.
    static let automatic = "autoDeploy"

    /// The index key of stages with this deployment.
    static func key(ofDeployment identifier: String) -> String { "deployments/\(identifier)" }

    /// The name of an HTTP API's stage that its URLs leave out.
    static let defaultName = "$default"

    fileprivate static let settings: [Field] = [
        .boolean("dataTraceEnabled"),
        .boolean("detailedMetricsEnabled"),
        .choice("loggingLevel", ["ERROR", "INFO", "OFF"]),
        .integer("throttlingBurstLimit"),
        .number("throttlingRateLimit"),
    ]
}

extension Resource {
    package static let stage: Resource = Resource(
        id: .stage,
        noun: "Stage",
        parent: .api,
        path: "/v2/apis/{apiId}/stages/{stageName}",
        identifier: .request,
        uniqueName: UniqueName(Stage.stageName) { _ in .conflict("Stage already exists") },
        quota: Quota("Stages", 10, per: "API"),
        indexKeys: { stage in
            var keys: IndexKeys = []
            if let deployment = stage[Stage.deploymentId] { keys.append(Stage.key(ofDeployment: deployment)) }
            if stage[Stage.autoDeploy] == true { keys.append(Stage.automatic) }
            return keys
        },
        fields: [
            .object(
                "accessLogSettings", [.string("destinationArn"), .string("format", 1...1024)], .merged),
            .boolean("apiGatewayManaged", .readOnly),
            .boolean("autoDeploy"),
            .string("clientCertificateId", nil, .clearable),
            .timestamp(
                "createdDate", .readOnly, default: .generated { change, _ in change.context.timestamp }),
            .object("defaultRouteSettings", Stage.settings, .merged, default: .constant([:])),
            .string("deploymentId", nil),
            // Unlike every other description, this one is not cleared by `""`.
            .string("description", 0...1024, .keptWhenEmpty),
            .string("lastDeploymentStatusMessage", nil, .readOnly),
            .timestamp(
                "lastUpdatedDate", .readOnly, .regenerated,
                default: .generated { change, _ in change.context.timestamp }),
            .map("routeSettings", of: .object(Stage.settings), .merged, default: .constant([:])),
            .string("stageName", 1...128, .required, .createOnly),
            .map("stageVariables", of: .string(0...2048), .merged, default: .constant([:])),
            .map("tags", of: .string(Tags.valueLengths), .createOnly, default: .constant([:])),
        ],
        rules: Stage.rules,
        normalize: Stage.normalize,
        updateSteps: [Stage.deploymentStep],
        checks: [Stage.deploymentCheck, Stage.routeSettingsCheck], requestOnlyChecks: [Tags.check],
        deletionChecks: [managedCheck, ApiMapping.stageInUseCheck],
        effects: [Stage.deploymentEffect],
        specialOperations: Stage.specialOperations,
        notModelled: [
            "The account's role for logs and the permissions of a log group are not asked for.",
            "Client certificates are not looked up.",
        ],
        unknownMessage: { _, _ in "Invalid stage identifier specified" })
}

extension Stage {
    fileprivate static let rules = [
        Rule(at: "stageName") { stage, api in
            guard let name = stage[stageName] else { return nil }
            if name == defaultName, api?[Api.protocolType] == .http { return nil }
            // The message has no hyphen, but stages with a hyphen were seen.
            return name.utf8.allSatisfy(isNameByte) ? nil : "Stage name only allows a-zA-Z0-9_"
        },
        Rule(at: "defaultRouteSettings") { stage, api in
            guard api?[Api.protocolType] == .http else { return nil }
            var settings = (stage[routeSettings]?.members ?? []).map(\.value)
            if let defaults = stage[defaultRouteSettings] { settings.append(.object(defaults)) }
            return settings.contains(where: hasExecutionLogs)
                ? "Execution logs are not supported on protocolType HTTP" : nil
        },
        Rule(at: "accessLogSettings") { stage, api in
            stage[accessLogSettings].flatMap { AccessLog.breach($0, of: api?[Api.protocolType]) }
        },
        Rule(at: "stageVariables") { stage, _ in
            (stage[stageVariables]?.members ?? []).lazy.compactMap(breach).first
        },
    ]

    /// An HTTP API may have no logging level, not even OFF.
    private static func hasExecutionLogs(_ settings: JSON) -> Bool {
        guard case .object(let members) = settings else { return false }
        return members["loggingLevel"] != nil || members["dataTraceEnabled"] == true
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isLetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// The service's message about a stage variable with a forbidden character in its name or value.
    private static func breach(_ variable: JSONObject.Member) -> String? {
        guard variable.name.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == UInt8(ascii: "_") }) else {
            return "Invalid stage variable name: \(variable.name).  "
                + "Please use names with only word characters."
        }
        guard case .string(let value) = variable.value,
            !value.utf8.allSatisfy({ $0.isLetterOrDigit || valueCharacters.contains($0) })
        else { return nil }
        return "Invalid stage variable value of key \(variable.name).  Please use values with alphanumeric "
            + "characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
    }

    /// The characters of the message, and `~` and `#`, which the service model has.
    private static let valueCharacters = " -._~:/?#&=,".utf8

    fileprivate static func normalize(_ stage: inout Members, _ api: Members?) {
        var settings = stage[defaultRouteSettings] ?? [:]
        if settings["detailedMetricsEnabled"] == nil { settings["detailedMetricsEnabled"] = false }
        if api?[Api.protocolType] == .webSocket {
            if settings["dataTraceEnabled"] == nil { settings["dataTraceEnabled"] = false }
            if settings["loggingLevel"] == nil { settings["loggingLevel"] = "OFF" }
        }
        stage[defaultRouteSettings] = JSONObject(settings.members.sorted { $0.name < $1.name })
        guard var log = stage[accessLogSettings] else { return }
        if case .string(let arn) = log["destinationArn"] {
            log["destinationArn"] = .string(AccessLog.withoutStar(arn))
        }
        stage[accessLogSettings] = log.members.isEmpty ? nil : log
    }

    /// With autoDeploy a request may not choose the deployment, not even the present one.
    fileprivate static let deploymentStep: UpdateStep = { patch, _, new throws(ServiceError) in
        guard patch.has(deploymentId), new[autoDeploy] == true else { return }
        throw .badRequest("Deployment ID cannot be set on this stage because AutoDeploy is enabled")
    }

    fileprivate static let deploymentCheck = Check(at: "deploymentId", naming: Reference(to: .deployment)) {
        change, tables throws(ServiceError) in
        guard let deployment = change.new?[deploymentId], deployment != change.old?[deploymentId],
            !tables.contains(deployment, in: change.siblings(.deployment))
        else { return }
        throw .badRequest("Deployment id does not exist")
    }

    fileprivate static let routeSettingsCheck = Check(
        at: "routeSettings", naming: Reference(to: .route, byUniqueName: true)
    ) { change, tables throws(ServiceError) in
        let routes = tables.collection(change.siblings(.route))
        for member in change.new?[routeSettings]?.members ?? []
        where routes.identifier(named: member.name) == nil {
            throw .notFound("Unable to find Route by key \(member.name) within the provided RouteSettings")
        }
    }

    /// A stage that gets autoDeploy deploys at once.
    fileprivate static let deploymentEffect: Effect = { change, tables in
        guard change.new?[autoDeploy] == true, change.old?[autoDeploy] != true else { return }
        Deployment.deployAutomatically(apiId: change.parents[0], change.context, in: &tables)
    }

    fileprivate static let specialOperations = [
        Operation(
            "DeleteAccessLogSettings", .delete, "/v2/apis/{apiId}/stages/{stageName}/accesslogsettings",
            status: 204,
            .perform { call throws(ServiceError) in
                try call.update(.stage) { $0[accessLogSettings] = nil }
            }),
        Operation(
            "DeleteRouteSettings", .delete, "/v2/apis/{apiId}/stages/{stageName}/routesettings/{routeKey}",
            status: 204,
            .perform { call throws(ServiceError) in
                let key = call.parameters["routeKey"] ?? ""
                return try call.update(.stage) { stage throws(ServiceError) in
                    guard var settings = stage[routeSettings], settings[key] != nil else {
                        throw .notFound(
                            "Unable to find Route by key \(key) within the provided RouteSettings")
                    }
                    settings[key] = nil
                    stage[routeSettings] = settings
                }
            }),
    ]
}
