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

    /// The next request, on the kept connection or, if libcurl closed it to make room, on a new one.
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
