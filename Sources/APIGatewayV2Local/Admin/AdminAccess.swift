/// Guards the admin API. Programs on this machine may use it, and requests to host names that the user has
/// allowed. A page of another site in a browser may not. A browser sends the server's name in the URL (Host),
/// the site of the page (Origin), and their relation (Sec-Fetch-Site). No page can change these fields. Host
/// also shows a name whose DNS entry an attacker has pointed to this machine.

internal import HTTPWire
internal import JSON
internal import SocketServer

/// The host names that the guard allows.
package struct AdminAccess: Sendable {
    /// The allowed names, in lower case and without a port.
    private let hosts: Set<String>
    /// Whether every numeric address is allowed: the server listens on all addresses, or on those of a name.
    /// A page's DNS name is not an address.
    private let takesAddresses: Bool

    /// The guard of a server that listens at `host`, an address or a name. It allows `names` too.
    package init(listeningAt host: String = "127.0.0.1", names: [String] = []) {
        let own = host.lowercased()
        hosts = Set(["localhost", "[::1]", own, "[\(own)]", Self.hostName] + names.map { $0.lowercased() })
        takesAddresses =
            ["0.0.0.0", "::"].contains(own) || !Self.isAddress(own.contains(":") ? "[\(own)]" : own)
    }

    /// The refusal of the request; nil if it may go on.
    func refusal(of request: HTTPRequest) -> HTTPResponse? {
        guard let authority = request.authority?.lowercased(), admits(host: host(of: authority)) else {
            let name = request.authority.map(quoted) ?? "nothing"
            return .admin(
                status: 403,
                message: "The admin API was asked for as \(name), which does not name this machine. "
                    + "Use localhost or an address that is listened at, or start the server with "
                    + "--admin-host."
            )
        }
        for origin in request.fields.values(of: "Origin") where !isOwn(origin.lowercased(), authority) {
            return .admin(
                status: 403, message: "The admin API takes no requests of pages from \(quoted(origin)).")
        }
        for site in request.fields.values(of: "Sec-Fetch-Site") where !["same-origin", "none"].contains(site)
        {
            return .admin(
                status: 403,
                message:
                    "The admin API takes no requests of other sites' pages: "
                    + "Sec-Fetch-Site is \(quoted(site))."
            )
        }
        return nil
    }

    private func admits(host: Substring) -> Bool {
        hosts.contains(String(host.last == "." ? host.dropLast() : host)) || HostName.isLoopback(host)
            || takesAddresses && Self.isAddress(host)
    }

    /// Whether a page's origin is the server itself.
    private func isOwn(_ origin: String, _ authority: String) -> Bool {
        origin == "http://\(authority)" || origin == "https://\(authority)"
    }

    /// The host without the port.
    private func host(of authority: String) -> Substring {
        if authority.first == "[" { return authority.prefix { $0 != "]" } + "]" }
        return authority.prefix { $0 != ":" }
    }

    private static func isAddress(_ host: some StringProtocol) -> Bool {
        host.first == "[" || HostName.isIPv4(host)
    }

    /// The kernel's name for this machine; localhost if there is none.
    private static var hostName: String {
        do throws(SystemError) {
            let text = String(decoding: try FileSystem.read("/proc/sys/kernel/hostname"), as: UTF8.self)
            return text.split(separator: "\n").first.map { $0.lowercased() } ?? "localhost"
        } catch {
            return "localhost"
        }
    }
}

extension AdminAccess {
    /// The refusal of the body's media type; nil if the body may be read. A page of another site can send
    /// other media types without the browser's permission request.
    static func refusal(ofBodyOf request: HTTPRequest) -> HTTPResponse? {
        guard !request.body.isEmpty else { return nil }
        let type = request.fields["Content-Type"] ?? ""
        let end = type.firstIndex(of: ";") ?? type.endIndex
        var essence = type[..<end].lowercased()
        while essence.last == " " || essence.last == "\t" { essence.removeLast() }
        guard essence != "application/json" else { return nil }
        return .admin(
            status: 415,
            message: "The body's Content-Type is \(type.isEmpty ? "missing" : quoted(type)), expected "
                + "application/json (curl: -H 'Content-Type: application/json').")
    }
}
