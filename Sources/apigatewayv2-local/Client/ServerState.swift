/// `clock`, `state`, `reload` and `reset`: the state of a running server on the command line.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The emulator's clock.
struct Clock: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Show, stop, set or move the clock of a running server.",
        discussion: ClientHelp.clock)

    @Option(help: ArgumentHelp("Let time pass by itself, or stand.", valueName: "real|manual"))
    var mode: String?
    @Option(help: ArgumentHelp("Set the time, such as 2030-01-01T00:00:00Z.", valueName: "time"))
    var set: String?
    @Option(help: ArgumentHelp("Move the clock forward, such as 5s or 250ms.", valueName: "time"))
    var advance: String?
    @OptionGroup(title: "The server") var options: ServerOptions

    func run() throws {
        let orders = [("mode", mode), ("set", set), ("advance", advance)].compactMap { name, value in
            value.map { (name: name, value: $0) }
        }
        guard !orders.isEmpty else { return try options.show(.clock, "GET", ["clock"]) }
        try options.show(.clock, "POST", ["clock"], body: AdminBody(members: orders))
    }
}

/// All resources.
struct State: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Print or replace all resources of a running server.", discussion: ClientHelp.state,
        subcommands: [Show.self, Put.self], defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print all resources as one fixture document.")

        @OptionGroup var account: AccountOption
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            let answer = try options.ask("GET", ["state"], query: account.query)
            // The server's own bytes, whose lines people can read and compare.
            SystemCalls.write(answer.body, to: 1)
        }
    }

    struct Put: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a fixture document in the place of all resources.")

        @Argument(help: ArgumentHelp("The document.", valueName: "file|JSON|-")) var document: String
        @OptionGroup var account: AccountOption
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            let body = try ServerOptions.body(document)
            try options.show(.document, "PUT", ["state"], query: account.query, body: body)
        }
    }
}

/// Fixtures and rules of the start, read again.
struct Reload: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Let a running server read its fixtures and rules again, all or nothing.",
        discussion: ClientHelp.reload)

    @Flag(help: "Keep the resources and rules that requests added.") var keepCreated = false
    @OptionGroup(title: "The server") var options: ServerOptions

    /// As long as the server lets a request wait for its reload.
    private static let milliseconds: Int32 = 65_000

    func run() throws {
        let answer = try options.ask(
            "POST", ["reload"], query: keepCreated ? [("keep", "created")] : [], within: Self.milliseconds)
        for line in try options.lines(of: answer, .reload) { Output.line(line) }
    }
}

/// Resources, rules, clock and journal as at the start.
struct Reset: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Put resources, rules and clock back, and forget the requests.",
        discussion: ClientHelp.reset)

    @OptionGroup var account: AccountOption
    @OptionGroup(title: "The server") var options: ServerOptions

    func run() throws {
        try options.show(.document, "POST", ["reset"], query: account.query)
    }
}
