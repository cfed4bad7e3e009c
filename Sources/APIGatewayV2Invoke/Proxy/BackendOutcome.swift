/// The possible ends of a call of an HTTP backend, and the API's answer to each. A backend's status, headers
/// and body pass. Unlike in REST APIs, no redirect is followed and no header is renamed (three dumps,
/// docs/fidelity-invoke.md, "HTTP proxies").

package import HTTPWire

/// The end of one call of a backend.
package enum BackendOutcome: Sendable {
    case answered(status: Int, fields: HTTPFields, body: [UInt8])
    /// The integration's own timeout.
    case timedOut
    /// The backend refused the connection, is unknown, broke off, or has no trusted certificate. The text is
    /// for the log.
    case unreachable(String)
    /// A limit or the stop of this server kept the call from it. The text is for the log.
    case heldBack(String)

    /// The answer to the client, with the cause if the gateway made it.
    package var reply: GatewayReply {
        switch self {
        case .answered(let status, let fields, let body):
            guard (200...599).contains(status) else {
                return GatewayReply(
                    .internalServerError, cause: "the backend answered with the status \(status)")
            }
            return GatewayReply(Self.response(status, HopByHop.removed(from: fields), body))
        case .timedOut, .unreachable, .heldBack:
            return GatewayReply(.unavailable, cause: failure ?? "")
        }
    }

    /// The reason why there is no answer, in plain words; nil for an answer.
    package var failure: String? {
        switch self {
        case .answered: nil
        case .timedOut: "the backend did not answer within the integration's timeout"
        case .unreachable(let text): "the backend cannot be reached: \(text)"
        case .heldBack(let text): "the call of the backend has no answer: \(text)"
        }
    }

    private static func response(_ status: Int, _ fields: HTTPFields, _ body: [UInt8]) -> HTTPResponse {
        var response = HTTPResponse(
            status: status, contentType: contentType(of: fields),
            fields: HTTPFields(roomForBytes: fields.bytes.count, lines: fields.count), body: body)
        for index in 0..<fields.count
        where ResponseHeader.isSendable(fields, at: index) && !fields.isNamed(contentType, at: index) {
            response.fields.append(lineAt: index, of: fields)
        }
        response.passed = passed(fields, isWhole: !body.isEmpty || status == 204 || status == 304)
        return response
    }

    private static let contentType = FieldNames(["content-type"])

    /// The type of the body; nil for one that no header can have.
    private static func contentType(of fields: HTTPFields) -> String? {
        fields.firstIndex(of: "Content-Type").flatMap {
            fields.hasOneLine(at: $0) ? fields.value(at: $0) : nil
        }
    }

    private static func passed(_ fields: HTTPFields, isWhole: Bool) -> PassedHead? {
        let date = fields.firstIndex(of: "Date").flatMap {
            fields.hasOneLine(at: $0) && !fields.valueBytes(at: $0).isEmpty ? fields.value(at: $0) : nil
        }
        // Without a body it answers HEAD, whose length is that of GET. A mapping may turn a 304, whose
        // length is none of its own, into another status.
        let length = isWhole ? nil : fields["Content-Length"].flatMap(Int.init)
        if date == nil, length == nil { return nil }
        return PassedHead(date: date, contentLength: length.flatMap { $0 >= 0 ? $0 : nil })
    }
}
