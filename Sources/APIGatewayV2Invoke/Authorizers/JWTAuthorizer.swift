/// A JWT authorizer of a deployed API, as its stored members set it.

package import APIGatewayV2
internal import JSON

/// The settings of one JWT authorizer.
package struct JWTAuthorizer: Sendable, Equatable {
    package let id: String
    package let name: String
    /// Compared with the token's `iss` as it is, trailing slash included.
    package let issuer: String
    package let audience: [String]
    /// The one place of the request that holds the token.
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
    /// The token of a request, taken apart. `scopes` are the route's.
    package func token(of invocation: Invocation, scopes: [String]) throws(AuthorizationRefusal) -> JWT {
        guard let value = IdentitySource.text(identitySource, in: invocation) else {
            throw AuthorizationRefusal(
                challenge: nil, scopes: scopes,
                cause: "JWT of route \(invocation.routeKey): no token at \(identitySource)")
        }
        do throws(JWTProblem) {
            return try JWT(JWT.token(in: value))
        } catch {
            throw refusal(error, invocation, scopes)
        }
    }

    /// The identity of a token that is valid. `key` is the issuer's for the token's `keyId`, nil where it has
    /// none. `verify` tells whether the token's signature is the key's; `now` is since 1970.
    package func authorization(
        of token: JWT, _ invocation: Invocation, scopes: [String], key: RSAPublicKey?, now: Duration,
        verify: (JWT, RSAPublicKey) -> Bool
    ) throws(AuthorizationRefusal) -> Authorization {
        guard let key else {
            throw refusal(.unknownKey, invocation, scopes, "key \(token.keyId ?? "") is not the issuer's")
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

    /// The refusal for a fault. `detail` is for the log, where the challenge's own words say too little.
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
