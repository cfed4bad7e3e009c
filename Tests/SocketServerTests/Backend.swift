/// Another server, played by the test by hand: it accepts when the test says so, reads what was sent to it
/// as text, and answers with any bytes, whole or not.

import Glibc
import HTTPWire
import SocketServer
import Synchronization

/// A listener on a free port of 127.0.0.1.
final class Backend {
    let port: UInt16
    private let listener: FileDescriptor

    /// A small `backlog` lets connections wait.
    init(backlog: Int32 = 4096) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw ClientError.last("socket") }
        listener = FileDescriptor(adopting: descriptor)
        var deadline = timeval(tv_sec: ClientSocket.deadlineSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        if unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &deadline, size) != 0 {
            throw ClientError.last("setsockopt")
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let results = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return unsafe [
                bind(descriptor, pointer, length), listen(descriptor, backlog),
                getsockname(descriptor, pointer, &length),
            ]
        }
        if results != [0, 0, 0] { throw ClientError.last("listen") }
        port = UInt16(bigEndian: address.sin_port)
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Whether a connection waits to be accepted.
    var hasConnection: Bool {
        var entry = pollfd(fd: listener.rawValue, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, 0) > 0
    }

    /// The next connection.
    func accept() throws -> ClientSocket {
        let descriptor = Glibc.accept(listener.rawValue, nil, nil)
        if descriptor < 0 { throw ClientError.last("accept") }
        return try ClientSocket(adopting: descriptor)
    }

    /// The next connection and the head of its first request.
    func acceptRequest() throws -> (socket: ClientSocket, head: String) {
        let socket = try accept()
        return (socket, try socket.receiveHead())
    }
}

extension ClientSocket {
    /// A head with its empty line.
    func receiveHead() throws -> String {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") { head += String(decoding: try receive(1), as: UTF8.self) }
        return head
    }
}

/// Answers every request with the outcome of a call. `request` says whom it calls for what.
final class CallHandler: RequestHandler {
    private let request: @Sendable (HTTPRequest) -> OutgoingRequest
    private let state = Mutex<[OutgoingCall.Outcome]>([])
    private let recorded = Mutex<[String]>([])

    /// The outcomes, in order.
    var outcomes: [OutgoingCall.Outcome] { state.withLock { $0 } }
    /// The status of each reply that became known, or `gone` for each client that went before.
    var ends: [String] { recorded.withLock { $0 } }

    init(_ request: @escaping @Sendable (HTTPRequest) -> OutgoingRequest) { self.request = request }

    /// Calls `backend` with the method, the path and the body of the request.
    convenience init(
        to backend: Backend, _ change: @escaping @Sendable (inout OutgoingRequest) -> Void = { _ in }
    ) {
        let url = backend.url
        self.init { request in
            var outgoing = OutgoingRequest(request.method, url + request.target.text, body: request.body)
            change(&outgoing)
            return outgoing
        }
    }

    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        let call = OutgoingCall(self.request(request)) { [self] outcome in
            state.withLock { $0.append(outcome) }
            return CallHandler.answer(outcome)
        }
        return Answer.call(call).recorded { [self] reply in
            recorded.withLock { $0.append(reply.map { "\($0.response.status)" } ?? "gone") }
        }
    }

    /// A failure is 502 and its words.
    static func answer(_ outcome: OutgoingCall.Outcome) -> Answer {
        switch outcome {
        case .success(let response):
            .reply(Reply(HTTPResponse(status: response.status, body: response.body)))
        case .failure(let failure):
            .reply(Reply(HTTPResponse(status: 502, body: Array("\(failure)".utf8))))
        }
    }
}

extension OutgoingResponse {
    /// The answer as text: the status, the lines of the head, an empty line, the body.
    var text: String {
        let lines = fields.lines.indices.map { "\(fields.name(at: $0)): \(fields.value(at: $0))\n" }
        return "\(status)\n\(lines.joined())\n\(String(decoding: body, as: UTF8.self))"
    }
}
