/// A blocking HTTP client over a raw socket, as a runtime or as the client of an API, and a server in whose
/// place of an API stands a function: the body of a request is the event, the outcome is the answer.

import APIGatewayV2Invoke
import APIGatewayV2Local
import HTTPWire
import SocketServer
import TestSupport
import Testing

/// One connection to a port of this machine.
final class RuntimePeer {
    private let socket: LoopbackSocket

    struct Response {
        let status: Int
        let head: String
        let body: String

        /// The value of a header field.
        func field(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }
                .map { String($0.dropFirst(name.utf8.count + 2)) }
        }
    }

    init(port: UInt16) throws {
        socket = try LoopbackSocket(port: port)
    }

    /// Ends the connection, as the end of a process does.
    func hangUp() { socket.hangUp() }

    func send(
        _ method: String, _ path: String, _ body: [UInt8] = [], host: String = "127.0.0.1",
        fields: String = ""
    ) throws {
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)Content-Length: \(body.count)\r\n\r\n"
        try socket.send(Array(head.utf8) + body)
    }

    /// The next answer; nil at the end of the connection.
    func receive() throws -> Response? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard let byte = try socket.receive(atMost: 1) else { return nil }
            bytes += byte
        }
        let head = String(decoding: bytes, as: UTF8.self)
        var response = Response(status: Int(head.dropFirst(9).prefix(3)) ?? 0, head: head, body: "")
        var body: [UInt8] = []
        let count = response.field("Content-Length").flatMap { Int($0) } ?? 0
        while body.count < count, let piece = try socket.receive(atMost: count - body.count) { body += piece }
        response = Response(
            status: response.status, head: head, body: String(decoding: body, as: UTF8.self))
        return response
    }

    func ask(
        _ method: String, _ path: String, _ body: String = "", host: String = "127.0.0.1",
        fields: String = ""
    ) throws -> Response {
        try send(method, path, Array(body.utf8), host: host, fields: fields)
        return try #require(try receive())
    }
}

extension RuntimePeer {
    static let base = "/2018-06-01/runtime"

    /// The next event of the function.
    func next() throws -> Response { try ask("GET", Self.base + "/invocation/next") }

    func respond(_ id: String, _ body: String) throws -> Response {
        try ask("POST", "\(Self.base)/invocation/\(id)/response", body)
    }
}

/// A server that calls a function for each request: the path is the request's identifier, the body the event.
final class FunctionServer: RequestHandler {
    let clock = ManualClock()
    private let target: any FunctionTarget

    init(_ target: any FunctionTarget) { self.target = target }

    func start() throws -> Server {
        try Server.start(
            Server.Configuration(host: "127.0.0.1", port: 0, loopCount: 1), handler: self, clock: clock)
    }

    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        guard let function = LambdaFunction(uri: functionARN) else {
            return .reply(Reply(HTTPResponse(status: 500)))
        }
        let call = FunctionCall(
            function: function, payload: request.body, timeout: .seconds(30),
            requestID: request.target.pathSegments.last ?? "", traceID: "Root=1-6a5145a9-1bae89e2")
        return target.answer(to: call) { outcome, requestID in
            var response = HTTPResponse(status: 200, body: Array("\(outcome.words)".utf8))
            response.fields.append("Call", requestID ?? "none")
            return .reply(Reply(response))
        }
    }
}

let functionARN = "arn:aws:lambda:us-east-1:000000000000:function:resize"

extension LambdaOutcome {
    /// The outcome in words that tests compare.
    var words: String {
        switch self {
        case .answered(let payload): "answered \(String(decoding: payload, as: UTF8.self))"
        case .raised(let text, let payload): "raised \(text) \(String(decoding: payload, as: UTF8.self))"
        default: "\(self)"
        }
    }
}
