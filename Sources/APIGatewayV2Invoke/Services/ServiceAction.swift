/// An integration that calls an action of an AWS service, compiled: the action and the values of its
/// parameters. Parameters have the action's own names. Developer guide, "Integration subtype reference".

package import APIGatewayV2
internal import JSON

/// One action and its parameters.
package struct ServiceAction: Sendable {
    package let subtype: IntegrationSubtype
    /// The parameters in the order of the integration.
    private let parameters: [(name: String, value: MappingValue)]

    init(
        _ subtype: IntegrationSubtype, _ entries: JSONObject, id: String,
        _ problems: inout [UnsupportedSetting]
    ) {
        self.subtype = subtype
        var parameters: [(name: String, value: MappingValue)] = []
        for entry in entries.members {
            guard let value = MappingValue(entry.value.text ?? "", in: .request) else {
                problems.append(
                    .integration(
                        "requestParameters", of: id,
                        reason: "has the source \(entry.value.jsonText), which is not read"))
                continue
            }
            parameters.append((entry.name, value))
            if let path = value.unreadPath {
                problems.append(
                    .integration(
                        "requestParameters", of: id, reason: UnsupportedSetting.unreadPath(path)))
            }
        }
        self.parameters = parameters
    }

    /// The request for the service. A parameter without a value in the request gives the gateway's 400, even
    /// an optional one (measured: docs/fidelity-invoke.md, "AWS services").
    package func call(
        for invocation: Invocation, limits: MappingLimits
    ) throws(ServiceCall.Problem) -> ServiceCall {
        let scope = MappingScope(invocation, limits: limits)
        var values: [(name: String, text: String)] = []
        for parameter in parameters {
            guard let text = scope.text(of: parameter.value, isTemplate: Self.holdsJSON(parameter)),
                !text.isEmpty
            else { throw ServiceCall.Problem(text: "\(subtype.rawValue): \(parameter.name) has no value") }
            values.append((parameter.name, text))
        }
        return try ServiceCall(
            subtype, ServiceParameters(values), defaultRegion: invocation.address.scope.region)
    }

    /// Whether the value is a JSON text with expressions inside. Their values must not break its strings.
    private static func holdsJSON(_ parameter: (name: String, value: MappingValue)) -> Bool {
        guard parameter.value.sources.count > 1, case .text(let start) = parameter.value.sources[0] else {
            return false
        }
        return start.hasPrefix("{") || start.hasPrefix("[")
    }
}

/// The values of an action's parameters, by name.
struct ServiceParameters {
    private let values: [(name: String, text: String)]

    init(_ values: [(name: String, text: String)]) {
        self.values = values
    }

    subscript(name: String) -> String? { values.first { $0.name == name }?.text }

    /// The value as JSON; nil if it is not JSON.
    func json(_ name: String) -> JSON? {
        guard let text = self[name] else { return nil }
        do throws(JSONError) {
            return try JSONDocument(parsing: Array(text.utf8)).root.json
        } catch {
            return nil
        }
    }

    /// The items of a list, which is JSON or has commas between its items.
    func list(_ name: String) -> [String] {
        guard let text = self[name] else { return [] }
        if case .array = json(name) { return json(name)?.texts ?? [] }
        return text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }
}
