/// Answers that depend on another server: what goes out to it byte by byte, what comes back, and the ways in
/// which it does not.

import Glibc
import HTTPWire
import SocketServer
import TestSupport
import Testing

/// A server that calls, its client, and the server that is called.
struct CallBench {
    let backend: Backend
    let handler: CallHandler
    let server: TestServer
    let client: ClientSocket

    init(
        limits: SocketLimits = SocketLimits(), loopCount: Int = 1, isTLS: Bool = false,
        curlLibrary: String? = nil, _ change: @escaping @Sendable (inout OutgoingRequest) -> Void = { _ in }
    ) throws {
        backend = try Backend()
        handler = CallHandler(to: backend, change)
        server = try TestServer(
            handler: handler, loopCount: loopCount, limits: limits, isTLS: isTLS, curlLibrary: curlLibrary)
        client = try server.client()
    }

    /// Sends a request, whose call the backend answers, and gives the outcome.
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

    /// Sends a request and waits for the outcome of its call.
    func outcome() throws -> OutgoingCall.Outcome {
        let count = handler.outcomes.count
        try client.send(get("/"))
        waitUntil { handler.outcomes.count > count }
        return handler.outcomes[count]
    }
}

struct OutgoingCallTests {
    private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    @Test(arguments: [false, true])
    func `the answer of another server becomes the answer`(isTLS: Bool) throws {
        let bench = try CallBench(isTLS: isTLS)

        try bench.client.send(get("/a?b=c"))
        let (socket, head) = try bench.backend.acceptRequest()
        try socket.send("HTTP/1.1 201 Created\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello")
        let answer = try bench.client.receiveResponse()

        #expect(head == "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:\(bench.backend.port)\r\n\r\n")
        #expect(answer.head.hasPrefix("HTTP/1.1 201 Created\r\n"))
        #expect(String(decoding: answer.body, as: UTF8.self) == "hello")
        #expect(bench.handler.ends == ["201"])
        #expect(bench.server.server.openCallCount == 0)
        #expect(bench.server.server.heldCallBytes == 0)
    }

