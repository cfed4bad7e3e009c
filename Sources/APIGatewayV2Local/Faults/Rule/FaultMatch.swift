/// The conditions of a rule on requests: the value, its JSON and its checks. A missing condition covers every
/// request, and all others must hold. `CompiledMatch` is the form for each request.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

/// Conditions on a request. In patterns `*` stands for any characters, and `?` for one.
public struct FaultMatch: Sendable, Hashable {
    /// A version of HTTP.
    public enum HTTPVersion: String, Sendable, Hashable, CaseIterable {
        /// HTTP/1.0.
        case http10 = "1.0"
        /// HTTP/1.1.
        case http11 = "1.1"
        /// HTTP/2.
        case http2 = "2"
    }

    /// A pattern for the operation's name, such as `GetIntegration` or `Get*`. A request without an operation
    /// never matches.
    public var operation: String?
    /// The method, such as `GET`.
    public var method: String?
    /// A pattern for the decoded path without its query, such as `/v2/apis/*`.
    public var path: String?
    /// Patterns for path parameters by their names in the service's model, such as `apiId` or
    /// `integrationId`.
    public var parameters: [String: String]
    /// The attempt of the client's call, from 1, by its `amz-sdk-request` field. It needs no counter, and
    /// fails the same attempt of every call, even of calls at the same time.
    public var attempt: Int?
    /// The account of the request: twelve digits. The rule then belongs to the account, as does its name.
    /// Admin requests that are limited to the account see, change and reset the rule.
    public var account: String?
    /// A pattern for the access key id of the signature. An unsigned request never matches.
    public var accessKeyId: String?
    /// A pattern for the region of the request, such as `eu-*`.
    public var region: String?
    /// Patterns for header fields by their names, in any case. A repeated field needs one matching value.
    public var headers: [String: String]
    /// The version of HTTP of the request.
    public var httpVersion: HTTPVersion?
    /// The side of the server. A rule without it is of the control plane, and a filter of the journal without
    /// it is about both. The next three conditions hold for calls of deployed APIs alone.
    public var plane: Plane?
    /// A pattern for the identifier of the API that is called.
    public var api: String?
    /// A pattern for the name of the stage.
    public var stage: String?
    /// A pattern for the key of the matching route, such as `GET /pets/{id}` or `* /pets*`.
    public var route: String?
    /// The kind of the event of a WebSocket API. A rule without it is about handshakes and messages too, but
    /// not about ends.
    public var event: Event?
    /// The direction of a message. A rule without it is about messages from clients.
    public var direction: Direction?

