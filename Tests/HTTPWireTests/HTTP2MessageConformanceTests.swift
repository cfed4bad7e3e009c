/// RFC 9113 section 8: how HTTP is said in frames, and which messages are malformed.

import HTTP2Peer
import HTTPWire
import Testing

private let malformed = ["1 RST_STREAM PROTOCOL_ERROR"]
private let answered = ["1 HEADERS 204 end"]

private let method = (":method", "GET")
private let scheme = (":scheme", "http")
private let authority = (":authority", "test")
private let path = (":path", "/")

struct HTTP2MessageConformanceTests {
    @Test(arguments: HTTP2MessageConformanceTests.messages)
    func `8·1: messages are framed`(example: HTTP2Case) { example.run() }

    @Test(arguments: HTTP2MessageConformanceTests.fieldLines)
    func `8·2: fields have their form`(example: HTTP2Case) { example.run() }

    @Test(arguments: HTTP2MessageConformanceTests.pseudoFields)
    func `8·3: pseudo-header fields say what is asked for`(example: HTTP2Case) { example.run() }

    private static let messages: [HTTP2Case] = [
        HTTP2Case(
            "8.1", "a request is HEADERS that end the stream", [.request(1)], answered, requests: ["GET /"]),
        HTTP2Case(
            "8.1", "a body is the DATA behind them", [.post(1), .data(1, "ab", flags: 0), .data(1, "c")],
            answered, requests: ["POST / 3"]),
        HTTP2Case(
            "8.1", "a body may end with an empty DATA frame", [.post(1), .data(1, "ab", flags: 0), .data(1)],
            answered, requests: ["POST / 2"]),
        HTTP2Case(
            "8.1", "a body may be empty", [.post(1), .data(1)], answered, requests: ["POST /"]),
        HTTP2Case(
            "8.1", "trailers end a request",
            [.post(1), .data(1, "ab", flags: 0), .headers(1, [("sum", "1")])],
            answered, requests: ["POST / 2"]),
        HTTP2Case(
            "8.1", "trailers may follow at once", [.post(1), .headers(1, [("sum", "1")])], answered,
            requests: ["POST /"]),
        HTTP2Case(
            "8.1", "trailers that do not end the stream are malformed",
            [.post(1), .headers(1, [("sum", "1")], flags: 4)], malformed),
        HTTP2Case(
            "8.1", "two requests may be under way at once",
            [.post(1, "/a"), .post(3, "/b"), .data(3, "b"), .data(1, "a")],
            ["3 HEADERS 204 end", "1 HEADERS 204 end"], requests: ["POST /b 1", "POST /a 1"]),
        HTTP2Case(
            "8.1.1", "a body shorter than its content-length is malformed",
            [.post(1, fields: [("content-length", "3")]), .data(1, "ab")], malformed),
        HTTP2Case(
            "8.1.1", "a body longer than its content-length is malformed",
            [.post(1, fields: [("content-length", "3")]), .data(1, "abcd")], malformed),
        HTTP2Case(
            "8.1.1", "a content-length without a body is malformed",
            [.request(1, fields: [("content-length", "3")])], malformed),
        HTTP2Case(
            "8.1.1", "a content-length of 0 needs no body", [.request(1, fields: [("content-length", "0")])],
            answered, requests: ["GET /"]),
        HTTP2Case(
            "8.1.1", "two content-lengths are malformed",
            [.post(1, fields: [("content-length", "1"), ("content-length", "1")]), .data(1, "a")], malformed),
        HTTP2Case(
            "8.1.1", "a content-length that is no number is malformed",
            [.post(1, fields: [("content-length", "+1")])], malformed),
        HTTP2Case(
            "8.1.1", "trailers count for no content-length",
            [.post(1, fields: [("content-length", "1")]), .headers(1, [("sum", "1")])], malformed),
        HTTP2Case(
            "8.1", "HEAD is answered without a body", [.request(1, "HEAD", "/size/9")], ["1 HEADERS 200 end"],
            requests: ["HEAD /size/9"]),
    ]

    private static func field(_ name: String, _ value: String) -> [HTTP2Frame] {
        [.request(1, fields: [(name, value)])]
    }

