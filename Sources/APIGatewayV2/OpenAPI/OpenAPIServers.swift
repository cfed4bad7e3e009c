/// The servers of a document: the path before its paths, and the settings of the API's own endpoint. AWS:
/// "Set the OpenAPI basePath property" and the endpoint-configuration extension, which belongs to a server.

import JSON

/// The use of the base path in an import.
enum BasePathMode: String, CaseIterable {
    case ignore, prepend, split
}

extension OpenAPIDocument {
    /// The prefix of every path: empty, or `/` and segments.
    func pathPrefix(_ mode: BasePathMode) -> String {
        switch mode {
        case .ignore: ""
        case .prepend: basePathSegments.map { "/" + $0 }.joined()
        // The first segment stands for a stage.
        case .split: basePathSegments.dropFirst().map { "/" + $0 }.joined()
        }
    }

    private var servers: [JSONObject] {
        (root["servers"]?.elements ?? []).compactMap(\.object)
    }

    /// The segments of the first variable called basePath, used or not. Without one, those of the path in the
    /// first server's URL.
    private var basePathSegments: [Substring] {
        let variables = servers.compactMap { $0["variables"]?.object?["basePath"]?.object }
        if let variable = variables.first {
            return (variable["default"]?.plainText ?? "").split(separator: "/")
        }
        let url = servers.first?["url"]?.plainText ?? ""
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        let isAbsolute = parts.count > 2 && parts[0].hasSuffix(":") && parts[1].isEmpty
        return (isAbsolute ? parts.dropFirst(3) : parts[...]).filter { !$0.isEmpty }
    }

    /// The members of an API from the endpoint-configuration extension.
    var endpointConfiguration: JSONObject {
        var members = JSONObject()
        let configuration = servers.lazy.compactMap { $0[OpenAPIExtension.endpointConfiguration]?.object }
            .first
        members["disableExecuteApiEndpoint"] = configuration?["disableExecuteApiEndpoint"]
        members["ipAddressType"] = configuration?["ipAddressType"]
        return members
    }
}
