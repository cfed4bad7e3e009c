/// The reason why a server did not start, in lines to print: found, expected, and the remedy.

internal import Glibc
internal import SocketServer

/// The reason why a server did not start. No listener and no other part of the server remains.
public enum StartError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Mistakes in fixtures and fault rules, one line each: `file:line:column: /path: found …, expected …`.
    case documents([String])
    /// A missing or unusable certificate, one line for each mistake.
    case tls([String])
    /// Mistakes in the file of quotas, one line each.
    case quotas([String])
    /// The state file is not this program's, damaged or of a later version.
    case stateFile(path: String, reason: String)
    /// The state file cannot be opened, or another server uses it.
    case stateFileUnavailable(path: String, reason: String)
    /// A path of a fixture or of rules cannot be watched for changes.
    case watch(path: String, reason: String)
    /// The server should watch files, and there is no file of fixtures or rules.
    case nothingToWatch
    /// Another program, or another server in this one, listens at this port.
    case addressInUse(host: String, port: UInt16)
    /// The port for the runtimes of a function cannot be listened at.
    case runtimePort(function: String, port: UInt16, reason: String)
    /// A system call failed.
    case system(call: String, errno: Int32, reason: String)

    /// The lines to print.
    public var lines: [String] {
        switch self {
        case .documents(let lines), .tls(let lines), .quotas(let lines):
            lines
        case .stateFile(let path, let reason):
            ["\(path): \(reason)"]
        case .stateFileUnavailable(let path, let reason):
            ["cannot keep the state in \(path): \(reason)"]
        case .watch(let path, let reason):
            ["cannot watch \(path): \(reason)"]
        case .nothingToWatch:
            ["there is nothing to watch: a reload comes when files of fixtures or rules change"]
        case .addressInUse(let host, let port):
            [
                "port \(port) on \(host) is in use: stop the program that listens there, "
                    + "or choose another port (port 0 picks a free one)"
            ]
        case .runtimePort(let function, let port, let reason):
            ["cannot listen at port \(port) for the runtimes of function \(function): \(reason)"]
        case .system(let call, _, let reason):
            ["cannot listen: \(call): \(reason)"]
        }
    }

    /// The lines, one below the other.
    public var description: String { lines.joined(separator: "\n") }
}

extension StartError {
    init(_ error: StateFileError, path: String) {
        switch error {
        case .unfit(let reason): self = .stateFile(path: path, reason: reason)
        case .unavailable(let reason): self = .stateFileUnavailable(path: path, reason: reason)
        }
    }

    init(_ error: WatchError) {
        self = .watch(path: error.path, reason: error.reason)
    }

    init(_ error: SystemError, host: String, port: UInt16) {
        self =
            error.errno == EADDRINUSE
            ? .addressInUse(host: host, port: port)
            : .system(call: error.call, errno: error.errno, reason: FileSystem.reason(error))
    }
}
