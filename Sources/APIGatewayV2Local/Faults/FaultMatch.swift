/// Which requests a rule is about: the value, its JSON, its checks, and the compiled form that is asked on
/// every request. What is left open covers anything; all that is said must hold.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

/// Conditions on a request. In patterns `*` stands for any run of characters and `?` for one.
public struct FaultMatch: Sendable, Hashable {
    /// A pattern for the operation's name, such as `GetIntegration` or `Get*`. A request that is no operation
    /// has none.
    public var operation: String?
    /// The method, such as `GET`.
    public var method: String?
    /// A pattern for the decoded path without its query, such as `/v2/apis/*`.
    public var path: String?
    /// Patterns for path parameters by their names in the service's model, such as `apiId` or
    /// `integrationId`.
    public var parameters: [String: String]
    /// The attempt of the client's call, from 1, as its `amz-sdk-request` field says. It needs no counter,
    /// and so fails the same attempt of every call, however many run at once.
    public var attempt: Int?

    /// Conditions; those left out hold for every request.
    public init(
        operation: String? = nil, method: String? = nil, path: String? = nil, apiId: String? = nil,
        parameters: [String: String] = [:], attempt: Int? = nil
    ) {
        self.operation = operation
        self.method = method
        self.path = path
        self.parameters = parameters
        self.attempt = attempt
        if let apiId { self.parameters["apiId"] = apiId }
    }

    /// The pattern for the path parameter `apiId`.
    public var apiId: String? {
        get { parameters["apiId"] }
        set { parameters["apiId"] = newValue }
    }
}

extension FaultMatch {
    /// The path parameters of all operations.
    static let parameterNames = Set(Catalogue.service.operations.flatMap(\.parameterNames)).sorted()
    private static let members = ["operation", "method", "path", "attempt"]

    init(reading place: RulePlace, into problems: inout RuleProblems) {
        self.init()
        guard problems.isObject(place, members: Self.members + Self.parameterNames) else { return }
        if let value = place["operation"] { operation = problems.string(value) }
        if let value = place["method"] { method = problems.string(value) }
        if let value = place["path"] { path = problems.string(value) }
        if let value = place["attempt"] { attempt = problems.integer(value, in: FaultLimits.attempts) }
        for name in Self.parameterNames {
            if let value = place[name] { parameters[name] = problems.string(value) }
        }
    }

    /// Nil when everything is matched.
    var json: JSON? {
        var object = JSONObject()
        object["operation"] = operation.map(JSON.string)
        object["method"] = method.map(JSON.string)
        object["path"] = path.map(JSON.string)
        for (name, pattern) in parameters.sorted(by: { $0.key < $1.key }) { object[name] = .string(pattern) }
        object["attempt"] = attempt.map(JSON.integer)
        return object.members.isEmpty ? nil : .object(object)
    }
}

/// A match as it is asked: first once for each operation, then on each request to those that passed.
struct CompiledMatch: Sendable {
    private let operation: Glob?
    private let method: HTTPMethod?
    private let path: Glob?
    private let parameters: [(name: String, pattern: Glob)]
    private let attempt: Int?

    init(_ match: FaultMatch) {
        operation = match.operation.map(Glob.init)
        method = match.method.map(HTTPMethod.init)
        path = match.path.map(Glob.init)
        parameters = match.parameters.sorted { $0.key < $1.key }.map { ($0.key, Glob($0.value)) }
        attempt = match.attempt
    }

    /// The one API that is meant, if it is one.
    var apiId: String? { parameters.first { $0.name == "apiId" }?.pattern.literal }

    /// Whether a request to `candidate` can match.
    func canMatch(_ candidate: APIGatewayV2.Operation) -> Bool {
        let literalPath = candidate.path.prefix { $0 != "{" }
        return operation?.matches(candidate.name) ?? true
            && method.map { $0 == candidate.method } ?? true
            && parameters.allSatisfy { candidate.parameterNames.contains($0.name) }
            && path?.canMatch(prefix: String(literalPath)) ?? true
    }

    /// Whether a request that is no operation can match.
    var canMatchNoOperation: Bool { operation == nil && parameters.isEmpty }

    /// Whether the request matches, which must be to an operation (or none) that can.
    func matches(_ facts: inout RequestFacts) -> Bool {
        if let method, facts.routed == nil, method != facts.request.method { return false }
        for (name, pattern) in parameters {
            guard let value = facts.routed?.parameters[name], pattern.matches(value) else { return false }
        }
        if let attempt, attempt != facts.attempt { return false }
        if let path, !path.matches(facts.path) { return false }
        return true
    }
}

/// What rules want to know of one request, found out when the first of them asks.
struct RequestFacts {
    let request: HTTPRequest
    let routed: RoutedOperation?
    let scope: Scope
    lazy var attempt = sdkAttempt(in: request.fields)
    lazy var path = "/" + request.target.pathSegments.joined(separator: "/")

    init(_ request: HTTPRequest, _ routed: RoutedOperation?, in scope: Scope) {
        self.request = request
        self.routed = routed
        self.scope = scope
    }
}
