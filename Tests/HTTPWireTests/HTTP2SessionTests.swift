/// What a session makes of requests and of responses, to the field and to the byte.

import HTTP2Peer
import HTTPWire
import Testing

struct HTTP2SessionTests {
    private func trailing(_ fields: [(name: String, value: String)]) -> [String] {
        fields.map { "\($0.name): \($0.value)" }
    }

    @Test func `a request has method, target, fields and version, and a Host of its authority`() throws {
        let bench = HTTP2Bench()

        bench.send(.request(1, "GET", "/v2/apis?x=%2F", fields: [("accept", "*/*"), ("x-amz-date", "now")]))

        let request = try #require(bench.requests.first)
        #expect(request.method == .get)
        #expect(request.version == .http2)
        #expect(request.target.pathSegments == ["v2", "apis"])
        #expect(request.target.query("x") == "/")
        #expect(request.authority == "test")
        #expect(
            String(decoding: request.fields.bytes, as: UTF8.self) == """
                host: test\r
                accept: */*\r
                x-amz-date: now\r

                """)
    }

    @Test func `an answer has its fields in lower case and in the order of the service`() throws {
        let bench = HTTP2Bench()
        bench.answers = false
        bench.send(.request(1))
        var fields = HTTPFields()
        fields.append("x-amzn-RequestId", "r1")
        fields.append("Connection", "close")
        fields.append("Keep-Alive", "timeout=1")
        fields.append("Transfer-Encoding", "chunked")
        fields.append("Upgrade", "h3")
        fields.append("Proxy-Connection", "close")
        fields.append("X-Amzn-Trace-Id", "Root=1")

        bench.respond(
            HTTPResponse(
                status: 200, contentType: "application/json", fields: fields, body: Array("{}".utf8)),
            on: try #require(bench.arrivals.first).stream)

        let frames = bench.reader.frames(in: bench.output())
        #expect(
            trailing(bench.reader.fields(of: try #require(frames.first))) == [
                ":status: 200", "date: Sun, 06 Nov 1994 08:49:37 GMT", "content-type: application/json",
                "content-length: 2", "x-amzn-requestid: r1", "x-amzn-trace-id: Root=1",
            ])
        #expect(
            frames.dropFirst() == [
                HTTP2Frame(.data, flags: HTTP2Frame.endStream, stream: 1, payload: Array("{}".utf8))
            ])
    }

    @Test(arguments: [204, 304])
    func `an answer that may have no content says no length`(status: Int) throws {
        let bench = HTTP2Bench()
        bench.answers = false
        bench.send(.request(1))

        bench.respond(
            HTTPResponse(status: status, contentType: "text/plain", body: [1]),
            on: try #require(bench.arrivals.first).stream)

        let frames = bench.reader.frames(in: bench.output())
        #expect(frames.count == 1)
        #expect(
            trailing(bench.reader.fields(of: try #require(frames.first))) == [
                ":status: \(status)", "date: Sun, 06 Nov 1994 08:49:37 GMT",
            ])
    }

    @Test func `a request is the same wherever it is cut`() throws {
        let frames: [HTTP2Frame] = [
            .post(1, "/a", fields: [("content-length", "3"), ("cookie", "a=b"), ("cookie", "c=d")]),
            .data(1, "abc", flags: 0), .headers(1, [("x-sum", "7")]),
        ]
        let bytes = HTTP2Frame.preface + HTTP2Frame.settings().bytes + frames.flatMap(\.bytes)

        for cut in bytes.indices {
            let bench = HTTP2Bench(beforePreface: HTTPLimits())
            bench.send(bytes: Array(bytes[..<cut]))
            bench.send(bytes: Array(bytes[cut...]))

            try #require(bench.requestLines == ["POST /a 3"], "cut at \(cut)")
            try #require(bench.requests[0].fields["cookie"] == "a=b; c=d")
            try #require(bench.requests[0].trailers["x-sum"] == "7")
        }
    }

    @Test func `a body waits for the windows of the client and is not copied ahead`() throws {
        let bench = HTTP2Bench(settings: [(id: 4, value: 10)])

        bench.send(.request(1, "GET", "/size/1000000"))
        let first = bench.lines()
        let unsentBytes = bench.session.unsentBytes
        let hasOutput = bench.session.hasOutput
        bench.send(.windowUpdate(1, 5))

        #expect(first == ["1 HEADERS 200", "1 DATA 10"])
        #expect(unsentBytes == 999_990)
        #expect(!hasOutput)
        #expect(bench.lines() == ["1 DATA 5"])
    }

    @Test func `the output stops at what its owner has room for and goes on later`() {
        let bench = HTTP2Bench()
        bench.send(.request(1, "GET", "/size/40000"))

        let first = bench.output(bytesMax: 1000)
        let second = bench.output(bytesMax: 1000)
        let third = bench.output()

        #expect(bench.reader.lines(of: first) == ["1 HEADERS 200", "1 DATA 16384"])
        #expect(bench.reader.lines(of: second) == ["1 DATA 16384"])
        #expect(bench.reader.lines(of: third) == ["1 DATA 7232 end"])
    }

    @Test func `a broken body ends by RST_STREAM behind its bytes`() throws {
        let bench = HTTP2Bench()
        bench.answers = false
        bench.send(.request(1), .request(3))

        bench.respond(
            HTTPResponse(status: 200, body: [1, 2, 3]), on: bench.arrivals[0].stream,
            body: .broken(afterBytes: 2))
        bench.respond(
            HTTPResponse(status: 200, body: [1, 2, 3]), on: bench.arrivals[1].stream,
            body: .broken(afterBytes: 0))

        #expect(
            Set(bench.lines()) == [
                "1 HEADERS 200", "3 HEADERS 200", "1 DATA 2", "1 RST_STREAM INTERNAL_ERROR",
                "3 RST_STREAM INTERNAL_ERROR",
            ])
        #expect(bench.session.unsentBytes == 0)
    }

    @Test func `a body that comes later is sent as it comes`() {
        let bench = HTTP2Bench()
        bench.answers = false
        bench.send(.request(1))
        let stream = bench.arrivals[0].stream

        bench.respond(HTTPResponse(status: 200, body: [1, 2, 3]), on: stream, body: .later)
        let head = bench.lines()
        bench.session.append([1, 2], isLast: false, to: stream)
        let part = bench.lines()
        bench.session.append([3], isLast: true, to: stream)

        #expect(head == ["1 HEADERS 200"])
        #expect(part == ["1 DATA 2"])
        #expect(bench.lines() == ["1 DATA 1 end"])
    }

    @Test func `an answer to a stream that was reset goes nowhere`() {
        let bench = HTTP2Bench()
        bench.answers = false
        bench.send(.request(1))
        bench.send(.resetStream(1))

        bench.respond(HTTPResponse(status: 200, body: [1]), on: bench.arrivals[0].stream)
        bench.session.append([2], isLast: true, to: bench.arrivals[0].stream)
        bench.session.reset(bench.arrivals[0].stream, .cancel)

        #expect(bench.lines() == [])
        #expect(!bench.session.isOpen(bench.arrivals[0].stream))
        #expect(bench.session.unsentBytes == 0)
    }

    @Test func `a stream that is reset amid its answer frees what waits`() {
        let bench = HTTP2Bench()
        bench.send(.request(1, "GET", "/size/100000"), .request(3))
        let before = bench.lines()

        bench.send(.resetStream(1), .windowUpdate(0, 100_000), .request(5))

        #expect(before.last == "1 DATA 16383")
        #expect(bench.session.unsentBytes == 0)
        #expect(bench.lines() == ["5 HEADERS 204 end"])
    }

    @Test func `a server that stops says so, and names its last stream when the client knows`() {
        let bench = HTTP2Bench()
        bench.answers = false
        bench.send(.request(1))

        bench.session.announceShutdown()
        let notice = bench.lines()
        bench.send(.request(3), .ping([0, 0, 0, 0, 0, 0, 0, 0], flags: HTTP2Frame.acknowledgement))
        let isAnswered = bench.session.isPingAnswered
        bench.session.goAway()
        let last = bench.lines()
        bench.send(.request(5))
        for arrival in bench.arrivals { bench.respond(HTTPResponse(status: 204), on: arrival.stream) }

        #expect(notice == ["PING", "GOAWAY 2147483647 NO_ERROR"])
        #expect(isAnswered)
        #expect(last == ["GOAWAY 3 NO_ERROR"])
        #expect(bench.requestLines.count == 2)
        #expect(bench.lines() == ["1 HEADERS 204 end", "3 HEADERS 204 end"])
        #expect(bench.session.isOver)
    }

    @Test func `an upgraded request is stream 1 and the client's settings count`() throws {
        let bench = HTTP2Bench(beforePreface: HTTPLimits())
        // SETTINGS_INITIAL_WINDOW_SIZE of 3.
        let stream = try #require(bench.session.upgrade(settings: [0, 4, 0, 0, 0, 3], isHead: false))

        bench.respond(HTTPResponse(status: 200, body: [1, 2, 3, 4]), on: stream)
        let lines = bench.lines()
        bench.send(bytes: HTTP2Frame.preface)
        bench.send(.settings([(id: 4, value: 3)]), .windowUpdate(1, 1), .request(3))

        #expect(lines == ["SETTINGS", "0 WINDOW_UPDATE 983041", "1 HEADERS 200", "1 DATA 3"])
        #expect(bench.lines() == ["SETTINGS ack", "3 HEADERS 204 end", "1 DATA 1 end"])
    }

    @Test func `settings that are none do not upgrade`() {
        let bench = HTTP2Bench(beforePreface: HTTPLimits())

        #expect(bench.session.upgrade(settings: [0, 4, 0], isHead: false) == nil)
    }
}
