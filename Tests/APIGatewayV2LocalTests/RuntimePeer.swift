/// A blocking HTTP client over a raw socket, as a runtime or as the client of an API, and a server in whose
/// place of an API stands a function: the body of a request is the event, the outcome is the answer.

import APIGatewayV2Invoke
import APIGatewayV2Local
import Glibc
import HTTPWire
import SocketServer
import TestSupport
import Testing

/// One connection to a port of this machine.
final class RuntimePeer {
    private let descriptor: Int32

    struct Failure: Error { let call: String }

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
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var deadline = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &deadline, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        let result = unsafe withUnsafeBytes(of: address) { bytes in
            unsafe connect(
                descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        if result != 0 { throw Failure(call: "connect") }
    }

    deinit { close(descriptor) }

    /// Ends the connection, as the end of a process does.
    func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func send(
        _ method: String, _ path: String, _ body: [UInt8] = [], host: String = "127.0.0.1",
        fields: String = ""
    ) throws {
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)Content-Length: \(body.count)\r\n\r\n"
        let bytes = Array(head.utf8) + body
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { throw Failure(call: "send") }
            sent += count
        }
    }

    /// The next answer; nil at the end of the connection.
    func receive() throws -> Response? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard let byte = try receive(1) else { return nil }
            bytes += byte
        }
        let head = String(decoding: bytes, as: UTF8.self)
        var response = Response(status: Int(head.dropFirst(9).prefix(3)) ?? 0, head: head, body: "")
        var body: [UInt8] = []
        let count = response.field("Content-Length").flatMap { Int($0) } ?? 0
        while body.count < count, let piece = try receive(count - body.count) { body += piece }
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

    private func receive(_ count: Int) throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: min(count, 65_536))
        let received = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
        }
        if received < 0, errno != ECONNRESET { throw Failure(call: "recv") }
        return received > 0 ? Array(buffer[..<received]) : nil
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
        default: "\(self)"
        }
    }
}
