/// One server that a loop calls: everything about it that is the same for each call, made once.

internal import CCurl
internal import HTTPWire

/// A server. Requests with the same key can share connections.
@safe final class OutgoingServer {
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

    let key: Key
    let queue = CallQueue()
    /// Whether a connection needs the look-up of a name. An address, and the name that libcurl knows itself,
    /// need none.
    let needsAddress: Bool
    /// The place in the form of libcurl's CURLOPT_CONNECT_TO; nil for a connection to the URL's own host.
    let place: String?
    /// The scheme, host and port as libcurl has them parsed.
    let origin: OpaquePointer
    // The table of functions must live longer than the parsed URL.
    private let library: CurlLibrary

    init(_ key: Key, _ library: CurlLibrary) throws(OutgoingFailure) {
        let text = "\(key.isEncrypted ? "https" : "http")://\(key.name ?? key.host):\(key.port)"
        guard let origin = unsafe ccurl_new_url(library.pointer, text) else {
            throw .invalidRequest("libcurl does not take the URL \(text)")
        }
        unsafe self.origin = origin
        self.library = library
        self.key = key
        needsAddress = Self.isName(key.endpoint?.host ?? key.host)
        place =
            if let endpoint = key.endpoint {
                Self.place(endpoint.host, endpoint.port)
            } else if key.name != nil {
                Self.place(key.host, key.port)
            } else { nil }
    }

    deinit { unsafe ccurl_free_url(library.pointer, origin) }

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
