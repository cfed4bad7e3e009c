/// What a request is answered when a rule fires: the value, its JSON, its checks and the response it stands
/// for. A new kind of action is a case here, and the compiler lists what it needs.

internal import APIGatewayV2
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
