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
    /// The host of `--api-endpoint`, which may have `{region}` within.
    private let endpoint: EndpointHost?

    /// The names of a server that listens at `host`, an address or a name, and `names`. `endpoint` is the
    /// host of the addresses that clients get for APIs, with `{apiId}` and `{region}`; nil for the service's.
    package init(listeningAt host: String = "127.0.0.1", names: [String] = [], endpoint: String? = nil) {
        self.endpoint = endpoint.map(EndpointHost.init)
        let own = host.lowercased()
        self.names = Set(
            ["localhost", "[::1]", own, "[\(own)]", Self.machineName] + names.map { $0.lowercased() })
        takesAddresses =
            ["0.0.0.0", "::"].contains(own) || !Self.isAddress(own.contains(":") ? "[\(own)]" : own)
    }

    /// Whether the host of an authority in lower case names this machine.
    func admits(_ authority: String) -> Bool { admits(host: Self.host(of: authority)) }

    /// Whether the host of an authority leads to this machine, as far as its name tells.
    func isHere(_ authority: String) -> Bool {
        let host = Self.host(of: authority.lowercased())
        return admits(host: host) || Self.localSuffixes.contains { ".\(host)".hasSuffix($0) }
    }

    /// Whether no stranger can own the host of an authority. Besides the names of this machine, those hosts
    /// are addresses, names without a full stop, and names under a suffix that nobody can register.
    func admitsPrivate(_ authority: String) -> Bool {
        let host = Self.host(of: authority.lowercased())
        return Self.isAddress(host) || !host.contains(".") || admits(host: host)
            || Self.privateSuffixes.contains { ".\(host)".hasSuffix($0) } || endpoint?.isName(host) == true
    }

    /// Whether no stranger can own a host of the form `{apiId}.execute-api.{suffix}`. AWS owns it,
    /// `admitsPrivate` takes it, the suffix names this machine, or `--api-endpoint` has that suffix.
    package func admitsAPI(_ authority: String) -> Bool {
        let bytes = authority.utf8
        // Nearly all calls end here. The port is behind the last colon.
        let end = bytes.lastIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        if Self.usualSuffixes.contains(where: { bytes[..<end].suffix($0.utf8.count).elementsEqual($0.utf8) })
        {
            return true
        }
        let host = Self.host(of: authority.lowercased())
        guard let form = host.firstRange(of: ".execute-api.") else { return false }
        let suffix = host[form.upperBound...]
        return Self.serviceSuffixes.contains { ".\(suffix)".hasSuffix($0) } || admitsPrivate(String(host))
            || admits(host: suffix) || endpoint?.isSuffix(suffix) == true
    }

    /// Suffixes of the service's hosts in lower case. Only AWS gives names under them.
    private static let serviceSuffixes = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"]
    private static let usualSuffixes = [".localhost", ".amazonaws.com"]

    /// Suffixes that the public DNS does not delegate (RFC 6761, RFC 6762, RFC 8375, ICANN's resolution
    /// 2024.07.29.06). LocalStack and floci point the names of the last two to 127.0.0.1.
    private static let privateSuffixes = [".local", ".internal", ".test", ".home.arpa"] + localSuffixes
    /// Suffixes of names that lead to this machine.
    private static let localSuffixes = [".localhost", ".localhost.localstack.cloud", ".localhost.floci.io"]

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

/// The host of `--api-endpoint`: a name, or a suffix behind `{apiId}.execute-api.`, with `{region}` for one
/// label.
private struct EndpointHost: Sendable {
    private static let form = "{apiId}.execute-api."
    private let text: String
    private let isForm: Bool

    init(_ text: String) {
        isForm = text.hasPrefix(Self.form)
        self.text = (isForm ? String(text.dropFirst(Self.form.count)) : text).lowercased()
    }

    func isName(_ host: Substring) -> Bool { !isForm && matches(host) }

    func isSuffix(_ suffix: Substring) -> Bool { isForm && matches(suffix) }

    private func matches(_ host: Substring) -> Bool {
        guard let region = text.firstRange(of: "{region}") else { return host == text }
        let (start, end) = (text[..<region.lowerBound], text[region.upperBound...])
        guard host.count > start.count + end.count, host.hasPrefix(start), host.hasSuffix(end) else {
            return false
        }
        return !host.dropFirst(start.count).dropLast(end.count).contains(".")
    }
}
