/// One request and its answer as the journal tells them, to Swift and as JSON. Made from a record when it is
/// asked for; signatures are left out.

internal import APIGatewayV2
internal import HTTPWire

/// A request that the service was asked, and what became of it.
public struct JournalEntry: Sendable, Hashable {
    /// A header field.
    public struct Field: Sendable, Hashable {
        /// In lower case, as HTTP/2 sends it.
        public let name: String
        /// The value; `***` for what signs the request.
        public let value: String
    }

    /// Its place in the order of all requests of the server, from 1. Numbers are not used again.
    public let number: Int
    /// When it arrived, since 1970, on the emulator's clock.
    public let time: Duration
    /// The answer's `x-amzn-RequestId`.
    public let requestID: String
    /// The method, such as `GET`.
    public let method: String
    /// Path and query as sent, without a signature.
    public let target: String
    /// `HTTP/1.0`, `HTTP/1.1` or `HTTP/2`.
    public let httpVersion: String
    /// The request's header fields in their order.
    public let headers: [Field]
    /// The request's body, as far as the journal keeps it.
    public let body: [UInt8]
    /// How many bytes the whole body has.
    public let bodyByteCount: Int
    /// The operation's name in the service's model; nil when the request is none.
    public let operation: String?
    /// The account that the request was answered for.
    public let account: String
    /// The region that the request was answered for.
    public let region: String
    /// The access key id of the signature; nil when there is none.
    public let accessKeyID: String?
    /// Which attempt of its call the request is, from 1, as the client says; 1 if it does not.
    public let attempt: Int
    /// The client's call that the request belongs to: `amz-sdk-invocation-id`, or PHP's
    /// `aws-sdk-invocation-id`.
    public let invocationID: String?
    /// Which connection it came over. Numbers are not used again.
    public let connection: UInt64
    /// The answer's status; nil when a fault let nothing of the answer through.
    public let status: Int?
    /// The answer's body, as far as the journal keeps it.
    public let answerBody: [UInt8]
    /// How many bytes the whole body of the answer has.
    public let answerBodyByteCount: Int
    /// From the whole request to the whole answer, with the delay that a fault put before it.
    public let duration: Duration
    /// The name of the fault rule that fired.
    public let fault: String?

    /// Real time of arrival, to tell the gaps between attempts.
    let arrival: Duration

    init(_ slot: JournalRing.Slot) {
        let record = slot.record
        number = slot.number
        time = record.time
        requestID = record.id.requestID
        let request = record.request
        let fields = request.fields
        method = request.method.rawValue
        target = redactedTarget(request.target.text)
        httpVersion = request.version.rawValue
        headers = fields.lines.indices.map { index in
            let name = fields.name(at: index).lowercased()
            return Field(name: name, value: redactedValue(fields.value(at: index), ofField: name))
        }
        body = request.body
        bodyByteCount = record.bodyCount
        operation = record.operation?.name
        account = record.scope.account
        region = record.scope.region
        accessKeyID = Credential(of: request)?.accessKeyID
        attempt = sdkAttempt(in: fields)
        invocationID = sdkInvocationID(in: fields)
        connection = record.connection.rawValue
        status = record.status
        answerBody = record.answer.bytes
        answerBodyByteCount = record.answer.count
        duration = record.duration
        fault = record.fault
        arrival = record.arrival
    }

    /// The values of the header field called `name`, in any case, joined by commas as RFC 9110 section 5.3
    /// allows; nil when there is none.
    public func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}
