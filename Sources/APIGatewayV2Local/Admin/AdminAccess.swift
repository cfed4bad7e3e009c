/// Guards the admin API. Programs on this machine may use it, and requests to host names that the user has
/// allowed. A page of another site in a browser may not. A browser sends the server's name in the URL (Host),
/// the site of the page (Origin), and their relation (Sec-Fetch-Site). No page can change these fields.

internal import HTTPWire
internal import JSON

/// The guard of the admin API.
package struct AdminAccess: Sendable {
    /// The host names that the guard allows.
    private let hosts: KnownHosts

    package init(_ hosts: KnownHosts = KnownHosts()) {
        self.hosts = hosts
    }

    /// The refusal of the request; nil if it may go on.
    func refusal(of request: HTTPRequest) -> HTTPResponse? {
        guard let authority = request.authority?.lowercased(), hosts.admits(authority) else {
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

    /// Whether a page's origin is the server itself.
    private func isOwn(_ origin: String, _ authority: String) -> Bool {
        origin == "http://\(authority)" || origin == "https://\(authority)"
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
