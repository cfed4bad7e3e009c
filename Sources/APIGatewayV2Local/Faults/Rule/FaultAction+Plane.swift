/// The checks of a rule's action and trigger by the plane of its match, and the answers to calls of deployed
/// APIs. The errors of the two planes have different names, and so have the parts of rates.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import JSON

extension FaultRule {
    /// Whether the rule is of calls of deployed APIs.
    var isOfInvocations: Bool { match.plane == .invoke }

    /// Notes an error or a rate of the other plane.
    func checkPlane(at path: [PathStep], into problems: inout DocumentProblems) {
        let plane: Plane = isOfInvocations ? .invoke : .control
        let errorPath = path + [.member("then"), .member("error")]
        switch (then.answer, plane) {
        case (.error(let error, _, _, _), .invoke):
            Self.note(
                error.rawValue, of: .control, at: errorPath, names: plane.errorNames,
                nearest: FaultGatewayError(nearestTo: error).rawValue, into: &problems)
        case (.gateway(let error, _, _), .control):
            Self.note(
                error.rawValue, of: .invoke, at: errorPath, names: plane.errorNames,
                nearest: FaultError(nearestTo: error).rawValue, into: &problems)
        default: break
        }
        guard case .rate(_, _, let key) = when, !key.isOf(plane) else { return }
        problems.note(
            path + [.member("when"), .member("rate"), .member("per")], found: quoted(key.rawValue),
            expected: "one of \(plane.rateKeyNames) in a rule of plane \(plane.rawValue)",
            suggestion: key == .operation ? FaultTrigger.RateKey.route.rawValue : nil)
    }

    private static func note(
        _ name: String, of plane: Plane, at path: [PathStep], names: [String], nearest: String,
        into problems: inout DocumentProblems
    ) {
        problems.note(
            path, found: "\(quoted(name)), an error of plane \(plane.rawValue)",
            expected: "one of \(names.joined(separator: ", "))", suggestion: nearest)
    }
}

extension Plane {
    /// The names of the errors with which rules of the plane can answer.
    var errorNames: [String] {
        switch self {
        case .control: FaultError.allCases.map(\.rawValue)
        case .invoke: FaultGatewayError.allCases.map(\.rawValue)
        }
    }

    fileprivate var rateKeyNames: String {
        FaultTrigger.RateKey.allCases.filter { $0.isOf(self) }.map(\.rawValue).joined(separator: ", ")
    }
}

extension DocumentProblems {
    /// The part of requests that shares a bucket. A part of the other plane is refused by the checks.
    mutating func rateKey(_ place: DocumentPlace, of plane: Plane) -> FaultTrigger.RateKey? {
        if let key = place.node.string.flatMap(FaultTrigger.RateKey.init) { return key }
        note(
            place, expected: "one of \(plane.rateKeyNames)",
            suggestion: place.node.string.flatMap {
                nearestName(
                    to: $0, among: FaultTrigger.RateKey.allCases.filter { $0.isOf(plane) }.map(\.rawValue))
            })
        return nil
    }
}

extension FaultTrigger.RateKey {
    /// Whether rules of the plane may have it.
    package func isOf(_ plane: Plane) -> Bool {
        switch self {
        case .account, .connection, .accessKeyId, .apiId: true
        case .operation: plane == .control
        case .stage, .route: plane == .invoke
        }
    }
}

extension FaultResponse {
    /// The answer to a call of a deployed API, without CORS headers and identifiers. Nil for an error of the
    /// control plane, which the checks refuse.
    func gatewayReply(ofRule name: String) -> GatewayReply? {
        switch self {
        case .error: return nil
        case .gateway(let error, let message, let retryAfter):
            var response = error.answer.response
            if let message { response.body = GatewayAnswer.body(message) }
            Self.append(retryAfter, to: &response)
            return GatewayReply(
                response, cause: "the fault rule \(name) answers \(error.rawValue)")
        case .status(let status, let headers, let body, let retryAfter):
            var type = body.isEmpty ? nil : "application/json"
            for header in headers where header.name.lowercased() == "content-type" { type = header.value }
            var response = HTTPResponse(status: status, contentType: type, body: Array(body.utf8))
            Self.append(retryAfter, to: &response)
            for header in headers where header.name.lowercased() != "content-type" {
                response.fields.append(header.name, header.value)
            }
            return GatewayReply(response, cause: "the fault rule \(name) answers \(status)")
        }
    }

    /// Callers of APIs know `Retry-After` alone (RFC 9110 section 10.2.3).
    private static func append(_ retryAfter: Duration?, to response: inout HTTPResponse) {
        guard let (seconds, attoseconds) = retryAfter?.components else { return }
        response.fields.append("Retry-After", String(attoseconds > 0 ? seconds + 1 : seconds))
    }
}
