/// `serve`: starts the server, prints its address on stdout, reloads at SIGHUP, and stops at the first
/// SIGTERM or SIGINT. The exit status is 0 after an orderly stop.

internal import APIGatewayV2Local
internal import ArgumentParser
internal import Logging

/// The default subcommand.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: """
            Serve fixtures as Amazon API Gateway V2 does, until a signal comes. This is what the program \
            does without a subcommand.
            """,
        usage: "apigatewayv2-local [serve] [<options>]",
        discussion: HelpText.serve)

    @OptionGroup(title: "Serving") var options: ServeOptions
    @OptionGroup(title: "Admin API") var admin: AdminOptions
    @OptionGroup(title: "TLS") var tls: TLSOptions
    @OptionGroup(title: "Invoking APIs") var invoke: InvokeOptions
    @OptionGroup(title: "Backends of APIs") var upstreams: UpstreamOptions
    @OptionGroup(title: "Tokens and addresses of APIs") var files: TargetOptions

    /// The command of a line that begins with `serve` or an option; nil for other lines and for mistakes.
    /// `Command.parseAsRoot` finds the mistakes again, and words them. It takes more instructions, because
    /// the parent first makes the options of the subcommand, and then the subcommand makes them.
    static func fromCommandLine() -> Serve? {
        var arguments = CommandLine.arguments.dropFirst()
        if arguments.first == configuration.commandName {
            arguments = arguments.dropFirst()
        } else if arguments.first?.hasPrefix("-") == false {
            return nil
        }
        do {
            return try parseAsRoot(Array(arguments)) as? Serve
        } catch {
            return nil
        }
    }

    func run() throws {
        let logger = try options.logger()
        var configuration = try options.configuration()
        if logger != nil { LineOutput.log.bound(waitingBytesMax: configuration.limits.logWaitingBytesMax) }
        try admin.apply(to: &configuration)
        configuration.tls = try tls.configuration()
        try invoke.apply(to: &configuration)
        let accessLog = try upstreams.apply(to: &configuration, logger: logger)
        try files.apply(to: &configuration)
        if let logger, logger.logLevel <= .info { Self.tellRequests(of: &configuration, to: logger) }
        configuration.onStateFailure = { reason in
            Output.error("\(Command.name): \(reason)")
            SystemCalls.exit(1)
        }
        if let logger {
            configuration.onWarning = { logger.warning("\($0)") }
            configuration.onReload = { ReloadLog(logger).tell($0) }
        }
        let signals = ServerSignals()
        let server: LocalServer
        do throws(StartError) {
            server = try LocalServer.start(configuration)
        } catch {
            throw Self.failure(error, configuration)
        }
        Output.line("\(Command.name) listening on \(server.endpoint)")
        if let adminEndpoint = server.adminEndpoint {
            Output.line("\(Command.name) admin on \(adminEndpoint)")
        }
        if let logger, let file = server.authorityFile { try tell(file, to: logger) }
        if configuration.fixtures.isEmpty, configuration.state == nil {
            logger?.notice("no fixtures: every API is unknown")
        }
        while true {
            switch signals.next() {
            case .reload:
                accessLog?.reopen()
                server.reopenJournalFile()
                server.reloadAndTell()
            case .stop(let signal):
                logger?.notice("stopping", metadata: ["signal": "\(signal)"])
                server.stop()
                accessLog?.flush()
                return LineOutput.log.flush()
            }
        }
    }

    /// Lets the log have requests, and the lines of functions.
    private static func tellRequests(of configuration: inout LocalServer.Configuration, to logger: Logger) {
        configuration.onRequest = { summary in
            let request = Logger.MetadataValue.stringConvertible(LoggedRequest(summary: summary))
            logger.info("request", metadata: [LoggedRequest.key: request])
        }
        configuration.onFunctionLine = { line in
            var metadata: Logger.Metadata = ["function": "\(line.function)", "line": "\(line.text)"]
            if let id = line.requestID { metadata["requestId"] = "\(id)" }
            logger.info("function", metadata: metadata)
        }
    }

    /// Tells how clients can trust the server: as lines to copy or, in the JSON format, as one log entry.
    private func tell(_ authorityFile: String, to logger: Logger) throws {
        guard logger.logLevel <= .notice else { return }
        if try options.format() == .json {
            logger.notice("clients have to trust the authority", metadata: ["file": "\(authorityFile)"])
        } else {
            for line in TLSOptions.instructions(authorityFile: authorityFile) { Output.error(line) }
        }
    }

    /// The failure for an error of the start. Mistakes in files are the user's, and all others are the
    /// machine's.
    private static func failure(
        _ error: StartError, _ configuration: LocalServer.Configuration
    ) -> any Error {
        let place = authority(of: configuration.host, configuration.port)
        return switch error {
        case .documents(let lines), .tls(let lines), .quotas(let lines): MistakesFound(lines: lines)
        case .stateFile: MistakesFound(lines: error.lines)
        case .stateFileUnavailable, .watch, .runtimePort: CommandFailure(error.description)
        case .nothingToWatch:
            ValidationError(
                "--watch reloads when files of fixtures or rules change, and there are none: name them with "
                    + "--fixtures or --faults")
        case .addressInUse(let host, let port):
            CommandFailure(
                "\(authority(of: host, port)) is in use: stop what listens there, or choose another port "
                    + "with "
                    + (configuration.admin == .ownPort(port)
                        ? "--admin-port (--admin-port" : "--port (--port")
                    + " 0 picks a free one)")
        case .system(let call, _, let reason): CommandFailure("cannot listen on \(place): \(call): \(reason)")
        }
    }
}
