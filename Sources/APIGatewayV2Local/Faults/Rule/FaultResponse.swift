/// The answer of a rule that fires: the value, its JSON, its checks and its response.

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

/// An answer in place of the service's own.
public enum FaultResponse: Sendable, Hashable {
    /// An error of the service. A nil `message` means the service's usual one. `detail` is the extra member
    /// of a NotFoundException (`resourceType`) or a TooManyRequestsException (`limitType`). `retryAfter` is
    /// sent as `x-amz-retry-after` (milliseconds) and as `Retry-After` (seconds, rounded up). No recording of
    /// the real service has either.
    case error(
        FaultError, message: String? = nil, detail: String? = nil, retryAfter: Duration? = nil)
    /// An answer of the gateway to a call of a deployed API. A nil `message` means the gateway's own.
    /// `retryAfter` is sent as `Retry-After` in seconds, rounded up.
    case gateway(FaultGatewayError, message: String? = nil, retryAfter: Duration? = nil)
    /// A status, the service's header fields and `headers`, and a body. The body is JSON without a
    /// `Content-Type` among `headers`.
    case status(Int, headers: [FaultHeader] = [], body: String = "", retryAfter: Duration? = nil)
}

extension FaultResponse {
    static let errorMembers = ["error", "message", "limitType", "resourceType", "retryAfter"]
    static let statusMembers = ["status", "headers", "body", "retryAfter"]

    /// Reads the members of a rule's `then` for the answer; nil without `error` and `status`.
    init?(reading place: DocumentPlace, of plane: Plane, into problems: inout DocumentProblems) {
        switch (place["error"], place["status"]) {
        case (let error?, nil): self = Self.error(named: error, in: place, of: plane, into: &problems)
        case (nil, let status?): self = Self.response(status: status, in: place, into: &problems)
        case (_?, _?), (nil, nil): return nil
        }
    }

    private static func error(
        named value: DocumentPlace, in place: DocumentPlace, of plane: Plane,
        into problems: inout DocumentProblems
    ) -> FaultResponse {
        let retryAfter = place["retryAfter"].flatMap { problems.duration($0) }
        let message = place["message"].flatMap { problems.string($0) }
        guard let text = problems.string(value) else { return .status(500) }
        if let error = FaultGatewayError(rawValue: text) {
            for member in ["limitType", "resourceType"] {
                guard let value = place[member] else { continue }
                problems.note(value, found: "a member that \(text) does not have", expected: "none")
            }
            return .gateway(error, message: message, retryAfter: retryAfter)
        }
        guard let error = FaultError(rawValue: text) else {
            let names = plane.errorNames
            problems.note(
                value, expected: "one of \(names.joined(separator: ", "))",
                suggestion: nearestName(to: text, among: names))
            return .status(500)
        }
        var detail: String?
        for member in ["limitType", "resourceType"] {
            guard let value = place[member] else { continue }
            if member == error.detailMember {
                detail = problems.string(value)
            } else {
                problems.note(value, found: "a member that \(text) does not have", expected: "none")
            }
        }
        return .error(error, message: message, detail: detail, retryAfter: retryAfter)
    }

    private static func response(
        status value: DocumentPlace, in place: DocumentPlace, into problems: inout DocumentProblems
    ) -> FaultResponse {
        let retryAfter = place["retryAfter"].flatMap { problems.duration($0) }
        let status = problems.integer(value, in: FaultLimits.statuses) ?? 500
        var headers: [FaultHeader] = []
        if let value = place["headers"] {
            // In the order of the document, which is that of the wire.
            let values = problems.strings(value, expected: "names and values")
            headers = value.members.map { FaultHeader($0.name, values[$0.name] ?? "") }
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

    func write(to object: inout JSONObject) {
        switch self {
        case .error(let error, let message, let detail, let retryAfter):
            object["error"] = .string(error.rawValue)
            object["message"] = message.map(JSON.string)
            if let member = error.detailMember { object[member] = detail.map(JSON.string) }
            object["retryAfter"] = retryAfter.map { .string($0.ruleText) }
        case .gateway(let error, let message, let retryAfter):
            object["error"] = .string(error.rawValue)
            object["message"] = message.map(JSON.string)
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
    }
}

extension FaultResponse {
    /// The fields that the server writes into every response.
    private static let ownFields = [
        "content-length", "connection", "transfer-encoding", "date", "x-amzn-requestid", "x-amz-apigw-id",
        "x-amzn-trace-id",
    ]

    func check(at path: [PathStep], into problems: inout DocumentProblems) {
        let retryAfter: Duration?
        switch self {
        case .error(let error, _, let detail, let wait):
            retryAfter = wait
            if detail != nil, error.detailMember == nil {
                problems.note(
                    path, found: "a detail", expected: "none: \(error.rawValue) has a message alone")
            }
        case .gateway(_, _, let wait): retryAfter = wait
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
        if let retryAfter {
            problems.check(retryAfter, in: FaultLimits.retryAfter, at: path + [.member("retryAfter")])
        }
    }

    private static func check(
        _ headers: [FaultHeader], at path: [PathStep], into problems: inout DocumentProblems
    ) {
        if headers.count > FaultLimits.headersMax {
            problems.note(
                path, found: "\(headers.count) fields", expected: "at most \(FaultLimits.headersMax)")
        }
        for header in headers {
            let path = path + [.member(header.name)]
            if !HTTPFields.isName(header.name) {
                problems.note(path, found: "the name \(quoted(header.name))", expected: "a field name")
            } else if ownFields.contains(header.name.lowercased()) {
                problems.note(path, found: header.name, expected: "another field: the server writes this one")
            } else if !header.value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) {
                problems.note(path, found: "a control character", expected: "a field value without")
            }
        }
    }
}

extension FaultResponse {
    /// The response that replaces the service's. A rule makes it once, when it is loaded. Nil for an answer
    /// of the gateway, which the checks refuse.
    var serviceResponse: ServiceResponse? {
        switch self {
        case .gateway: return nil
        case .error(let error, let message, let detail, let retryAfter):
            var response = error.response(message: message, detail: detail)
            response.extraFields = Self.fields(retryAfter: retryAfter)
            return response
        case .status(let status, let headers, let body, let retryAfter):
            let isType = { (header: FaultHeader) in header.name.lowercased() == "content-type" }
            var response = ServiceResponse(status: status, body: Array(body.utf8))
            response.extraFields =
                Self.fields(retryAfter: retryAfter)
                + headers.filter { !isType($0) }.map { ($0.name, $0.value) }
            if let type = headers.first(where: isType) { response.contentType = type.value }
            return response
        }
    }

    /// The fields for `retryAfter`: milliseconds for SDKs of late 2026, and seconds for other clients (RFC
    /// 9110 section 10.2.3). Both are rounded up, so that no client returns early.
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