    private static let fieldLines: [HTTP2Case] = [
        HTTP2Case("8.2.1", "a name with a capital is malformed", field("X-a", "b"), malformed),
        HTTP2Case("8.2.1", "a name with a space is malformed", field("x a", "b"), malformed),
        HTTP2Case("8.2.1", "a name with a colon is malformed", field("x:a", "b"), malformed),
        HTTP2Case("8.2.1", "a name with a control character is malformed", field("x\u{1}a", "b"), malformed),
        HTTP2Case("8.2.1", "a name beyond ASCII is malformed", field("xé", "b"), malformed),
        HTTP2Case("8.2.1", "an empty name is malformed", field("", "b"), malformed),
        HTTP2Case("8.2.1", "a value with NUL is malformed", field("x", "a\0b"), malformed),
        HTTP2Case("8.2.1", "a value with CR is malformed", field("x", "a\rb"), malformed),
        HTTP2Case("8.2.1", "a value with LF is malformed", field("x", "a\nb"), malformed),
        HTTP2Case("8.2.1", "a value that begins with a space is malformed", field("x", " a"), malformed),
        HTTP2Case("8.2.1", "a value that ends with a tab is malformed", field("x", "a\t"), malformed),
        HTTP2Case("8.2.1", "an empty value is taken", field("x", ""), answered, requests: ["GET /"]),
        HTTP2Case("8.2.1", "a value beyond ASCII is taken", field("x", "é"), answered, requests: ["GET /"]),
        HTTP2Case("8.2.2", "connection is malformed", field("connection", "close"), malformed),
        HTTP2Case("8.2.2", "proxy-connection is malformed", field("proxy-connection", "close"), malformed),
        HTTP2Case("8.2.2", "keep-alive is malformed", field("keep-alive", "timeout=1"), malformed),
        HTTP2Case(
            "8.2.2", "transfer-encoding is malformed", field("transfer-encoding", "chunked"), malformed),
        HTTP2Case("8.2.2", "upgrade is malformed", field("upgrade", "h2c"), malformed),
        HTTP2Case("8.2.2", "te of anything but trailers is malformed", field("te", "gzip"), malformed),
        HTTP2Case("8.2.2", "te of trailers is taken", field("te", "trailers"), answered, requests: ["GET /"]),
        HTTP2Case(
            "8.2.2", "a connection field in trailers is malformed",
            [.post(1), .headers(1, [("connection", "close")])], malformed),
    ]

    private static let pseudoFields: [HTTP2Case] = [
        HTTP2Case(
            "8.3", "an unknown pseudo-header field is malformed",
            [.headers(1, [method, scheme, authority, path, (":version", "2")])], malformed),
        HTTP2Case(
            "8.3", "a pseudo-header field of responses is malformed",
            [.headers(1, [method, scheme, authority, path, (":status", "200")])], malformed),
        HTTP2Case(
            "8.3", "a pseudo-header field behind others is malformed",
            [.headers(1, [method, scheme, authority, ("x", "y"), path])], malformed),
        HTTP2Case(
            "8.3", "a pseudo-header field in trailers is malformed", [.post(1), .headers(1, [path])],
            malformed),
        HTTP2Case(
            "8.3.1", "two methods are malformed", [.headers(1, [method, method, scheme, authority, path])],
            malformed),
        HTTP2Case(
            "8.3.1", "two paths are malformed", [.headers(1, [method, scheme, authority, path, path])],
            malformed),
        HTTP2Case(
            "8.3.1", "two schemes are malformed", [.headers(1, [method, scheme, scheme, authority, path])],
            malformed),
        HTTP2Case(
            "8.3.1", "two authorities are malformed",
            [.headers(1, [method, scheme, authority, authority, path])], malformed),
        HTTP2Case("8.3.1", "no method is malformed", [.headers(1, [scheme, authority, path])], malformed),
        HTTP2Case("8.3.1", "no scheme is malformed", [.headers(1, [method, authority, path])], malformed),
        HTTP2Case("8.3.1", "no path is malformed", [.headers(1, [method, scheme, authority])], malformed),
        HTTP2Case(
            "8.3.1", "an empty path is malformed", [.headers(1, [method, scheme, authority, (":path", "")])],
            malformed),
        HTTP2Case(
            "8.3.1", "a path without a slash is malformed",
            [.headers(1, [method, scheme, authority, (":path", "a")])], malformed),
        HTTP2Case(
            "8.3.1", "an asterisk is for OPTIONS", [.request(1, "OPTIONS", "*")], answered,
            requests: ["OPTIONS *"]),
        HTTP2Case("8.3.1", "an asterisk for GET is malformed", [.request(1, "GET", "*")], malformed),
        HTTP2Case(
            "8.3.1", "neither authority nor host is malformed", [.headers(1, [method, scheme, path])],
            malformed),
        HTTP2Case(
            "8.3.1", "a host stands for the authority",
            [.headers(1, [method, scheme, path, ("host", "test")])], answered, requests: ["GET /"]),
        HTTP2Case(
            "8.3.1", "a host that is the authority is taken", field("host", "TEST"), answered,
            requests: ["GET /"]),
        HTTP2Case(
            "8.3.1", "a host that is not the authority is refused", field("host", "other"),
            ["1 HEADERS 400 end"]),
        HTTP2Case(
            "8.3.1", "a user in the authority is refused",
            [.headers(1, [method, scheme, (":authority", "a@test"), path])], ["1 HEADERS 400 end"]),
        HTTP2Case(
            "8.3.1", "another scheme than http is refused",
            [.headers(1, [method, (":scheme", "ftp"), authority, path])], ["1 HEADERS 400 end"]),
        HTTP2Case(
            "8.3.1", "https is taken", [.headers(1, [method, (":scheme", "https"), authority, path])],
            answered,
            requests: ["GET /"]),
        HTTP2Case(
            "8.3.1", "a path with a bad escape is refused", [.request(1, "GET", "/%zz")],
            ["1 HEADERS 400 end"]),
        HTTP2Case(
            "8.3.1", "a method that is no token is malformed",
            [.request(1, "GE T", "/")], malformed),
        HTTP2Case(
            "8.5", "CONNECT is refused", [.headers(1, [(":method", "CONNECT"), authority])],
            ["1 HEADERS 400 end"]),
        HTTP2Case(
            "8.5", "CONNECT with a path is malformed",
            [.headers(1, [(":method", "CONNECT"), scheme, authority, path])], malformed),
    ]

