/// The options of the admin API: its address, its clients, and the size of the journal.

internal import APIGatewayV2Local
internal import ArgumentParser

/// Values of `--admin`.
enum AdminChoice: String, CaseIterable, Sendable {
    case on
    case off
}

/// The options of `/__admin`.
struct AdminOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "off takes /__admin away, its health too. (default: on)", valueName: "on|off"),
        transform: Setting.choice())
    var admin: AdminChoice?

    @Option(
        help: ArgumentHelp(
            "A port of its own for /__admin; 0 picks a free one. (default: that of the service)",
            valueName: "port"),
        transform: Setting.port)
    var adminPort: UInt16?

    @Option(
        help: ArgumentHelp(
            "A name by which /__admin may be asked for besides this machine's, such as a container's; may be "
                + "repeated.", valueName: "name"),
        transform: Setting.hostName)
    var adminHost: [String] = []

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

    @Option(
        help: ArgumentHelp(
            "A file that gets each request as a line of JSON; tail --from reads it.", valueName: "file"),
        transform: Setting.text)
    var journalFile: String?

    /// Sets the options and variables that are given.
    func apply(to configuration: inout LocalServer.Configuration) throws {
        let port = try Setting.value("admin-port", adminPort, Setting.port)
        switch (try Setting.value("admin", admin, Setting.choice()) ?? .on, port) {
        case (.on, nil): break
        case (.on, let port?): configuration.admin = .ownPort(port)
        case (.off, nil): configuration.admin = .off
        case (.off, _?):
            throw ValidationError(
                "--admin off takes the admin API away, and --admin-port moves it: expected one of them")
        }
        configuration.journalFile = try Setting.value("journal-file", journalFile, Setting.text)
        configuration.adminHosts = try Setting.values(
            "admin-host", adminHost, separator: ",", Setting.hostName)
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

extension Setting {
    /// A host name without a port, as in a Host field.
    static let hostName: SettingReader<String> = { text in
        let isName = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
        guard isName, !text.isEmpty else {
            throw SettingError(expected: "a host name without a port, such as apigw")
        }
        return text
    }
}
