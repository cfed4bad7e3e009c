/// The refusal of a request: the answer to the client, the cause in plain words for the log, and
/// `$context.authorizer.error`.

package import HTTPWire

/// The refusal by an authorizer, or for the lack of one.
package struct AuthorizationRefusal: Error, Sendable {
    /// The response without CORS headers and without the request's identifier.
    package let response: HTTPResponse
    /// The gateway's answer; nil for a setting that is not honoured.
    package let answer: GatewayAnswer?
    package let cause: String
    /// The value of `$context.authorizer.error`; nil if it has none.
    package let contextError: String?

    init(_ answer: GatewayAnswer, cause: String) {
        response = answer.response
        self.answer = answer
        self.cause = cause
        contextError = nil
    }

    init(notHonoured setting: UnsupportedSetting) {
        response = GatewayAnswer.notHonoured(setting)
        answer = nil
        cause = setting.message
        contextError = nil
    }

    /// A 401 with a challenge. Without a problem the challenge is the scheme alone (recorded).
    init(challenge problem: JWTProblem?, scopes: [String], cause: String) {
        var response = GatewayAnswer.unauthorized.response
        let details = problem.map {
            #" scope="\#(scopes.joined(separator: " "))" error="invalid_token""#
                + #" error_description="\#($0.text)""#
        }
        response.fields.append("www-authenticate", "Bearer" + (details ?? ""))
        self.response = response
        answer = .unauthorized
        self.cause = cause
        contextError = problem.map { "invalid_token: " + $0.text }
    }
}

/// Refusals by an authorizer's function, or for a route without a working authorizer.
extension AuthorizationRefusal {
    /// The gateway's 500 for a route with an unusable authorizer.
    package static func unusable(_ text: String) -> AuthorizationRefusal {
        AuthorizationRefusal(.internalServerError, cause: text)
    }
}
