/// The host names of this machine: localhost, the address that is listened at, the machine's own name, and
/// the names that the user has given. The owner of any other name can point its DNS entry to this machine. A
/// page of that name then passes for a page of the server, so that the name is not admitted.

internal import HTTPWire
internal import SocketServer

/// Tells names of this machine from names that anybody may own.
package struct KnownHosts: Sendable {
    /// The allowed names, in lower case and without a port.
    private let names: Set<String>
    /// Whether every numeric address is allowed: the server listens on all addresses, or on those of a name.
    /// A page's DNS name is not an address.
    private let takesAddresses: Bool

    /// The names of a server that listens at `host`, an address or a name, and `names`.
    package init(listeningAt host: String = "127.0.0.1", names: [String] = []) {
        let own = host.lowercased()
        self.names = Set(
            ["localhost", "[::1]", own, "[\(own)]", Self.machineName] + names.map { $0.lowercased() })
        takesAddresses =
            ["0.0.0.0", "::"].contains(own) || !Self.isAddress(own.contains(":") ? "[\(own)]" : own)
    }

    /// Whether the host of an authority in lower case names this machine.
    func admits(_ authority: String) -> Bool { admits(host: Self.host(of: authority)) }

    /// Whether no stranger can own the host of an authority. Besides the names of this machine, those hosts
    /// are addresses, names without a full stop, and names under a suffix that nobody can register.
    func admitsPrivate(_ authority: String) -> Bool {
        let host = Self.host(of: authority.lowercased())
        return Self.isAddress(host) || !host.contains(".") || admits(host: host)
            || Self.privateSuffixes.contains { ".\(host)".hasSuffix($0) }
    }

    /// Suffixes that the public DNS does not delegate (RFC 6761, RFC 6762, RFC 8375, ICANN's resolution
    /// 2024.07.29.06). LocalStack and floci point the names of the last two to 127.0.0.1.
    private static let privateSuffixes = [
        ".localhost", ".local", ".internal", ".test", ".home.arpa", ".localhost.localstack.cloud",
        ".localhost.floci.io",
    ]

    private func admits(host: Substring) -> Bool {
        names.contains(String(host)) || HostName.isLoopback(host)
            || takesAddresses && Self.isAddress(host)
    }

    /// The host without the port and without the full stop of a root.
    private static func host(of authority: String) -> Substring {
        if authority.first == "[" { return authority.prefix { $0 != "]" } + "]" }
        let host = authority.prefix { $0 != ":" }
        return host.last == "." ? host.dropLast() : host
    }

    private static func isAddress(_ host: some StringProtocol) -> Bool {
        host.first == "[" || HostName.isIPv4(host)
    }

    /// The kernel's name for this machine; localhost if there is none.
    private static var machineName: String {
        do throws(SystemError) {
            let text = String(decoding: try FileSystem.read("/proc/sys/kernel/hostname"), as: UTF8.self)
            return text.split(separator: "\n").first.map { $0.lowercased() } ?? "localhost"
        } catch {
            return "localhost"
        }
    }
}
