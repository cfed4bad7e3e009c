/// The variables by which the AWS SDKs find services: `AWS_ENDPOINT_URL_SQS` and the like,
/// `AWS_ENDPOINT_URL`, and `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`. They count where no option names a server.
/// One that names this server does not count. Source: AWS SDKs and Tools Reference Guide, "Service-specific
/// endpoints".

internal import APIGatewayV2Local
internal import ArgumentParser
internal import Logging

/// Reads the variables.
enum EndpointVariables {
    /// The variables of the services that integrations call, by the services' names in signatures.
    private static let services = [
        ("AWS_ENDPOINT_URL_APPCONFIG", "appconfig"), ("AWS_ENDPOINT_URL_EVENTBRIDGE", "events"),
        ("AWS_ENDPOINT_URL_KINESIS", "kinesis"), ("AWS_ENDPOINT_URL_SFN", "states"),
        ("AWS_ENDPOINT_URL_SQS", "sqs"),
    ]
    private static let all = "AWS_ENDPOINT_URL"
    /// The variable of functions.
    static let functions = "AWS_ENDPOINT_URL_LAMBDA"

    /// Whether the user wants none of them to count.
    static var areIgnored: Bool {
        Setting.text(ofVariable: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() == "true"
    }

    /// Sets the servers of AWS services, and tells about each. Nothing is read if an option names one.
    static func apply(to configuration: inout LocalServer.Configuration, logger: Logger?) throws {
        guard configuration.invoke.awsEndpoint == nil, !areIgnored else { return }
        for (variable, service) in services {
            configuration.invoke.setVariable(
                try endpoint(variable, configuration, logger), of: service)
        }
        configuration.invoke.setVariable(try endpoint(all, configuration, logger), of: nil)
    }

    /// The server that the variable names; nil if there is none, or this one.
    private static func endpoint(
        _ variable: String, _ configuration: LocalServer.Configuration, _ logger: Logger?
    ) throws -> InvokeConfiguration.Upstream? {
        guard let endpoint = try Setting.value(ofVariable: variable, Setting.serviceEndpoint) else {
            return nil
        }
        guard configuration.isServed(at: endpoint) else {
            logger?.notice("integrations call AWS services at \(endpoint) (\(variable))")
            return endpoint
        }
        let advice = "so that integrations do not call it: --aws-endpoint names one for AWS services"
        logger?.notice("\(variable) names this server, \(advice)")
        return nil
    }
}
