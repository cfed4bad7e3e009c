/// The options of the admin API: what is remembered of requests, and who may ask.

internal import APIGatewayV2Local
internal import ArgumentParser

/// What `/__admin` has and shows.
struct AdminOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Requests to remember for /__admin/requests; 0 for none. (default: 10000)", valueName: "count"),
        transform: Setting.count(JournalLimits.entries))
    var journal: Int?

    @Option(
        help: ArgumentHelp(
            "Bytes to remember of each body, a request's and an answer's. (default: 16384)",
            valueName: "bytes"),
        transform: Setting.count(JournalLimits.bodyBytes))
    var journalBodyBytes: Int?

    /// Sets what was said.
    func apply(to configuration: inout LocalServer.Configuration) throws {
        if let entries = try Setting.value("journal", journal, Setting.count(JournalLimits.entries)) {
            configuration.journal.entriesMax = entries
        }
        if let bytes = try Setting.value(
            "journal-body-bytes", journalBodyBytes, Setting.count(JournalLimits.bodyBytes))
        {
            configuration.journal.bodyBytesMax = bytes
        }
    }
}