    @Test func `8·1: what is refused is read to its end and later requests are understood`() {
        let bench = HTTP2Bench()
        let indexed: [UInt8] = [0x40] + hpackString("x-kept") + hpackString("1")

        bench.send(
            HTTP2Frame(
                .headers, flags: 5, stream: 1,
                payload: hpackLiterals(HTTP2Frame.pseudoFields("GET", "/%zz")) + indexed),
            HTTP2Frame(
                .headers, flags: 5, stream: 3,
                payload: hpackLiterals(HTTP2Frame.pseudoFields("GET", "/")) + [0xbe]))

        #expect(bench.lines() == ["1 HEADERS 400 end", "3 HEADERS 204 end"])
        #expect(bench.requests.first?.fields["x-kept"] == "1")
    }

    @Test func `8·1·1: a client that waits is told to go on, and one that does not is not`() {
        let bench = HTTP2Bench()

        bench.send(.post(1, fields: [("expect", "100-continue")]))
        let waiting = bench.lines()
        bench.send(.data(1, "a"), .request(3, fields: [("expect", "100-continue")]))

        #expect(waiting == ["1 HEADERS 100"])
        #expect(bench.lines() == ["1 HEADERS 204 end", "3 HEADERS 204 end"])
    }

    @Test func `8·1·1: another expectation is 417`() {
        let bench = HTTP2Bench()

        bench.send(.post(1, fields: [("expect", "a miracle")]))

        #expect(bench.lines() == ["1 HEADERS 417 end"])
        #expect(bench.problems.map(\.reason) == ["No expectation but 100-continue is known here."])
    }

    @Test func `8·1·1: a refused request is known by its method, its target as it came, and its fields`() {
        let bench = HTTP2Bench()

        bench.send(.request(1, "PUT", "/%zz?a", fields: [("x", "y")]))

        let refused = bench.arrivals.first?.refused
        #expect(refused?.method.rawValue == "PUT" && refused?.target.text == "/%zz?a")
        #expect(refused?.target.pathSegments == ["%zz"])
        #expect(refused?.authority == "test" && refused?.fields["x"] == "y")
    }

    @Test(arguments: [
        ([("connection", "close")], "Stream 1 of GET / is reset: the header section is malformed (RFC 9113"),
        ([("te", "gzip")], "Stream 1 of GET / is reset: the header section is malformed (RFC 9113"),
    ])
    func `8·1·1: a malformed request is told once, and gets no answer but its reset`(
        fields: [(String, String)], reason: String
    ) {
        let bench = HTTP2Bench()

        bench.send(.request(1, fields: fields))

        #expect(bench.problems.map { $0.reason.hasPrefix(reason) } == [true])
        #expect(bench.arrivals.map { $0.refused == nil } == [true])
        #expect(bench.lines().suffix(1) == ["1 RST_STREAM PROTOCOL_ERROR"])
    }

    @Test func `8·3·1: extended CONNECT is told by its name`() {
        let bench = HTTP2Bench()

        bench.send(
            .headers(1, [(":method", "CONNECT"), (":protocol", "websocket"), scheme, authority, path]))

        #expect(
            bench.problems.map(\.reason) == [
                "Stream 1 is reset: extended CONNECT is not served, as by the service: a WebSocket begins "
                    + "over HTTP/1.1"
            ])
        #expect(bench.lines().suffix(1) == ["1 RST_STREAM PROTOCOL_ERROR"])
    }

    @Test func `8·1·1: of a path beyond the bound so much is known`() {
        var limits = HTTPLimits()
        limits.requestLineBytesMax = 16
        let bench = HTTP2Bench(limits: limits)

        bench.send(.request(1, "GET", "/0123456789abcdef"))

        #expect(bench.problems.map(\.status) == [414])
        #expect(bench.arrivals.first?.refused?.target.text == "/0123456789abcde")
    }

    @Test func `8·2·3: cookies are one field again`() {
        let bench = HTTP2Bench()

        bench.send(.request(1, fields: [("cookie", "a=1"), ("x", "y"), ("cookie", "b=2")]))

        #expect(bench.requests.first?.fields.values(of: "Cookie") == ["a=1; b=2"])
    }

    @Test(arguments: ["host", "content-length"])
    func `8·1: what belongs in the head is refused in trailers`(name: String) {
        let bench = HTTP2Bench()

        bench.send(.post(1), .headers(1, [(name, "1")]))

        #expect(bench.requests.isEmpty)
        #expect(
            bench.lines().first.map { ["1 HEADERS 400 end", "1 RST_STREAM PROTOCOL_ERROR"].contains($0) }
                == true)
    }
}
