/// The values of identity sources: expressions such as `$request.header.Authorization`, read like those of
/// parameter mappings. An empty value is a missing one (developer guide, "Control access to HTTP APIs with
/// AWS Lambda authorizers").

internal import APIGatewayV2

enum IdentitySource {
    /// The value of a source; nil if it is missing or empty.
    static func text(_ expression: String, in invocation: Invocation) -> String? {
        guard let value = MappingValue(expression, in: .request),
            let text = MappingScope(invocation).text(of: value), !text.isEmpty
        else { return nil }
        return text
    }
}
