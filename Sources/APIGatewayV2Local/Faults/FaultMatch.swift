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

extension FaultMatch {
    /// RFC 9110 section 9.1 and RFC 5789.
    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ]

    func check(at path: [PathStep], into problems: inout RuleProblems) {
        if let method, !Self.methods.contains(method) {
            problems.note(
                path + [.member("method")], found: quoted(method),
                expected: "one of \(Self.methods.joined(separator: ", "))",
                suggestion: nearestName(to: method, among: Self.methods))
        }
        if let attempt { problems.check(attempt, in: FaultLimits.attempts, at: path + [.member("attempt")]) }
        if let pattern = self.path, check(pattern, at: path + [.member("path")], into: &problems),
            !"/*?".contains(pattern.prefix(1))
        {
            problems.note(
                path + [.member("path")], found: quoted(pattern),
                expected: "a pattern that begins with a slash")
        }
        for (name, pattern) in parameters.sorted(by: { $0.key < $1.key }) {
            _ = check(pattern, at: path + [.member(name)], into: &problems)
        }
        checkOperations(at: path, into: &problems)
    }

    /// Whether a pattern's length is right.
    private func check(_ pattern: String, at path: [PathStep], into problems: inout RuleProblems) -> Bool {
        if pattern.isEmpty {
            problems.note(path, found: quoted(pattern), expected: "a pattern; * matches anything")
        } else if pattern.utf8.count > FaultLimits.patternBytesMax {
            problems.note(
                path, found: "\(pattern.utf8.count) bytes", expected: "at most \(FaultLimits.patternBytesMax)"
            )
        } else {
            return true
        }
        return false
    }

    /// A rule that can never match is a mistake that a test would not show: it passes without its fault.
    private func checkOperations(at path: [PathStep], into problems: inout RuleProblems) {
        var operations = Catalogue.service.operations
        if let operation {
            guard check(operation, at: path + [.member("operation")], into: &problems) else { return }
            let pattern = Glob(operation)
            let names = operations.map(\.name)
            operations.removeAll { !pattern.matches($0.name) }
            if operations.isEmpty {
                let expected =
                    pattern.literal == nil
                    ? "a pattern that an operation's name matches" : "the name of an operation of the service"
                problems.note(
                    path + [.member("operation")], found: quoted(operation), expected: expected,
                    suggestion: nearestName(to: operation, among: names))
                return
            }
        }
        for name in parameters.keys.sorted() {
            if operations.contains(where: { $0.parameterNames.contains(name) }) { continue }
            let known = Self.parameterNames.contains(name)
            problems.note(
                path + [.member(name)],
                found: known ? "a path parameter that \(operation ?? "") does not have" : "an unknown member",
                expected: known
                    ? "one of \(Set(operations.flatMap(\.parameterNames)).sorted().joined(separator: ", "))"
                    : "a path parameter of the service",
                suggestion: known ? nil : nearestName(to: name, among: Self.parameterNames))
        }
        if operation != nil, let method, Self.methods.contains(method),
            !operations.contains(where: { $0.method.rawValue == method })
        {
            let methods = Set(operations.map(\.method.rawValue)).sorted().joined(separator: ", ")
            problems.note(
                path + [.member("method")], found: quoted(method),
                expected: "\(methods), as \(operation ?? "") has")
        }
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
