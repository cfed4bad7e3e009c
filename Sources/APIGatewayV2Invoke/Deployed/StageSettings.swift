/// A stage's own settings, compiled once for each version of its record: variables, throttling by route, and
/// the format of its access log. They are live, because a deployment does not have them.

package import APIGatewayV2
internal import JSON

/// The size of a token bucket: requests a second, and requests at once. Nil means the account's value.
package struct ThrottleSettings: Sendable, Equatable {
    package let rateLimit: Double?
    package let burstLimit: Int?

    package init(rateLimit: Double?, burstLimit: Int?) {
        self.rateLimit = rateLimit
        self.burstLimit = burstLimit
    }

    init(_ settings: JSON?) {
        switch settings?.member("throttlingRateLimit") {
        case .integer(let rate): rateLimit = Double(rate)
        case .number(let rate): rateLimit = rate
        default: rateLimit = nil
        }
        if case .integer(let burst) = settings?.member("throttlingBurstLimit") {
            burstLimit = burst
        } else {
            burstLimit = nil
        }
    }

    /// Whether the stage sets any limit.
    package var isSet: Bool { rateLimit != nil || burstLimit != nil }
}

/// The settings of one stage.
package struct StageSettings: Sendable {
    package let name: String
    /// The deployment of the stage; nil if it has none.
    package let deploymentId: String?
    /// The variables, sorted by name.
    package let variables: [StageVariable]
    package let defaultThrottle: ThrottleSettings
    /// The overrides of routes by their key.
    package let routeThrottles: [String: ThrottleSettings]
    /// The setting of a WebSocket stage that calls of HTTPS backends would need: the certificate that this
    /// program cannot show them. Nil without one.
    package let clientCertificate: UnsupportedSetting?
    /// The format of the stage's access log; nil for no log.
    package let accessLog: AccessLogFormat?

    package init(_ record: Record) {
        let stage = Members(.stage, record)
        name = stage[Stage.stageName] ?? ""
        deploymentId = stage[Stage.deploymentId]
        clientCertificate =
            stage.has(Stage.clientCertificateId) ? .stage("clientCertificateId", of: name) : nil
        variables = (stage[Stage.stageVariables]?.members ?? [])
            .compactMap { variable in
                variable.value.text.map { StageVariable(name: variable.name, value: $0) }
            }
            .sorted { $0.name < $1.name }
        defaultThrottle = ThrottleSettings(stage[Stage.defaultRouteSettings].map(JSON.object))
        var throttles: [String: ThrottleSettings] = [:]
        for route in stage[Stage.routeSettings]?.members ?? [] {
            let settings = ThrottleSettings(route.value)
            if settings.isSet { throttles[route.name] = settings }
        }
        routeThrottles = throttles
        accessLog = stage[Stage.accessLogSettings]?["format"]?.text.map { AccessLogFormat($0) }
    }
}