    /// Conditions. A missing one holds for every request.
    public init(
        operation: String? = nil, method: String? = nil, path: String? = nil, apiId: String? = nil,
        parameters: [String: String] = [:], attempt: Int? = nil, account: String? = nil,
        accessKeyId: String? = nil, region: String? = nil, headers: [String: String] = [:],
        httpVersion: HTTPVersion? = nil, plane: Plane? = nil, api: String? = nil, stage: String? = nil,
        route: String? = nil, event: Event? = nil, direction: Direction? = nil
    ) {
        self.operation = operation
        self.method = method
        self.path = path
        self.parameters = parameters
        self.attempt = attempt
        self.account = account
        self.accessKeyId = accessKeyId
        self.region = region
        self.headers = headers
        self.httpVersion = httpVersion
        self.plane = plane
        self.api = api
        self.stage = stage
        self.route = route
        self.event = event
        self.direction = direction
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
    private static let members = [
        "operation", "method", "path", "attempt", "account", "accessKeyId", "region", "header", "httpVersion",
        "plane", "api", "stage", "route", "event", "direction",
    ]

    init(reading place: DocumentPlace, into problems: inout DocumentProblems) {
        self.init()
        guard problems.isObject(place, members: Self.members + Self.parameterNames) else { return }
        if let value = place["operation"] { operation = problems.string(value) }
        if let value = place["method"] { method = problems.string(value) }
        if let value = place["path"] { path = problems.string(value) }
        if let value = place["attempt"] { attempt = problems.integer(value, in: FaultLimits.attempts) }
        if let value = place["account"] { account = problems.string(value) }
        if let value = place["accessKeyId"] { accessKeyId = problems.string(value) }
        if let value = place["region"] { region = problems.string(value) }
        if let value = place["header"] { headers = problems.strings(value, expected: "names and patterns") }
        if let value = place["httpVersion"] { httpVersion = problems.choice(value) }
        if let value = place["plane"] { plane = problems.choice(value) }
        if let value = place["api"] { api = problems.string(value) }
        if let value = place["stage"] { stage = problems.string(value) }
        if let value = place["route"] { route = problems.string(value) }
        if let value = place["event"] { event = problems.choice(value) }
        if let value = place["direction"] { direction = problems.choice(value) }
        for name in Self.parameterNames {
            if let value = place[name] { parameters[name] = problems.string(value) }
        }
    }

    /// The match as JSON; nil if it has no condition.
    var json: JSON? {
        var object = JSONObject()
        object["plane"] = plane.map { .string($0.rawValue) }
        object["api"] = api.map(JSON.string)
        object["stage"] = stage.map(JSON.string)
        object["route"] = route.map(JSON.string)
        object["event"] = event.map { .string($0.rawValue) }
        object["direction"] = direction.map { .string($0.rawValue) }
        object["operation"] = operation.map(JSON.string)
        object["method"] = method.map(JSON.string)
        object["path"] = path.map(JSON.string)
        for (name, pattern) in parameters.sorted(by: { $0.key < $1.key }) { object[name] = .string(pattern) }
        object["attempt"] = attempt.map(JSON.integer)
        object["account"] = account.map(JSON.string)
        object["accessKeyId"] = accessKeyId.map(JSON.string)
        object["region"] = region.map(JSON.string)
        if !headers.isEmpty {
            let sorted = headers.sorted { $0.key < $1.key }
            object["header"] = .object(
                JSONObject(sorted.map { JSONObject.Member(name: $0.key, value: .string($0.value)) }))
        }
        object["httpVersion"] = httpVersion.map { .string($0.rawValue) }
        return object.members.isEmpty ? nil : .object(object)
    }
}

extension FaultMatch {
    /// The methods of RFC 9110 section 9.1 and RFC 5789.
    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ]

    func check(for use: Use, at path: [PathStep], into problems: inout DocumentProblems) {
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
        if let account, !isAccount(account) {
            problems.note(
                path + [.member("account")], found: quoted(account), expected: "an account of 12 digits")
        }
        let patterns = [("accessKeyId", accessKeyId), ("region", region)] + parameters.map { ($0, $1) }
        for (name, pattern) in patterns.sorted(by: { $0.0 < $1.0 }) {
            guard let pattern else { continue }
            _ = check(pattern, at: path + [.member(name)], into: &problems)
        }
        checkHeaders(at: path + [.member("header")], into: &problems)
        checkPlane(for: use, at: path, into: &problems)
        checkEvents(for: use, at: path, into: &problems)
        checkOperations(at: path, into: &problems)
    }

    /// Whether the pattern has a valid length. Notes a mistake if not.
    func check(_ pattern: String, at path: [PathStep], into problems: inout DocumentProblems) -> Bool {
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

    private func checkHeaders(at path: [PathStep], into problems: inout DocumentProblems) {
        if headers.count > FaultLimits.headersMax {
            problems.note(
                path, found: "\(headers.count) fields", expected: "at most \(FaultLimits.headersMax)")
        }
        for (name, pattern) in headers.sorted(by: { $0.key < $1.key }) {
            if !HTTPFields.isName(name) {
                problems.note(
                    path + [.member(name)], found: "the name \(quoted(name))", expected: "a field name")
            }
            _ = check(pattern, at: path + [.member(name)], into: &problems)
        }
    }

    /// Notes a rule that can never match, because a test would then pass without its fault.
    private func checkOperations(at path: [PathStep], into problems: inout DocumentProblems) {
        var operations = Catalogue.service.operations
        if let operation {
            guard check(operation, at: path + [.member("operation")], into: &problems) else { return }
            let pattern = Glob(operation)
            operations = operations.filter { pattern.matches($0.name) }
            if operations.isEmpty {
                let expected =
                    pattern.literal == nil
                    ? "a pattern that an operation's name matches" : "the name of an operation of the service"
                problems.note(
                    path + [.member("operation")], found: quoted(operation), expected: expected,
                    suggestion: nearestName(to: operation, among: Catalogue.service.operations.map(\.name)))
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
