/// The issuer of a JWT authorizer: an https URL, as the service demands. An http URL of a loopback host is
/// allowed too, for an identity provider on the same machine: docs/fidelity-apis.md, "Authorizer".

enum JWTIssuer {
    static func isAccepted(_ issuer: String) -> Bool {
        guard let colon = issuer.firstRange(of: "://"),
            !issuer.utf8.contains(where: { $0 <= UInt8(ascii: " ") })
        else { return false }
        let host = host(of: issuer[colon.upperBound...].prefix { !"/?#".contains($0) })
        guard !host.isEmpty else { return false }
        switch issuer[..<colon.lowerBound].lowercased() {
        case "https": return true
        case "http": return isLoopback(host)
        default: return false
        }
    }

    /// `authority` without its user and port.
    private static func host(of authority: Substring) -> Substring {
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        if place.hasPrefix("[") { return place.prefix { $0 != "]" } + "]" }
        return place.prefix { $0 != ":" }
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "[::1]" || host.lowercased() == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { $0.utf8.allSatisfy(digits.contains) && UInt8($0) != nil }
    }
}
