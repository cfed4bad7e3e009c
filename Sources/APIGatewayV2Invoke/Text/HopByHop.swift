/// The header fields about one connection, which an intermediary does not pass on.

internal import HTTPWire

/// The fields about one connection. They are not in events and not sent on (RFC 9110 section 7.6.1).
enum HopByHop {
    /// `fields` without those that Connection names.
    static func removed(from fields: HTTPFields) -> HTTPFields {
        guard
            fields.lines.indices.contains(where: {
                fields.isNamed(connection, at: $0)
                    && !fields.hasValue("close", at: $0) && !fields.hasValue("keep-alive", at: $0)
            })
        else { return fields }
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

    private static let list = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "http2-settings", "expect",
    ]
    static let names = Set(list)
    static let fieldNames = FieldNames(list)
    private static let connection = FieldNames(["connection"])
}
