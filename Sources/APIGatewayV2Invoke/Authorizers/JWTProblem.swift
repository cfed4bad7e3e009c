/// The faults of tokens, in the words of the challenge's `error_description`. Four are recorded. The other
/// words are this program's, because the service's are unknown (docs/fidelity-invoke.md, "JWT").

/// One fault of a token, or of its issuer.
package enum JWTProblem: Error, Sendable, Equatable, CaseIterable {
    case segments, audience, discovery, keySet
    case malformed, algorithm, unknownKey, signature, issuer, expired, notYetValid, issuedLater

    /// The text of `error_description`.
    package var text: String {
        switch self {
        case .segments: "token contains an invalid number of segments"
        case .audience: "the token does not have a valid audience"
        case .discovery: "OIDC discovery endpoint communication error"
        case .keySet: "JWKS communication error"
        case .malformed: "the token is malformed"
        case .algorithm: "the token does not have a valid signing algorithm"
        case .unknownKey: "the token does not have a valid key"
        case .signature: "the token does not have a valid signature"
        case .issuer: "the token does not have a valid issuer"
        case .expired: "the token has expired"
        case .notYetValid: "the token is not yet valid"
        case .issuedLater: "the token was issued in the future"
        }
    }
}
