/// What is kept of a request and its answer while it may still be asked for: only what the request holds
/// anyway, by reference. Everything else (redaction, the SDK's fields, text, JSON) is made when the journal
/// is read, so that a request which nobody asks about pays for a few counted references.

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
    let method: HTTPMethod
    let target: String
    let version: HTTPVersion
    let fields: HTTPFields
    let body: JournalBody
    let operation: String?
    let scope: Scope
    /// Nil when nothing of the answer is sent.
    let status: Int?
    /// As the answer was made, also where a fault cuts it off.
    let answer: JournalBody
    let duration: Duration
    let fault: String?

    init(
        _ request: HTTPRequest, from connection: ConnectionID, arrival: Duration, time: Duration,
        id: RequestID, operation: String?, scope: Scope, status: Int?, answer: [UInt8],
        duration: Duration, fault: String?, bodyBytesMax: Int
    ) {
        self.arrival = arrival
        self.time = time
        self.id = id
        self.connection = connection
        method = request.method
        target = request.target.text
        version = request.version
        fields = request.fields
        body = JournalBody(request.body, bytesMax: bodyBytesMax)
        self.operation = operation
        self.scope = scope
        self.status = status
        self.answer = JournalBody(answer, bytesMax: bodyBytesMax)
        self.duration = duration
        self.fault = fault
    }

    /// What it counts for under `JournalLimits.bytesMax`. A body that is shared with the store counts too,
    /// since the store may let go of it.
    var byteCount: Int {
        MemoryLayout<HTTPFields.Line>.stride * fields.lines.count + fields.bytes.count + target.utf8.count
            + body.bytes.count + answer.bytes.count + Self.ownBytes
    }

    /// The object itself and the heads of its arrays.
    private static let ownBytes = 512

    /// The request again, its body as far as it was kept.
    var request: HTTPRequest {
        do throws(HTTPParseError) {
            return HTTPRequest(
                method: method, target: try RequestTarget(parsing: target), version: version, fields: fields,
                body: body.bytes)
        } catch {
            preconditionFailure("A target that was read once is read again.")
        }
    }
}
