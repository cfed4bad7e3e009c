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

    /// The answer to an OPTIONS request without a route: always 204, with headers for a preflight from an
    /// allowed origin.
    package func preflightResponse(to request: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse(status: 204)
        guard Self.isPreflight(request) else { return response }
        append(to: &response.fields, for: request)
        return response
    }

    /// Drops an integration's own CORS headers and adds the API's, to the gateway's own answers too. A
    /// preflight with a route gets the headers of preflights, because the browser needs them.
    package func apply(to response: inout HTTPResponse, for request: HTTPRequest) {
        response.fields = response.fields.filtered { $0.hasPrefix("access-control-") }
        append(to: &response.fields, for: request)
    }

    /// Fetch standard, "CORS-preflight request".
    private static func isPreflight(_ request: HTTPRequest) -> Bool {
        request.method == .options && request.fields.contains("Access-Control-Request-Method")
    }

    private func append(to fields: inout HTTPFields, for request: HTTPRequest) {
        guard let origin = allowedOrigin(of: request) else { return }
        fields.append("access-control-allow-origin", origin)
        if origin != "*" { fields.append("vary", "origin") }
        if Self.isPreflight(request) {
            if let methods { fields.append("access-control-allow-methods", methods) }
            if let headers { fields.append("access-control-allow-headers", headers) }
            if let maxAge { fields.append("access-control-max-age", "\(maxAge)") }
        }
        if allowsCredentials { fields.append("access-control-allow-credentials", "true") }
        if let exposed, !Self.isPreflight(request) {
            fields.append("access-control-expose-headers", exposed)
        }
    }

    /// Whether a page of the request's origin may read answers.
    package func allowsOrigin(of request: HTTPRequest) -> Bool { allowedOrigin(of: request) != nil }

    /// The value of `access-control-allow-origin`; nil without an allowed origin.
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
