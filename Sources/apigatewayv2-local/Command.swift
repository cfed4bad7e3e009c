/// The command line: its subcommands, their output, and the exit status. 0 is success. 1 is a failure of the
/// machine: the port is in use, or the server is not healthy. 2 is a mistake in options, variables or
/// fixtures.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The failure of a command, as a line for stderr. Exit status 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Mistakes in the user's files, one line each. Exit status 2. Exit status 2.
struct MistakesFound: Error {
    let lines: [String]
}

/// The program.
@main
struct Command: ParsableCommand {
    static let name = "apigatewayv2-local"

    // The parent has no options, because its options would take flags of the same name from its subcommands.
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "A local stand-in for the control plane of Amazon API Gateway V2.",
        version: LocalServer.version,
        subcommands: [
            Serve.self, Validate.self, RenderTemplate.self, Health.self, ListOperations.self, Tail.self,
            Requests.self, Calls.self, Rules.self, Clock.self, State.self, Reload.self, Reset.self,
        ],
        defaultSubcommand: Serve.self)

    static func main() {
        do {
            // `help` without a subcommand describes the default subcommand.
            if [["--help"], ["-h"], ["help"]].contains(CommandLine.arguments.dropFirst()) {
                return Output.line(helpMessage(for: Serve.self))
            }
            if let serve = Serve.fromCommandLine() { return try serve.run() }
            var command = try parseAsRoot()
            try command.run()
        } catch let error as MistakesFound {
            for line in error.lines { Output.error(line) }
            SystemCalls.exit(2)
        } catch let error as CommandFailure {
            Output.error("\(name): \(error)")
            SystemCalls.exit(1)
        } catch {
            let status = exitCode(for: error)
            let message = fullMessage(for: error)
            if status.isSuccess {
                Output.line(message)
            } else {
                Output.error(message)
            }
            SystemCalls.exit(status.isSuccess ? 0 : 2)
        }
    }
}

/// Whole lines to the two streams, each in one call, so that lines of several threads do not mix.
enum Output {
    static func line(_ text: String) {
        SystemCalls.write(Array((text + "\n").utf8), to: 1)
    }

    static func error(_ text: String) {
        SystemCalls.write(Array((text + "\n").utf8), to: 2)
    }
}
