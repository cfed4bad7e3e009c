/// `/__admin/events`: the journal's requests as Server-Sent Events, for the page and for scripts.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON
internal import SocketServer

extension AdminAPI {
    /// Opens a stream of the entries after that of `Last-Event-ID` or `since`; of later ones without them.
    func streamEvents(_ call: AdminCall) -> Answer {
        guard emulator.journal.isOn else { return .response(.journalIsOff) }
        guard call.request.version != .http10 else {
            return .response(.admin(status: 505, message: "Events need HTTP/1.1 or HTTP/2."))
        }
        let number: Int?
        do throws(DocumentError) {
            number = try Self.place(in: call.request)
        } catch {
            return .response(refusal(error, of: "The query"))
        }
        var head = HTTPResponse(status: 200, contentType: "text/event-stream")
        head.fields.append("Cache-Control", "no-store")
        if call.request.method == .head { return .response(head) }
        guard let stream = events.stream(after: number) else {
            return .response(
                .admin(
                    status: 503,
                    message: "\(events.limits.streamsMax) event streams are open already: "
                        + "--limit event-streams-max=… lets more be."))
        }
        return .stream(BodyStream(head: head, source: stream))
    }

    /// The number of the last entry that the client has; nil if it names none. A client that connects again
    /// sends Last-Event-ID.
    private static func place(in request: HTTPRequest) throws(DocumentError) -> Int? {
        var query = AdminQuery(request.target, names: ["since"])
        let expected = "the number of an entry"
        var number = query.integer("since", expected: expected)
        if let id = request.fields["Last-Event-ID"] {
            number = Int(id)
            if number == nil {
                query.problems.note([.member("Last-Event-ID")], found: quoted(id), expected: expected)
            }
        }
        if let negative = number, negative < 0 {
            query.problems.note([.member("since")], found: "\(negative)", expected: expected)
        }
        try query.check()
        return number
    }
}
