/// The reason for which a request is not let in. It has the answer to the client, the cause in plain words
/// for the log, and the value of `$context.authorizer.error`.

package import HTTPWire

/// A request that an authorizer, or the lack of one, turns away.
package struct AuthorizationRefusal: Error, Sendable {
    /// Without CORS headers and without the request's identifier.
    package let response: HTTPResponse
    /// Nil for a setting that is not honoured.
    package let answer: GatewayAnswer?
    package let cause: String
    /// Nil where the variable is not set.
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

/// The end of a function that authorizes, or of a route without an authorizer that works.
extension AuthorizationRefusal {
    /// The gateway's 500 for a route whose authorizer cannot be used.
    package static func unusable(_ text: String) -> AuthorizationRefusal {
        AuthorizationRefusal(.internalServerError, cause: text)
    }
}
