/// `requests` and `calls`: the journal on the command line.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The requests in the journal.
struct Requests: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests",
        abstract: "List, show, count or forget the requests in the journal.",
        discussion: ClientHelp.requests,
        subcommands: [List.self, Show.self, Count.self, Clear.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List requests, the newest last.")

        @OptionGroup var filters: FilterOptions
        @Option(help: ArgumentHelp("The newest so many. (default: all)", valueName: "number"))
        var limit: String?
        @Option(help: ArgumentHelp("Only after this number or time.", valueName: "number|time"))
        var since: String?
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            let more = [("limit", limit), ("since", since)].compactMap { name, value in
                value.map { (name, $0) }
            }
            try options.show(.requests, "GET", ["requests"], query: filters.query + more)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a request with its answer.")

        @Argument(help: ArgumentHelp("The x-amzn-RequestId or Apigw-Requestid.", valueName: "id"))
        var id: String
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            try options.show(.request, "GET", ["requests", id])
        }
    }

    struct Count: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Count requests.")

        @OptionGroup var filters: FilterOptions
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            try options.show(.count, "POST", ["requests", "count"], query: filters.query)
        }
    }

    struct Clear: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget the requests.")

        @OptionGroup var account: AccountOption
        @OptionGroup(title: "The server") var options: ServerOptions

        func run() throws {
            try options.show(.document, "DELETE", ["requests"], query: account.query)
        }
    }
}

/// The calls of clients, each with its attempts.
struct Calls: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "List the calls that clients made, each with all its attempts and pauses.",
        discussion: ClientHelp.calls)

    @OptionGroup var filters: FilterOptions
    @OptionGroup(title: "The server") var options: ServerOptions

    func run() throws {
        try options.show(.calls, "GET", ["calls"], query: filters.query)
    }
}
