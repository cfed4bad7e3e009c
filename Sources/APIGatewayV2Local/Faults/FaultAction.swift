/// What a request is answered when a rule fires: the value, its JSON, its checks and the response it stands
/// for. A new kind of action is a case here, and the compiler lists what it needs.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

/// An injected header field.
public struct FaultHeader: Sendable, Hashable {
    /// The field's name.
    public var name: String
    /// The field's value.
    public var value: String

    /// `name: value`.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What a rule does when it fires.
public enum FaultAction: Sendable, Hashable {
    /// Answers with an error of the service. `retryAfter` is told in `x-amz-retry-after` (milliseconds) and
    /// `Retry-After` (seconds, rounded up); the real service was never seen to send either.
    case error(FaultError, retryAfter: Duration? = nil)
    /// Answers with a status, the service's header fields and these, and a body, which is JSON unless a
    /// `Content-Type` says otherwise.
    case status(Int, headers: [FaultHeader] = [], body: String = "", retryAfter: Duration? = nil)
}

extension FaultAction {
    private static let errorMembers = ["error", "message", "limitType", "resourceType", "retryAfter"]
    private static let statusMembers = ["status", "headers", "body", "retryAfter"]

    init(reading place: RulePlace, into problems: inout RuleProblems) {
        self = .status(500)
        switch (place["error"], place["status"]) {
        case (let error?, nil):
            guard problems.isObject(place, members: Self.errorMembers) else { return }
            self = Self.error(named: error, in: place, into: &problems)
        case (nil, let status?):
            guard problems.isObject(place, members: Self.statusMembers) else { return }
            self = Self.response(status: status, in: place, into: &problems)
        case (_?, let status?):
            problems.note(status, found: "status beside error", expected: "one of them")
        case (nil, nil):
            let members = Self.errorMembers + Self.statusMembers.dropLast()
            let countBefore = problems.count
            guard problems.isObject(place, members: members), problems.count == countBefore else { return }
            problems.note(place, found: "no member error or status", expected: "one of them")
        }
    }

    private static func error(
        named value: RulePlace, in place: RulePlace, into problems: inout RuleProblems
    ) -> FaultAction {
        let retryAfter = place["retryAfter"].flatMap { problems.duration($0) }
        let message = place["message"].flatMap { problems.string($0) }
        guard let text = problems.string(value) else { return .status(500) }
        guard let name = FaultError.Name(rawValue: text) else {
            let names = FaultError.Name.allCases.map(\.rawValue)
            problems.note(
                value, expected: "one of \(names.joined(separator: ", "))",
                suggestion: nearestName(to: text, among: names))
            return .status(500)
        }
        var error = FaultError(name, message: message)
        for member in ["limitType", "resourceType"] {
            guard let value = place[member] else { continue }
            if member == error.detailMember {
                error.detail = problems.string(value)
            } else {
                problems.note(value, found: "a member that \(text) does not have", expected: "none")
            }
        }
        return .error(error, retryAfter: retryAfter)
    }

    private static func response(
        status value: RulePlace, in place: RulePlace, into problems: inout RuleProblems
    ) -> FaultAction {
        let retryAfter = place["retryAfter"].flatMap { problems.duration($0) }
        let status = problems.integer(value, in: FaultLimits.statuses) ?? 500
        var headers: [FaultHeader] = []
        if let value = place["headers"] {
            if value.node.kind != .object { problems.note(value, expected: "an object of names and values") }
            problems.noteDuplicate(in: value)
            for member in value.members {
                headers.append(FaultHeader(member.name, problems.string(member.value) ?? ""))
            }
        }
        var body: [UInt8] = []
        if let value = place["body"] {
            switch value.node.kind {
            case .string: value.node.appendUTF8(to: &body)
            case .object, .array: JSONWriter.append(value.node.json, to: &body)
            case .null, .bool, .integer, .number:
                problems.note(value, expected: "a string, an object or an array")
            }
        }
        let text = String(decoding: body, as: UTF8.self)
        return .status(status, headers: headers, body: text, retryAfter: retryAfter)
    }

    var json: JSON {
        var object = JSONObject()
        switch self {
        case .error(let error, let retryAfter):
            object["error"] = .string(error.name.rawValue)
            object["message"] = error.message.map(JSON.string)
            if let member = error.detailMember { object[member] = error.detail.map(JSON.string) }
            object["retryAfter"] = retryAfter.map { .string($0.ruleText) }
        case .status(let status, let headers, let body, let retryAfter):
            object["status"] = .integer(status)
            if !headers.isEmpty {
                object["headers"] = .object(
                    JSONObject(headers.map { JSONObject.Member(name: $0.name, value: .string($0.value)) }))
            }
            if !body.isEmpty { object["body"] = .string(body) }
            object["retryAfter"] = retryAfter.map { .string($0.ruleText) }
        }
        return .object(object)
    }
}

extension FaultAction {
    /// What the server itself writes into every response.
    private static let ownFields = [
        "content-length", "connection", "transfer-encoding", "date", "x-amzn-requestid", "x-amz-apigw-id",
        "x-amzn-trace-id",
    ]

    func check(at path: [PathStep], into problems: inout RuleProblems) {
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

/// What a rule that fires sends.
struct FaultAnswer: Sendable {
    private let response: ServiceResponse
    /// Nil leaves the service's own.
    private let contentType: String?

    init(_ action: FaultAction) {
        switch action {
        case .error(let error, let retryAfter):
            var response = error.response
            response.extraFields = Self.fields(retryAfter: retryAfter)
            self.response = response
            contentType = nil
        case .status(let status, let headers, let body, let retryAfter):
            let isType = { (header: FaultHeader) in header.name.lowercased() == "content-type" }
            var response = ServiceResponse(status: status, body: Array(body.utf8))
            response.extraFields =
                Self.fields(retryAfter: retryAfter)
                + headers.filter { !isType($0) }.map { ($0.name, $0.value) }
            self.response = response
            contentType = headers.first(where: isType)?.value
        }
    }

    func httpResponse(for id: RequestID) -> HTTPResponse {
        var answer = response.httpResponse(for: id)
        if let contentType { answer.contentType = contentType }
        return answer
    }

    /// Whole milliseconds for SDKs of late 2026, whole seconds for everybody else (RFC 9110 section 10.2.3);
    /// both rounded up, so that nobody comes back early.
    private static func fields(retryAfter: Duration?) -> [(name: String, value: String)] {
        guard let (seconds, attoseconds) = retryAfter?.components else { return [] }
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        let milliseconds = (attoseconds + attosecondsPerMillisecond - 1) / attosecondsPerMillisecond
        return [
            ("x-amz-retry-after", String(seconds * 1000 + milliseconds)),
            ("Retry-After", String(attoseconds > 0 ? seconds + 1 : seconds)),
        ]
    }
}
