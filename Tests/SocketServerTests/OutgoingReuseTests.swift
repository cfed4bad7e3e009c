/// Calls by the handle of an ended call, which keeps the options that all calls share: each must have its own
/// method, fields, body and place, and none of the call before it.

import HTTPWire
import SocketServer
import Testing

struct OutgoingReuseTests {
    private struct Call {
        let method: String
        var target = "/"
        var fields = ""
        var body = ""
    }

    @Test func `a call has nothing of the calls before it`() throws {
        let placed = try Backend()
        let port = placed.port
        let bench = try CallBench { request in
            if request.url.hasSuffix("/placed") {
                request.connectTo = OutgoingRequest.Endpoint(host: "127.0.0.1", port: port)
            }
            if request.url.hasSuffix("/named") { request.fields.append("X-Name", "1") }
        }
        // The order makes each kind of call follow several others.
        let calls = [
            Call(method: "POST", body: "body"), Call(method: "GET"), Call(method: "HEAD"),
            Call(method: "GET", target: "/placed"), Call(method: "GET"),
            Call(method: "GET", target: "/named", fields: "X-Name: 1\r\n"), Call(method: "GET"),
            Call(method: "PUT", target: "/placed", body: "placed"), Call(method: "HEAD"),
            Call(method: "POST", target: "/named", fields: "X-Name: 1\r\n", body: "named"),
            Call(method: "LOCK"), Call(method: "GET"), Call(method: "DELETE", body: "deleted"),
            Call(method: "DELETE"), Call(method: "HEAD", target: "/placed"),
            Call(method: "POST", body: "end"),
        ]

        for call in calls {
            let length = call.body.isEmpty ? "" : "Content-Length: \(call.body.utf8.count)\r\n"
            try bench.client.send(
                "\(call.method) \(call.target) HTTP/1.1\r\nHost: test\r\n\(length)\r\n\(call.body)")
            let backend = call.target == "/placed" ? placed : bench.backend
            let (socket, head) = try backend.acceptRequest()
            let body = try socket.receive(call.body.utf8.count)
            let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"
            try socket.send(call.method == "HEAD" ? answer : answer + "hello")
            let (_, received) = try bench.client.receiveResponse(hasBody: call.method != "HEAD")

            let host = "Host: 127.0.0.1:\(bench.backend.port)\r\n"
            #expect(head == "\(call.method) \(call.target) HTTP/1.1\r\n\(host)\(call.fields)\(length)\r\n")
            #expect(body == Array(call.body.utf8))
            #expect(received == Array((call.method == "HEAD" ? "" : "hello").utf8))
        }
        #expect(bench.handler.ends == calls.map { _ in "200" })
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", true),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi", true),
        ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", false),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi, there", false),
    ])
    func `a connection is used again if both ends may go on`(answer: String, isKept: Bool) throws {
        let bench = try CallBench()

        try bench.client.send(get("/1"))
        let (socket, _) = try bench.backend.acceptRequest()
        try socket.send(answer)
        let first = try bench.client.receiveResponse().body
        try bench.client.send(get("/2"))
        let second = isKept ? socket : try bench.backend.accept()
        let head = try second.receiveHead()

        #expect(first == Array("hi".utf8))
        #expect(head.hasPrefix("GET /2 "))
        #expect(!bench.backend.hasConnection)
        if !isKept { #expect(try socket.receiveToEnd() == []) }
    }

    @Test(arguments: ["POST", "PATCH", "LOCK"])
    func `no request that may go only once goes to a connection that has ended`(method: String) throws {
        let bench = try CallBench()
        try bench.client.send(get("/1"))
        let (socket, _) = try bench.backend.acceptRequest()
        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        _ = try bench.client.receiveResponse()

        socket.close()
        try bench.client.send("\(method) /2 HTTP/1.1\r\nHost: test\r\n\r\n")
        let (next, head) = try bench.backend.acceptRequest()
        try next.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew")

        #expect(try bench.client.receiveResponse().body == Array("new".utf8))
        #expect(head.hasPrefix("\(method) /2 "))
    }

    @Test func `an answer to half a request is an answer and ends the connection`() throws {
        let bench = try CallBench { $0.body = [UInt8](repeating: 0, count: 8_000_000) }
        try bench.client.send("POST /1 HTTP/1.1\r\nHost: test\r\n\r\n")
        let (socket, _) = try bench.backend.acceptRequest()
        try socket.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")

        #expect(try bench.client.receiveResponse().head.hasPrefix("HTTP/1.1 413 "))
        try bench.client.send(get("/2"))
        let (next, head) = try bench.backend.acceptRequest()
        try next.send("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(try bench.client.receiveResponse().head.hasPrefix("HTTP/1.1 204 "))
        #expect(head.hasPrefix("GET /2 "))
        waitUntil { bench.server.server.heldCallBytes == 0 }
    }

    @Test func `more servers than are kept are called in turn`() throws {
        var limits = SocketLimits()
        limits.keptConnectionsMax = 1
        let backends = try (0..<3).map { _ in try Backend() }
        let urls = backends.map(\.url)
        let handler = CallHandler { request in
            let number = Int(request.target.text.dropFirst()) ?? 0
            return OutgoingRequest(.get, urls[number % urls.count] + request.target.text)
        }
        let server = try TestServer(handler: handler, limits: limits)
        let client = try server.client()
        var sockets: [ClientSocket?] = [nil, nil, nil]

        for number in 0..<30 {
            try client.send(get("/\(number)"))
            let (socket, head) = try Self.nextRequest(to: backends[number % 3], sockets[number % 3])
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\(10 + number)")
            #expect(try client.receiveResponse().body == Array("\(10 + number)".utf8))
            #expect(head.hasPrefix("GET /\(number) "))
            sockets[number % 3] = socket
        }
    }

    /// The next request, on the kept connection or, if that closed to make room, on a new one.
    private static func nextRequest(
        to backend: Backend, _ kept: ClientSocket?
    ) throws -> (socket: ClientSocket, head: String) {
        guard let kept else { return try backend.acceptRequest() }
        do {
            return (kept, try kept.receiveHead())
        } catch let end as ClientError where end.errno == 0 {
            return try backend.acceptRequest()
        }
    }
}
