/// The gateway's own answers, byte for byte, such as `{"message":"Not Found"}`. They are recorded for 401,
/// 403, 404, 429, 500 and 503. The 413 has the text of AWS's Lambda test tool, and the 414 that of REST APIs.
/// The 400 is inferred, and the 431 chosen.
/// Sources: docs/fidelity-invoke.md, "Answers".

package import HTTPWire
internal import JSON

/// An answer of the gateway itself.
package enum GatewayAnswer: Int, Sendable, CaseIterable {
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case tooLarge = 413
    case targetTooLong = 414
    case throttled = 429
    case headTooLarge = 431
    case internalServerError = 500
    case unavailable = 503

    /// The text in the body.
    package var message: String {
        switch self {
        case .badRequest: "Bad Request"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .tooLarge: "Request Entity Too Large"
        case .targetTooLong: "Request URI too long"
        case .throttled: "Too Many Requests"
        case .headTooLarge: "Request Header Fields Too Large"
        case .internalServerError: "Internal Server Error"
        case .unavailable: "Service Unavailable"
        }
    }

    /// The response without CORS headers and without the identifier of the request.
    package var response: HTTPResponse { Self.response(status: rawValue, message: message) }

    /// The answer to a host without an API and without a mapping. The front end sends it, with other headers
    /// than an API's answers (yulin issue 1033). `requestID` is a UUID.
    package static func unknownHost(requestID: String) -> HTTPResponse {
        var response = GatewayAnswer.forbidden.response
        response.fields.append("x-amzn-requestid", requestID)
        response.fields.append("x-amzn-errortype", "ForbiddenException")
        return response
    }

    /// The answer to an invocation with a setting that this program does not honour.
    package static func notHonoured(_ setting: UnsupportedSetting) -> HTTPResponse {
        response(status: 501, message: setting.message)
    }

    static func response(status: Int, message: String) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: body(message))
    }

    /// The body with `message`.
    package static func body(_ message: String) -> [UInt8] {
        Array(JSON.object(["message": .string(message)]).jsonText.utf8)
    }
}

extension HTTPResponse {
    private static let requestIDName = FieldNames(["apigw-requestid"])
    /// The fields of an answer without others. A copy takes less than a new section.
    private static let onlyRequestID = {
        var fields = HTTPFields()
        fields.append("Apigw-Requestid", String(repeating: "=", count: requestIDBytes))
        return fields
    }()
    private static let requestIDBytes = 16

    /// Completes an API's answer: spells its header names, and puts the request's identifier last (recorded).
    /// Over HTTP/2 the wire writes all names in lower case.
    package func finished(requestID: String) -> HTTPResponse {
        var finished = self
        finished.finish(requestID: requestID)
        return finished
    }

    /// The same in its place.
    package mutating func finish(requestID: String) {
        if fields.count == 0, requestID.utf8.count == Self.requestIDBytes {
            fields = Self.onlyRequestID
            fields.overwriteValue(at: 0) { value in
                let id = requestID.utf8.span
                for index in id.indices { value[index] = id[index] }
            }
            return
        }
        if (0..<fields.count).contains(where: { fields.isNamed(Self.requestIDName, at: $0) }) {
            var others = HTTPFields()
            for index in 0..<fields.count where !fields.isNamed(Self.requestIDName, at: index) {
                others.append(lineAt: index, of: fields)
            }
            fields = others
        }
        fields.reserve(bytes: "Apigw-Requestid: \r\n".utf8.count + requestID.utf8.count, lines: 1)
        fields.capitalizeNames()
        fields.append("Apigw-Requestid", requestID)
    }
}
