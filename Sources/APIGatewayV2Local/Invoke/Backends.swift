/// The places to which calls of HTTP backends go: the host of the URL, or the one that the user puts in its
/// place. With `--upstream-only` no call leaves this machine unless the user says where to.

internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

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
    private let book: TargetBook
    private let isUpstreamOnly: Bool
    private let authoritiesFile: String?
    private let bodyBytesMax: Int

    /// `book` has the upstreams that may change. `bodyBytesMax` bounds the body of an answer.
    init(
        upstreams: [String: UpstreamTarget], book: TargetBook, isUpstreamOnly: Bool, authoritiesFile: String?,
        bodyBytesMax: Int
    ) {
        self.bodyBytesMax = bodyBytesMax
        self.upstreams = upstreams
        self.book = book
        self.isUpstreamOnly = isUpstreamOnly
        self.authoritiesFile = authoritiesFile
    }

    func route(toPublic url: String) -> Route {
        if upstreams.isEmpty, !isUpstreamOnly, book.current == nil { return .direct }
        guard let target = UpstreamTarget(url: url) else { return .refused("\(url) is no URL") }
        let authority = target.authority.lowercased()
        let host = RequestAddress.withoutPort(authority)
        if let upstream = upstream(authority, host) { return .through(upstream) }
        guard isUpstreamOnly, !Self.isLoopback(host, of: authority) else { return .direct }
        return .refused(
            "\(host) is not mapped, and --upstream-only is on: add --upstream \(host)=http://localhost:8080")
    }

    /// The server of a private integration; nil where none is named. A Cloud Map service's ARN may have
    /// filters behind it, which its upstream may leave out.
    func route(toPrivate arn: String) -> UpstreamTarget? {
        upstream(arn, String(arn.prefix { $0 != "?" }))
    }

    private func upstream(_ authority: String, _ host: String) -> UpstreamTarget? {
        guard let layers = book.current else { return upstreams[authority] ?? upstreams[host] }
        for upstreams in [layers.added.settings.upstreams, upstreams, layers.file.settings.upstreams] {
            if let upstream = upstreams[authority] ?? upstreams[host] { return upstream }
        }
        return nil
    }

    /// `request` as it goes out.
    func outgoing(
        _ request: BackendRequest, to upstream: UpstreamTarget?, timeout: Duration
    ) -> OutgoingRequest {
        var url = request.url
        if let upstream, let target = UpstreamTarget(url: url) {
            url = upstream.backendURL(url.dropFirst(target.scheme.count + 3 + target.authority.count))
        }
        var outgoing = OutgoingRequest(request.method, url, fields: request.fields, body: request.body)
        outgoing.timeout = timeout
        outgoing.outlastsStop = true
        outgoing.bodyBytesMax = bodyBytesMax
        outgoing.connectTimeout = min(outgoing.connectTimeout, timeout)
        outgoing.authoritiesFile = authoritiesFile
        outgoing.serverName = request.serverName
        return outgoing
    }

    /// Whether calls stay on this machine. With user information the text before a colon is no host.
    private static func isLoopback(_ host: String, of authority: String) -> Bool {
        (HostName.isLoopback(host) || host.hasSuffix(".localhost"))
            && !authority.utf8.contains(UInt8(ascii: "@"))
    }
}

/// The places of everything that integrations call.
struct IntegrationTargets: Sendable {
    /// The functions of options.
    let functions: FunctionTargets
    let endpoint: RemoteFunction?
    let backends: Backends
    let services: AWSServices
    /// The targets that may change.
    let book: TargetBook

    /// The place of the function; nil if there is none.
    func target(of function: LambdaFunction) -> (any FunctionTarget)? {
        guard let layers = book.current else { return functions.target(of: function) ?? endpoint }
        return layers.target(of: function) ?? functions.target(of: function)
            ?? layers.file.target(of: function) ?? layers.added.endpoint ?? endpoint ?? layers.file.endpoint
    }
}
