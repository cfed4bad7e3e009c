/// The result of a route's authorization, for events, mappings and logs.

package import JSON

/// The identity that an authorizer found.
package enum Authorization: Sendable, Equatable {
    case none
    /// `claims` are texts, as the service makes them of a token's claims; `scopes` is nil without
    /// authorizationScopes at the route.
    case jwt(claims: JSONObject, scopes: [String]?)
    /// The context of a Lambda authorizer, its types kept, and the principal of a policy.
    case lambda(context: JSONObject, principalId: String?)
    /// A signed request. The presence of the signature counts, and its value is not verified.
    case iam(accessKeyId: String, account: String)

    /// The ARN of the account's root. The user of a key is unknown, because signatures are not verified.
    static func userARN(_ account: String) -> String { "arn:aws:iam::\(account):root" }
}
