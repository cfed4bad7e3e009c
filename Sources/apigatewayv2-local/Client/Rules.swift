/// `faults`: the fault rules of a running server on the command line.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The rules.
struct Rules: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract: "List, add, replace, switch or delete the fault rules of a running server.",
        discussion: ClientHelp.faults,
        subcommands: [List.self, Show.self, Add.self, Put.self, On.self, Off.self, Delete.self, Clear.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the rules with their counts.")

        @OptionGroup var account: AccountOption
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            try options.show(.faults, "GET", ["faults"], query: account.query)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a rule and its last firings.")

        @OptionGroup var rule: NamedRule
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            try options.show(.fault, "GET", rule.path, query: rule.account.query)
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add rules after the others, and print them.", discussion: ClientHelp.faults)

        @Argument(help: ArgumentHelp("A rule or several.", valueName: "file|JSON|-"))
        var rules: String?
        @Option(
            help: ArgumentHelp("Such as GetIntegration:429:first=2.", valueName: "operation:status"),
            transform: Setting.fail)
        var fail: [FaultRule] = []
        @Option(
            help: ArgumentHelp("Such as 'Get*:300ms'.", valueName: "operation:time"),
            transform: Setting.delay)
        var delay: [FaultRule] = []
        @OptionGroup var account: AccountOption
        @OptionGroup(title: "The server") var options: ServerOptions

        func validate() throws {
            guard (rules == nil) != (fail.isEmpty && delay.isEmpty) else {
                throw ValidationError("Expected either a file of rules, JSON or -, or --fail and --delay.")
            }
        }

        func run() throws {
            let body = try rules.map(ServerOptions.body) ?? AdminBody(rules: delay + fail)
            try options.show(.faults, "POST", ["faults"], query: account.query, body: body)
        }
    }

    struct Put: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace a rule or add it, counting anew.")

        @OptionGroup var named: NamedRule
        @Argument(help: ArgumentHelp("The rule.", valueName: "file|JSON|-")) var rule: String
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            let body = try ServerOptions.body(rule)
            try options.show(.fault, "PUT", named.path, query: named.account.query, body: body)
        }
    }

    struct On: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a rule on, with its counts kept.")

        @OptionGroup var rule: NamedRule
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            try options.show(
                .fault, "PATCH", rule.path, query: rule.account.query, body: AdminBody(ruleIsOn: true))
        }
    }

    struct Off: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a rule off, with its counts kept.")

        @OptionGroup var rule: NamedRule
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            try options.show(
                .fault, "PATCH", rule.path, query: rule.account.query, body: AdminBody(ruleIsOn: false))
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a rule.")

        @OptionGroup var rule: NamedRule
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            try options.show(.document, "DELETE", rule.path, query: rule.account.query)
        }
    }

    struct Clear: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete all rules.")

        @OptionGroup var account: AccountOption
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            try options.show(.document, "DELETE", ["faults"], query: account.query)
        }
    }
}

/// A rule of the server.
struct NamedRule: ParsableArguments {
    @Argument(help: "The rule's name.") var name: String
    @OptionGroup var account: AccountOption

    var path: [String] { ["faults", name] }
}
