/// A request and its answer as the journal keeps them: by reference. Redaction, the SDK's fields, text and
/// JSON are made when somebody reads the journal. A request without a reader therefore costs a few counted
/// references.

internal import APIGatewayV2
internal import HTTPWire

/// A body, or the part of it that the journal keeps.
struct JournalBody: Sendable {
    let bytes: [UInt8]
    /// The number of bytes of the whole body.
    let count: Int

    /// Shares the bytes. Copies only the first `bytesMax` of a longer body.
    init(_ bytes: [UInt8], bytesMax: Int) {
        count = bytes.count
        self.bytes = bytes.count <= bytesMax ? bytes : Array(bytes.prefix(bytesMax))
    }
}

/// One request and its answer. It is a class, so that the ring's lock is held to exchange one reference.
final class JournalRecord: Sendable {
    /// The real time of arrival, because a client's pause is real under any clock.
    let arrival: Duration
    /// The time of arrival since 1970, on the emulator's clock.
    let time: Duration
    let id: RequestID
    let connection: ConnectionID
    /// The request, with the part of its body that the journal keeps.
    let request: HTTPRequest
    /// The number of bytes of the whole request body.
    let bodyCount: Int
    let operation: APIGatewayV2.Operation?
    let scope: Scope
    /// The status; nil if nothing of the answer is sent.
    let status: Int?
    /// The body of the answer, even if a fault cuts it off.
    let answer: JournalBody
    let duration: Duration
    let fault: String?
    /// The facts of a call of a deployed API; nil for a request of the control plane.
    let invocation: JournalInvocation?

    init(
        _ request: HTTPRequest, from connection: ConnectionID, arrival: Duration, time: Duration,
        id: RequestID, operation: APIGatewayV2.Operation?, scope: Scope, status: Int?, answer: [UInt8],
        duration: Duration, fault: String?, invocation: JournalInvocation? = nil, bodyBytesMax: Int
    ) {
        self.arrival = arrival
        self.time = time
        self.id = id
        self.connection = connection
        self.request = request.shortened(to: bodyBytesMax)
        bodyCount = request.body.count
        self.operation = operation
        self.scope = scope
        self.status = status
        self.answer = JournalBody(answer, bytesMax: bodyBytesMax)
        self.duration = duration
        self.fault = fault
        self.invocation = invocation
    }

    /// The bytes of the record for `JournalLimits.bytesMax`. A body that the store shares counts too, because
    /// the store may release it.
    var byteCount: Int {
        request.fields.byteCount + request.trailers.byteCount + request.target.byteCount + request.body.count
            + answer.bytes.count + Self.ownBytes + (invocation?.byteCount ?? 0)
    }

    /// The side of the server that the request reached.
    var plane: Plane { invocation == nil ? .control : .invoke }

    /// The identifier in the answer.
    var shownID: String { invocation?.requestID ?? id.requestID }

    /// The bytes of the objects themselves and of the heads of their arrays.
    private static let ownBytes = 768
}

extension HTTPFields {
    /// The bytes of the lines and of their index.
    var byteCount: Int { MemoryLayout<Line>.stride * lines.count + bytes.count }
}

extension RequestTarget {
    /// The bytes of the target: its text, and the same again as segments and items.
    fileprivate var byteCount: Int {
        2 * text.utf8.count + MemoryLayout<String>.stride * pathSegments.count
            + MemoryLayout<QueryItem>.stride * queryItems.count
    }
}

extension HTTPRequest {
    fileprivate func shortened(to bodyBytesMax: Int) -> HTTPRequest {
        body.count <= bodyBytesMax ? self : with(body: Array(body.prefix(bodyBytesMax)))
    }
}
