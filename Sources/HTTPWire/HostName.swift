/// Hosts by their text alone, without DNS: numeric IPv4 addresses, and names of the machine itself. A name
/// that only begins like an address, such as `127.example.com`, belongs to whoever owns it.

/// Questions about a host, which stands without its port.
package enum HostName {
    /// Whether the host is this machine: 127.0.0.0/8, `[::1]` or `localhost`.
    package static func isLoopback(_ host: some StringProtocol) -> Bool {
        host == "[::1]" || host.lowercased() == "localhost" || host.hasPrefix("127.") && isIPv4(host)
    }

    /// Whether the host is four decimal numbers up to 255.
    package static func isIPv4(_ host: some StringProtocol) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy(\.isDigit) && UInt8(part) != nil
            }
    }
}
