/// `tail`: prints the newest requests, then each request as it comes. It asks the journal for entries after
/// the last one it has printed, so it loses none while the journal keeps them.

internal import APIGatewayV2Local
internal import ArgumentParser

/// Runs until a signal comes, the server goes, or `--count` requests are printed.
struct Tail: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Print requests as they come.", discussion: ClientHelp.tail)

    @OptionGroup var filters: FilterOptions
    @OptionGroup(title: "The server") var options: ServerOptions

    @Option(
        help: ArgumentHelp(
            "Begin with the newest so many. (default: 10, of a file all)", valueName: "number"),
        transform: Setting.count(0...10_000))
    var last: Int?

    @Option(
        help: ArgumentHelp("Stop after so many requests; for scripts that wait.", valueName: "number"),
        transform: Setting.count(1...1_000_000))
    var count: Int?

    @Option(
        help: ArgumentHelp("Print the requests of a --journal-file instead, and end.", valueName: "file"),
        transform: Setting.text)
    var from: String?

    /// The times for which the server is asked to wait. The second is for a server with a lower limit.
    private static let waits = ["20s", "1s"]
    /// Longer than a wait. A clock that stands still ends no wait, and the next request begins another.
    private static let milliseconds: Int32 = 25_000

    func run() throws {
        if let from { return try printFile(from) }
        let last = last ?? 10
        var printedCount = 0
        let newest = try options.ask(
            "GET", ["requests"], query: filters.query + [("limit", String(max(last, 1)))])
        if last > 0 { try show(newest, &printedCount) }
        var since = AdminView.lastNumber(of: newest) ?? 0
        var wait = Self.waits[0]
        let server = try options.server()
        while count.map({ printedCount < $0 }) ?? true {
            let query = filters.query + [("since", String(since)), ("wait", wait)]
            let request = server.place.request("GET", ["requests"], query: query)
            let answer: AdminAnswer
            do throws(ExchangeError) {
                answer = try server.answer(to: request, within: Self.milliseconds)
            } catch  where error.isTimeout {
                continue
            } catch {
                throw options.failure(error, server)
            }
            if answer.refuses(parameter: "wait"), wait != Self.waits[1] {
                wait = Self.waits[1]
                continue
            }
            guard answer.isSuccess else { throw MistakesFound(lines: answer.mistakes()) }
            try show(answer, &printedCount)
            since = AdminView.lastNumber(of: answer) ?? since
        }
    }

    private func printFile(_ path: String) throws {
        do throws(DocumentError) {
            let found = try SavedRequests(path: path).lines(
                matching: filters.query, last: last, asJSON: options.json, style: options.style)
            for line in found.mistakes { Output.error(line) }
            for line in found.lines.prefix(count ?? .max) { Output.line(line) }
        } catch {
            throw MistakesFound(lines: error.lines)
        }
    }

    /// Prints the requests of `answer`, but no more than `--count`.
    private func show(_ answer: AdminAnswer, _ printedCount: inout Int) throws {
        let lines = try options.lines(of: answer, .requests)
        let shown = lines.prefix(count.map { $0 - printedCount } ?? lines.count)
        printedCount += shown.count
        if !shown.isEmpty { Output.line(shown.joined(separator: "\n")) }
    }
}
