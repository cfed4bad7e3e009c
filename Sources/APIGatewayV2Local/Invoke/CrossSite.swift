/// Guards an API's addresses. A page of any site can send a request to localhost, and the owner of a name can
/// point it to this machine. Such a page may not invoke the user's functions, unless the API's CORS settings
/// let its origin in. A browser sends `Host`, `Origin` and `Sec-Fetch-Site`, which no page can change.

internal import APIGatewayV2Invoke
internal import HTTPWire

enum CrossSite {
    /// The reason to refuse a call to a host that a stranger may own; nil for every other one. A page of that
    /// host passes for one of this server, because its owner may point its DNS entry to this machine.
    static func cause(ofHost request: HTTPRequest, known hosts: KnownHosts) -> String? {
        if request.hasLocalAuthority { return nil }
        guard let authority = request.authority, !hosts.admitsPrivate(authority) else { return nil }
        let host = RequestAddress.withoutPort(authority)
        return "an API was called by its path under the host \(host), which anybody may own: call it by "
            + "localhost or an address, or add --admin-host \(host)"
    }

    /// The reason to refuse a call by an API's host whose suffix a stranger may own; nil for every other one.
    static func cause(ofAPIHost request: HTTPRequest, known hosts: KnownHosts) -> String? {
        guard let authority = request.authority, !hosts.admitsAPI(authority) else { return nil }
        let host = RequestAddress.withoutPort(authority)
        let suffix = host.split(separator: ".", maxSplits: 2).last ?? ""
        return "an API was called by the host \(host), which anybody may own: call it by "
            + "{apiId}.execute-api.localhost or by its path, or add "
            + "--api-endpoint 'http://{apiId}.execute-api.\(suffix):{port}'"
    }

    /// The reason to refuse a handshake of a page that is not of this machine; nil for every other one. A
    /// WebSocket API has no CORS settings, so that no page could be let in.
    static func cause(ofHandshake request: HTTPRequest) -> String? {
        guard let origin = request.fields["Origin"], let slashes = origin.firstRange(of: "://") else {
            return nil
        }
        let authority = String(origin[slashes.upperBound...])
        let host = RequestAddress.withoutPort(authority)
        if HostName.isLoopback(host) || host.hasSuffix(".localhost") || authority == request.authority {
            return nil
        }
        return "a page of \(origin) opened a connection by the API's path: open it by the API's host"
    }

    /// The reason to refuse a request of another site's page; nil for every other request.
    static func cause(_ request: HTTPRequest, cors: CORS?) -> String? {
        let origin = request.fields["Origin"]
        let isForeign: Bool
        if let site = request.fields["Sec-Fetch-Site"] {
            isForeign = site != "same-origin" && site != "none"
        } else {
            let authority = request.authority ?? ""
            isForeign = origin != nil && origin != "http://\(authority)" && origin != "https://\(authority)"
        }
        guard isForeign, !(cors?.allowsOrigin(of: request) ?? false) else { return nil }
        return "a page of \(origin ?? "another site") called the API by its path: let its origin in by the "
            + "API's corsConfiguration, or call the API by its host"
    }
}