    @Test func `fields go out in their order and case and none besides`() throws {
        let bench = try CallBench { request in
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

    @Test(arguments: [
        "/", "/a//b/../c/./d", "/a%2fb%2Fc%41", "/?", "/?a=%20+b&&c=;d", "?q",
        "/a;b=c,d:e@f!$'()*~|{}[]^`\"<>\\",
    ])
    func `path and query go out as they are`(target: String) throws {
        let bench = try CallBench { request in
            request.url = String(request.url.dropLast()) + target + "#fragment"
        }

        try bench.client.send(get("/"))
        let (_, head) = try bench.backend.acceptRequest()

        let sent = target.hasPrefix("/") ? target : "/" + target
        #expect(head.split(separator: "\r\n").first == "GET \(sent) HTTP/1.1")
    }

    @Test(
        arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND"], [false, true])
    func `each method goes out with its body and the length where it has a meaning`(
        method: String, hasBody: Bool
    ) throws {
        let body = hasBody ? String(repeating: "b", count: 3_000_000) : ""
        let bench = try CallBench { request in
            request.method = HTTPMethod(rawValue: method)
            request.body = Array(body.utf8)
        }

        try bench.client.send(get("/"))
        let (socket, head) = try bench.backend.acceptRequest()
        let sends = method != "HEAD" && (hasBody || ["POST", "PUT", "PATCH"].contains(method))
        let received = try socket.receive(sends ? body.utf8.count : 0)
        try socket.send("HTTP/1.1 204 No Content\r\n\r\n")
        let answer = try bench.client.receiveResponse()

        let lengthLine = sends ? "Content-Length: \(body.utf8.count)\r\n" : ""
        #expect(head == "\(method) / HTTP/1.1\r\nHost: 127.0.0.1:\(bench.backend.port)\r\n\(lengthLine)\r\n")
        #expect(String(decoding: received, as: UTF8.self) == (sends ? body : ""))
        #expect(answer.head.hasPrefix("HTTP/1.1 204 "))
    }

    @Test(
        arguments: [
            ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-b: 1\r\nX-A:  2 \r\n\r\nhi", "hi"),
            (
                "GET",
                "HTTP/1.1 100 Continue\r\nx-c: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-b: 1\r\nX-A: 2\r\n\r\nhi", "hi"
            ),
            ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-b: 1\r\nX-A: 2\r\n\r\n", ""),
            ("GET", "HTTP/1.1 200\r\nContent-Length: 2\nx-b:1\nX-A: 2\n\nhi", "hi"),
        ])
    func `answers in each form are the same answer`(method: String, answer: String, body: String) throws {
        let outcome = try CallBench().outcome(method, answer: answer)

        #expect(try outcome.get().text == "200\nContent-Length: 2\nx-b: 1\nX-A: 2\n\n\(body)")
    }

    @Test(arguments: [204, 304])
    func `an answer without a body ends with its head`(status: Int) throws {
        let outcome = try CallBench().outcome(
            answer: "HTTP/1.1 \(status) Nothing\r\nContent-Length: 9\r\n\r\n")

        #expect(try outcome.get().text == "\(status)\nContent-Length: 9\n\n")
    }

    @Test func `a chunked body comes whole and without its trailers`() throws {
        let outcome = try CallBench().outcome(
            answer: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nFolded: a\r\n  b\r\nEmpty:\r\n\r\n"
                + "2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: 1\r\n\r\n")

        let text = try outcome.get().text
        #expect(
            ["a b", "a  b", "a   b"].map {
                "200\ntransfer-encoding: chunked\nFolded: \($0)\nEmpty: \n\nhello"
            }.contains(text), "\(text)")
    }

    @Test(arguments: ["HTTP/1.1", "HTTP/1.0"])
    func `a body without a length ends with the connection`(version: String) throws {
        let outcome = try CallBench().outcome(answer: "\(version) 200 OK\r\n\r\nhello", thenCloses: true)

        #expect(try outcome.get().text == "200\n\nhello")
    }

    @Test func `bytes of fields that are not UTF-8 go out and come back as they are`() throws {
        let value: [UInt8] = [0x61, 0xE9, 0xFF, 0x80]
        let line = Array("X-Raw: ".utf8) + value + Array("\r\n".utf8)
        let bench = try CallBench { request in
            request.fields = HTTPFields(bytes: line, lines: [.init(name: 0..<5, value: 7..<11)])
        }

        try bench.client.send(get("/"))
        let socket = try bench.backend.accept()
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head += try socket.receive(1) }
        try socket.send(Array("HTTP/1.1 204 No Content\r\n".utf8) + line + Array("\r\n".utf8))
        _ = try bench.client.receiveResponse()

        #expect(head.dropLast(2).suffix(line.count).elementsEqual(line))
        #expect(try Array(bench.handler.outcomes[0].get().fields.valueBytes(at: 0)) == value)
    }

    @Test func `a redirect is an answer like others`() throws {
        let outcome = try CallBench().outcome(
            answer: "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")

        #expect(try outcome.get().text == "302\nLocation: /elsewhere\nContent-Length: 0\n\n")
    }

    @Test func `a connection is kept for the next call to the same server`() throws {
        let bench = try CallBench()

        try bench.client.send(get("/1"))
        let (socket, _) = try bench.backend.acceptRequest()
        try socket.send(Self.hello)
        _ = try bench.client.receiveResponse()
        try bench.client.send(get("/2"))
        let second = try socket.receiveHead()
        try socket.send(Self.hello)
        _ = try bench.client.receiveResponse()

        #expect(second.hasPrefix("GET /2 "))
    }

    @Test func `kept connections close when no call was made for a while`() throws {
        let bench = try CallBench()
        try bench.client.send(get("/1"))
        let (socket, _) = try bench.backend.acceptRequest()
        try socket.send(Self.hello)
        _ = try bench.client.receiveResponse()

        bench.server.advance(by: .seconds(60))

        #expect(try socket.receiveToEnd() == [])
        // The next call opens one anew.
        let client = try bench.server.client()
        try client.send(get("/2"))
        let (next, _) = try bench.backend.acceptRequest()
        try next.send(Self.hello)
        #expect(try client.receiveResponse().body == Array("hello".utf8))
    }

    @Test(arguments: ["GET", "PUT", "DELETE", "POST", "PATCH", "LOCK"])
    func `a call whose kept connection ends before the answer goes again if it may`(method: String) throws {
        let bench = try CallBench()
        try bench.client.send(get("/1"))
        let (socket, _) = try bench.backend.acceptRequest()
        try socket.send(Self.hello)
        _ = try bench.client.receiveResponse()

        try bench.client.send("\(method) /2 HTTP/1.1\r\nHost: test\r\n\r\n")
        _ = try socket.receiveHead()
        socket.close()
        if ["GET", "PUT", "DELETE"].contains(method) {
            let (next, head) = try bench.backend.acceptRequest()
            try next.send(Self.hello)
            #expect(head.hasPrefix("\(method) /2 "))
        }
        let answer = String(decoding: try bench.client.receiveResponse().body, as: UTF8.self)

        let isSentAgain = ["GET", "PUT", "DELETE"].contains(method)
        #expect(
            answer
                == (isSentAgain
                    ? "hello" : "the connection broke off: a kept connection ended before the answer"))
    }

    @Test func `a call goes again when its kept connection had ended`() throws {
        let bench = try CallBench()
        try bench.client.send(get("/1"))
        let (socket, _) = try bench.backend.acceptRequest()
        try socket.send(Self.hello)
        _ = try bench.client.receiveResponse()

        socket.close()
        try bench.client.send(get("/2"))
        let (next, head) = try bench.backend.acceptRequest()
        try next.send(Self.hello)

        #expect(try bench.client.receiveResponse().body == Array("hello".utf8))
        #expect(head.hasPrefix("GET /2 "))
    }
}
