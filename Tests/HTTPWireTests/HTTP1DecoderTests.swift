/// The decoder seen from the connection: what it takes from the buffer, when it asks for more, what it says
/// of itself between two pieces. Which messages it accepts and refuses is in fixtures/wire.

import HTTPWire
import Testing

struct HTTP1DecoderTests {
    @Test func `a request carries what was sent`() throws {
        let bytes =
            "PATCH /v2/apis/a1b2c3d4e5?x=1 HTTP/1.1\r\nHost: localhost:4290\r\nContent-Length: 2\r\n\r\n{}"

        let transcript = Transcript(of: bytes)

        let request = try #require(transcript.requests.first)
        #expect(transcript.requests.count == 1)
        #expect(request.method == .patch)
        #expect(request.target.pathSegments == ["v2", "apis", "a1b2c3d4e5"])
        #expect(request.target.query("x") == "1")
        #expect(request.version == .http11)
        #expect(request.authority == "localhost:4290")
        #expect(request.fields["content-length"] == "2")
        #expect(request.body == [UInt8](ascii: "{}"))
        #expect(request.trailers.count == 0)
        #expect(!transcript.isUnfinished)
    }

    @Test func `the bytes of a field section are its lines and nothing else`() throws {
        let transcript = Transcript(of: "GET / HTTP/1.1\r\nHost:localhost\r\nAccept: */* \r\n\r\n")

        let fields = try #require(transcript.requests.first).fields

        #expect(String(decoding: fields.bytes, as: UTF8.self) == "Host:localhost\r\nAccept: */* \r\n")
        #expect(fields.value(at: 1) == "*/*")
    }

    @Test func `an absolute target's authority stands above the Host field`() throws {
        let transcript = Transcript(of: "GET http://a:1/ HTTP/1.1\r\nHost: b:2\r\n\r\n")

        let request = try #require(transcript.requests.first)

        #expect(request.authority == "a:1")
    }

