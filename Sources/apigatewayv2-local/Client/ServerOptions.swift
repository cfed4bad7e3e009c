/// The options of all commands that ask a running server: where it is, whom to trust, and how to print.
/// Without --url the place is that of the variables with which a server in the same environment starts.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The place of the server and the form of the output.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The server's address. (default: http://127.0.0.1:4290)", valueName: "URL"),
        transform: Setting.adminAddress)
    var url: AdminAddress?

    @Option(
        help: ArgumentHelp("Over TLS: the server's certificate, if it was given one.", valueName: "file"),
        transform: Setting.text)
    var tlsCert: String?

    @Option(
        help: ArgumentHelp(
            "Over TLS: the folder in which the server keeps its authority.", valueName: "folder"),
        transform: Setting.text)
    var tlsDir: String?

    @Flag(help: "Print JSON for scripts, of a list one line an element.")
    var json = false

    func server() throws -> AdminServer {
        AdminServer(
            place: try place(), certificate: try Setting.value("tls-cert", tlsCert, Setting.text),
            folder: try Setting.value("tls-dir", tlsDir, Setting.text))
    }

    private func place() throws -> AdminAddress {
        if let url = try Setting.value("url", url, Setting.adminAddress) { return url }
        let host = try Setting.value("host", nil, Setting.text) ?? ServeOptions.defaultHost
        let adminPort = try Setting.value("admin-port", nil, Setting.port)
        let port = try adminPort ?? Setting.value("port", nil, Setting.port) ?? ServeOptions.defaultPort
        return AdminAddress(host: host, port: port)
    }

    /// The style of standard output: colours on a terminal, unless `NO_COLOR` is set (no-color.org).
    var style: TerminalStyle {
        let isRefused = SystemCalls.environmentVariable("NO_COLOR").map { !$0.isEmpty } ?? false
        return TerminalStyle(isColoured: !isRefused && SystemCalls.isTerminal(1))
    }
}

/// The account of a command that may be about one account alone.
struct AccountOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Only this account. (default: all)", valueName: "12 digits"),
        transform: Setting.account)
    var account: String?

    var query: [(name: String, value: String)] { account.map { [("account", $0)] } ?? [] }
}

extension Setting {
    static let adminAddress: SettingReader<AdminAddress> = { try AdminAddress(url: $0) }
}

extension ServerOptions {
    /// Asks, and returns the answer if it is a success. `body` is told by its name in mistakes.
    func ask(
        _ method: String, _ segments: [String], query: [(name: String, value: String)] = [],
        body: AdminBody? = nil, within milliseconds: Int32 = AdminServer.milliseconds
    ) throws -> AdminAnswer {
        let server = try server()
        let request = server.place.request(method, segments, query: query, body: body?.bytes)
        let answer: AdminAnswer
        do throws(ExchangeError) {
            answer = try server.answer(to: request, within: milliseconds)
        } catch {
            throw failure(error, server)
        }
        guard answer.isSuccess else {
            let lines = answer.mistakes(in: body?.name)
            if answer.status < 500 { throw MistakesFound(lines: lines) }
            throw CommandFailure(lines.joined(separator: "\n"))
        }
        return answer
    }

    func failure(_ error: ExchangeError, _ server: AdminServer) -> CommandFailure {
        CommandFailure(
            "no answer from \(server.place.authority): \(error); start a server with \(Command.name), or "
                + "name the place of one with --url")
    }

    /// Asks, and prints the answer.
    func show(
        _ view: AdminView, _ method: String, _ segments: [String],
        query: [(name: String, value: String)] = [], body: AdminBody? = nil
    ) throws {
        let answer = try ask(method, segments, query: query, body: body)
        for line in try lines(of: answer, view) { Output.line(line) }
    }

    func lines(of answer: AdminAnswer, _ view: AdminView) throws -> [String] {
        do throws(AdminAnswerError) {
            return try view.lines(of: answer, asJSON: json, style: style)
        } catch {
            throw CommandFailure("\(error): is another program at this address?")
        }
    }

    /// The document of a command, whose mistakes are the user's.
    static func body(_ source: String) throws -> AdminBody {
        do throws(DocumentError) {
            return try AdminBody(source)
        } catch {
            throw MistakesFound(lines: error.lines)
        }
    }
}
