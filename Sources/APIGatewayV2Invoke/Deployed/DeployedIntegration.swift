/// An integration of a deployed API, compiled from its stored members: its target, its timeout, and the
/// mappings of its request and responses. An unreadable mapping counts as not honoured.

package import APIGatewayV2
internal import JSON

/// The target of routes.
package struct DeployedIntegration: Sendable {
    /// The target of the calls.
    package enum Kind: Sendable {
        /// A function, by an URI that may have stage variables.
        case function(uri: String, format: PayloadFormat)
        case http(HTTPTarget)
        /// A service in a private network, by the ARN of a listener or of a Cloud Map service.
        case privateHTTP(arn: String, HTTPTarget)
        case service(ServiceAction)
        /// No known kind; `unsupported` has the reason.
        case none
    }

    package let id: String
    package let kind: Kind
    package let timeout: Duration
    /// The VPC link of a private integration; nil for every other one.
    package let linkId: String?
    package let requestMappings: [ParameterMapping]
    /// The mappings of responses by status code.
    package let responseMappings: [Int: [ParameterMapping]]
    package let unsupported: [UnsupportedSetting]

    package init(_ integration: Members, id: String) {
        var problems: [UnsupportedSetting] = []
        self.id = id
        timeout = .milliseconds(integration[Integration.timeoutInMillis] ?? Self.timeoutDefault)
        linkId =
            integration[Integration.connectionType] == "VPC_LINK"
            ? integration[Integration.connectionId] : nil
        kind = Self.kind(of: integration, id: id, &problems)
        let isService = integration.has(Integration.integrationSubtype)
        let entries = isService ? [] : integration[Integration.requestParameters]?.members ?? []
        requestMappings = Self.mappings(entries, .request, "requestParameters", id, &problems)
        var byStatus: [Int: [ParameterMapping]] = [:]
        for status in integration[Integration.responseParameters]?.members ?? [] {
            guard let code = Int(status.name), case .object(let entries) = status.value else {
                problems.append(.integration("responseParameters", of: id, reason: "has no status code"))
                continue
            }
            byStatus[code] = Self.mappings(entries.members, .response, "responseParameters", id, &problems)
        }
        responseMappings = byStatus
        unsupported = problems
    }

    /// The default timeout in milliseconds (quotas for HTTP APIs).
    private static let timeoutDefault = 30_000

    private static func mappings(
        _ entries: [JSONObject.Member], _ message: ParameterMapping.Message, _ member: String, _ id: String,
        _ problems: inout [UnsupportedSetting]
    ) -> [ParameterMapping] {
        var mappings: [ParameterMapping] = []
        for entry in entries {
            do throws(ParameterMapping.Problem) {
                let mapping = try ParameterMapping(entry.name, entry.value.text ?? "", of: message)
                mappings.append(mapping)
                if let path = mapping.value.unreadPath {
                    problems.append(.integration(member, of: id, reason: UnsupportedSetting.unreadPath(path)))
                }
            } catch {
                problems.append(
                    .integration(member, of: id, reason: "is refused", detail: error.message))
            }
        }
        return mappings
    }

    private static func kind(
        of integration: Members, id: String, _ problems: inout [UnsupportedSetting]
    ) -> Kind {
        let uri = integration[Integration.integrationUri] ?? ""
        switch integration[Integration.integrationType] {
        case "AWS_PROXY":
            if let name = integration[Integration.integrationSubtype] {
                guard let subtype = IntegrationSubtype(rawValue: name) else {
                    problems.append(.integration("integrationSubtype", of: id))
                    return .none
                }
                let parameters = integration[Integration.requestParameters] ?? [:]
                return .service(ServiceAction(subtype, parameters, id: id, &problems))
            }
            let version = integration[Integration.payloadFormatVersion] ?? "1.0"
            return .function(uri: uri, format: PayloadFormat(rawValue: version) ?? .version1)
        case "HTTP_PROXY":
            let target = HTTPTarget(
                uri: uri, method: integration[Integration.integrationMethod] ?? "ANY",
                serverNameToVerify: integration[Integration.tlsConfig]?["serverNameToVerify"]?.text)
            return integration[Integration.connectionType] == "VPC_LINK"
                ? .privateHTTP(arn: uri, target) : .http(target)
        default:
            problems.append(.integration("integrationType", of: id))
            return .none
        }
    }
}
