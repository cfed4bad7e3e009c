/// A REQUEST authorizer of a deployed API, as its stored members set it. Developer guide, "Control access to
/// HTTP APIs with AWS Lambda authorizers".

package import APIGatewayV2
internal import JSON

/// The settings of one Lambda authorizer.
package struct LambdaAuthorizer: Sendable, Equatable {
    package let id: String
    package let name: String
    /// The function, by an URI in which stage variables may stand.
    package let uri: String
    package let format: PayloadFormat
    /// Whether the function answers `isAuthorized` in place of a policy.
    package let isSimple: Bool
    /// Expressions such as `$request.header.Authorization`.
    package let identitySources: [String]
    /// How long an answer is kept; zero keeps none.
    package let timeToLive: Duration

    /// How long the function may take (quotas for HTTP APIs).
    package static let timeout = Duration.seconds(10)

    package init(_ authorizer: Members, id: String) {
        self.id = id
        name = authorizer[Authorizer.name] ?? ""
        uri = authorizer[Authorizer.authorizerUri] ?? ""
        let version = authorizer[Authorizer.authorizerPayloadFormatVersion] ?? "1.0"
        format = PayloadFormat(rawValue: version) ?? .version1
        isSimple = authorizer[Authorizer.enableSimpleResponses] ?? false
        identitySources = (authorizer[Authorizer.identitySource] ?? []).compactMap(\.text)
        timeToLive = .seconds(authorizer[Authorizer.authorizerResultTtlInSeconds] ?? 0)
    }
}
