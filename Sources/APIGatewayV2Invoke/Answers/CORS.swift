/// The CORS settings of an API, compiled once a deployment: answers to preflights, and headers of all other
/// answers. Forms as recorded: lists sorted and joined by commas, header names in lower case. Sources and
/// readings: docs/fidelity-invoke.md, "CORS".

package import HTTPWire
package import JSON

/// The `corsConfiguration` of an API.
package struct CORS: Sendable {
    private let origins: [String]
    private let methods: String?
    private let headers: String?
    private let exposed: String?
    private let maxAge: Int?
    private let allowsCredentials: Bool

    package init(_ configuration: JSONObject) {
        func joined(_ values: [String]) -> String? {
            values.isEmpty ? nil : values.sorted().joined(separator: ",")
        }
        origins = configuration["allowOrigins"]?.texts ?? []
        let methods = configuration["allowMethods"]?.texts ?? []
        self.methods = joined(methods.contains("*") ? Self.allMethods : methods.map { $0.uppercased() })
        headers = joined((configuration["allowHeaders"]?.texts ?? []).map { $0.lowercased() })
        exposed = joined((configuration["exposeHeaders"]?.texts ?? []).map { $0.lowercased() })
        if case .integer(let seconds) = configuration["maxAge"] { maxAge = seconds } else { maxAge = nil }
        allowsCredentials = configuration["allowCredentials"] == .bool(true)
    }

    private static let allMethods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

    /// The answer to an OPTIONS request that no route takes: 204 in any case, with headers for a preflight
    /// from an origin that is allowed.
    package func preflightResponse(to request: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse(status: 204)
        guard request.fields.contains("Access-Control-Request-Method"),
            let origin = allowedOrigin(of: request)
        else { return response }
        response.fields.append("access-control-allow-origin", origin)
        if origin != "*" { response.fields.append("vary", "origin") }
        if let methods { response.fields.append("access-control-allow-methods", methods) }
        if let headers { response.fields.append("access-control-allow-headers", headers) }
        if let maxAge { response.fields.append("access-control-max-age", "\(maxAge)") }
        if allowsCredentials { response.fields.append("access-control-allow-credentials", "true") }
        return response
    }

    /// Drops an integration's own CORS headers and adds the API's, to the gateway's own answers too.
    package func apply(to response: inout HTTPResponse, for request: HTTPRequest) {
        var fields = HTTPFields()
        for index in 0..<response.fields.count {
            let name = response.fields.name(at: index)
            if !name.lowercased().hasPrefix("access-control-") {
                fields.append(name, response.fields.value(at: index))
            }
        }
        if let origin = allowedOrigin(of: request) {
            fields.append("access-control-allow-origin", origin)
            if origin != "*" { fields.append("vary", "origin") }
            if allowsCredentials { fields.append("access-control-allow-credentials", "true") }
            if let exposed { fields.append("access-control-expose-headers", exposed) }
        }
        response.fields = fields
    }

    /// The value of `access-control-allow-origin`; nil where the request has no origin that is allowed.
    private func allowedOrigin(of request: HTTPRequest) -> String? {
        guard let origin = request.fields["Origin"] else { return nil }
        if origins.contains("*") { return "*" }
        return origins.contains { Self.matches(origin, $0) } ? origin : nil
    }

    /// Origins compare without case. `https://*` and `http://*` stand for every host of their scheme.
    private static func matches(_ origin: String, _ pattern: String) -> Bool {
        let (origin, pattern) = (origin.lowercased(), pattern.lowercased())
        return pattern.hasSuffix("://*") ? origin.hasPrefix(pattern.dropLast()) : origin == pattern
    }
}
