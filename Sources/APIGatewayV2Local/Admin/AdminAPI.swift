/// `/__admin/…`: a tester changes and reads the emulator while the server runs. An unknown path gets 404 and
/// a wrong method 405. Both answers list the right ones. Bodies and answers are JSON.

internal import APIGatewayV2
package import HTTPWire
internal import JSON
package import SocketServer

/// Answers requests under `/__admin`.
package struct AdminAPI: Sendable {
    /// The first segment of every path here.
    package static let root = "__admin"
    /// The default of the longest `wait` that a request may ask for. Fixed, because `adminWaitMax` is the
    /// option.
    package static let waitMax: Duration = .seconds(60)

    let emulator: Emulator
    let reloader: Reloader
    /// The number of open connections.
    let connections: ConnectionGauge
    /// The account and region of resources without their own in the document.
    let defaultScope: Scope
    /// The longest `wait` that a request may ask for.
    let waitMax: Duration
    /// The events of all open streams.
    let events: EventFeed
    private let access: AdminAccess

    init(
        _ emulator: Emulator, reloader: Reloader, connections: ConnectionGauge, defaultScope: Scope,
        access: AdminAccess, waitMax: Duration, events: EventLimits
    ) {
        self.emulator = emulator
        self.reloader = reloader
        self.connections = connections
        self.defaultScope = defaultScope
        self.access = access
        self.waitMax = waitMax
        self.events = EventFeed(emulator.journal, limits: events)
    }

    /// Answers at once, or when the awaited entry or reload has come.
    package func answer(to request: HTTPRequest) -> Answer {
        if let refusal = access.refusal(of: request) { return .response(refusal) }
        guard request.target.pathSegments.first == Self.root else {
            // A request for `/` comes here on the admin API's own port alone.
            let isRoot = request.target.pathSegments == [""]
            return .response(isRoot ? Self.pageRedirect : unknownPath(request.target))
        }
        let segments = Array(request.target.pathSegments.dropFirst())
        if segments.isEmpty { return .response(Self.pageRedirect) }
        // HEAD is answered like GET; the connection leaves out the body.
        let method = request.method == .head ? .get : request.method
        var path: String?
        for route in Self.routes {
            if let path, path != route.pathText { break }
            guard let name = route.name(in: segments) else { continue }
            path = route.pathText
            guard route.method == method else { continue }
            if let refusal = AdminAccess.refusal(ofBodyOf: request) { return .response(refusal) }
            return route.answer(self, AdminCall(request: request, name: name))
        }
        return .response(
            path.map { methodNotAllowed(request.method, at: $0) } ?? unknownPath(request.target))
    }

    private func unknownPath(_ target: RequestTarget) -> HTTPResponse {
        let path = "/" + target.pathSegments.joined(separator: "/")
        let nearest = nearestName(to: path, among: Self.methods.map(\.path))
        return .admin(
            status: 404, message: "There is no \(path)." + (nearest.map { " Did you mean \($0)?" } ?? ""),
            ["available": .array(Self.methods.map { .string("\($0.methods) \($0.path)") })])
    }

    private func methodNotAllowed(_ method: HTTPMethod, at path: String) -> HTTPResponse {
        let methods = Self.methods.first { $0.path == path }?.methods ?? ""
        var response = HTTPResponse.admin(
            status: 405, message: "\(path) takes \(methods), not \(method.rawValue).")
        response.fields.append("Allow", methods)
        return response
    }

    func health(_ call: AdminCall) -> HTTPResponse {
        .admin(status: 200, .object(["status": .string("ok"), "version": .string(Emulator.version)]))
    }

    func reset(_ call: AdminCall) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            emulator.reset(account: try AdminQuery.account(of: call.request.target))
            return HTTPResponse(status: 204)
        }
    }
}

extension Answer {
    /// A known response, delivered whole and at once.
    static func response(_ response: HTTPResponse) -> Answer { .reply(Reply(response)) }
}

extension HTTPResponse {
    /// A JSON document and a line feed.
    static func admin(status: Int, _ document: JSON) -> HTTPResponse {
        .admin(status: status) { JSONWriter.append(document, to: &$0) }
    }

    /// The same for a writer of the document's bytes.
    static func admin(status: Int = 200, _ write: (inout [UInt8]) -> Void) -> HTTPResponse {
        var body: [UInt8] = []
        write(&body)
        body.append(UInt8(ascii: "\n"))
        return HTTPResponse(status: status, contentType: "application/json", body: body)
    }

    /// A response with a mistake as a sentence, and with `details`.
    static func admin(status: Int, message: String, _ details: JSONObject = JSONObject()) -> HTTPResponse {
        .admin(
            status: status,
            .object(
                JSONObject([JSONObject.Member(name: "message", value: .string(message))] + details.members)))
    }
}
