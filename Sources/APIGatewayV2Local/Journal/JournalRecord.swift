/// A request and its answer as the journal keeps them: both by reference. Everything else (redaction, the
/// SDK's fields, text, JSON) is made when the journal is read. So a request that nobody asks about costs a
/// few counted references.

internal import APIGatewayV2
internal import HTTPWire

/// A body, or as much of it as the journal keeps.
struct JournalBody: Sendable {
    let bytes: [UInt8]
    /// How long the whole is.
    let count: Int

    /// Shares the bytes unless they are too many.
    init(_ bytes: [UInt8], bytesMax: Int) {
        count = bytes.count
        self.bytes = bytes.count <= bytesMax ? bytes : Array(bytes.prefix(bytesMax))
    }
}

/// One request and its answer. A class, because the ring's lock is held to exchange one reference then.
final class JournalRecord: Sendable {
    /// Real time, for gaps: a client's pause is real also under a clock that is moved by hand.
    let arrival: Duration
    /// Since 1970, on the emulator's clock.
    let time: Duration
    let id: RequestID
    let connection: ConnectionID
    /// Its body as far as it is kept.
    let request: HTTPRequest
    /// How long the whole body is.
    let bodyCount: Int
    let operation: APIGatewayV2.Operation?
    let scope: Scope
    /// Nil when nothing of the answer is sent.
    let status: Int?
    /// As the answer was made, also where a fault cuts it off.
    let answer: JournalBody
    let duration: Duration
    let fault: String?

    init(
        _ request: HTTPRequest, from connection: ConnectionID, arrival: Duration, time: Duration,
        id: RequestID, operation: APIGatewayV2.Operation?, scope: Scope, status: Int?, answer: [UInt8],
        duration: Duration, fault: String?, bodyBytesMax: Int
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
    }

    /// The bytes that the record counts for under `JournalLimits.bytesMax`. A body that is shared with the
    /// store counts too, since the store may let go of it.
    var byteCount: Int {
        request.fields.byteCount + request.trailers.byteCount + request.target.byteCount + request.body.count
            + answer.bytes.count + Self.ownBytes
    }

    /// The objects themselves and the heads of their arrays.
    private static let ownBytes = 768
}

extension HTTPFields {
    fileprivate var byteCount: Int { MemoryLayout<Line>.stride * lines.count + bytes.count }
}

extension RequestTarget {
    /// Its text, and the same again as segments and items.
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
