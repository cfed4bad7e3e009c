/// A function and the place where it runs, as `--lambda` writes it: `NAME=http://HOST:PORT`,
/// `NAME=runtime:PORT` or `NAME=run:COMMAND`. Refuses other texts with the part that is wrong, and the
/// nearest right one.

internal import APIGatewayV2
internal import HTTPWire

/// The place of one function.
public struct FunctionSetting: Sendable, Hashable {
    /// The kinds of places.
    public enum Target: Sendable, Hashable {
        /// A Runtime Interface Emulator, or another server of a single function.
        case url(String)
        /// A port of this server, at which a runtime that somebody else starts fetches its events. 0 picks a
        /// free one.
        case runtime(port: UInt16)
        /// A command for `/bin/sh -c`: this server starts its processes, and ends them.
        case command(String)
    }

    /// The function's name, without its ARN.
    public var name: String
    /// An alias or a version; nil for all of them.
    public var qualifier: String?
    /// The place where the function runs.
    public var target: Target
    /// The most processes of a command at a time.
    public var concurrency = 1

    /// A function and its place.
    public init(name: String, qualifier: String? = nil, target: Target, concurrency: Int = 1) {
        self.name = name
        self.qualifier = qualifier
        self.target = target
        self.concurrency = concurrency
    }

    /// Reads the form of the command line.
    public init(parsing text: String) throws(DocumentError) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw DocumentError(found: quoted(text), expected: Self.form)
        }
        (name, qualifier) = try Self.parts(of: String(text[..<equals]))
        target = try Target(parsing: String(text[text.index(after: equals)...]), of: name)
    }

    /// The key of the function in messages and tables.
    package var key: String { qualifier.map { "\(name):\($0)" } ?? name }

    /// The port for runtimes; nil for a function elsewhere.
    var runtimePort: UInt16? {
        if case .runtime(let port) = target { port } else { nil }
    }

    /// Throws if the setting has the port of one of `others`.
    package func checkPort(against others: some Sequence<FunctionSetting>) throws(DocumentError) {
        guard let port = runtimePort, port > 0, let other = others.first(where: { $0.runtimePort == port })
        else { return }
        throw DocumentError(
            found: "port \(port) for function \(other.key) and for function \(key)",
            expected: "a port of its own for each function")
    }

    private static let form =
        "NAME=http://HOST:PORT, NAME=runtime:PORT or NAME=run:COMMAND, such as resize=runtime:9001"

    /// The name of a function and its qualifier.
    fileprivate static func parts(of text: String) throws(DocumentError) -> (name: String, qualifier: String?)
    {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let qualifier = parts.count == 2 ? parts[1] : nil
        guard let name = parts.first, isName(name, lengthMax: 64),
            qualifier.map({ $0 == "$LATEST" || isName($0, lengthMax: 128) }) ?? true
        else {
            throw DocumentError(
                found: quoted(text),
                expected: "a function's name without its ARN, such as resize or resize:live")
        }
        return (name, qualifier)
    }

    /// Letters, digits, `-` and `_` (Lambda API reference, "CreateFunction", "CreateAlias").
    private static func isName(_ text: String, lengthMax: Int) -> Bool {
        (1...lengthMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                byte.isLetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }
}

extension FunctionSetting.Target {
    private static let kinds = ["http", "https", "runtime", "run"]

    fileprivate init(parsing text: String, of name: String) throws(DocumentError) {
        let colon = text.firstIndex(of: ":")
        let kind = String(text[..<(colon ?? text.endIndex)])
        let rest = colon.map { String(text[text.index(after: $0)...]) } ?? ""
        switch kind {
        case "http", "https":
            try checkURL(text)
            self = .url(text)
        case "runtime":
            guard let port = UInt16(rest), port > 0 else {
                throw DocumentError(
                    found: quoted(text), expected: "runtime:PORT with a port from 1 to 65535")
            }
            self = .runtime(port: port)
        case "run":
            guard rest.contains(where: { !$0.isWhitespace }), !rest.utf8.contains(0) else {
                throw DocumentError(
                    found: quoted(text),
                    expected: "run:COMMAND, such as run:python3 -m awslambdaric app.handler")
            }
            self = .command(rest)
        default:
            throw DocumentError(
                found: "\(quoted(text)) for function \(name)",
                expected: "http://HOST:PORT, runtime:PORT or run:COMMAND",
                suggestion: nearestName(to: kind, among: Self.kinds).map {
                    $0.hasPrefix("http") ? "\($0)://" : "\($0):"
                })
        }
    }
}

/// The most processes of a function, as `--lambda-concurrency` writes it: `NAME=COUNT`.
public struct FunctionConcurrency: Sendable, Hashable {
    let name: String
    let qualifier: String?
    let processesMax: Int

    /// Reads the form of the command line.
    public init(parsing text: String) throws(DocumentError) {
        let equals = text.lastIndex(of: "=") ?? text.endIndex
        let range = FunctionLimits.concurrencies
        guard let count = Int(text[equals...].dropFirst()), range.contains(count) else {
            throw DocumentError(
                found: quoted(text),
                expected: "NAME=COUNT with a count from \(range.lowerBound) to \(range.upperBound), such as "
                    + "resize=4")
        }
        (name, qualifier) = try FunctionSetting.parts(of: String(text[..<equals]))
        processesMax = count
    }

    /// Sets the bound of the function in `settings`. Throws if no command of theirs is that function's.
    public func apply(to settings: inout [FunctionSetting]) throws(DocumentError) {
        let index = settings.firstIndex { setting in
            guard case .command = setting.target else { return false }
            return setting.name == name && setting.qualifier == qualifier
        }
        guard let index else {
            let key = qualifier.map { "\(name):\($0)" } ?? name
            throw DocumentError(
                found: "--lambda-concurrency \(key)=\(processesMax)",
                expected: "a function that this server starts, by --lambda \(key)=run:COMMAND")
        }
        settings[index].concurrency = processesMax
    }
}

/// Refuses a URL that is none of `http` or `https`, or that has parts which no call could use.
func checkURL(_ text: String) throws(DocumentError) {
    let rest = ["http://", "https://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard isPlain, let rest, let first = rest.first, first != "/", first != ":",
        !rest.contains(where: { ["?", "#", "@"].contains($0) }), hasPort(rest.prefix { $0 != "/" })
    else {
        throw DocumentError(
            found: quoted(text),
            expected: "a URL such as http://localhost:9000, without user, query or fragment")
    }
}

/// Whether the port of an authority is one, or is left out.
private func hasPort(_ authority: Substring) -> Bool {
    guard let colon = authority.lastIndex(of: ":"), authority.last != "]" else { return true }
    return UInt16(authority[authority.index(after: colon)...]).map { $0 > 0 } ?? false
}
