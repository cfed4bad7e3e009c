/// One server that a loop calls: everything about it that is the same for each call, made once.

internal import HTTPWire

/// A server. Requests with the same key can share connections.
final class OutgoingServer {
    struct Key: Hashable {
        let isEncrypted: Bool
        let host: String
        let port: UInt16
        /// The name for its certificate; nil for `host`.
        let name: String?
        /// The place for the connection; nil for `host` and `port`.
        let endpoint: OutgoingRequest.Endpoint?
        let authoritiesFile: String?

        init(_ target: borrowing OutgoingTarget, _ request: borrowing OutgoingRequest) {
            isEncrypted = target.isEncrypted
            host = target.host
            port = target.port
            name = request.serverName
            endpoint = request.connectTo
            authoritiesFile = request.authoritiesFile
        }
    }

    let queue = CallQueue()
    /// Whether a connection needs the look-up of a name. An address, and the name that libcurl knows itself,
    /// need none.
    let needsAddress: Bool
    /// The place in the form of libcurl's CURLOPT_CONNECT_TO; nil for a connection to the URL's own host.
    let place: String?
    let origin: CurlURL
    /// The connections without TLS that no call uses, from the one that is kept for the longest time on.
    var kept: [PlainConnection] = []

    init(_ key: Key, _ library: CurlLibrary) throws(OutgoingFailure) {
        let text = "\(key.isEncrypted ? "https" : "http")://\(key.name ?? key.host):\(key.port)"
        origin = try CurlURL(text, by: library)
        needsAddress = Self.isName(key.endpoint?.host ?? key.host)
        place =
            if let endpoint = key.endpoint {
                Self.place(endpoint.host, endpoint.port)
            } else if key.name != nil {
                Self.place(key.host, key.port)
            } else { nil }
    }

    private static func isName(_ host: String) -> Bool {
        let isAddress =
            host.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
            || host.utf8.contains(UInt8(ascii: ":"))
        if isAddress { return false }
        let name = host.lowercased()
        return name != "localhost" && !name.hasSuffix(".localhost")
    }

    private static func place(_ host: String, _ port: UInt16) -> String {
        let isBareIPv6 = host.utf8.contains(UInt8(ascii: ":")) && !host.hasPrefix("[")
        return "::\(isBareIPv6 ? "[\(host)]" : host):\(port)"
    }
}
