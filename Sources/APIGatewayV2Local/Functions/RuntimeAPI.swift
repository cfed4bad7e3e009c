/// The Lambda Runtime API, version 2018-06-01: requests of runtimes in, events and acknowledgements out.
/// Paths and statuses are those of the Lambda developer guide, "Using the Lambda runtime API for custom
/// runtimes"; the bodies are those of github.com/aws/aws-lambda-runtime-interface-emulator (`lambda/rapi`).
/// Refuses requests of web pages.

internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// The handler behind a listener for the runtimes of one function.
struct RuntimeAPI: RequestHandler {
    /// The most bytes of an answer, in the words of the service's own error: "Response payload size exceeded
    /// maximum allowed payload size (6291556 bytes)." Fixed by the service.
    static let answerBytesMax = LambdaOutcome.payloadBytesMax + 100

    let queue: EventQueue
    /// The listener's number among those of the function.
    let listener: Int
    /// Tells the output of the process that the server started, and then calls the function that it gets. Nil
    /// for runtimes that somebody else has started.
    var afterOutput: (@Sendable (_ end: @escaping @Sendable () -> Void) -> Void)?

    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        guard isFromRuntime(request) else {
            return refusal(403, "Forbidden", "Only a runtime on this machine may ask here, not a web page")
        }
        guard let afterOutput else { return answer(to: request, from: client) }
        let ticket = Ticket()
        afterOutput { ticket.complete { answer(to: request, from: client) } }
        return .wait(
            Wait(for: ticket, atMost: EventQueue.askingMax) { _ in answer(to: request, from: client) })
    }

    private func answer(to request: HTTPRequest, from client: Client) -> Answer {
        let path = request.target.pathSegments
        guard path.count >= 4, path[0] == "2018-06-01", path[1] == "runtime" else { return notFound }
        switch (request.method, path[2], path.count, path.last) {
        case (.get, "invocation", 4, "next"):
            return queue.next(for: RuntimeClient(request, from: client, listener: listener))
        case (.post, "invocation", 5, "response"): return accept(request, id: path[3])
        case (.post, "invocation", 5, "error"):
            let text = RuntimeError(request).text
            let body = request.body
            return acknowledgement(
                of: queue.end(path[3], with: body.isEmpty ? .failed(text) : .raised(text, payload: body)))
        case (.post, "init", 4, "error"):
            queue.failWaiting("the runtime could not start: \(RuntimeError(request).text)")
            return accepted
        default: return notFound
        }
    }

    func connectionEnded(_ connection: ConnectionID) {
        // The end of a process that the server started says more, and comes too.
        if afterOutput == nil { queue.noteEnd(of: connection) }
    }

    /// Whether the request comes from a program. A page of a browser can send requests here, but not without
    /// these fields, and a DNS name of its own would stand in Host.
    private func isFromRuntime(_ request: HTTPRequest) -> Bool {
        HostName.isLoopback(RequestAddress.withoutPort(request.authority ?? ""))
            && !request.fields.contains("Origin") && !request.fields.contains("Sec-Fetch-Site")
    }

    /// Takes the answer of a function.
    private func accept(_ request: HTTPRequest, id: String) -> Answer {
        let count = request.body.count
        guard count <= Self.answerBytesMax else {
            let text =
                "Response payload size (\(count) bytes) exceeded maximum allowed payload size "
                + "(\(Self.answerBytesMax) bytes)."
            guard queue.end(id, with: .failed("Function.ResponseSizeTooLarge: \(text)")) else {
                return unknownID
            }
            return refusal(
                413, "RequestEntityTooLarge",
                "Exceeded maximum allowed payload size (\(Self.answerBytesMax) bytes).")
        }
        // A function that streams its answer tells of an error behind it.
        guard request.trailers.contains(RuntimeError.typeField) else {
            return acknowledgement(of: queue.end(id, with: .answered(request.body)))
        }
        return acknowledgement(of: queue.end(id, with: .failed(RuntimeError(request).text)))
    }

    /// A late answer is accepted too: the service does not tell a function that the API stopped waiting.
    private func acknowledgement(of isKnown: Bool) -> Answer { isKnown ? accepted : unknownID }

    private var accepted: Answer { json(202, #"{"status":"OK"}"#) }
    private var unknownID: Answer { refusal(400, "InvalidRequestID", "Invalid request ID") }
    private var notFound: Answer {
        .reply(
            Reply(
                HTTPResponse(
                    status: 404, contentType: "text/plain; charset=utf-8",
                    body: Array("404 page not found\n".utf8))))
    }

    private func refusal(_ status: Int, _ type: String, _ message: String) -> Answer {
        json(status, #"{"errorMessage":"\#(message)","errorType":"\#(type)"}"#)
    }

    private func json(_ status: Int, _ text: String) -> Answer {
        .reply(
            Reply(
                HTTPResponse(status: status, contentType: "application/json", body: Array("\(text)\n".utf8))))
    }
}
