/// The settings of invocations: the places of functions.

/// The places to which invocations of the served APIs go.
public struct InvokeConfiguration: Sendable {
    /// The functions and their places.
    public var functions: [FunctionSetting] = []
    /// The URL of a server of the Lambda Invoke API, for functions that `functions` does not name.
    public var lambdaEndpoint: String?

    /// The servers in the place of others: by host, by host and port, or by a private service's ARN.
    public var upstreams: [String: Upstream] = [:]
    /// Whether calls of backends may go to `upstreams` and to this machine alone.
    public var isUpstreamOnly = false
    /// The PEM file of the authorities that backends of `https` may have; nil for those of the system.
    public var upstreamAuthoritiesFile: String?
    /// The server that stands for all AWS services; nil refuses integrations that call one.
    public var awsEndpoint: Upstream?

    /// The servers of AWS services that the SDKs' variables name. All others stand before them.
    var variables = ServiceVariables()

    /// A file of functions and upstreams, read again by a reload. The members above stand before it.
    public var targetsFile: String?

    /// The names of the API keys that handshakes of WebSocket APIs may have, by their values. The service has
    /// no operation that makes one.
    public var apiKeys: [String: String] = [:]

    /// The form of `apiEndpoint` in answers.
    public var apiEndpoint = ApiEndpointForm.aws

    /// The key sets of issuers in files. The server fetches those of all other issuers.
    public var keySets: [KeySetFile] = []

    /// One API key, as `NAME=VALUE`.
    public struct APIKey: Sendable, Hashable {
        let name: String
        let value: String

        /// Reads `phone=Zm9vYmFy`.
        public init(parsing text: String) throws(DocumentError) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw DocumentError(found: quoted(text), expected: "NAME=VALUE, such as phone=Zm9vYmFy")
            }
            (name, value) = (String(parts[0]), String(parts[1]))
        }
    }

    /// Sets the server of an AWS service by its name in signatures, or with nil that of all others.
    package mutating func setVariable(_ endpoint: Upstream?, of service: String?) {
        guard let service else { return variables.others = endpoint?.target }
        variables.services[service] = endpoint?.target
    }

    /// Adds a key to `apiKeys`.
    public mutating func add(_ key: APIKey) { apiKeys[key.value] = key.name }

    /// A server in the place of another, as a URL. Its path stands before that of each request.
    public struct Upstream: Sendable, Hashable, CustomStringConvertible {
        let target: UpstreamTarget

        /// The URL.
        public var description: String { target.text }

        /// Reads `http://host:port` or `http://host:port/base`.
        public init(parsing text: String) throws(DocumentError) {
            target = try UpstreamTarget(parsing: text)
        }

        /// The key of `name` in `upstreams`.
        package static func key(of name: String) throws(DocumentError) -> String {
            guard let key = UpstreamTarget.key(of: name) else {
                throw DocumentError(found: quoted(name), expected: UpstreamTarget.nameForm)
            }
            return key
        }
    }

    /// The defaults.
    public init() {}

    /// The targets that variables name.
    var variableTargets: TargetSettings {
        TargetSettings(
            functions: [], upstreams: [:], lambdaEndpoint: nil, awsEndpoint: variables.others)
    }

    /// The functions and servers, without those of the file.
    var targets: TargetSettings {
        TargetSettings(
            functions: functions, upstreams: upstreams.mapValues(\.target), lambdaEndpoint: lambdaEndpoint,
            awsEndpoint: awsEndpoint?.target)
    }

    /// The text if it is a URL that `lambdaEndpoint` may have.
    package static func endpoint(parsing text: String) throws(DocumentError) -> String {
        try checkURL(text)
        return text
    }
}

extension LocalServer.Configuration {
    /// Whether the URL leads to the ports of this configuration. Port 0 is not known yet.
    package func isServed(at endpoint: InvokeConfiguration.Upstream) -> Bool {
        var ports = [port]
        if case .ownPort(let own) = admin { ports.append(own) }
        guard ports.contains(endpoint.target.port) else { return false }
        return KnownHosts(listeningAt: host, names: adminHosts).isHere(endpoint.target.authority)
    }
}
