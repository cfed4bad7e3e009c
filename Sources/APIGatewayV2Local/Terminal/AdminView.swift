/// Answers of the admin API in, lines for people or for scripts out. For scripts a list is one line of JSON
/// an element, and every other answer is the server's own document.

internal import JSON

/// The form in which a command prints an answer.
package enum AdminView: Sendable {
    case requests, request, calls, faults, fault, clock, reload, count
    /// The document as it is.
    case document

    /// The lines of `answer`. Throws if it has not the form of this view's answers.
    package func lines(
        of answer: AdminAnswer, asJSON: Bool, style: TerminalStyle
    ) throws(AdminAnswerError) -> [String] {
        if answer.body.isEmpty { return [] }
        guard let document = answer.document else { throw AdminAnswerError("the answer was no JSON") }
        if asJSON || isDocument { return try json(document) }
        switch self {
        case .requests: return try elements(document).map { RequestLine($0).line(style) }
        case .request: return RequestLine(document).exchange(style)
        case .calls: return try elements(document).map { Self.call($0, style) }
        case .faults: return Self.faults(try elements(document), style)
        case .fault: return Self.fault(document, style)
        case .clock: return [Self.clock(document)]
        case .reload: return [Self.reload(document)]
        case .count: return [document["count"]?.integer.map(String.init) ?? ""]
        case .document: return []
        }
    }

    private var isDocument: Bool { if case .document = self { true } else { false } }

    /// The member with the list of a list's answer.
    private var listName: String? {
        switch self {
        case .requests: "requests"
        case .calls: "calls"
        case .faults: "rules"
        case .request, .fault, .clock, .reload, .count, .document: nil
        }
    }

    private func elements(_ document: JSONNode) throws(AdminAnswerError) -> [JSONNode] {
        guard let listName, let list = document[listName], list.kind == .array else {
            throw AdminAnswerError("the answer had no \(listName ?? "list")")
        }
        return Array(list.elements)
    }

    private func json(_ document: JSONNode) throws(AdminAnswerError) -> [String] {
        (listName == nil ? [document] : try elements(document)).map(Self.compact)
    }

    static func compact(_ node: JSONNode) -> String {
        var bytes: [UInt8] = []
        JSONWriter.append(node, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The greatest `number` among the requests of `answer`; nil if there are none.
    package static func lastNumber(of answer: AdminAnswer) -> Int? {
        guard let requests = answer.document?["requests"] else { return nil }
        return requests.elements.compactMap { $0["number"]?.integer }.max()
    }
}

// MARK: For people

extension AdminView {
    /// `CreateApi  succeeded  429 0.1ms, after 512.000ms 201 0.3ms`.
    private static func call(_ call: JSONNode, _ style: TerminalStyle) -> String {
        let attempts = (call["attempts"].map { Array($0.elements) } ?? []).map { attempt in
            let status = attempt["status"]?.integer
            let shown = style.paint(
                status.map(String.init) ?? "no answer", TerminalStyle.colour(ofStatus: status))
            let gap = attempt["gapMs"]?.number.map { "after \(RequestLine.shortMilliseconds($0)) " } ?? ""
            let fault = attempt["fault"]?.string.map { " fault=\(TerminalStyle.visible($0))" } ?? ""
            let time = RequestLine.shortMilliseconds(attempt["durationMs"]?.number ?? 0)
            return "\(gap)\(shown) in \(time)\(fault)"
        }
        let outcome = call["outcome"]?.string ?? ""
        let name = TerminalStyle.visible(call["operation"]?.string ?? "no operation")
        return [
            style.paint(name, .cyan), style.paint(outcome, outcome == "succeeded" ? .green : .red),
            attempts.joined(separator: ", "),
        ].joined(separator: "  ")
    }

    private static func faults(_ rules: [JSONNode], _ style: TerminalStyle) -> [String] {
        guard !rules.isEmpty else { return ["no rules: every request is answered as the service would"] }
        var table = TextTable(["NAME", "FIRED", "MATCHED", "MATCH", "WHEN", "THEN"])
        for rule in rules {
            let fired = rule["fired"]?.integer ?? 0
            let name = rule["name"]?.string ?? ""
            table.append([
                TextTable.Cell(rule["enabled"]?.bool == false ? "\(name) (off)" : name, .cyan),
                TextTable.Cell(String(fired), fired > 0 ? .yellow : nil, isNumber: true),
                TextTable.Cell(String(rule["matched"]?.integer ?? 0), isNumber: true),
                TextTable.Cell(rule["match"].map(compact) ?? "{}"),
                TextTable.Cell(rule["when"].map(compact) ?? "\"always\""),
                TextTable.Cell(rule["then"].map(compact) ?? ""),
            ])
        }
        return table.lines(style)
    }

    private static func fault(_ rule: JSONNode, _ style: TerminalStyle) -> [String] {
        let firings = rule["lastFirings"].map { Array($0.elements) } ?? []
        return faults([rule], style)
            + firings.map { firing in
                let target = "\(firing["method"]?.string ?? "") \(firing["target"]?.string ?? "")"
                return "\(style.paint(RequestLine.clock(firing["time"]?.string ?? ""), .faint))  "
                    + TerminalStyle.visible("\(target)  \(firing["requestId"]?.string ?? "")")
            }
    }

    private static func clock(_ clock: JSONNode) -> String {
        let text = { (name: String) in clock[name]?.string ?? "" }
        return "\(text("time"))  \(text("mode"))  \(text("elapsed")) since the start"
    }

    private static func reload(_ summary: JSONNode) -> String {
        ["loaded", "kept", "dropped"].map { part in
            let count = { (name: String) in summary[part]?[name]?.integer ?? 0 }
            return "\(part) \(count("resources")) resources and \(count("rules")) rules"
        }.joined(separator: ", ")
    }
}
