/// `/__admin/reload`: reads the fixtures and rules of the start again. A mistake in one of the files changes
/// nothing. The 400 has every mistake of all files.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON
internal import SocketServer

extension AdminAPI {
    /// Reloads on another thread. The answer is a wait for the end of the reload.
    func reload(_ call: AdminCall) -> Answer {
        let keepsCreated: Bool
        do throws(DocumentError) {
            keepsCreated = try Self.keepsCreated(call.request.target)
        } catch {
            return .reply(Reply(refusal(error, of: "The query", ". Nothing was changed.")))
        }
        let ticket = Ticket()
        reloader.reload(keepingCreated: keepsCreated, because: .request) { outcome in
            ticket.complete { .reply(Reply(response(to: outcome))) }
        }
        return .wait(
            Wait(for: ticket, atMost: ReloadLimits.answerTimeMax) { failure in
                .reply(Reply(.admin(status: 503, message: failure.reloadMessage)))
            })
    }

    private static func keepsCreated(_ target: RequestTarget) throws(DocumentError) -> Bool {
        var query = AdminQuery(target, names: ["keep"])
        let keep = query.text("keep")
        if let keep, keep != "created" {
            query.problems.note(
                [.member("keep")], found: quoted(keep), expected: "created, or no parameter at all",
                suggestion: nearestName(to: keep, among: ["created"]))
        }
        try query.check()
        return keep != nil
    }

    private func response(to outcome: Reloader.Outcome) -> HTTPResponse {
        switch outcome {
        case .success(let summary): .admin(status: 200, summary.json)
        case .failure(let error): refusal(error, of: "The files", ". Nothing was changed.")
        }
    }
}

extension ReloadSummary {
    /// `{"loaded": {"resources": 12, "rules": 3}, "kept": {…}, "dropped": {…}}`.
    fileprivate var json: JSON {
        let figures = [
            ("loaded", resources, rules), ("kept", keptResources, keptRules),
            ("dropped", droppedResources, droppedRules),
        ]
        return .object(
            JSONObject(
                figures.map { name, resources, rules in
                    JSONObject.Member(
                        name: name,
                        value: .object(["resources": .integer(resources), "rules": .integer(rules)]))
                }))
    }
}

extension Wait.Failure {
    fileprivate var reloadMessage: String {
        switch self {
        case .timedOut, .stopped: "The reload has not ended yet. It goes on, and the log tells how it ends."
        case .refused:
            "Too many requests wait for their answers. The reload goes on, and the log tells how it ends."
        }
    }
}
