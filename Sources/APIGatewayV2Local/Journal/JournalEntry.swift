/// One request and its answer as the journal shows them, in Swift and as JSON. It is made from a record when
/// a reader asks for it. Signatures are left out.

internal import APIGatewayV2
internal import HTTPWire

/// A request to the service, and its answer.
public struct JournalEntry: Sendable, Hashable {
    /// A header field.
    public struct Field: Sendable, Hashable {
        /// The name in lower case, as in HTTP/2.
        public let name: String
        /// The value; `***` for a signature.
        public let value: String
    }

    /// The request's number in the order of all requests of the server, from 1. Numbers are never reused.
    public let number: Int
    /// The time of arrival since 1970, on the emulator's clock.
    public let time: Duration
    /// The answer's `x-amzn-RequestId`, or `Apigw-Requestid` for a call of a deployed API.
    public let requestID: String
    /// The side of the server that the request reached.
    public let plane: Plane
    /// The API that the request called; nil in the control plane, and if the address named none.
    public let api: String?
    /// The stage of that API; nil if the request reached none.
    public let stage: String?
    /// The key of the route that matched, such as `GET /pets/{id}`; nil without a match.
    public let route: String?
    /// The identifier of the integration that the request reached; nil if it reached none.
    public let integration: String?
    /// The connection of a WebSocket API: that of a handshake, a message or an end, or the one that a call of
    /// `@connections` names. Nil for other requests.
    public let connectionID: String?
    /// The cause of an answer that the gateway made itself, in plain words; nil for every other answer.
    public let cause: String?
    /// The method, such as `GET`.
    public let method: String
    /// Path and query as sent, without a signature.
    public let target: String
    /// `HTTP/1.0`, `HTTP/1.1` or `HTTP/2`.
    public let httpVersion: String
    /// The request's header fields in their order.
    public let headers: [Field]
    /// The request's body, up to the journal's bound.
    public let body: [UInt8]
    /// The number of bytes of the whole request body.
    public let bodyByteCount: Int
    /// The operation's name in the service's model; nil for a request without an operation.
    public let operation: String?
    /// The account of the request.
    public let account: String
    /// The region of the request.
    public let region: String
    /// The access key id of the signature; nil for an unsigned request.
    public let accessKeyID: String?
    /// The attempt of the call, from 1, by the client's field; 1 without it.
    public let attempt: Int
    /// The client's name for its call: `amz-sdk-invocation-id`, or PHP's `aws-sdk-invocation-id`.
    public let invocationID: String?
    /// The number of the request's connection. Numbers are never reused.
    public let connection: UInt64
    /// The answer's status; nil if a fault sent nothing of the answer.
    public let status: Int?
    /// The answer's body, up to the journal's bound.
    public let answerBody: [UInt8]
    /// The number of bytes of the whole body of the answer.
    public let answerBodyByteCount: Int
    /// The time from the whole request to the whole answer, with the delay of a fault.
    public let duration: Duration
    /// The name of the fault rule that fired; nil for none.
    public let fault: String?

    /// The real time of arrival, to compute the gaps between attempts.
    let arrival: Duration

    init(_ numbered: JournalRing.NumberedRecord) {
        let record = numbered.record
        self.init(numbered.number, record, record.request)
    }

    /// `request` is the record's, which is made anew each time.
    init(_ number: Int, _ record: JournalRecord, _ request: HTTPRequest) {
        self.number = number
        time = record.time
        let invocation = record.invocation
        requestID = record.shownID
        plane = record.plane
        api = invocation?.api
        stage = invocation?.stage
        route = invocation?.route
        integration = invocation?.integration
        connectionID = invocation?.connectionID
        cause = invocation?.cause
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
        let answer = record.answer
        answerBody = answer.bytes
        answerBodyByteCount = answer.count
        duration = record.duration
        fault = record.fault
        arrival = record.arrival
    }

    /// The values of the header field `name` in any case, joined by commas (RFC 9110 section 5.3); nil if
    /// there is none.
    public func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}
