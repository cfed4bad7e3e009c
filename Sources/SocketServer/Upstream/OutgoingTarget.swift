/// A URL, parsed for a call: the scheme, the authority, host and port, and the rest for libcurl. Throws
/// `OutgoingFailure.invalidRequest` for other schemes, for user information, and for bytes that a request
/// line cannot have.

internal import HTTPWire

/// The parts of a URL of `http` or `https`.
struct OutgoingTarget {
    let isEncrypted: Bool
    /// Host and port as written.
    let authority: String
    /// The host as written, with the brackets of an IPv6 address.
    let host: String
    /// The port, from the scheme if the URL has none.
    let port: UInt16
    /// Path and query, empty or from the first `/` or `?` on.
    private let rest: Substring

    init(_ url: String) throws(OutgoingFailure) {
        // A space would end the request target, and a line break the line.
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalidRequest("the URL \(url) has a space, a control character or a letter beyond ASCII")
        }
        // As bytes, because a comparison of characters takes some fifty times as many instructions.
        let bytes = url.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8)
        else {
            throw .invalidRequest("the URL \(url) begins with neither http:// nor https://")
        }
        switch url[..<colon].lowercased() {
        case "http": isEncrypted = false
        case "https": isEncrypted = true
        default: throw .invalidRequest("the URL \(url) begins with neither http:// nor https://")
        }
        let behindScheme = bytes[bytes.index(colon, offsetBy: 3)...].prefix { $0 != UInt8(ascii: "#") }
        let authority = behindScheme.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard !authority.contains(UInt8(ascii: "@")) else {
            throw .invalidRequest("the URL holds user information, which no call sends")
        }
        self.authority = String(Substring(authority))
        rest = Substring(behindScheme[authority.endIndex...])
        let hostEnd: String.Index
        if authority.first == UInt8(ascii: "["), let bracket = authority.firstIndex(of: UInt8(ascii: "]")) {
            hostEnd = authority.index(after: bracket)
        } else {
            hostEnd = authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
        }
        host = String(Substring(authority[..<hostEnd]))
        let portText = Substring(authority[hostEnd...].dropFirst())
        let port = portText.isEmpty ? (isEncrypted ? 443 : 80) : UInt16(portText)
        guard !host.isEmpty, let port, port > 0 else {
            throw .invalidRequest("the URL \(url) has no host, or a port that is none")
        }
        self.port = port
    }

    /// The URL for libcurl. `serverName`, if there is one, replaces the host.
    func url(serverName: String?) -> String {
        let scheme = isEncrypted ? "https" : "http"
        return serverName.map { "\(scheme)://\($0):\(port)\(rest)" } ?? "\(scheme)://\(authority)\(rest)"
    }

    /// A name for the server. Requests with the same name can share connections.
    func server(of request: OutgoingRequest) -> String {
        // Piece by piece, because an interpolated text takes three times as many instructions.
        var name = isEncrypted ? "https://" : "http://"
        name += request.serverName ?? host
        name += ":"
        name += String(port)
        name += " "
        if let place = place(request) { name += place }
        name += " "
        if let file = request.authoritiesFile { name += file }
        return name
    }

    /// Whether a name must be looked up. An address, and the name that libcurl knows itself, need no look-up.
    func needsAddress(for request: OutgoingRequest) -> Bool {
        let name = request.connectTo?.host ?? host
        let isAddress =
            name.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
            || name.utf8.contains(UInt8(ascii: ":"))
        if isAddress { return false }
        let host = name.lowercased()
        return host != "localhost" && !host.hasSuffix(".localhost")
    }

    /// The place in the form of libcurl's CURLOPT_CONNECT_TO; nil for a connection to the URL's own host.
    func place(_ request: OutgoingRequest) -> String? {
        if let endpoint = request.connectTo {
            let isBareIPv6 = endpoint.host.contains(":") && !endpoint.host.hasPrefix("[")
            return "::\(isBareIPv6 ? "[\(endpoint.host)]" : endpoint.host):\(endpoint.port)"
        }
        return request.serverName == nil ? nil : "::\(host):\(port)"
    }
}