    @Test func `a head stays in the buffer until it is whole`() throws {
        var decoder = HTTP1Decoder(limits: HTTPLimits())
        let bytes = [UInt8](ascii: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")

        for count in 0..<bytes.count {
            #expect(try decoder.step(Array(bytes[..<count])) == .needMore(consumed: 0))
        }

        #expect(try decoder.step(bytes) == .request(consumed: bytes.count))
    }

    @Test func `empty lines before a request are taken out at once`() throws {
        var decoder = HTTP1Decoder(limits: HTTPLimits())

        #expect(try decoder.step([UInt8](ascii: "\r\n\r\nGE")) == .needMore(consumed: 4))
        #expect(decoder.hasBegunRequest)
    }

    @Test func `a body is taken out as it comes`() throws {
        let head = [UInt8](ascii: "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n")
        let body = [UInt8](repeating: 7, count: 5_000)

        let transcript = Transcript.byteByByte(head + body)

        #expect(transcript.requests.first?.body == body)
        #expect(transcript.leftOverMax == head.count - 1)
    }

    @Test func `chunks are taken out as they come`() throws {
        let head = [UInt8](ascii: "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = [UInt8](ascii: "64\r\n") + [UInt8](repeating: 7, count: 100) + [UInt8](ascii: "\r\n")
        let chunks = Array(repeatElement(chunk, count: 50).joined())

        let transcript = Transcript.byteByByte(head + chunks + [UInt8](ascii: "0\r\n\r\n"))

        #expect(transcript.requests.first?.body == [UInt8](repeating: 7, count: 5_000))
        #expect(transcript.leftOverMax == head.count - 1)
    }

    @Test func `one call takes one request and leaves the next`() throws {
        var decoder = HTTP1Decoder(limits: HTTPLimits())
        let first = [UInt8](ascii: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        let second = [UInt8](ascii: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(try decoder.step(first + second) == .request(consumed: first.count))
        #expect(try decoder.step(second) == .request(consumed: second.count))
        #expect(try decoder.step([]) == .needMore(consumed: 0))
    }

    @Test func `after an error every call throws it again`() {
        var decoder = HTTP1Decoder(limits: HTTPLimits())
        let error = HTTPParseError.badRequest("The request does not begin with a method.")

        #expect(throws: error) { try decoder.step([UInt8](ascii: " ")) }
        #expect(throws: error) { try decoder.step([UInt8](ascii: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")) }
        #expect(throws: error) { try decoder.step([]) }
        #expect(!decoder.hasBegunRequest)
        #expect(!decoder.isReadingHead)
    }
}

struct DecoderStateTests {
    /// What the decoder says of itself after the bytes.
    struct State: Sendable {
        let bytes: String
        let hasBegunRequest: Bool
        let isReadingHead: Bool
    }

    static let states = [
        State(bytes: "", hasBegunRequest: false, isReadingHead: false),
        State(bytes: "\r", hasBegunRequest: false, isReadingHead: false),
        State(bytes: "\r\n", hasBegunRequest: false, isReadingHead: false),
        State(bytes: "\r\nG", hasBegunRequest: true, isReadingHead: true),
        State(bytes: "G", hasBegunRequest: true, isReadingHead: true),
        State(bytes: "GET / HTTP/1.1\r\n", hasBegunRequest: true, isReadingHead: true),
        State(bytes: "GET / HTTP/1.1\r\nHost: a\r\n\r", hasBegunRequest: true, isReadingHead: true),
        State(bytes: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", hasBegunRequest: false, isReadingHead: false),
        State(bytes: "GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n", hasBegunRequest: false, isReadingHead: false),
        State(bytes: "GET / HTTP/1.1\r\nHost: a\r\n\r\nG", hasBegunRequest: true, isReadingHead: true),
        State(
            bytes: "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n",
            hasBegunRequest: true, isReadingHead: false),
        State(
            bytes: "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{",
            hasBegunRequest: true, isReadingHead: false),
        State(
            bytes: "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
            hasBegunRequest: false, isReadingHead: false),
        State(
            bytes: "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
            hasBegunRequest: true, isReadingHead: false),
        State(
            bytes: "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            hasBegunRequest: false, isReadingHead: false),
    ]

    @Test(arguments: states, [false, true])
    func `the decoder knows whether a request has begun`(state: State, isByteByByte: Bool) throws {
        var decoder = HTTP1Decoder(limits: HTTPLimits())
        var buffer: [UInt8] = []
        let bytes = Array(state.bytes.utf8)

        for piece in isByteByByte ? bytes.map({ [$0] }) : [bytes] {
            buffer += piece
            while case .request(let consumed) = try decoder.take(from: &buffer), consumed > 0 {}
        }

        #expect(decoder.hasBegunRequest == state.hasBegunRequest)
        #expect(decoder.isReadingHead == state.isReadingHead)
    }
}

struct RefusedRequestTests {
    static let refused = [
        ("GET /%zz?a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n", "GET /%zz?a a y"),
        ("\r\nGET /%ff HTTP/1.1\r\nHost: a\r\n", "GET /%ff a -"),
        ("PUT http://b/%00 HTTP/1.1\r\nHost: a\r\nX:\u{1}\r\n\r\n", "PUT http://b/%00 a -"),
        ("GET /é HTTP/1.1\r\nHost: a\r\n\r\n", "GET /é a -"),
        ("GET /a HTTP/3.0\r\nHost: a\r\n\r\n", "GET /a a -"),
        ("GET /a\u{1}b HTTP/1.1\r\n", "GET /a - -"),
        (
            "GET /0123456789012345678901234567890123456789 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /0123456789012345678901234567890 a -"
        ),
    ]

    @Test(arguments: refused)
    func `a request with a bad line is known by its method, its target as it came, and its fields`(
        bytes: String, expected: String
    ) {
        var limits = HTTPLimits()
        limits.requestLineBytesMax = 32
        var decoder = HTTP1Decoder(limits: limits)

        #expect(throws: HTTPParseError.self) { try decoder.step(Array(bytes.utf8)) }

        let request = decoder.refused
        let host = request?.fields["Host"] ?? "-"
        #expect(
            "\(request?.method.rawValue ?? "-") \(request?.target.text ?? "-") \(host) "
                + (request?.fields["X"] ?? "-") == expected)
    }

    @Test(arguments: [
        "no request\r\n\r\n", "GET  / HTTP/1.1\r\n", "GET", "\r\n\r\n\r\n\r\n\r\n", "{}", "GET a\r\n",
    ])
    func `a line without a method and a target names no request`(bytes: String) {
        var decoder = HTTP1Decoder(limits: HTTPLimits())

        _ = Result { try decoder.step(Array(bytes.utf8)) }

        #expect(decoder.refused == nil)
    }
}

struct ExpectContinueTests {
    @Test func `an expectation is reported once, when the head is whole`() throws {
        var decoder = HTTP1Decoder(limits: HTTPLimits())
        let head = [UInt8](
            ascii: "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")

        #expect(try decoder.step(Array(head.dropLast())) == .needMore(consumed: 0))
        #expect(try decoder.step(head) == .expectContinue(consumed: head.count))
        #expect(try decoder.step([]) == .needMore(consumed: 0))
        #expect(try decoder.step([UInt8](ascii: "{")) == .needMore(consumed: 1))
        #expect(try decoder.step([UInt8](ascii: "}")) == .request(consumed: 1))
    }

    @Test func `an expectation is reported for a chunked body, too`() throws {
        var decoder = HTTP1Decoder(limits: HTTPLimits())
        let head = [UInt8](
            ascii: "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")

        #expect(try decoder.step(head) == .expectContinue(consumed: head.count))
        #expect(try decoder.step([UInt8](ascii: "2\r\n{}\r\n0\r\n\r\n")) == .request(consumed: 12))
    }

    static let silent = [
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{",
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n2",
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect:\r\nContent-Length: 2\r\n\r\n",
        "PUT / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    ]

    @Test(arguments: silent)
    func `nothing is expected of a request whose body has begun, is empty or is of HTTP 1.0`(bytes: String) {
        #expect(Transcript(of: bytes).continueCount == 0)
    }

    @Test func `a body over the limit is refused before it is asked for`() {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 1

        let transcript = Transcript(
            of: "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
            limits: limits)

        #expect(transcript.continueCount == 0)
        #expect(transcript.error?.status == 413)
    }
}

/// An outcome that can be compared.
private enum Step: Equatable {
    case needMore(consumed: Int)
    case expectContinue(consumed: Int)
    case request(consumed: Int)
}

extension HTTP1Decoder {
    fileprivate mutating func step(_ bytes: [UInt8]) throws(HTTPParseError) -> Step {
        switch try decode(bytes.span) {
        case .needMore(let consumed): .needMore(consumed: consumed)
        case .expectContinue(let consumed): .expectContinue(consumed: consumed)
        case .request(_, let consumed, _): .request(consumed: consumed)
        }
    }

    fileprivate mutating func take(from buffer: inout [UInt8]) throws(HTTPParseError) -> Step {
        let step = try step(buffer)
        switch step {
        case .needMore(let consumed), .expectContinue(let consumed), .request(let consumed):
            buffer.removeFirst(consumed)
        }
        return step
    }
}

extension [UInt8] {
    init(ascii text: String) { self.init(text.utf8) }
}
