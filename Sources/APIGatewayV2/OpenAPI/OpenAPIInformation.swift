/// The valid parts of a document that have no meaning for an HTTP API, as the lines of an import's
/// `importInfo`. Wording and order as recorded; see docs/fidelity-openapi.md, "Information".

import JSON

extension OpenAPIDocument {
    var importInfo: [String] {
        root.membersInHashOrder.flatMap { member -> [String] in
            let object = member.value.object ?? [:]
            return switch member.name {
            case "info": ignored(["contact", "license", "termsOfService"], of: object, at: "info")
            case "components": ignored(Self.ignoredComponents, of: object, at: "components")
            case "paths": object.membersInHashOrder.flatMap(information)
            default: []
            }
        }
    }

    private static let ignoredComponents: Set = [
        "callbacks", "examples", "headers", "links", "parameters", "requestBodies", "responses", "schemas",
    ]

    private static let ignoredInOperations: Set = [
        "callbacks", "deprecated", "description", "externalDocs", "parameters", "requestBody", "responses",
        "servers",
        "summary", "tags",
    ]

    private func information(_ path: JSONObject.Member) -> [String] {
        guard !path.name.hasPrefix("x-"), let item = path.value.object else { return [] }
        return item.membersInHashOrder.flatMap { member -> [String] in
            if OpenAPIMethod.isMethod(member.name), let operation = member.value.object {
                return ignored(
                    Self.ignoredInOperations, of: operation, at: "paths.\(path.name).\(member.name)")
            }
            guard ["description", "parameters", "servers", "summary"].contains(member.name) else { return [] }
            return [line(member.name, at: "paths.\(path.name)")]
        }
    }

    private func ignored(_ names: Set<String>, of object: JSONObject, at location: String) -> [String] {
        object.membersInHashOrder.map(\.name).filter(names.contains).map { line($0, at: location) }
    }

    private func line(_ name: String, at location: String) -> String {
        "\(location): key [\(name)] will be ignored by API Gateway"
    }
}
