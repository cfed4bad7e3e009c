/// The header fields about one connection, which an intermediary does not pass on.

/// The fields about one connection. They are not in events and not sent on (RFC 9110 section 7.6.1).
enum HopByHop {
    static let names: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "http2-settings", "expect",
    ]
}
