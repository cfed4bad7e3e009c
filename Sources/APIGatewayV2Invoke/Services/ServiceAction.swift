/// An integration that calls an action of an AWS service, compiled: the action and the values of its
/// parameters, which are named without an action of their own. Developer guide, "Integration subtype
/// reference".

package import APIGatewayV2
internal import JSON

/// One action and its parameters.
package struct ServiceAction: Sendable {
    package let subtype: IntegrationSubtype
    /// In the order of the integration.
    let parameters: [(name: String, value: MappingValue)]

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
        }
        self.parameters = parameters
    }
}
