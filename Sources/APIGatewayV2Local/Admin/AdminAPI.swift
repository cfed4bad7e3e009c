/// `/__admin/…`: what a tester sets and asks while the server runs. One table of paths and methods; what is
/// not in it is 404 or 405 with what is. Bodies and answers are JSON.

internal import APIGatewayV2
package import HTTPWire
internal import JSON

/// Answers requests under `/__admin`.
package struct AdminAPI: Sendable {
    /// The first segment of every path here.
    package static let root = "__admin"

    let emulator: Emulator
    /// The number of open connections.
    let connections: ConnectionGauge
    /// The account and region of resources whose document names none.
    let defaultScope: Scope
    private let access: AdminAccess

    init(_ emulator: Emulator, connections: ConnectionGauge, defaultScope: Scope, access: AdminAccess) {
        self.emulator = emulator
        self.connections = connections
        self.defaultScope = defaultScope
        self.access = access
    }

    /// A request, with the segment that stands for the name in the endpoint's path.
    struct Call {
        let request: HTTPRequest
        let name: String
    }

    /// A path and what each method does there.
    struct Endpoint: Sendable {
        /// Below `/__admin`; `{name}` stands for any segment.
        let path: [String]
        let methods: [(method: HTTPMethod, answer: @Sendable (AdminAPI, Call) -> HTTPResponse)]

        var text: String { (["", AdminAPI.root] + path).joined(separator: "/") }

        var methodNames: String { methods.map(\.method.rawValue).joined(separator: ", ") }

        /// The name in `segments` if they are this path, empty for a path without one.
        func name(in segments: [String]) -> String? {
            guard segments.count == path.count else { return nil }
            var name = ""
            for (part, segment) in zip(path, segments) {
                if part == "{name}", !segment.isEmpty {
                    name = segment
                } else if part != segment {
                    return nil
                }
            }
            return name
        }
    }

    private static let endpoints: [Endpoint] =
        [
            Endpoint(path: ["health"], methods: [(.get, { _, _ in health })]),
            Endpoint(path: ["reset"], methods: [(.post, { admin, call in admin.reset(call.request) })]),
        ] + faultEndpoints + requestEndpoints + [clockEndpoint, stateEndpoint, metricsEndpoint]

    package func response(to request: HTTPRequest) -> HTTPResponse {
        if let refusal = access.refusal(of: request) { return refusal }
        guard request.target.pathSegments.first == Self.root else { return unknownPath(request.target) }
        let segments = Array(request.target.pathSegments.dropFirst())
        for endpoint in Self.endpoints {
            guard let name = endpoint.name(in: segments) else { continue }
            // HEAD is answered like GET; the connection leaves out the body.
            let wanted = request.method == .head ? .get : request.method
            guard let method = endpoint.methods.first(where: { $0.method == wanted }) else {
                return methodNotAllowed(request.method, at: endpoint)
            }
            if let refusal = AdminAccess.refusal(ofBodyOf: request) { return refusal }
            return method.answer(self, Call(request: request, name: name))
        }
        return unknownPath(request.target)
    }

    private func unknownPath(_ target: RequestTarget) -> HTTPResponse {
        let path = "/" + target.pathSegments.joined(separator: "/")
        let nearest = nearestName(to: path, among: Self.endpoints.map(\.text))
        return .admin(
            status: 404, message: "There is no \(path)." + (nearest.map { " Did you mean \($0)?" } ?? ""),
            ["available": .array(Self.endpoints.map { .string("\($0.methodNames) \($0.text)") })])
    }

    private func methodNotAllowed(_ method: HTTPMethod, at endpoint: Endpoint) -> HTTPResponse {
        var response = HTTPResponse.admin(
            status: 405, message: "\(endpoint.text) takes \(endpoint.methodNames), not \(method.rawValue).")
        response.fields.append("Allow", endpoint.methodNames)
        return response
    }

    private static let health = HTTPResponse.admin(
        status: 200, .object(["status": .string("ok"), "version": .string(LocalServer.version)]))

    private func reset(_ request: HTTPRequest) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            emulator.reset(account: try AdminQuery.account(of: request.target))
            return HTTPResponse(status: 204)
        }
    }
}

extension HTTPResponse {
    /// A JSON document on a line of its own.
    static func admin(status: Int, _ document: JSON) -> HTTPResponse {
        var body: [UInt8] = []
        JSONWriter.append(document, to: &body)
        body.append(UInt8(ascii: "\n"))
        return HTTPResponse(status: status, contentType: "application/json", body: body)
    }

    /// What was wrong, as a sentence and in `details`.
    static func admin(status: Int, message: String, _ details: JSONObject = JSONObject()) -> HTTPResponse {
        .admin(
            status: status,
            .object(
                JSONObject([JSONObject.Member(name: "message", value: .string(message))] + details.members)))
    }
}
