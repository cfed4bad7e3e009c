/// `/__admin/requests` and `/__admin/calls`: the journal's requests, filtered and counted, and the calls to
/// which they belong. Every filter is a parameter of the query, and a count also takes a rule's `match` as
/// its body.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON
internal import SocketServer

extension AdminAPI {
    func listRequests(_ call: AdminCall) -> Answer {
        answerWhenFound(call.request, of: \.self) { filter throws(JournalError) in
            try emulator.journal.records(filter)
        } document: { records in
            .admin { body in
                var members = JSONMembers(to: &body)
                members.name("requests", to: &body)
                JournalText.append(records, to: &body)
                members.integer("overwritten", emulator.journal.overwrittenCount, to: &body)
                members.integer("capacity", emulator.journal.limits.entriesMax, to: &body)
                members.end(to: &body)
            }
        }
    }

    func listCalls(_ call: AdminCall) -> Answer {
        answerWhenFound(call.request, of: \.forCalls) { filter throws(JournalError) in
            try emulator.journal.calls(filter)
        } document: { calls in
            .admin(status: 200, .object(["calls": .array(calls.map(\.json))]))
        }
    }

    /// The document of what `find` gives at once. With a `wait`, the same when the journal has a matching
    /// entry, or the document of nothing at the end of the wait.
    func answerWhenFound<Found: Sendable>(
        _ request: HTTPRequest, parameters: [String] = JournalFilter.parameters,
        of meaning: (JournalFilter) -> JournalFilter,
        find: @escaping @Sendable (JournalFilter) throws(JournalError) -> [Found],
        document: @escaping @Sendable ([Found]) -> HTTPResponse
    ) -> Answer {
        do throws(JournalError) {
            let query = try JournalQuery(reading: request.target, parameters, waitMax: waitMax)
            let filter = meaning(query.filter)
            let answer: @Sendable () -> Answer = {
                .response(answering { () throws(JournalError) in document(try find(filter)) })
            }
            guard query.wait > .zero else { return answer() }
            let ticket = Ticket()
            let (key, isThere) = try emulator.journal.watch(filter) { ticket.complete(answer) }
            if isThere { ticket.complete(answer) }
            return .wait(
                Wait(for: ticket, atMost: query.wait) { failure in
                    switch failure {
                    // No entry matched before the wait, and none during it.
                    case .timedOut, .stopped: .response(document([]))
                    case .refused: .response(.tooManyWaits)
                    }
                } whenKnown: { _ in
                    emulator.journal.unwatch(key)
                })
        } catch {
            return .response(refusal(error))
        }
    }

    /// Counts requests that match both the query and the body, which is a rule's `match`.
    func countRequests(_ call: AdminCall) -> HTTPResponse {
        answering { () throws(JournalError) in
            let filter = try JournalFilter(reading: call.request.target)
            guard !call.request.body.isEmpty else {
                return .admin(status: 200, .object(["count": .integer(try emulator.journal.count(filter))]))
            }
            let match: FaultMatch
            do throws(DocumentError) {
                match = try FaultMatch(reading: call.request.body)
            } catch {
                throw .filter(error)
            }
            let count = try emulator.journal.count(filter, and: match)
            return .admin(status: 200, .object(["count": .integer(count)]))
        }
    }

    func readRequest(_ call: AdminCall) -> HTTPResponse {
        answering { () throws(JournalError) in
            try emulator.journal.record(requestID: call.name).map { record in
                .admin { JournalText.append(record, to: &$0) }
            }
        } otherwise: {
            missingEntry(call.name, "request")
        }
    }

    /// The answer for an identifier that is not in the journal.
    func missingEntry(_ id: String, _ noun: String) -> HTTPResponse {
        let lost = emulator.journal.overwrittenCount
        let hint = lost == 0 ? "" : " \(lost) older ones made room for others: --journal keeps more."
        return .admin(status: 404, message: "No \(noun) in the journal has the id \(quoted(id)).\(hint)")
    }

