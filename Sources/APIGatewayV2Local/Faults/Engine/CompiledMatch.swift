/// A match in its compiled form: one check for each operation, then a check for each request to a matching
/// operation. It checks the cheapest condition first, and finds each value of a request once for all rules.

internal import APIGatewayV2
internal import HTTPWire

/// The compiled form of a `FaultMatch`. It is a class, because calls on a struct would retain each of its
/// patterns.
final class CompiledMatch: Sendable {
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

    init(_ match: FaultMatch) {
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
        case parameter(name: String, value: String)
        case accessKey(String)
        case account(String)
        case attempt(Int)
        case region(String)
        case httpVersion(HTTPVersion)
    }

    /// The match's most selective key; nil if it has none.
    var key: Key? {
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
        if let operation, !operation.matches(candidate.name) { return false }
        if let method, method != candidate.method { return false }
        guard parameters.allSatisfy({ candidate.parameterNames.contains($0.name) }) else { return false }
        return path?.canMatch(prefix: String(candidate.path.prefix { $0 != "{" })) ?? true
    }

    /// Whether a request without an operation can match.
    var canMatchNoOperation: Bool { operation == nil && parameters.isEmpty }

    /// Whether the request matches. Its operation must be one that can match.
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
        let fields = facts.request.fields
        return headers.allSatisfy { header in
            // Most requests lack the field, and then no list of values is made.
            fields.contains(header.name)
                && fields.values(of: header.name).contains(where: header.pattern.matches)
        }
    }
}

/// The values of one request that rules need. Each is found when the first rule needs it.
struct RequestFacts {
    let request: HTTPRequest
    let routed: RoutedOperation?
    let scope: Scope
    private let credential: Credential?
    lazy var attempt = sdkAttempt(in: request.fields)
    lazy var path = "/" + request.target.pathSegments.joined(separator: "/")
    lazy var accessKeyID = credential?.accessKeyID

    init(_ request: HTTPRequest, _ routed: RoutedOperation?, of identity: Identity) {
        self.request = request
        self.routed = routed
        scope = identity.scope
        credential = identity.credential
    }
}
