/// The header fields about one connection, which an intermediary does not pass on.

internal import HTTPWire

/// The fields about one connection. They are not in events and not sent on (RFC 9110 section 7.6.1).
enum HopByHop {
    /// `fields` without those that Connection names.
    static func removed(from fields: HTTPFields) -> HTTPFields {
        guard fields.contains("Connection") else { return fields }
        var named: Set<String> = []
        for value in fields.values(of: "Connection") {
            for option in value.lowercased().split(separator: ",") {
                named.insert(option.filter { $0 != " " && $0 != "\t" })
            }
        }
        named.subtract(names)
        guard !named.isEmpty, named != ["close"] else { return fields }
        return fields.filtered { named.contains($0) || $0 == "connection" }
    }

    static let names: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "http2-settings", "expect",
    ]
}
