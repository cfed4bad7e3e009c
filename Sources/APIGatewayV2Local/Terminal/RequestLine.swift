/// An entry of the journal as JSON in, one line for people out. The columns have fixed widths, because `tail`
/// does not know the lines to come.

internal import JSON

/// One request of the journal, as `tail` and `requests` print it.
struct RequestLine {
    /// Wide enough for all but the longest operations.
    private static let nameWidth = 24
    private let entry: JSONNode

    init(_ entry: JSONNode) {
        self.entry = entry
    }

    private func text(_ name: String) -> String? { entry[name]?.string }

    /// The operation, or the route that matched.
    private var name: String {
        text("operation") ?? text("route") ?? text("api").map { "no route of \($0)" } ?? "no operation"
    }

    func line(_ style: TerminalStyle) -> String {
        let status = entry["status"]?.integer
        let name = TerminalStyle.visible(name)
        let parts = [
            style.paint(Self.clock(text("time") ?? ""), .faint),
            style.paint(status.map(String.init) ?? "---", TerminalStyle.colour(ofStatus: status)),
            Self.milliseconds(entry["durationMs"]?.number ?? 0),
            style.paint(name, .cyan) + String(repeating: " ", count: max(0, Self.nameWidth - name.count)),
            TerminalStyle.visible("\(text("method") ?? "") \(text("target") ?? "")"),
        ]
        return (parts + remarks.map { style.paint(TerminalStyle.visible($0), .yellow) })
            .joined(separator: "  ")
    }

    /// All that most requests do not have.
    private var remarks: [String] {
        var remarks: [String] = []
        if let fault = text("fault") { remarks.append("fault=\(fault)") }
        if let attempt = entry["attempt"]?.integer, attempt > 1 { remarks.append("attempt=\(attempt)") }
        if let cause = text("cause") { remarks.append("cause=\"\(cause)\"") }
        if entry["status"]?.integer == nil { remarks.append("no answer") }
        if let account = text("account"), account != "000000000000" { remarks.append("account=\(account)") }
        return remarks
    }

    /// `12:03:04.123` of `2030-01-01T12:03:04.123Z`, and `12:03:04.000` of a time without a fraction.
    static func clock(_ time: String) -> String {
        let clock = time.split(separator: "T").last.map { $0.filter { $0 != "Z" } } ?? ""
        guard clock.count >= 8 else { return time }
        let fraction = clock.count > 9 ? String(clock.dropFirst(9).prefix(3)) : ""
        return clock.prefix(8) + "." + fraction + String(repeating: "0", count: 3 - fraction.count)
    }

    /// Eleven columns such as `    0.123ms`.
    static func milliseconds(_ value: Double) -> String {
        let text = shortMilliseconds(value)
        return String(repeating: " ", count: max(0, 11 - text.count)) + text
    }

    /// `0.123ms`, and `12345.678ms` at most a thousandth of which is lost.
    static func shortMilliseconds(_ value: Double) -> String {
        let thousandths = Int((min(max(value, 0), 1e12) * 1000).rounded())
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction + "ms"
    }
}

extension RequestLine {
    /// The whole exchange: request, answer, and all that happened to it.
    func exchange(_ style: TerminalStyle) -> [String] {
        var lines = [line(style), ""]
        let method = text("method") ?? ""
        lines.append(style.paint("\(method) \(TerminalStyle.visible(text("target") ?? ""))", .bold))
        for header in entry["headers"].map({ Array($0.members) }) ?? [] {
            lines.append(TerminalStyle.visible("\(header.name): \(header.value.string ?? "")"))
        }
        lines += body("body", "bodyBytes")
        lines += [
            "", style.paint("the answer: \(entry["status"]?.integer.map(String.init) ?? "none")", .bold),
        ]
        return lines + body("answerBody", "answerBodyBytes")
    }

    private func body(_ name: String, _ count: String) -> [String] {
        guard let text = text(name), !text.isEmpty else { return [] }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            TerminalStyle.visible(String($0))
        }
        if lines.last == "" { lines.removeLast() }
        let whole = entry[count]?.integer ?? 0
        if whole > text.utf8.count { lines.append("… of \(whole) bytes") }
        return [""] + lines
    }
}
