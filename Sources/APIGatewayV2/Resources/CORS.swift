/// The CORS configuration of an HTTP API: the rules of its members, and the form in which they are stored.
/// Refuses in the service's words. Sources: docs/fidelity-apis.md, "Api".

import JSON

/// The rules of an API's `corsConfiguration`.
enum CORS {
    /// The service's message about a wrong configuration; nil if it is right.
    static func breach(_ cors: JSONObject) -> String? {
        let origins = strings(cors["allowOrigins"])
        if cors["allowCredentials"] == .bool(true), origins.contains("*") {
            return "allow-credentials is not supported if 'allow-origin' is *"
        }
        if let origin = origins.first(where: { !isOrigin($0) }) {
            return "Invalid format for origin \(origin)"
        }
        if let method = strings(cors["allowMethods"]).first(where: { !methods.contains($0.uppercased()) }) {
            return "Method \(method) is not supported"
        }
        return nil
    }

    /// The form in which the service stores it: without empty lists, and with names of header fields in lower
    /// case.
    static func kept(_ cors: JSONObject) -> JSONObject {
        JSONObject(
            cors.members.filter { $0.value != .array([]) }.map { member in
                guard member.name.hasSuffix("Headers") else { return member }
                let names = strings(member.value).map { JSON.string($0.lowercased()) }
                return JSONObject.Member(name: member.name, value: .array(names))
            })
    }

    private static let methods = ["*", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

    /// Whether the text is `*` or a web address. A star may only stand for everything after the scheme.
    private static func isOrigin(_ origin: String) -> Bool {
        if origin == "*" { return true }
        let address = ["https://", "http://"].lazy.compactMap { scheme in
            origin.hasPrefix(scheme) ? origin.dropFirst(scheme.count) : nil
        }.first
        guard let address, !address.isEmpty else { return false }
        return address == "*" || !address.utf8.contains(UInt8(ascii: "*"))
    }

    private static func strings(_ list: JSON?) -> [String] {
        guard case .array(let elements) = list else { return [] }
        return elements.compactMap(String.init)
    }
}
