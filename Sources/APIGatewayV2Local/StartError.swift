/// Why a server did not start, in lines to be printed: what was found, what was expected, what to do.

internal import Glibc
internal import SocketServer

/// What kept a server from starting. Nothing listens and nothing is left over.
public enum StartError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Mistakes in fixtures, one line each: `file:line:column: /path: found …, expected …`.
    case fixtures([String])
    /// Mistakes in fault rules, one line each.
    case faults([String])
    /// No certificate, or one that cannot be used, one line each.
    case tls([String])
    /// Another program, or another server in this one, listens there.
    case addressInUse(host: String, port: UInt16)
    /// A system call failed.
    case system(call: String, errno: Int32, reason: String)

    /// What to print.
    public var lines: [String] {
        switch self {
        case .fixtures(let lines), .faults(let lines), .tls(let lines):
            lines
        case .addressInUse(let host, let port):
            [
                "port \(port) on \(host) is in use: stop the program that listens there, "
                    + "or choose another port (port 0 picks a free one)"
            ]
        case .system(let call, _, let reason):
            ["cannot listen: \(call): \(reason)"]
        }
    }

    /// The lines, one below the other.
    public var description: String { lines.joined(separator: "\n") }
}

extension StartError {
    init(_ error: SystemError, host: String, port: UInt16) {
        self =
            error.errno == EADDRINUSE
            ? .addressInUse(host: host, port: port)
            : .system(call: error.call, errno: error.errno, reason: FileSystem.reason(error))
    }
}
