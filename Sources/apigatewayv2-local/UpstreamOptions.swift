/// The options of `serve` about the servers that integrations call, and about access logs.

internal import APIGatewayV2Local
internal import ArgumentParser
internal import Logging

/// An upstream as `--upstream` writes it.
struct UpstreamSetting: Sendable {
    /// A host, a host and port, or an ARN.
    let name: String
    let upstream: InvokeConfiguration.Upstream
}

/// The choice of backends.
struct UpstreamOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Call another server in the place of a host, or of a listener's or service's ARN, such as \
            api.example.com=http://localhost:8080; may be repeated.
            """,
            valueName: "host|arn=url"),
        transform: Setting.upstream)
    var upstream: [UpstreamSetting] = []

    @Flag(help: "Call no host but those of --upstream and this machine. (default: call any)")
    var upstreamOnly = false

    @Option(
        help: ArgumentHelp(
            "The authorities that https:// backends may have, as PEM. (default: the system's)",
            valueName: "file"),
        transform: Setting.authoritiesFile)
    var upstreamCa: String?

    @Option(
        help: ArgumentHelp(
            """
            The server for integrations with AWS services, such as http://localhost:4566. (default: \
            AWS_ENDPOINT_URL_SQS and the like, else AWS_ENDPOINT_URL, else none)
            """, valueName: "url"),
        transform: Setting.serviceEndpoint)
    var awsEndpoint: InvokeConfiguration.Upstream?

    @Option(
        help: ArgumentHelp(
            "Write the access logs of stages to this file, or to standard output with -. (default: nowhere)",
            valueName: "file|-"),
        transform: Setting.text)
    var accessLogs: String?
}

extension UpstreamOptions {
    /// Sets the options and variables in the library's configuration. Returns the file of access logs, if
    /// there is one.
    func apply(to configuration: inout LocalServer.Configuration, logger: Logger?) throws -> AccessLogFile? {
        for setting in try Setting.values("upstream", upstream, separator: ",", Setting.upstream) {
            guard configuration.invoke.upstreams.updateValue(setting.upstream, forKey: setting.name) == nil
            else {
                throw ValidationError(
                    "found --upstream \(setting.name)=… twice, expected one URL a host or ARN")
            }
        }
        configuration.invoke.isUpstreamOnly =
            try upstreamOnly || Setting.value("upstream-only", nil, Setting.isOn) ?? false
        configuration.invoke.upstreamAuthoritiesFile = try Setting.value(
            "upstream-ca", upstreamCa, Setting.authoritiesFile)
        configuration.invoke.awsEndpoint = try Setting.value(
            "aws-endpoint", awsEndpoint, Setting.serviceEndpoint)
        try EndpointVariables.apply(to: &configuration, logger: logger)
        guard let path = try Setting.value("access-logs", accessLogs, Setting.text) else { return nil }
        let file = try AccessLogFile(
            path: path, waitingBytesMax: configuration.limits.logWaitingBytesMax, logger: logger)
        configuration.onAccess = { line in file.write(line) }
        return file
    }
}

extension Setting {
    static let authoritiesFile: SettingReader<String> = { try AuthoritiesFile.path(parsing: $0) }
    static let serviceEndpoint: SettingReader<InvokeConfiguration.Upstream> = {
        try InvokeConfiguration.Upstream(parsing: $0)
    }
    static let upstream: SettingReader<UpstreamSetting> = { text in
        guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
            throw SettingError(expected: "HOST=URL or ARN=URL, such as api.example.com=http://localhost:8080")
        }
        let name = String(text[..<mark])
        return UpstreamSetting(
            name: try InvokeConfiguration.Upstream.key(of: name),
            upstream: try InvokeConfiguration.Upstream(parsing: String(text[text.index(after: mark)...])))
    }
}
