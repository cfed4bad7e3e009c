/// A match in its compiled form: one check for each operation, then a check for each request to a matching
/// operation. It checks the cheapest condition first, and finds each value of a request once for all rules.

internal import APIGatewayV2
internal import HTTPWire

/// The compiled form of a `FaultMatch`. It is a class, because calls on a struct would retain each of its
/// patterns.
final class CompiledMatch: Sendable {
    /// The side of the server; nil for both.
    private let plane: Plane?
    private let api: Glob?
    private let stage: Glob?
    private let route: Glob?
    private let event: FaultMatch.Event?
    private let direction: FaultMatch.Direction?
    /// Whether ends of WebSocket connections count only for a match that names them.
    private let isOfRule: Bool
    private let operation: Glob?
    private let method: HTTPMethod?
    private let path: Glob?
    private let parameters: [(name: String, pattern: Glob)]
    private let attempt: Int?
    private let account: String?
    private let accessKeyId: Glob?
    private let region: Glob?
    private let headers: [(name: String, pattern: Glob)]
    private let httpVersion: HTTPVersion?

    /// A rule without a direction is about messages from clients. A filter without one is about all.
    init(_ match: FaultMatch, isOfRule: Bool = false) {
        self.isOfRule = isOfRule
        event = match.event
        direction = match.direction ?? (isOfRule && match.plane == .invoke ? .inbound : nil)
        plane = match.plane
        api = match.api.map(Glob.init)
        stage = match.stage.map(Glob.init)
        route = match.route.map(Glob.init)
        operation = match.operation.map(Glob.init)
        method = match.method.map(HTTPMethod.init)
        path = match.path.map(Glob.init)
        parameters = match.parameters.sorted { $0.key < $1.key }.map { ($0.key, Glob($0.value)) }
        attempt = match.attempt
        account = match.account
        accessKeyId = match.accessKeyId.map(Glob.init)
        region = match.region.map(Glob.init)
        headers = match.headers.sorted { $0.key < $1.key }.map { ($0.key, Glob($0.value)) }
        httpVersion =
            switch match.httpVersion {
            case .http10: .http10
            case .http11: .http11
            case .http2: .http2
            case nil: nil
            }
    }

    /// One value that a request must have to match, for a look-up of rules.
    enum Key: Hashable, Sendable {
        case api(String)
        case parameter(name: String, value: String)
        case accessKey(String)
        case account(String)
        case attempt(Int)
        case region(String)
        case httpVersion(HTTPVersion)
    }

    /// The match's most selective key; nil if it has none.
    var key: Key? {
        if let api = api?.literal { return .api(api) }
        for (name, pattern) in parameters {
            if let value = pattern.literal { return .parameter(name: name, value: value) }
        }
        if let accessKey = accessKeyId?.literal { return .accessKey(accessKey) }
        if let account { return .account(account) }
        if let attempt { return .attempt(attempt) }
        if let region = region?.literal { return .region(region) }
        return httpVersion.map(Key.httpVersion)
    }

    /// Whether a request to `candidate` can match.
    func canMatch(_ candidate: APIGatewayV2.Operation) -> Bool {
        guard canMatchControlPlane else { return false }
        if let operation, !operation.matches(candidate.name) { return false }
        if let method, method != candidate.method { return false }
        guard parameters.allSatisfy({ candidate.parameterNames.contains($0.name) }) else { return false }
        return path?.canMatch(prefix: String(candidate.path.prefix { $0 != "{" })) ?? true
    }

    /// Whether a request without an operation can match.
    var canMatchNoOperation: Bool { canMatchControlPlane && operation == nil && parameters.isEmpty }

    /// Whether a call of a deployed API can match.
    var canMatchInvocations: Bool {
        plane != .control && operation == nil && parameters.isEmpty && attempt == nil
    }

    private var canMatchControlPlane: Bool {
        plane != .invoke && api == nil && stage == nil && route == nil && event == nil && direction == nil
    }

    /// Whether the request matches. Its operation must be one that can match, or invocations can.
    func matches(_ facts: inout RequestFacts) -> Bool {
        if let account, account != facts.scope.account { return false }
        if let method, facts.routed == nil, method != facts.request.method { return false }
        if let httpVersion, httpVersion != facts.request.version { return false }
        for (name, pattern) in parameters {
            guard let value = facts.routed?.parameters[name], pattern.matches(value) else { return false }
        }
        if let region, !region.matches(facts.scope.region) { return false }
        if let attempt, attempt != facts.attempt { return false }
        if let accessKeyId {
            guard let id = facts.accessKeyID, accessKeyId.matches(id) else { return false }
        }
        if let path, !path.matches(facts.path) { return false }
        if let place = facts.invoked, !matches(place) { return false }
        let fields = facts.request.fields
        return headers.allSatisfy { header in
            // Most requests lack the field, and then no list of values is made.
            fields.contains(header.name)
                && fields.values(of: header.name).contains(where: header.pattern.matches)
        }
    }
}

extension CompiledMatch {
    private func matches(_ place: InvokedPlace) -> Bool {
        if let api, !api.matches(place.api) { return false }
        if let stage, !stage.matches(place.stage) { return false }
        if let event, event != place.event { return false }
        if isOfRule, event == nil, place.event == .disconnect { return false }
        if let direction, direction != place.direction { return false }
        guard let pattern = route else { return true }
        return place.route.map(pattern.matches) ?? false
    }
}

/// The part of a deployed API that a request calls.
struct InvokedPlace: Sendable {
    let api: String
    let stage: String
    /// The key of the matching route; nil without a match.
    let route: String?
    /// The path that routes see; nil for a request that reached no stage.
    let path: String?
    /// The kind of the event of a WebSocket API; nil for other requests.
    var event: FaultMatch.Event?
    var direction = FaultMatch.Direction.inbound
}

/// The values of one request that rules need. Each is found when the first rule needs it.
struct RequestFacts {
    let request: HTTPRequest
    let routed: RoutedOperation?
    /// Nil for a request of the control plane.
    let invoked: InvokedPlace?
    let scope: Scope
    private let credential: Credential?
    lazy var attempt = sdkAttempt(in: request.fields)
    lazy var path = invoked?.path ?? "/" + request.target.pathSegments.joined(separator: "/")
    lazy var accessKeyID = credential?.accessKeyID

    init(_ request: HTTPRequest, _ routed: RoutedOperation?, of identity: Identity) {
        self.request = request
        self.routed = routed
        invoked = nil
        scope = identity.scope
        credential = identity.credential
    }

    /// A call of a deployed API, which belongs to `scope`.
    init(_ request: HTTPRequest, in scope: Scope, at place: InvokedPlace) {
        self.request = request
        routed = nil
        invoked = place
        self.scope = scope
        credential = Credential(of: request)
    }
}
