/// Host and path of a request in, its API or custom domain out. Three forms name an API: the execute-api
/// host, the path `/_aws/execute-api/{apiId}/{stage}` under any host, and the older path
/// `/restapis/{apiId}/{stage}/_user_request_`. It looks nothing up.

package import HTTPWire

/// The target in a request.
package enum RequestAddress: Sendable, Equatable {
    /// An API by its host. The first segment of the path may be a stage.
    case host(apiId: String)
    /// An API by the first `prefixCount` segments of the path. `stage` is nil if the next segment may be a
    /// stage.
    case path(apiId: String, stage: String?, prefixCount: Int)
    /// Any other host, which may be a custom domain, in lower case and without a port. Empty without a Host
    /// field.
    case domain(String)

    /// The address of a request. The path forms work with any host.
    package init(_ request: HTTPRequest) {
        if let address = Self.path(request.target.pathSegments) {
            self = address
            return
        }
        let host = Self.withoutPort(request.authority ?? "")
        if let apiId = Self.apiId(inHost: host, request.fields) {
            self = .host(apiId: apiId)
        } else {
            self = .domain(host)
        }
    }

    /// The address of the form `/ws/{apiId}/{stage}`, which floci has for WebSocket APIs. Under the host of
    /// an API or a custom domain it is an ordinary path, so that the caller asks about those first.
    package init?(webSocketPathOf request: HTTPRequest) {
        let segments = request.target.pathSegments
        guard segments.count >= 3, segments[0] == "ws", !segments[1].isEmpty else { return nil }
        self = .path(apiId: segments[1], stage: nil, prefixCount: 2)
    }

    /// Whether the target is an API without a look-up.
    package var namesAPI: Bool {
        if case .domain = self { false } else { true }
    }

    /// The API that the address names; nil for a domain.
    package var apiId: String? {
        switch self {
        case .host(let apiId), .path(let apiId, _, _): apiId
        case .domain: nil
        }
    }

    private static func path(_ segments: [String]) -> RequestAddress? {
        if segments.count >= 3, segments[0] == "_aws", segments[1] == "execute-api", !segments[2].isEmpty {
            return .path(apiId: segments[2], stage: nil, prefixCount: 3)
        }
        if segments.count >= 4, segments[0] == "restapis", segments[3] == "_user_request_" {
            return .path(apiId: segments[1], stage: segments[2], prefixCount: 4)
        }
        return nil
    }

    /// The API in `{apiId}.execute-api.{anything}`, in `{apiId}-vpce-{id}.execute-api.{anything}`, or in the
    /// header that goes with the host of a VPC endpoint.
    private static func apiId(inHost host: String, _ fields: HTTPFields) -> String? {
        let labels = host.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard labels.count >= 2, labels[1] == "execute-api" else { return nil }
        if labels[0].hasPrefix("vpce-") { return fields["x-apigw-api-id"] }
        let name = labels[0].firstRange(of: "-vpce-").map { labels[0][..<$0.lowerBound] } ?? labels[0]
        return name.isEmpty ? nil : String(name)
    }

    /// `host` in lower case, without a port and without the final full stop of a root.
    package static func withoutPort(_ host: String) -> String {
        if host.hasPrefix("[") { return String(host.prefix { $0 != "]" } + "]").lowercased() }
        let name = Substring(host.utf8.prefix { $0 != UInt8(ascii: ":") })
        return (name.hasSuffix(".") ? name.dropLast() : name).lowercased()
    }
}