    func removeRequests(_ call: AdminCall) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            emulator.journal.removeAll(account: try AdminQuery.account(of: call.request.target))
            return HTTPResponse(status: 204)
        }
    }

    /// The answer, the refusal of its query, or `otherwise` if there is no answer.
    func answering(
        _ answer: () throws(JournalError) -> HTTPResponse?,
        otherwise: () -> HTTPResponse = { HTTPResponse(status: 404) }
    ) -> HTTPResponse {
        do throws(JournalError) {
            return try answer() ?? otherwise()
        } catch {
            return refusal(error)
        }
    }

    private func refusal(_ error: JournalError) -> HTTPResponse {
        switch error {
        case .off: .journalIsOff
        case .filter(let error): refusal(error, of: "The filter")
        case .tooFew: preconditionFailure("An answer waits by a ticket, which throws no such error.")
        }
    }
}

extension HTTPResponse {
    static let journalIsOff = HTTPResponse.admin(
        status: 409,
        message: "The journal is off. Start the server with --journal and how many requests to keep.")
    fileprivate static let tooManyWaits = HTTPResponse.admin(
        status: 503, message: "Too many requests wait already: --limit waits-max=… lets more wait.")
}

/// A filter, and the time that a request waits for a matching entry.
private struct JournalQuery {
    let filter: JournalFilter
    /// The longest wait on the emulated clock; zero for an answer at once.
    let wait: Duration

    init(
        reading target: RequestTarget, _ parameters: [String], waitMax: Duration
    ) throws(JournalError) {
        var query = AdminQuery(target, names: parameters + ["wait"])
        let wait = query.duration("wait", atMost: waitMax)
        filter = try JournalFilter(reading: &query)
        self.wait = wait ?? .zero
    }
}

extension JournalFilter {
    static let parameters =
        [
            "operation", "method", "path", "status", "account", "region", "accessKeyId", "attempt",
            "httpVersion", "plane", "api", "stage", "route", "event", "direction", "connectionId", "fault",
            "since", "limit",
        ] + FaultMatch.parameterNames

    /// The parameters for calls of deployed APIs: those that such a call can match.
    static let parametersOfInvocations =
        ["api", "stage", "route"]
        + parameters.filter {
            !["operation", "attempt", "plane", "api", "stage", "route"].contains($0)
                && !FaultMatch.parameterNames.contains($0)
        }

    /// Reads the query of a target that has no other parameters.
    init(reading target: RequestTarget) throws(JournalError) {
        var query = AdminQuery(target, names: Self.parameters)
        try self.init(reading: &query)
    }

    /// Reads the parameters. Throws all mistakes of the query together.
    fileprivate init(reading query: inout AdminQuery) throws(JournalError) {
        self.init()
        match.operation = query.text("operation")
        match.method = query.text("method")
        match.path = query.text("path")
        match.account = query.text("account")
        match.region = query.text("region")
        match.accessKeyId = query.text("accessKeyId")
        match.httpVersion = query.choice("httpVersion")
        match.plane = query.choice("plane")
        match.api = query.text("api")
        match.stage = query.text("stage")
        match.route = query.text("route")
        match.event = query.choice("event")
        match.direction = query.choice("direction")
        connectionID = query.text("connectionId")
        match.attempt = query.integer("attempt", expected: "the number of an attempt")
        for name in FaultMatch.parameterNames { match.parameters[name] = query.text(name) }
        status = query.integer("status", expected: "a status such as 429")
        fault = query.text("fault")
        limit = query.integer("limit", expected: "a number of entries")
        readSince(in: &query)
        check(into: &query.problems)
        do throws(DocumentError) {
            try query.check()
        } catch {
            throw .filter(error)
        }
    }

    /// Reads `since`: digits are the number of an entry, any other text is a time.
    private mutating func readSince(in query: inout AdminQuery) {
        guard let text = query.text("since") else { return }
        if let number = Int(text) {
            after = number
        } else if let time = timeSince1970(parsing: text) {
            since = time
        } else {
            query.problems.note(
                [.member("since")], found: quoted(text),
                expected: "a time such as 2030-01-01T00:00:00Z, or the number of an entry")
        }
    }
}

/// The time since 1970 of an RFC 3339 date-time, with a fraction down to the nanosecond; nil for other text.
func timeSince1970(parsing text: String) -> Duration? {
    guard let seconds = Timestamp(parsing: text)?.secondsSince1970 else { return nil }
    let fraction = text.drop { $0 != "." }.dropFirst().prefix { ("0"..."9").contains($0) }.prefix(9)
    let padded = fraction + String(repeating: "0", count: 9 - fraction.count)
    return .seconds(seconds) + .nanoseconds(Int64(padded) ?? 0)
}
