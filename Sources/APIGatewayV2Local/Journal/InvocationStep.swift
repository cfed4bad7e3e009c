/// One call that an invocation led to, of an authorizer or of an integration: its target, its two messages
/// and its times. Messages share their bytes, up to the journal's bound for bodies.

internal import APIGatewayV2Invoke
internal import HTTPWire

/// A call of the gateway to a function, a backend or a service.
final class InvocationStep: Sendable {
    /// The part of the route that the call is for.
    enum Part: String, Sendable {
        case authorizer, integration
    }

    /// The message that goes out.
    enum Sent: Sendable {
        case event(JournalBody)
        case request(method: String, url: String, fields: HTTPFields, body: JournalBody)
    }

    /// The message that comes back.
    enum Received: Sendable {
        case payload(JournalBody)
        case response(status: Int, fields: HTTPFields, body: JournalBody)
    }

    let part: Part
    /// The URI of a function, the URL of a backend, or the issuer of tokens.
    let target: String
    /// Nil if a kept answer or key made the call needless.
    let sent: Sent?
    /// Nil without an answer.
    let received: Received?
    /// The failure in plain words; nil for a success.
    let error: String?
    /// The time from the arrival of the request to the call.
    let start: Duration
    let duration: Duration

    init(
        _ part: Part, _ target: String, sent: Sent? = nil, received: Received? = nil, error: String? = nil,
        start: Duration, duration: Duration
    ) {
        self.part = part
        self.target = target
        self.sent = sent
        self.received = received
        self.error = error
        self.start = start
        self.duration = duration
    }

    /// At least the bytes of the packed step.
    var byteCount: Int {
        let outgoing =
            switch sent {
            case .event(let body): body.bytes.count
            case .request(let method, let url, let fields, let body):
                method.utf8.count + url.utf8.count + fields.byteCount + body.bytes.count
            case nil: 0
            }
        let incoming =
            switch received {
            case .payload(let body): body.bytes.count
            case .response(_, let fields, let body): fields.byteCount + body.bytes.count
            case nil: 0
            }
        return Self.numbersRoom + target.utf8.count + (error?.utf8.count ?? 0) + outgoing + incoming
    }

    /// Room for the method, the times, the status and the counts of texts and arrays.
    private static let numbersRoom = 14 * PackedRoom.count + 2 * PackedRoom.time
}

/// The steps of one invocation so far, and the time of its mappings.
struct InvocationTrace: Sendable {
    var steps: [InvocationStep] = []
    /// The time of making events and requests, and of the mappings of the answer.
    var mapping: Duration = .zero
}
