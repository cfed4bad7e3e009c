/// The options of `serve`: their names, their help, and their defaults without a flag and a variable.
/// `configuration()` turns all of them into a `LocalServer.Configuration`.

internal import APIGatewayV2Local
internal import ArgumentParser
internal import Logging

/// Values of `--auth`.
enum AuthenticationChoice: String, CaseIterable, Sendable {
    case off
    case present
}

/// Values of `--clock`.
enum ClockChoice: String, CaseIterable, Sendable {
    case real
    case manual
}

/// Values of `--log-level`: swift-log's levels, and `off`.
enum LogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error, critical, off
}

/// The options of a server.
struct ServeOptions: ParsableArguments {
    static let defaultHost = "127.0.0.1"
    static let defaultPort: UInt16 = 4290

    @Option(
        help: ArgumentHelp("A folder or file of fixtures; may be repeated.", valueName: "path"),
        transform: Setting.text)
    var fixtures: [String] = []

    @Option(
        help: ArgumentHelp(
            "Keep what is created in this SQLite file, across restarts. (default: in memory)",
            valueName: "file"),
        transform: Setting.text)
    var state: String?

    @Option(
        help: ArgumentHelp(
            "How many resources there may be: off, aws, or a JSON file of numbers. (default: aws)",
            valueName: "off|aws|file"),
        transform: Setting.quotas)
    var quotas: ResourceQuotas?

    @Option(
        help: ArgumentHelp("A file of fault rules; may be repeated.", valueName: "file"),
        transform: Setting.text)
    var faults: [String] = []

    @Flag(help: "Reload when a file of fixtures or rules changes. (default: on SIGHUP alone)")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "Answer 429 above so many requests a second for an account and region, such as 10/40.",
            valueName: "rate[/burst]"),
        transform: Setting.rateLimit)
    var rateLimit: FaultRule?

    @Option(
        help: ArgumentHelp(
            "Answer 429 above the quotas that AWS publishes; aws*10 for ten times as much.",
            valueName: "aws[*factor]"),
        transform: Setting.throttle)
    var throttle: [FaultRule]?

    @Option(
        help: ArgumentHelp(
            """
            Let an operation or a route fail, such as GetIntegration:429:first=2 or 'GET /pets/{id}:503'; \
            may be repeated.
            """,
            valueName: "operation:status[:first=n|every=n|after=n|p=x|seed=n|attempt=n]"),
        transform: Setting.fail)
    var fail: [FaultRule] = []

    @Option(
        help: ArgumentHelp(
            "Let an operation's answers wait, such as GetIntegration:3s or '*:100ms-300ms'; may be repeated.",
            valueName: "operation:time[-time]"),
        transform: Setting.delay)
    var delay: [FaultRule] = []

    @Option(
        help: ArgumentHelp(
            "manual stands until POST /__admin/clock moves it. (default: real)", valueName: "real|manual"),
        transform: Setting.choice())
    var clock: ClockChoice?

    @Option(
        help: ArgumentHelp("The address to listen on. (default: 127.0.0.1)", valueName: "address"),
        transform: Setting.text)
    var host: String?

    @Option(
        help: ArgumentHelp("The port to listen on; 0 picks a free one. (default: 4290)"),
        transform: Setting.port)
    var port: UInt16?

    @Option(
        help: ArgumentHelp("The region of unsigned requests and of fixtures. (default: us-east-1)"),
        transform: Setting.text)
    var region: String?

    @Option(
        help: ArgumentHelp(
            "The account of fixtures and of access keys that are no account. (default: 000000000000)"),
        transform: Setting.account)
    var account: String?

    @Option(
        help: ArgumentHelp(
            "present refuses requests without credentials; no signature is checked. (default: off)",
            valueName: "off|present"),
        transform: Setting.choice())
    var auth: AuthenticationChoice?

    @Option(
        help: ArgumentHelp(
            "Make ids of requests and resources the same in every run. (default: random)", valueName: "number"
        ),
        transform: Setting.seed)
    var seed: UInt64?

    @Option(
        help: ArgumentHelp("Threads that serve. (default: one a processor)", valueName: "count"),
        transform: Setting.count(1...64))
    var eventLoops: Int?

    @Option(
        help: ArgumentHelp(
            "Change one of the LIMITS of --help, such as body-bytes-max=1048576; may be repeated.",
            valueName: "name=value"),
        transform: Setting.limit)
    var limit: [LimitSetting] = []

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error, critical or off. (default: info)",
            valueName: "level"),
        transform: Setting.choice())
    var logLevel: LogLevel?

    @Option(
        help: ArgumentHelp("How log lines look. (default: text)", valueName: "text|json"),
        transform: Setting.choice())
    var logFormat: LogFormat?
}

