/// The body of a request in Lambda events: text for eight content types, base64 for every other and for none.
/// Measured by floci (issue 2172 and pull request 2203, August 2026), and recorded by AWS's Lambda test tool.

internal import HTTPWire

/// A request's body as text.
struct EventBody {
    /// The text; nil for an empty body.
    let text: String?
    let isBase64Encoded: Bool

    init(_ request: HTTPRequest) {
        guard !request.body.isEmpty else {
            (text, isBase64Encoded) = (nil, false)
            return
        }
        isBase64Encoded = !Self.isText(request.fields["Content-Type"])
        text = isBase64Encoded ? Base64.encoded(request.body) : String(decoding: request.body, as: UTF8.self)
    }

    private static let textTypes: Set<String> = [
        "text/plain", "text/html", "text/csv", "text/xml", "application/json", "application/xml",
        "application/javascript", "application/graphql",
    ]

    /// Whether the body is text. The only accepted parameter is `charset=utf-8`.
    private static func isText(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        let parts = contentType.lowercased().split(separator: ";").map(trimmed)
        guard let type = parts.first, textTypes.contains(type) else { return false }
        return parts.dropFirst().allSatisfy { $0 == "charset=utf-8" || $0 == "charset=\"utf-8\"" }
    }

    private static func trimmed(_ text: Substring) -> String {
        let rest = text.drop { $0 == " " }
        guard let end = rest.lastIndex(where: { $0 != " " }) else { return "" }
        return String(rest[...end])
    }
}
