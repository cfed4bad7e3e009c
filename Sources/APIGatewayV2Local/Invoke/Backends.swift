/// The places to which calls of HTTP backends go: the host of the URL, or the one that the user puts in its
/// place. With `--upstream-only` no call leaves this machine unless the user says where to.

internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// A server in the place of another.
struct UpstreamTarget: Sendable, Hashable {
    /// `http` or `https`.
    let scheme: String
    /// Host and port as they stand in the URL.
    let authority: String

    /// Of `http://host:port`; a path is not kept.
    init?(url: String) {
        guard let scheme = ["http", "https"].first(where: { url.hasPrefix($0 + "://") }) else { return nil }
        let rest = url.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty else { return nil }
        self.scheme = scheme
        self.authority = String(authority)
    }
}

/// Finds the servers of backends.
struct Backends: Sendable {
    /// The way to a public URL.
    enum Route: Sendable {
        case direct
        case through(UpstreamTarget)
        /// The text is for the log.
        case refused(String)
    }

    /// By host, host and port, or ARN.
    private let upstreams: [String: UpstreamTarget]
    private let isUpstreamOnly: Bool
    private let authoritiesFile: String?

    init(upstreams: [String: UpstreamTarget], isUpstreamOnly: Bool, authoritiesFile: String?) {
        self.upstreams = upstreams
        self.isUpstreamOnly = isUpstreamOnly
        self.authoritiesFile = authoritiesFile
    }

    func route(toPublic url: String) -> Route {
        guard let target = UpstreamTarget(url: url) else { return .refused("\(url) is no URL") }
        let authority = target.authority.lowercased()
        let host = RequestAddress.withoutPort(authority)
        if let upstream = upstreams[authority] ?? upstreams[host] { return .through(upstream) }
        guard isUpstreamOnly, !Self.isLoopback(host) else { return .direct }
        return .refused(
            "\(host) is not mapped, and --upstream-only is on: add --upstream \(host)=http://localhost:8080")
    }

    /// The server of a private integration; nil where none is named.
    func route(toPrivate arn: String) -> UpstreamTarget? { upstreams[arn] }

    /// `request` as it goes out.
    func outgoing(
        _ request: BackendRequest, to upstream: UpstreamTarget?, timeout: Duration
    ) -> OutgoingRequest {
        var url = request.url
        if let upstream, let target = UpstreamTarget(url: url) {
            let path = url.dropFirst(target.scheme.count + 3 + target.authority.count)
            url = "\(upstream.scheme)://\(upstream.authority)\(path)"
        }
        var outgoing = OutgoingRequest(request.method, url, fields: request.fields, body: request.body)
        outgoing.timeout = timeout
        outgoing.connectTimeout = min(outgoing.connectTimeout, timeout)
        outgoing.authoritiesFile = authoritiesFile
        outgoing.serverName = request.serverName
        return outgoing
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || host.hasPrefix("127.")
    }
}

/// The places of everything that integrations call.
struct IntegrationTargets: Sendable {
    let functions: FunctionTargets
    let backends: Backends
    let services: AWSServices
}
