/// The issuer of a JWT authorizer: an https URL, as the service demands. An http URL of a loopback host is
/// allowed too, for an identity provider on the same machine: docs/fidelity-apis.md, "Authorizer".

internal import HTTPWire

enum JWTIssuer {
    static func isAccepted(_ issuer: String) -> Bool {
        guard let colon = issuer.firstRange(of: "://"),
            !issuer.utf8.contains(where: { $0 <= UInt8(ascii: " ") })
        else { return false }
        let host = host(of: issuer[colon.upperBound...].prefix { !"/?#".contains($0) })
        guard !host.isEmpty else { return false }
        switch issuer[..<colon.lowerBound].lowercased() {
        case "https": return true
        case "http": return HostName.isLoopback(host)
        default: return false
        }
    }

    /// `authority` without its user and port.
    private static func host(of authority: Substring) -> Substring {
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        if place.hasPrefix("[") { return place.prefix { $0 != "]" } + "]" }
        return place.prefix { $0 != ":" }
    }
}
