/// Support for the server tests: a handler whose answers follow from the path, and short ways to start a
/// server and to write requests.

import Dispatch
import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

/// Answers `/size/<n>` with that many bytes of `x`; any other path with the path, or with the body if there
/// was one.
struct EchoHandler: RequestHandler {
    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        let segments = request.target.pathSegments
        var body = request.body
        if segments.first == "size", let count = segments.last.flatMap({ Int($0) }) {
            body = Array(repeating: UInt8(ascii: "x"), count: count)
        } else if body.isEmpty {
            body = Array(request.target.text.utf8)
        }
        return .reply(Reply(HTTPResponse(status: 200, contentType: "text/plain", body: body)))
    }
}

/// How the answer to a path is delivered.
struct Fault: Sendable {
    var delay: Duration = .zero
    var delivery: Delivery = .whole
    var hasRoom = false
}

/// Remembers the connection of each request, and answers as `EchoHandler` does, with the fault of the path if
/// it has one. The answers to `/await` and to paths under it are waits. A handshake of WebSocket for
/// `/socket` opens the session. The answer to `/stream` is the body of the source.
final class RecordingHandler: RequestHandler {
    let waits = WaitLog()
    private let faults: [String: Fault]
    private let session: (any WebSocketSession)?
    private let source: (any BodySource)?
    private let requests = Mutex<[(connection: ConnectionID, path: String)]>([])

    var connections: [ConnectionID] { requests.withLock { $0.map(\.connection) } }
    var paths: [String] { requests.withLock { $0.map(\.path) } }

    init(
        faults: [String: Fault] = [:], session: (any WebSocketSession)? = nil,
        source: (any BodySource)? = nil
    ) {
        self.faults = faults
        self.session = session
        self.source = source
    }

    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        requests.withLock { $0.append((client.connection, request.target.text)) }
        if let session, request.target.pathSegments.first == "socket" {
            switch WebSocketHandshake.check(request) {
            case .notAsked: break
            case .valid: return .upgrade(WebSocketUpgrade(session: session))
            case .refused(let error): return .reply(Reply(HTTPResponse(refusing: error)))
            }
        }
        if let source, request.target.pathSegments.first == "stream" {
            let head = HTTPResponse(status: 200, contentType: "text/plain")
            return .stream(BodyStream(head: head, source: source))
        }
        if request.target.pathSegments.first == "await" { return waits.begin(request.target.text) }
        let answer = EchoHandler().handle(request, from: client)
        guard case .reply(var reply) = answer, let fault = faults[request.target.text] else { return answer }
        reply.delay = fault.delay
        reply.delivery = fault.delivery
        reply.hasRoom = fault.hasRoom
        return .reply(reply)
    }
}

/// 1994-11-06T08:49:37Z, the example of RFC 9110 section 5.6.7, at which the clocks of these tests start.
let startDate: Duration = .seconds(784_111_777)

/// A server on a free port of 127.0.0.1 that stops with the test.
final class TestServer {
    let server: Server
    let clock: ManualClock
    /// Its clients begin with TLS.
    let isTLS: Bool
    var port: UInt16 { server.port }

    init(
        handler: any RequestHandler = EchoHandler(), loopCount: Int = 1,
        limits: SocketLimits = SocketLimits(),
        host: String = "127.0.0.1", isTLS: Bool = false, tls: TLSContext? = nil,
        onUnexpectedTLS: (@Sendable () -> Void)? = nil,
        onAcceptPause: (@Sendable (AcceptPause) -> Void)? = nil, curlLibrary: String? = nil
    ) throws {
        clock = ManualClock(date: startDate)
        self.isTLS = isTLS || tls != nil
        var configuration = Server.Configuration(host: host, port: 0, loopCount: loopCount, limits: limits)
        configuration.onAcceptPause = onAcceptPause
        configuration.onUnexpectedTLS = onUnexpectedTLS
        if let curlLibrary { configuration.curlLibrary = curlLibrary }
        configuration.tls = try isTLS ? TestCertificates.context() : tls
        server = try Server.start(configuration, handler: handler, clock: clock)
    }

    /// A server that delivers what it answers to these paths in another way.
    convenience init(
        faults: [String: Fault], loopCount: Int = 1, limits: SocketLimits = SocketLimits(),
        isTLS: Bool = false
    ) throws {
        try self.init(
            handler: RecordingHandler(faults: faults), loopCount: loopCount, limits: limits, isTLS: isTLS)
    }

    func client(isIPv6: Bool = false, receiveBufferBytes: Int32? = nil) throws -> ClientSocket {
        let client = try ClientSocket(port: port, isIPv6: isIPv6, receiveBufferBytes: receiveBufferBytes)
        if isTLS { try client.startTLS(TestCertificates.peer()) }
        return client
    }

    /// Moves the clock and tells the server.
    func advance(by duration: Duration) {
        clock.advance(by: duration)
        server.clockMoved()
    }

    /// Moves the emulated time alone and tells the server.
    func advanceEmulated(by duration: Duration) {
        clock.advanceEmulated(by: duration)
        server.clockMoved()
    }
}

/// The mail of a loop that a test plays by hand.
func makeMailbox() -> Mailbox {
    do throws(SystemError) {
        return try Mailbox()
    } catch {
        preconditionFailure("A test has a descriptor left: \(error)")
    }
}

func get(_ path: String, _ fields: String...) -> String {
    "GET \(path) HTTP/1.1\r\nHost: test\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// The whole answer of `EchoHandler` while the clock stands at its start, or so many seconds later.
func answer(_ body: String, connection: String = "keep-alive", after seconds: Int = 0) -> String {
    precondition(seconds < 23, "The minute of the start ends then.")
    return """
        HTTP/1.1 200 OK\r
        Date: Sun, 06 Nov 1994 08:49:\(37 + seconds) GMT\r
        Content-Type: text/plain\r
        Content-Length: \(body.utf8.count)\r
        Connection: \(connection)\r
        \r
        \(body)
        """
}

/// Waits for what other threads bring about; fails the test when it does not come.
func waitUntil(
    _ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) {
    let pause = DispatchSemaphore(value: 0)
    for _ in 0..<60_000 {
        if condition() { return }
        _ = pause.wait(timeout: .now() + .milliseconds(1))
    }
    Issue.record("What was waited for did not come.", sourceLocation: sourceLocation)
}
