/// The form of `apiEndpoint` in the answers of the control plane, as `--api-endpoint` writes it. The stored
/// value is always the real service's, so that state and fixtures do not depend on the port.

internal import APIGatewayV2

/// The form of the addresses that clients get for APIs.
public struct ApiEndpointForm: Sendable, Hashable {
    /// A URL with names in braces; nil for the real service's.
    private let template: String?

    /// The real service's address.
    public static let aws = ApiEndpointForm(checked: nil)

    /// The host that is called under this server's port: `http://{apiId}.execute-api.localhost:{port}`.
    public static let local = ApiEndpointForm(checked: "http://{apiId}.execute-api.localhost:{port}")

    /// The names that a template may have in braces.
    static let names = ["apiId", "port", "region"]

    private init(checked template: String?) {
        self.template = template
    }

    /// Reads a template such as `http://gateway:4290/_aws/execute-api/{apiId}`.
    public init(template text: String) throws(DocumentError) {
        let rest = ["http://", "https://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
        guard let rest, !rest.isEmpty, rest.first != "/", rest.last != "/", text.contains("{apiId}"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }),
            !rest.contains(where: { ["?", "#", "@"].contains($0) })
        else {
            throw DocumentError(
                found: quoted(text),
                expected: "a URL with {apiId} and without a slash at its end, such as "
                    + "http://localhost:{port}/_aws/execute-api/{apiId}")
        }
        try Self.checkNames(in: text)
        template = text
    }

    /// Reads the form of the command line: `aws`, `local`, or a template.
    public init(parsing text: String) throws(DocumentError) {
        switch text {
        case "aws": self = .aws
        case "local": self = .local
        default:
            guard text.contains(":") else {
                throw DocumentError(
                    found: quoted(text), expected: "aws, local or a URL with {apiId}",
                    suggestion: nearestName(to: text, among: ["aws", "local"]))
            }
            try self.init(template: text)
        }
    }

    private static func checkNames(in text: String) throws(DocumentError) {
        for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            let name = String(part.prefix { $0 != "}" })
            guard names.contains(name), part.contains("}") else {
                throw DocumentError(
                    found: quoted("{\(name)" + (part.contains("}") ? "}" : "")),
                    expected: "one of {apiId}, {port}, {region}",
                    suggestion: nearestName(to: name, among: names).map { "{\($0)}" })
            }
        }
    }

    /// The host of the addresses, without a port and with its names in braces; nil for the real service's.
    var host: String? {
        guard let template, let slashes = template.firstRange(of: "://") else { return nil }
        let authority = template[slashes.upperBound...].prefix { $0 != "/" }
        return authority.first == "["
            ? authority.prefix { $0 != "]" } + "]" : String(authority.prefix { $0 != ":" })
    }

    /// The address of an API; nil for the real service's. A WebSocket API has the scheme of its own. Over TLS
    /// `local` is https.
    func url(
        apiId: String, region: String, port: UInt16, isWebSocket: Bool, isEncrypted: Bool
    ) -> String? {
        guard let template else { return nil }
        var url =
            template.replacing("{apiId}", with: apiId).replacing("{region}", with: region)
            .replacing("{port}", with: String(port))
        if self == .local, isEncrypted { url = "https" + url.dropFirst("http".count) }
        return isWebSocket ? "ws" + url.dropFirst("http".count) : url
    }
}
