/// Answers that depend on another server: what goes out to it byte by byte, what comes back, and the ways in
/// which it does not.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct OutgoingCallTests {
    /// A server that calls, its client, and the server that is called.
    private struct Bench {
        let backend: Backend
        let handler: CallHandler
        let server: TestServer
        let client: ClientSocket

        init(
            limits: SocketLimits = SocketLimits(), isTLS: Bool = false,
            _ change: @escaping @Sendable (inout OutgoingRequest) -> Void = { _ in }
        ) throws {
            backend = try Backend()
            handler = CallHandler(to: backend, change)
            server = try TestServer(handler: handler, limits: limits, isTLS: isTLS)
            client = try server.client()
        }

        /// The outcome that the handler was given when the backend answers so.
        func outcome(
            _ method: String = "GET", answer: String, thenCloses: Bool = false
        ) throws -> OutgoingCall.Outcome {
            let count = handler.outcomes.count
            try client.send("\(method) / HTTP/1.1\r\nHost: test\r\n\r\n")
            let (socket, _) = try backend.acceptRequest()
            try socket.send(answer)
            if thenCloses { socket.close() }
            waitUntil { handler.outcomes.count > count }
            return handler.outcomes[count]
        }
    }

    @Test(arguments: [false, true])
    func `the answer of another server becomes the answer`(isTLS: Bool) throws {
        let bench = try Bench(isTLS: isTLS)

        try bench.client.send(get("/a?b=c"))
        let (socket, head) = try bench.backend.acceptRequest()
        try socket.send("HTTP/1.1 201 Created\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello")
        let answer = try bench.client.receiveResponse()

        #expect(head == "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:\(bench.backend.port)\r\n\r\n")
        #expect(answer.head.hasPrefix("HTTP/1.1 201 Created\r\n"))
        #expect(String(decoding: answer.body, as: UTF8.self) == "hello")
        #expect(bench.server.server.openCallCount == 0)
        #expect(bench.server.server.heldCallBytes == 0)
    }

    @Test func `fields go out in their order and case and none besides`() throws {
        let bench = try Bench { request in
            request.method = .put
            request.fields.append("x-lower", "a")
            request.fields.append("X-Empty", "")
            request.fields.append("Content-Length", "99")
            request.fields.append("Transfer-Encoding", "chunked")
            request.fields.append("X-UPPER", "b, c")
            request.fields.append("x-lower", "again")
            request.fields.append("Host", "other.example")
            request.body = Array("body".utf8)
        }

        try bench.client.send(get("/"))
        let (socket, head) = try bench.backend.acceptRequest()
        let body = try socket.receive(4)

        #expect(
            head == """
                PUT / HTTP/1.1\r
                Host: other.example\r
                x-lower: a\r
                X-Empty:\r
                Content-Length: 4\r
                X-UPPER: b, c\r
                x-lower: again\r
                \r

                """)
        #expect(String(decoding: body, as: UTF8.self) == "body")
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-b: 1\r\nX-A:  2 \r\n\r\nhi", "GET"),
            (
                "HTTP/1.1 100 Continue\r\nx-c: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-b: 1\r\nX-A: 2\r\n\r\nhi", "GET"
            ),
        ])
    func `heads of 1xx give way to the last`(answer: String, method: String) throws {
        let outcome = try Bench().outcome(method, answer: answer)

        #expect(try outcome.get().text == "200\nContent-Length: 2\nx-b: 1\nX-A: 2\n\nhi")
    }
}
