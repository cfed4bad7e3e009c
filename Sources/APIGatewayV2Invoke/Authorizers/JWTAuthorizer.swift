/// A JWT authorizer of a deployed API, from its stored members.

package import APIGatewayV2
internal import JSON

/// The settings of one JWT authorizer.
package struct JWTAuthorizer: Sendable, Equatable {
    package let id: String
    package let name: String
    /// The issuer, which must equal the token's `iss` exactly, even in a trailing slash.
    package let issuer: String
    package let audience: [String]
    /// The place of the token in a request.
    package let identitySource: String

    package init(_ authorizer: Members, id: String) {
        self.id = id
        name = authorizer[Authorizer.name] ?? ""
        let settings = authorizer[Authorizer.jwtConfiguration]
        issuer = settings?["issuer"]?.text ?? ""
        audience = settings?["audience"]?.texts ?? []
        identitySource =
            authorizer[Authorizer.identitySource]?.first?.text ?? "$request.header.Authorization"
    }
}

extension JWTAuthorizer {
    /// The parsed token of a request. `scopes` are the route's, and `depthMax` bounds the token's JSON.
    package func token(
        of invocation: Invocation, scopes: [String], depthMax: Int = JWT.depthMaxDefault
    ) throws(AuthorizationRefusal) -> JWT {
        guard let value = IdentitySource.text(identitySource, in: invocation) else {
            throw AuthorizationRefusal(
                challenge: nil, scopes: scopes,
                cause: "JWT of route \(invocation.routeKey): no token at \(identitySource)")
        }
        do throws(JWTProblem) {
            return try JWT(JWT.token(in: value), depthMax: depthMax)
        } catch {
            throw refusal(error, invocation, scopes)
        }
    }

    /// The identity of a valid token. `key` is the issuer's key for the token's `keyId`; nil if there is
    /// none. `verify` checks the token's signature with the key. `now` is the time since 1970.
    package func authorization(
        of token: JWT, _ invocation: Invocation, scopes: [String], key: RSAPublicKey?, now: Duration,
        verify: (JWT, RSAPublicKey) -> Bool
    ) throws(AuthorizationRefusal) -> Authorization {
        guard let key else {
            let detail = token.keyId.map { "key \($0) is not the issuer's" } ?? "the token names no key (kid)"
            throw refusal(.unknownKey, invocation, scopes, detail)
        }
        guard verify(token, key) else { throw refusal(.signature, invocation, scopes) }
        try check(token, invocation, scopes, now)
        if !scopes.isEmpty, Set(scopes).isDisjoint(with: token.scopes) {
            throw AuthorizationRefusal(
                .forbidden,
                cause: "JWT of route \(invocation.routeKey): scopes \(listed(token.scopes)), expected one of "
                    + listed(scopes))
        }
        return .jwt(claims: token.claimTexts, scopes: scopes.isEmpty ? nil : token.scopes)
    }

    /// The claims in the order of the developer guide: issuer, audience, times.
    private func check(
        _ token: JWT, _ invocation: Invocation, _ scopes: [String], _ now: Duration
    ) throws(AuthorizationRefusal) {
        let seconds = Double(now.components.seconds)
        guard token.claims["iss"] == .string(issuer) else {
            let found = token.claims["iss"]?.text ?? "missing"
            throw refusal(.issuer, invocation, scopes, "issuer \(found), expected \(issuer)")
        }
        guard !Set(token.audiences).isDisjoint(with: audience) else {
            throw refusal(
                .audience, invocation, scopes,
                "audience \(listed(token.audiences)), expected one of \(listed(audience))")
        }
        guard let expiry = token.seconds("exp"), expiry > seconds else {
            throw refusal(.expired, invocation, scopes)
        }
        if let start = token.seconds("nbf"), start > seconds {
            throw refusal(.notYetValid, invocation, scopes)
        }
        if let issued = token.seconds("iat"), issued > seconds {
            throw refusal(.issuedLater, invocation, scopes)
        }
    }

    /// The refusal for a fault. `detail` is for the log, if the words of the challenge tell too little.
    package func refusal(
        _ problem: JWTProblem, _ invocation: Invocation, _ scopes: [String], _ detail: String? = nil
    ) -> AuthorizationRefusal {
        AuthorizationRefusal(
            challenge: problem, scopes: scopes,
            cause: "JWT of route \(invocation.routeKey): \(detail ?? problem.text)")
    }

    private func listed(_ texts: [String]) -> String {
        texts.isEmpty ? "missing" : texts.joined(separator: ", ")
    }
}
