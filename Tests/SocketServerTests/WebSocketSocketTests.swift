/// WebSocket connections over real sockets, plain and in TLS: bytes one by one, messages between connections
/// of different loops, and the end of a session with a call or a wait of its own.

import Dispatch
import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

/// Opens a session of its own for each handshake, and remembers them.
final class SessionHandler: RequestHandler {
    private let sessions = Mutex<[EchoSession]>([])
    private let make: @Sendable () -> EchoSession

    init(_ make: @escaping @Sendable () -> EchoSession = { EchoSession() }) { self.make = make }

    var opened: [EchoSession] { sessions.withLock { $0 } }

    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        guard request.isWebSocketUpgrade else { return EchoHandler().handle(request, from: client) }
        let session = make()
        sessions.withLock { $0.append(session) }
        return .upgrade(WebSocketUpgrade(session: session))
    }
}

struct WebSocketSocketTests {
    private func open(_ server: TestServer) throws -> ClientSocket {
        let client = try server.client()
        try client.send(handshake())
        let head = try client.receiveResponse(hasBody: false).head
        #expect(head == switching)
        return client
    }

    /// Opens connections, and closes them before the server stops, which would wait for their close frames.
    private func withClients(
        _ count: Int, of server: TestServer, _ body: ([ClientSocket]) throws -> Void
    ) throws {
        let clients = try (0..<count).map { _ in try open(server) }
        defer {
            for client in clients { client.close() }
            server.server.stop()
        }
        try body(clients)
    }

    @Test(arguments: [false, true])
    func `bytes one by one are messages like others`(isTLS: Bool) throws {
        let handler = SessionHandler()
        let server = try TestServer(handler: handler, isTLS: isTLS)
        try withClients(1, of: server) { clients in
            let client = clients[0]

            for byte in text("one") + frame(9, [1]) + text("two") { try client.send([byte]) }
            let long = String(repeating: "ä", count: 10_000)
            try client.send(text(long))
            try client.send(closing(1000, mask: [9, 8, 7, 6]))

            let expected = sentText("one") + [0x8a, 1, 1] + sentText("two") + sentText(long) + closing(1000)
            #expect(try client.receiveToEnd() == expected)
            waitUntil { handler.opened.first?.ends.isEmpty == false }
            let end = WebSocketEnd(code: .normal, reason: "", cause: .client)
            #expect(handler.opened.map(\.ends) == [[end]])
        }
    }

    @Test func `a channel reaches a client of another loop`() throws {
        let handler = SessionHandler()
        let server = try TestServer(handler: handler, loopCount: 2)
        try withClients(4, of: server) { clients in
            for (index, session) in handler.opened.enumerated() {
                session.channel?.send(.text(Array("to \(index)".utf8)))
            }

            for (index, client) in clients.enumerated() {
                let received = try client.receive(6)
                #expect(received == sentText("to \(index)"))
            }
        }
    }

    @Test func `messages of another thread arrive whole and in order`() throws {
        let handler = SessionHandler()
        let server = try TestServer(handler: handler)
        try withClients(1, of: server) { clients in
            let channel = try #require(handler.opened.first?.channel)

            for index in 0..<500 {
                waitUntil { channel.send(.text(Array("\(1000 + index)".utf8))) == .accepted }
            }

            let bytes = try clients[0].receive(500 * 6)
            #expect(bytes == (0..<500).flatMap { sentText("\(1000 + $0)") })
        }
    }

    @Test func `a server that stops closes its clients with 1001`() throws {
        let handler = SessionHandler()
        let server = try TestServer(handler: handler)
        try withClients(1, of: server) { clients in
            let running = server.server
            DispatchQueue(label: "stop").async { running.stop() }
            let expected = closing(1001, "Going away")
            #expect(try clients[0].receive(expected.count) == expected)
            try clients[0].send(closing(1001, mask: [1, 2, 3, 4]))

            #expect(try clients[0].receiveToEnd().isEmpty)
            #expect(handler.opened.map { $0.ends.map(\.cause) } == [[.stop]])
        }
    }

    @Test func `a reset of the client ends the session`() throws {
        let handler = SessionHandler()
        let server = try TestServer(handler: handler)
        try withClients(1, of: server) { clients in
            try clients[0].reset()

            waitUntil { handler.opened.first?.ends.isEmpty == false }
            #expect(handler.opened.map { $0.ends.map(\.code) } == [[.abnormal]])
            #expect(handler.opened.first?.channel?.send(.text([])) == .gone)
        }
    }

    @Test func `the call at the end is made without a client`() throws {
        let backend = try Backend()
        let outcomes = Mutex<[OutgoingCall.Outcome]>([])
        let request = OutgoingRequest(.post, backend.url + "/bye")
        let handler = SessionHandler {
            let call = OutgoingCall(request) { outcome in
                outcomes.withLock { $0.append(outcome) }
                return CallHandler.answer(outcome)
            }
            return EchoSession(last: .call(call))
        }
        let server = try TestServer(handler: handler)
        try withClients(1, of: server) { clients in
            try clients[0].reset()
            let (socket, head) = try backend.acceptRequest()
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            waitUntil { outcomes.withLock { !$0.isEmpty } }

            #expect(head.hasPrefix("POST /bye HTTP/1.1\r\n"))
            let outcome = try #require(outcomes.withLock { $0.first })
            #expect(try outcome.get().body == Array("ok".utf8))
        }
    }

    @Test func `a wait at the end goes on without a client, up to the limit of such waits`() throws {
        var limits = SocketLimits()
        limits.detachedAnswersMax = 1
        let waits = WaitLog()
        let handler = SessionHandler { EchoSession(last: waits.begin("/await")) }
        let server = try TestServer(handler: handler, limits: limits)
        try withClients(2, of: server) { clients in
            for (index, client) in clients.enumerated() {
                try client.reset()
                waitUntil { handler.opened[index].ends.count == 1 }
            }
            waitUntil { waits.ends == ["gone"] }
            let isFirst = waits.complete(0, "come")
            let isSecond = waits.complete(1, "come")

            waitUntil { waits.ends == ["gone", "come"] }
            #expect(isFirst && !isSecond)
            #expect(server.server.openWaitCount == 0)
        }
    }
}
