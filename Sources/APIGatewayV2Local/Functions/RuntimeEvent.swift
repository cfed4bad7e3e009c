/// The values that a queue of events consists of: the calls, the runtimes that ask for one, and the calls
/// that a runtime has taken.

internal import APIGatewayV2Invoke
package import HTTPWire
internal import SocketServer

/// A client of the Runtime API, as far as one request shows it.
package struct RuntimeClient: Sendable, Equatable {
    /// The number of the listener: each process that the server starts has its own.
    package let listener: Int
    package let connection: ConnectionID
    /// Whether the runtime asks for all its events over this connection. Its end with an event then means the
    /// end of the runtime.
    package var keepsConnection: Bool

    package init(listener: Int, connection: ConnectionID, keepsConnection: Bool) {
        self.listener = listener
        self.connection = connection
        self.keepsConnection = keepsConnection
    }

    /// The beginnings of the names of AWS's own runtime clients, and of Ruby's, which opens a connection for
    /// each request (github.com/aws/aws-lambda-ruby-runtime-interface-client,
    /// `lambda_server.rb`).
    private static let keepingClients = ["aws-lambda-", "AWS_Lambda_"]
    private static let passingClient = "aws-lambda-ruby"

    init(_ request: HTTPRequest, from client: Client, listener: Int) {
        self.listener = listener
        connection = client.connection
        let agent = request.fields["User-Agent"] ?? ""
        keepsConnection =
            Self.keepingClients.contains(where: agent.hasPrefix) && !agent.hasPrefix(Self.passingClient)
            && request.fields["Connection"]?.lowercased() != "close"
    }
}

/// One call on its way to a runtime.
struct RuntimeEvent: Sendable {
    let call: FunctionCall
    /// The time by which the function has to answer, since 1970, on the machine's own clock: runtimes compare
    /// it with theirs.
    let deadline: Duration
    /// Ends the wait of the API's client.
    let ticket: Ticket
    let then: @Sendable (LambdaOutcome) -> Answer

    var id: String { call.requestID }

    func end(_ outcome: LambdaOutcome) {
        ticket.complete { [then] in then(outcome) }
    }

    /// The answer to `GET /runtime/invocation/next` (Lambda developer guide, "Using the Lambda runtime API
    /// for custom runtimes").
    var response: HTTPResponse {
        var fields = HTTPFields()
        fields.append("Lambda-Runtime-Aws-Request-Id", id)
        if !call.traceID.isEmpty { fields.append("Lambda-Runtime-Trace-Id", call.traceID) }
        fields.append("Lambda-Runtime-Invoked-Function-Arn", call.function.arn)
        fields.append("Lambda-Runtime-Deadline-Ms", "\(deadline.wholeMilliseconds)")
        return HTTPResponse(
            status: 200, contentType: "application/json", fields: fields, body: call.payload)
    }
}

/// A runtime that waits for an event.
struct AskingRuntime: Sendable {
    /// Differs for each request of a runtime.
    let number: UInt64
    let client: RuntimeClient
    /// Ends the wait of the runtime.
    let ticket: Ticket
}

/// An event and the runtime that has it.
struct TakenEvent: Sendable {
    let event: RuntimeEvent
    let runtime: AskingRuntime
    /// Whether the event is on its way to the runtime. Before that it can still go to another one.
    var isSent = false
}

/// A process that the server started, as far as its listener sees it.
struct RuntimeProcess: Sendable {
    /// The event that it has or had last; nil before the first one.
    var requestID: String?
    /// The time by which it has to ask again, on the machine's monotonic clock; nil while it asks.
    var deadline: Duration?
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
