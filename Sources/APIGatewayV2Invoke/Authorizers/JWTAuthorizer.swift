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
