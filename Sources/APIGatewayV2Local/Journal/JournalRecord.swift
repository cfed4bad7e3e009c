/// A request and its answer, as the journal gets them and as readers see them: by reference. Redaction, the
/// SDK's fields, text and JSON are made when somebody reads the journal. A request without a reader therefore
/// costs a few counted references.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire

/// A body, or the part of it that the journal keeps.
struct JournalBody: Sendable, Equatable {
    let bytes: [UInt8]
    /// The number of bytes of the whole body.
    let count: Int

    /// Shares the bytes. Copies only the first `bytesMax` of a longer body.
    init(_ bytes: [UInt8], bytesMax: Int) {
        count = bytes.count
        self.bytes = bytes.count <= bytesMax ? bytes : Array(bytes.prefix(bytesMax))
    }

    /// The kept part of a body of `count` bytes.
    init(_ kept: [UInt8], of count: Int) {
        self.count = count
        bytes = kept
    }
}

/// One request and its answer. It is a class, so that the ring's lock is held to exchange one reference.
final class JournalRecord: Sendable {
    /// The real time of arrival, because a client's pause is real under any clock.
    let arrival: Duration
    /// The time of arrival since 1970, on the emulator's clock.
    let time: Duration
    let connection: ConnectionID
    /// The number of bytes of the whole request body.
    let bodyCount: Int
    let operation: APIGatewayV2.Operation?
    let scope: Scope
    /// The status; nil if nothing of the answer is sent.
    let status: Int?
    let duration: Duration
    let fault: String?
    /// The bytes of the record for `JournalLimits.bytesMax`, or their most for a call. A body that the store
    /// shares counts too, because the store may release it.
    let byteCount: Int
    private let content: Content

    /// Calls are on the heap, because each look at a request of the control plane would copy their room.
    private enum Content: Sendable {
        case operation(RequestID, HTTPRequest, answer: JournalBody)
        indirect case invocation(JournalInvocation, CallMessages)
        indirect case packed(JournalInvocation, PackedMessages)
    }

    /// The record of a request of the control plane.
    init(
        _ request: HTTPRequest, from connection: ConnectionID, arrival: Duration, time: Duration,
        id: RequestID, operation: APIGatewayV2.Operation?, scope: Scope, status: Int?, answer: [UInt8],
        duration: Duration, fault: String?, bodyBytesMax: Int
    ) {
        self.arrival = arrival
        self.time = time
        self.connection = connection
        bodyCount = request.body.count
        self.operation = operation
        self.scope = scope
        self.status = status
        self.duration = duration
        self.fault = fault
        let request = request.shortened(to: bodyBytesMax)
        let answer = JournalBody(answer, bytesMax: bodyBytesMax)
        byteCount =
            request.fields.byteCount + request.trailers.byteCount + request.target.byteCount
            + request.body.count + answer.bytes.count + Self.ownBytes
        content = .operation(id, request, answer: answer)
    }

    /// The record of a call of a deployed API.
    init(_ call: borrowing CallRecord) {
        arrival = call.arrival
        time = call.time
        connection = call.connection
        bodyCount = call.bodyCount
        operation = nil
        scope = call.scope
        status = call.status
        duration = call.duration
        fault = call.fault
        byteCount = call.byteCount
        content = .invocation(call.invocation, call.messages)
    }

    /// The same from the bytes of the journal. `routes` is the table that the call has seen.
    init(_ packed: ArraySlice<UInt8>, routes: RouteTable?) {
        var unpacker = ByteUnpacker(packed)
        let requestID = unpacker.text()
        arrival = unpacker.duration()
        time = unpacker.duration()
        connection = ConnectionID(rawValue: UInt64(unpacker.count()))
        bodyCount = unpacker.count()
        operation = nil
        scope = Scope(account: unpacker.text(), region: unpacker.text())
        status = unpacker.flag() ? unpacker.count() : nil
        duration = unpacker.duration()
        fault = unpacker.optionalText()
        byteCount = packed.count
        let invocation = JournalInvocation(&unpacker, routes: routes)
        content = .packed(invocation, PackedMessages(requestID, rest: unpacker))
    }

    /// The identifier in the answer of a call, from the same bytes.
    static func shownID(of packed: ArraySlice<UInt8>) -> String {
        var unpacker = ByteUnpacker(packed)
        return unpacker.text()
    }

    /// The request, with the part of its body that the journal keeps.
    var request: HTTPRequest {
        switch content {
        case .operation(_, let request, _): request
        case .invocation(_, let messages): messages.request
        case .packed(_, let messages): messages.request
        }
    }

    /// The body of the answer, even if a fault cuts it off.
    var answer: JournalBody {
        switch content {
        case .operation(_, _, let answer): answer
        case .invocation(_, let messages): messages.answer
        case .packed(_, let messages): messages.answer
        }
    }

    /// The facts of a call of a deployed API; nil for a request of the control plane.
    var invocation: JournalInvocation? {
        switch content {
        case .operation: nil
        case .invocation(let invocation, _), .packed(let invocation, _): invocation
        }
    }

    /// The table of routes that a call has seen; nil for none.
    var routes: RouteTable? {
        switch content {
        case .operation: nil
        case .invocation(let invocation, _), .packed(let invocation, _): invocation.routes
        }
    }

    /// The messages of a call of a deployed API; nil for a request of the control plane.
    var callMessages: CallMessages? {
        switch content {
        case .operation: nil
        case .invocation(_, let messages): messages
        case .packed(_, let messages): messages.whole
        }
    }

    /// The side of the server that the request reached.
    var plane: Plane {
        if case .operation = content { .control } else { .invoke }
    }

    /// The identifier in the answer.
    var shownID: String {
        switch content {
        case .operation(let id, _, _): id.requestID
        case .invocation(_, let messages): messages.requestID
        case .packed(_, let messages): messages.requestID
        }
    }

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
    /// The request with at most so many bytes of its body.
    func shortened(to bodyBytesMax: Int) -> HTTPRequest {
        body.count <= bodyBytesMax ? self : with(body: Array(body.prefix(bodyBytesMax)))
    }
}