extension ServeOptions {
    /// The logger; nil for `--log-level off`.
    func logger() throws -> Logger? {
        let level = try Setting.value("log-level", logLevel, Setting.choice()) ?? .info
        let format = try format()
        guard let level = Logger.Level(rawValue: level.rawValue) else { return nil }
        return Logger(label: Command.name) { _ in LineLogHandler(format: format, level: level) }
    }

    /// The form of log lines.
    func format() throws -> LogFormat {
        try Setting.value("log-format", logFormat, Setting.choice()) ?? .text
    }

    /// The options and variables as the configuration of the library.
    func configuration() throws -> LocalServer.Configuration {
        var configuration = LocalServer.Configuration()
        configuration.host = try Setting.value("host", host, Setting.text) ?? Self.defaultHost
        configuration.port = try Setting.value("port", port, Setting.port) ?? Self.defaultPort
        configuration.fixtures = try Setting.values("fixtures", fixtures, separator: ":", Setting.text)
        configuration.state = try Setting.value("state", state, Setting.text)
        configuration.quotas = try Setting.value("quotas", quotas, Setting.quotas) ?? .aws
        if let region = try Setting.value("region", region, Setting.text) { configuration.region = region }
        if let account = try Setting.value("account", account, Setting.account) {
            configuration.account = account
        }
        switch try Setting.value("auth", auth, Setting.choice()) ?? .off {
        case .off: configuration.authentication = .off
        case .present: configuration.authentication = .present
        }
        switch try Setting.value("clock", clock, Setting.choice()) ?? .real {
        case .real: configuration.clock = .real
        case .manual: configuration.clock = .manual
        }
        configuration.seed = try Setting.value("seed", seed, Setting.seed)
        configuration.eventLoops = try Setting.value("event-loops", eventLoops, Setting.count(1...64))
        for limit in try Setting.values("limit", limit, separator: ",", Setting.limit) {
            try configuration.limits.set(limit.name, to: limit.text)
        }
        configuration.faults = try rules()
        configuration.watchesFiles = try watch || Setting.value("watch", nil, Setting.isOn) ?? false
        return configuration
    }

    /// The rules in their order: delays, single failures, files, and last the rate limits.
    private func rules() throws -> [FaultSource] {
        let delays = try Setting.values("delay", delay, separator: ",", Setting.delay)
        let failures = try Setting.values("fail", fail, separator: ",", Setting.fail)
        let files = try Setting.values("faults", faults, separator: ":", Setting.text)
        let limits = try Setting.value("rate-limit", rateLimit, Setting.rateLimit).map { [$0] } ?? []
        let quotas = try Setting.value("throttle", throttle, Setting.throttle) ?? []
        return (delays + failures).map(FaultSource.rule) + files.map(FaultSource.file)
            + (limits + quotas).map(FaultSource.rule)
    }
}

/// A bound and its new value.
struct LimitSetting: Sendable {
    let name: String
    let text: String
}

extension Setting {
    static let limit: SettingReader<LimitSetting> = { text in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw SettingError(expected: "NAME=VALUE, such as body-bytes-max=1048576")
        }
        let setting = LimitSetting(name: String(parts[0]), text: String(parts[1]))
        // Checked here, so that the message has the option's name.
        var scratch = ServerLimits()
        try scratch.set(setting.name, to: setting.text)
        return setting
    }
    static let quotas: SettingReader<ResourceQuotas> = { text in
        switch text {
        case "off": .off
        case "aws": .aws
        case "": throw SettingError(expected: "off, aws or the path of a file")
        default: .file(text)
        }
    }
    static let rateLimit: SettingReader<FaultRule> = { try FaultRule(rateLimit: $0) }
    static let fail: SettingReader<FaultRule> = { try FaultRule(fail: $0) }
    static let delay: SettingReader<FaultRule> = { try FaultRule(delay: $0) }
    static let throttle: SettingReader<[FaultRule]> = { try FaultRule.throttle($0) }
}
