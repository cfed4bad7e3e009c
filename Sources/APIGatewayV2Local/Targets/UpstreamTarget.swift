/// A server that calls go to in the place of another, as `--upstream` and files of targets name it. Refuses
/// nothing but texts that are no URL.

internal import APIGatewayV2

/// A server in the place of another.
struct UpstreamTarget: Sendable, Hashable {
    /// `http` or `https`.
    let scheme: String
    /// Host and port as they stand in the URL.
    let authority: String
    /// The path before that of each request, such as `/base`; empty for none.
    private(set) var basePath = ""

    /// The port, that of the scheme if the URL has none; 0 for a text that is no port.
    var port: UInt16 {
        let host = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[host...].lastIndex(of: ":") else { return scheme == "https" ? 443 : 80 }
        return UInt16(authority[authority.index(after: colon)...]) ?? 0
    }

    /// Of `http://host:port`. A path is not kept, because that of a backend's URL stands before no other.
    init?(url: String) {
        guard let scheme = ["http", "https"].first(where: { url.hasPrefix($0 + "://") }) else { return nil }
        let rest = url.dropFirst(scheme.count + 3)
        let authority = rest.utf8.prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard !authority.isEmpty else { return nil }
        self.scheme = scheme
        self.authority = String(Substring(authority))
    }
}

extension UpstreamTarget {
    /// Reads `http://host:port` or `http://host:port/base`.
    init(parsing text: String) throws(DocumentError) {
        try checkURL(text)
        guard let target = UpstreamTarget(url: text) else {
            throw DocumentError(found: quoted(text), expected: "a URL such as http://localhost:8080")
        }
        self = target
        let path = text.dropFirst(origin.count)
        if path != "/" { basePath = String(path) }
    }

    private var origin: String { "\(scheme)://\(authority)" }

    /// The form of the command line.
    var text: String { origin + basePath }

    /// The URL of a request to an AWS service. `target` is its path and query. The root stands for the base
    /// path itself, without a further slash (botocore's `_urljoin`, smithy-go's `JoinPath`).
    func serviceURL(_ target: String) -> String {
        let isRoot = target == "/" || target.hasPrefix("/?")
        guard !basePath.isEmpty, isRoot else { return backendURL(target[...]) }
        return text + target.dropFirst()
    }

    /// The URL of a request to a backend. `target` is its path and query.
    func backendURL(_ target: Substring) -> String {
        "\(origin)\(basePath.hasSuffix("/") ? basePath.dropLast() : basePath[...])\(target)"
    }

    /// The expected form of a name, for refusals.
    static let nameForm = "a host, a host and port, or an ARN as the name, without scheme and path"

    /// The key of a host, a host and port, or an ARN among upstreams; nil for another name.
    static func key(of name: String) -> String? {
        if name.hasPrefix("arn:") { return name }
        guard !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
        do throws(DocumentError) {
            try checkURL("http://\(name)")
            return name.lowercased()
        } catch {
            return nil
        }
    }
}

/// The servers that variables of the environment name for AWS services.
struct ServiceVariables: Sendable {
    /// By the services' names in signatures, such as `sqs`.
    var services: [String: UpstreamTarget] = [:]
    /// For all other services; nil for none.
    var others: UpstreamTarget?
}
