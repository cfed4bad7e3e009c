/// The access log of a stage: its log group and the format of its lines. Refuses, in the service's words, a
/// destination that is not a log group, and a format with unknown variables. Sources: docs/fidelity-apis.md,
/// "Stage".

internal import HTTPWire
import JSON

/// The rules of a stage's `accessLogSettings`.
enum AccessLog {
    /// The service's message about wrong settings; nil if they are right. The destination is checked before
    /// the format, and missing members are no mistake.
    static func breach(_ settings: JSONObject, of type: ProtocolType?) -> String? {
        if case .string(let destination) = settings["destinationArn"],
            let message = destinationBreach(destination)
        {
            return message
        }
        guard case .string(let format) = settings["format"] else { return nil }
        return formatBreach(format, of: type)
    }

    /// The ARN without the star for all streams of the group, as the service stores it.
    static func withoutStar(_ destination: String) -> String {
        destination.hasSuffix(":*") ? String(destination.dropLast(2)) : destination
    }

    private static func destinationBreach(_ destination: String) -> String? {
        let parts = destination.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        let resource = parts[parts.count - 1]
        let group = withoutStar(String(resource)).dropFirst(groupPrefix.count)
        let isGroup =
            parts.count == 6 && parts[0] == "arn" && parts[2] == "logs" && resource.hasPrefix(groupPrefix)
        if isGroup, !group.isEmpty, group.utf8.allSatisfy(isGroupByte) { return nil }
        return "Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': "
            + "'\(resource)'"
    }

    private static let groupPrefix = "log-group:"

    private static func isGroupByte(_ byte: UInt8) -> Bool {
        byte.isLetterOrDigit || "_-/.".utf8.contains(byte)
    }

    private static func formatBreach(_ format: String, of type: ProtocolType?) -> String? {
        let errors = "The following errors are found in Access Log Format: Access Log format must"
        // The older control plane accepts a newline at the end, so this check does too.
        let line = format.hasSuffix("\n") ? format.dropLast() : format[...]
        if line.contains(where: \.isNewline) { return "\(errors) be single line: '\(format)'" }
        let variables = contextVariables(in: format)
        let unknown = type == .http ? variables.filter { !isHTTPVariable($0) } : []
        if !unknown.isEmpty {
            let names = unknown.map { "$context.\($0)" }.joined(separator: ", ")
            return "The following context variables are not supported: [\(names)]"
        }
        if variables.contains(where: { $0 == "requestId" || $0 == "extendedRequestId" }) { return nil }
        return "\(errors) include either $context.requestId or $context.extendedRequestId : '\(format)'"
    }

    /// The text after each `$context.` in the format, without the full stop or dash at the end of a name.
    private static func contextVariables(in format: String) -> [String] {
        let opening = Array("context.".utf8)
        return format.utf8.split(separator: UInt8(ascii: "$")).compactMap { part in
            var bytes = part[...]
            if bytes.first == UInt8(ascii: "{") { bytes = bytes.dropFirst() }
            guard bytes.starts(with: opening) else { return nil }
            let name = bytes.dropFirst(opening.count).prefix {
                $0.isLetterOrDigit || "_-.".utf8.contains($0)
            }
            let end = name.lastIndex { $0.isLetterOrDigit }
            return end.map { String(decoding: name[...$0], as: UTF8.self) }
        }
    }

    private static func isHTTPVariable(_ name: String) -> Bool {
        httpVariables.contains(name) || name.hasPrefix("authorizer.")
    }

    /// The variables of the developer guide, "Customize HTTP API access logs", and `resourcePath`, which a
    /// capture shows to be accepted too.
    private static let httpVariables: Set<String> = [
        "accountId", "apiId", "awsEndpointRequestId", "awsEndpointRequestId2", "customDomain.basePathMatched",
        "dataProcessed", "domainName", "domainPrefix", "error.message", "error.messageString",
        "error.responseType", "extendedRequestId", "httpMethod", "identity.accountId", "identity.caller",
        "identity.clientCert.clientCertPem", "identity.clientCert.issuerDN",
        "identity.clientCert.serialNumber", "identity.clientCert.subjectDN",
        "identity.clientCert.validity.notAfter", "identity.clientCert.validity.notBefore",
        "identity.cognitoAuthenticationProvider", "identity.cognitoAuthenticationType",
        "identity.cognitoIdentityId", "identity.cognitoIdentityPoolId", "identity.principalOrgId",
        "identity.sourceIp", "identity.user", "identity.userAgent", "identity.userArn", "integration.error",
        "integration.integrationStatus", "integration.latency", "integration.requestId", "integration.status",
        "integrationErrorMessage", "integrationLatency", "integrationStatus", "path", "protocol", "requestId",
        "requestTime", "requestTimeEpoch", "resourcePath", "responseLatency", "responseLength", "routeKey",
        "stage", "status",
    ]
}
