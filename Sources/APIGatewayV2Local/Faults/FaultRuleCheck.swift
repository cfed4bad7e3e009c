/// What a rule means, checked: the same for a Swift value and for JSON. Numbers out of bounds, names that the
/// service does not have, and matches that no request could ever meet are noted.

internal import APIGatewayV2
internal import HTTPWire

extension FaultRule {
    /// Notes what is wrong with the rule, which stands at `path`.
    func check(at path: [PathStep], into problems: inout RuleProblems) {
        if let name, !(1...FaultLimits.nameLengthMax).contains(name.count) || name.contains("/") {
            problems.note(
                path + [.member("name")], found: quoted(name),
                expected: "1 to \(FaultLimits.nameLengthMax) characters without a slash")
        }
        match.check(at: path + [.member("match")], into: &problems)
        when.check(at: path + [.member("when")], into: &problems)
        then.check(at: path + [.member("then")], into: &problems)
    }

    /// Notes names that are `taken` or that two of `rules` have.
    static func checkNames(
        of rules: [(rule: FaultRule, path: [PathStep])], taken: Set<String>, into problems: inout RuleProblems
    ) {
        var seen: [String: [PathStep]] = [:]
        for (rule, path) in rules {
            guard let name = rule.name else { continue }
            let path = path + [.member("name")]
            if let first = seen[name] {
                problems.note(
                    path, found: "the name \(quoted(name)) a second time",
                    expected: "it once (first at \(pointer(to: first)))")
            } else if taken.contains(name) {
                problems.note(
                    path, found: "the name \(quoted(name)) of a rule that is loaded",
                    expected: "another, or a PUT that replaces the rule")
            }
            seen[name] = seen[name] ?? path
        }
    }
}

extension FaultMatch {
    /// RFC 9110 section 9.1 and RFC 5789.
    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ]

    fileprivate func check(at path: [PathStep], into problems: inout RuleProblems) {
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

extension FaultAction {
    /// What the server itself writes into every response.
    private static let ownFields = [
        "content-length", "connection", "transfer-encoding", "date", "x-amzn-requestid", "x-amz-apigw-id",
        "x-amzn-trace-id",
    ]

    fileprivate func check(at path: [PathStep], into problems: inout RuleProblems) {
        let retryAfter: Duration?
        switch self {
        case .error(let error, let wait):
            retryAfter = wait
            if error.detail != nil, error.detailMember == nil {
                problems.note(
                    path, found: "a detail", expected: "none: \(error.name.rawValue) has a message alone")
            }
        case .status(let status, let headers, let body, let wait):
            retryAfter = wait
            problems.check(status, in: FaultLimits.statuses, at: path + [.member("status")])
            if body.utf8.count > FaultLimits.bodyBytesMax {
                problems.note(
                    path + [.member("body")], found: "\(body.utf8.count) bytes",
                    expected: "at most \(FaultLimits.bodyBytesMax)")
            }
            if [204, 304].contains(status), !body.isEmpty {
                problems.note(
                    path + [.member("body")], found: "a body", expected: "none with status \(status)")
            }
            Self.check(headers, at: path + [.member("headers")], into: &problems)
        }
        if let retryAfter, !FaultLimits.retryAfter.contains(retryAfter) {
            problems.note(
                path + [.member("retryAfter")],
                found: retryAfter < .zero ? "\(retryAfter)" : retryAfter.ruleText,
                expected: "0s to \(FaultLimits.retryAfter.upperBound.ruleText)")
        }
    }

    private static func check(
        _ headers: [FaultHeader], at path: [PathStep], into problems: inout RuleProblems
    ) {
        if headers.count > FaultLimits.headersMax {
            problems.note(
                path, found: "\(headers.count) fields", expected: "at most \(FaultLimits.headersMax)")
        }
        for header in headers {
            let path = path + [.member(header.name)]
            if header.name.isEmpty || !header.name.utf8.allSatisfy(isTokenByte) {
                problems.note(path, found: "the name \(quoted(header.name))", expected: "a field name")
            } else if ownFields.contains(header.name.lowercased()) {
                problems.note(path, found: header.name, expected: "another field: the server writes this one")
            } else if !header.value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) {
                problems.note(path, found: "a control character", expected: "a field value without")
            }
        }
    }

    /// RFC 9110 section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
