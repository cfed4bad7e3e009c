/// Calls that have no answer: each failure by a server that behaves so, and what a call leaves behind.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct OutgoingFailureTests {
    private func failure(_ outcome: OutgoingCall.Outcome) -> OutgoingFailure? {
        if case .failure(let failure) = outcome { failure } else { nil }
    }

    /// The name of the case; nil if there is no failure.
    private func kind(_ failure: OutgoingFailure?) -> String? {
        failure.flatMap { Mirror(reflecting: $0).children.first?.label }
    }

    @Test(
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        ])
    func `a server that breaks off is no answer`(answer: String) throws {
        let bench = try CallBench()

        let failure = failure(try bench.outcome(answer: answer, thenCloses: true))

        #expect(kind(failure) == "brokeOff")
        #expect(try bench.client.receiveResponse().head.hasPrefix("HTTP/1.1 502 "))
        #expect(bench.server.server.heldCallBytes == 0)
    }

    @Test func `a reset within the answer is no answer`() throws {
        let bench = try CallBench()
        try bench.client.send(get("/"))
        let (socket, _) = try bench.backend.acceptRequest()
        try socket.send("HTTP/1.1 200 OK\r\n\r\nhello")
        try socket.reset()
        waitUntil { !bench.handler.outcomes.isEmpty }

        #expect(kind(failure(bench.handler.outcomes[0])) == "brokeOff")
    }

    @Test(arguments: [
        "hello\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "SSH-2.0-server\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    ])
    func `an answer that is not HTTP is malformed`(answer: String) throws {
        let failure = failure(try CallBench().outcome(answer: answer, thenCloses: true))

        #expect(kind(failure) == "malformed")
    }

    @Test(arguments: ["S", "SSH-2.0-server", "HTTQ"])
    func `an answer that cannot be HTTP is refused before its line ends`(answer: String) throws {
        let failure = failure(try CallBench().outcome(answer: answer))

        #expect(failure == .malformed("\"\(answer)\" is no status line"))
    }

    @Test func `a refused request to a name leaves nothing for the calls after the idle time`() throws {
        let backend = try Backend()
        let url = backend.url
        let handler = CallHandler { request in
            var outgoing = OutgoingRequest(.get, url)
            if request.target.text == "/refused" {
                outgoing.url = "http://name.invalid/"
                outgoing.fields.append("X-A", "a\u{0}b")
            }
            return outgoing
        }
        let server = try TestServer(handler: handler, loopCount: 1)
        let (client, other) = (try server.client(), try server.client())

        // The refused call has the second place of the loop.
        try client.send(get("/"))
        let (socket, _) = try backend.acceptRequest()
        try other.send(get("/refused"))
        _ = try other.receiveResponse()
        try socket.send("HTTP/1.1 204 No Content\r\n\r\n")
        _ = try client.receiveResponse()
        // The loop closes its kept connection when it forgets all places.
        server.advance(by: SocketLimits().keptConnectionTimeout)
        #expect(try socket.receiveToEnd() == [])
        let next = try server.client()
        try next.send(get("/"))
        try backend.acceptRequest().socket.send("HTTP/1.1 204 No Content\r\n\r\n")

        #expect(try next.receiveResponse().head.hasPrefix("HTTP/1.1 204 "))
        guard case .failure(.invalidRequest) = handler.outcomes[0] else {
            Issue.record("\(handler.outcomes)")
            return
        }
    }

    @Test func `a server where nobody listens is unreachable`() throws {
        let bench = try CallBench { $0.url = "http://127.0.0.1:1/" }

        let failure = failure(try bench.outcome())

        #expect(kind(failure) == "unreachable")
    }

    @Test func `a name that nobody knows has no address`() throws {
        // RFC 6761 section 6.4: resolvers know that there is none.
        let bench = try CallBench { $0.url = "http://nobody.invalid/" }

        let failure = failure(try bench.outcome())

        #expect(kind(failure) == "unknownName")
    }

    @Test func `a call ends at its time`() throws {
        let bench = try CallBench { $0.timeout = .seconds(29) }
        try bench.client.send(get("/"))
        let (socket, _) = try bench.backend.acceptRequest()
        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell")

        bench.server.advance(by: .seconds(29) - .nanoseconds(1))
        let isEarly = bench.client.isReadable(within: 0)
        bench.server.advance(by: .nanoseconds(1))
        let answer = try bench.client.receiveResponse()

        #expect(!isEarly)
        #expect(String(decoding: answer.body, as: UTF8.self) == "no whole answer within 29.0 seconds")
        #expect(bench.handler.outcomes.map(failure) == [.timedOut(after: .seconds(29))])
        #expect(try socket.receiveToEnd() == [])
        #expect(bench.server.server.openCallCount == 0)
    }

    @Test func `a server that takes no connection is unreachable at its time`() throws {
        // A place of documentation alone (RFC 5737), or one that no route leads to.
        let bench = try CallBench { request in
            request.url = "http://192.0.2.1/"
            request.connectTimeout = .milliseconds(1)
        }

        let failure = failure(try bench.outcome())

        #expect(["connectTimedOut", "unreachable"].contains(kind(failure)))
    }

    @Test(arguments: [-1, 0])
    func `a body is as long as it may be and no longer`(excess: Int) throws {
        let bench = try CallBench { $0.bodyBytesMax = 100_000 + excess }
        let body = String(repeating: "x", count: 100_000)

        let outcome = try bench.outcome(
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n\(body)")

        if excess < 0 {
            #expect(failure(outcome) == .bodyTooLarge(bytesMax: 99_999))
        } else {
            #expect(try outcome.get().body.count == 100_000)
        }
        _ = try bench.client.receiveResponse()
        // The client may have the last byte before the loop has counted it.
        waitUntil { bench.server.server.heldCallBytes == 0 }
    }

    @Test(arguments: [false, true])
    func `a head is as long as it may be and no longer`(isLonger: Bool) throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx: \(String(repeating: "x", count: 500))\r\n\r\n"
        var limits = SocketLimits()
        limits.wire.fieldSectionBytesMax = head.utf8.count - (isLonger ? 1 : 0)
        let bench = try CallBench(limits: limits)

        let outcome = try bench.outcome(answer: head)

        #expect(
            failure(outcome) == (isLonger ? .headTooLarge(bytesMax: limits.wire.fieldSectionBytesMax) : nil))
    }

    @Test func `the library is named that cannot be loaded`() throws {
        let bench = try CallBench(curlLibrary: "libcurl-not-here.so.4")

        try bench.client.send(get("/1") + get("/2"))
        let answers = try [bench.client.receiveResponse(), bench.client.receiveResponse()]

        for answer in answers {
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(
                text.hasPrefix(
                    "calls to other servers need libcurl (Debian: libcurl4), which cannot be loaded: "))
            #expect(text.contains("libcurl-not-here.so.4"))
        }
        #expect(bench.server.server.openCallCount == 0)
    }

    @Test(
        arguments: [
            "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1/", "http://", "http://:80/",
            "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:x/",
            "http://user:password@127.0.0.1/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y",
            "http://ä.example/",
            "http://[::1/",
        ])
    func `a URL that is none is refused before anything is sent`(url: String) throws {
        let failure = failure(try CallBench { $0.url = url }.outcome())

        #expect(kind(failure) == "invalidRequest")
    }

    @Test(
        arguments: [
            ("X-Bad", "a\r\nX-Other: b"), ("X-Bad", "a\nb"), ("X-Bad", "a\0b"), ("X Bad", "a"), ("", "a"),
            ("X-Bad:", "a"),
        ])
    func `a field that is none is refused before anything is sent`(name: String, value: String) throws {
        let failure = failure(try CallBench { $0.fields.append(name, value) }.outcome())

        #expect(kind(failure) == "invalidRequest")
    }

    @Test(arguments: ["", "GET /x", "G\r\n"])
    func `a method that is none is refused before anything is sent`(method: String) throws {
        let failure = failure(try CallBench { $0.method = HTTPMethod(rawValue: method) }.outcome())

        #expect(kind(failure) == "invalidRequest")
    }
}
