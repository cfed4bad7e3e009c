/// The place of an admin API and a request to it: a URL or host and port in, the bytes of a request out. The
/// body is JSON, because the admin API refuses every other.

internal import HTTPWire

/// A server to ask.
package struct AdminAddress: Sendable {
    package let isEncrypted: Bool
    /// Without the brackets of an IPv6 address. The loopback address for a server on every address.
    package let host: String
    package let port: UInt16

    package init(isEncrypted: Bool = false, host: String, port: UInt16) {
        self.isEncrypted = isEncrypted
        self.host =
            switch host {
            case "0.0.0.0": "127.0.0.1"
            case "::": "::1"
            default: host
            }
        self.port = port
    }

    /// Reads a URL such as `http://127.0.0.1:4290`. A path is left out, so that the page's address does too.
    package init(url: String) throws(DocumentError) {
        let target = try UpstreamTarget(parsing: url)
        let authority = target.authority
        var host = authority
        var port: UInt16? = target.scheme == "https" ? 443 : 80
        if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
            host = String(authority[..<colon])
            port = UInt16(authority[authority.index(after: colon)...])
        }
        if host.first == "[", host.last == "]" { host = String(host.dropFirst().dropLast()) }
        guard let port, !host.isEmpty else {
            throw DocumentError(found: "\"\(url)\"", expected: "a URL such as http://127.0.0.1:4290")
        }
        self.init(isEncrypted: target.scheme == "https", host: host, port: port)
    }

    /// Host and port as in URLs and the Host field.
    package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The bytes of a request, after which the server closes. `segments` stand behind `/__admin`.
    package func request(
        _ method: String, _ segments: [String], query: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) -> [UInt8] {
        var target = "/" + ([AdminAPI.root] + segments.map(PercentCoding.encoded)).joined(separator: "/")
        let items = query.map { "\(PercentCoding.encoded($0.name))=\(PercentCoding.encoded($0.value))" }
        if !items.isEmpty { target += "?" + items.joined(separator: "&") }
        var head = "\(method) \(target) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n"
        if let body {
            head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
        } else if method != "GET" {
            head += "Content-Length: 0\r\n"
        }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }
}
