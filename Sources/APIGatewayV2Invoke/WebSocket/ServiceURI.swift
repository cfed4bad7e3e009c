/// The URI of an AWS integration: `arn:aws:apigateway:{region}:{service}:action/{name}` or `…:path/{path}`
/// (API reference, "integrationUri"), and the request that it stands for. Actions of services with a JSON
/// protocol have a target header, all others are forms of the query protocol.

internal import HTTPWire

/// One service and the action or path in it.
package struct ServiceURI: Sendable, Equatable {
    package let service: String
    package let region: String
    /// The path and the query of the request.
    package let target: String
    /// The header fields of a JSON protocol.
    package let fields: [(name: String, value: String)]

    package static func == (left: ServiceURI, right: ServiceURI) -> Bool {
        left.service == right.service && left.region == right.region && left.target == right.target
    }

    /// Nil for any other URI.
    package init?(_ uri: String) {
        let parts = uri.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "apigateway", !parts[3].isEmpty,
            !parts[4].isEmpty
        else { return nil }
        region = String(parts[3])
        // A subdomain such as `a1b2c3.iot` stands before the service.
        service = parts[4].split(separator: ".").last.map(String.init) ?? ""
        let rest = parts[5]
        if rest.hasPrefix("path/") {
            let path = rest.dropFirst("path/".count)
            target = path.hasPrefix("/") ? String(path) : "/" + path
            fields = []
        } else if rest.hasPrefix("action/") {
            let action = String(rest.dropFirst("action/".count))
            if let known = Self.jsonTargets[service] {
                target = "/"
                fields = [
                    ("Content-Type", "application/x-amz-json-\(known.version)"),
                    ("X-Amz-Target", "\(known.prefix).\(action)"),
                ]
            } else {
                target = "/?Action=" + PercentCoding.encoded(action)
                fields = []
            }
        } else {
            return nil
        }
    }

    private static let jsonTargets: [String: (prefix: String, version: String)] = [
        "cognito-idp": ("AWSCognitoIdentityProviderService", "1.1"),
        "dynamodb": ("DynamoDB_20120810", "1.0"), "events": ("AWSEvents", "1.1"),
        "firehose": ("Firehose_20150804", "1.1"), "kinesis": ("Kinesis_20131202", "1.1"),
        "logs": ("Logs_20140328", "1.1"), "ssm": ("AmazonSSM", "1.1"),
        "states": ("AWSStepFunctions", "1.0"),
    ]
}
