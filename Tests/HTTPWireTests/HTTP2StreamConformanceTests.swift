/// RFC 9113 section 5 and RFC 7541: the states of streams, and the packing of header sections.

import HTTP2Peer
import HTTPWire
import Testing

private let protocolError = HTTP2Case.goAway("PROTOCOL_ERROR")
private let compressionError = HTTP2Case.goAway("COMPRESSION_ERROR", last: 1)

struct HTTP2StreamConformanceTests {
    @Test(arguments: HTTP2StreamConformanceTests.states)
    func `5: streams have their states`(example: HTTP2Case) { example.run() }

    @Test(arguments: HTTP2StreamConformanceTests.packing)
    func `RFC 7541: header sections are unpacked`(example: HTTP2Case) { example.run() }

    private static let states: [HTTP2Case] = [
        HTTP2Case("5.1", "DATA of an idle stream is PROTOCOL_ERROR", [.data(1, "a")], protocolError),
        HTTP2Case(
            "5.1", "HEADERS behind the end of a request is STREAM_CLOSED",
            [.request(1), .headers(1, [("a", "b")])],
            HTTP2Case.goAway("STREAM_CLOSED", last: 1), requests: ["GET /"], answers: false),
        HTTP2Case(
            "5.1", "WINDOW_UPDATE behind the end of a request is taken", [.request(1), .windowUpdate(1, 1)],
            [], requests: ["GET /"], answers: false),
        HTTP2Case(
            "5.1", "HEADERS of a stream that was reset is STREAM_CLOSED",
            [.post(1), .resetStream(1), .request(1), .request(3)],
            HTTP2Case.goAway("STREAM_CLOSED", last: 1)),
        HTTP2Case(
            "5.1", "DATA of a stream that was reset is STREAM_CLOSED of the stream",
            [.post(1), .resetStream(1), .data(1, "a"), .ping()],
            ["PING ack", "1 RST_STREAM STREAM_CLOSED"]),
        HTTP2Case(
            "5.1", "WINDOW_UPDATE, PRIORITY and RST_STREAM of a closed stream are passed over",
            [.post(1), .resetStream(1), .windowUpdate(1, 1), .priority(1), .resetStream(1), .ping()],
            ["PING ack"]),
        HTTP2Case("5.1.1", "a stream of an even number is PROTOCOL_ERROR", [.request(2)], protocolError),
        HTTP2Case(
            "5.1.1", "a stream of a lower number than the last is PROTOCOL_ERROR",
            [.post(5), .request(3), .ping()], HTTP2Case.goAway("PROTOCOL_ERROR", last: 5)),
        HTTP2Case(
            "5.1.1", "numbers may be left out", [.request(1), .request(101), .request(2_147_483_647)],
            ["1 HEADERS 204 end", "101 HEADERS 204 end", "2147483647 HEADERS 204 end"],
            requests: ["GET /", "GET /", "GET /"]),
        HTTP2Case(
            "5.4.1", "nothing is looked at behind a connection error",
            [.windowUpdate(0, 0), .request(1), .ping()], protocolError),
        HTTP2Case(
            "5.4.2", "a stream error leaves the other streams alone",
            [.post(1), .windowUpdate(1, 1 << 31 - 1), .request(3)],
            ["1 RST_STREAM FLOW_CONTROL_ERROR", "3 HEADERS 204 end"], requests: ["GET /"]),
        HTTP2Case(
            "5.4.2", "frames of a stream that is about to be reset are passed over",
            [.post(1), .windowUpdate(1, 1 << 31 - 1), .data(1, "a"), .request(3)],
            ["1 RST_STREAM FLOW_CONTROL_ERROR", "3 HEADERS 204 end"], requests: ["GET /"]),
    ]

    private static func block(_ payload: [UInt8]) -> [HTTP2Frame] {
        [HTTP2Frame(.headers, flags: 5, stream: 1, payload: payload)]
    }

    private static let packing: [HTTP2Case] = [
        HTTP2Case(
            "RFC 7541 2.3.3", "index 0 is COMPRESSION_ERROR", block([0x80]), compressionError),
        HTTP2Case(
            "RFC 7541 2.3.3", "an index behind the table is COMPRESSION_ERROR", block([0xbe]),
            compressionError),
        HTTP2Case(
            "RFC 7541 4.2", "a change of the table's size behind a field is COMPRESSION_ERROR",
            block([0x82, 0x20]), compressionError),
        HTTP2Case(
            "RFC 7541 4.2", "a table larger than ours is COMPRESSION_ERROR",
            block(hpackInteger(4_097, prefixBits: 5, high: 0x20) + [0x82]), compressionError),
        HTTP2Case(
            "RFC 7541 4.2", "a smaller table is kept to",
            block([0x20, 0x82, 0x86, 0x84] + hpackLiterals([("host", "test")])), ["1 HEADERS 204 end"],
            requests: ["GET /"]),
        HTTP2Case(
            "RFC 7541 5.1", "an integer without an end is COMPRESSION_ERROR",
            block([0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), compressionError),
        HTTP2Case(
            "RFC 7541 5.2", "Huffman coding is read",
            block([0x82, 0x86, 0x41, 0x83, 0x49, 0x50, 0x9f, 0x04, 0x84, 0x60, 0x75, 0x99, 0xff]),
            ["1 HEADERS 204 end"], requests: ["GET /api9"]),
        HTTP2Case(
            "RFC 7541 5.2", "Huffman padding of a whole byte is COMPRESSION_ERROR",
            block([0x82, 0x86, 0x04, 0x83, 0x60, 0xff, 0xff]), compressionError),
        HTTP2Case(
            "RFC 7541 5.2", "Huffman padding of zeros is COMPRESSION_ERROR",
            block([0x82, 0x86, 0x04, 0x81, 0x60]), compressionError),
        HTTP2Case(
            "RFC 7541 5.2", "a string longer than its section is COMPRESSION_ERROR",
            block([0x82, 0x86, 0x04, 0x05, 0x2f]), compressionError),
        HTTP2Case(
            "RFC 7541 6.2.1", "a field is remembered for the next request",
            [
                HTTP2Frame(
                    .headers, flags: 5, stream: 1,
                    payload: [0x82, 0x86, 0x84, 0x41] + hpackString("test") + [0x44] + hpackString("/a")),
                HTTP2Frame(.headers, flags: 5, stream: 3, payload: [0x82, 0x86, 0xbe, 0xbf]),
            ], ["1 RST_STREAM PROTOCOL_ERROR", "3 HEADERS 204 end"], requests: ["GET /a"]),
        HTTP2Case(
            "RFC 7541 6.2.3", "a field that is never indexed is taken",
            block([0x82, 0x86, 0x84, 0x10] + hpackString("host") + hpackString("test")),
            ["1 HEADERS 204 end"], requests: ["GET /"]),
    ]

    @Test(arguments: [1, 2, 10])
    func `5·1·2: a stream past the limit is an error and those before it are answered`(streamsMax: Int) {
        var limits = HTTPLimits()
        limits.streamsMax = streamsMax
        let bench = HTTP2Bench(limits: limits)
        bench.answers = false

        for number in 0..<streamsMax { bench.send(.request(UInt32(2 * number + 1))) }
        let atLimit = bench.lines()
        bench.send(.request(UInt32(2 * streamsMax + 1)))

        #expect(atLimit == [])
        #expect(bench.requestLines.count == streamsMax)
        #expect(bench.lines() == ["GOAWAY \(2 * streamsMax - 1) PROTOCOL_ERROR"])
    }

    @Test func `5·1: RST_STREAM behind the end of a request is taken`() {
        let bench = HTTP2Bench()
        bench.answers = false
        bench.send(.request(1))

        bench.send(.resetStream(1), .ping())

        #expect(bench.lines() == ["PING ack"])
        #expect(!bench.session.isOpen(bench.arrivals[0].stream))
    }

    @Test func `5·1·2: a client that does not know the limit yet has its stream refused`() {
        var limits = HTTPLimits()
        limits.streamsMax = 1
        let bench = HTTP2Bench(beforePreface: limits)
        bench.answers = false
        bench.send(bytes: HTTP2Frame.preface)

        bench.send(.settings(), .request(1), .request(3))

        #expect(bench.lines().last == "3 RST_STREAM REFUSED_STREAM")
        #expect(bench.requestLines.count == 1)
    }

    @Test func `5·1·2: a stream that ends makes room for another`() {
        var limits = HTTPLimits()
        limits.streamsMax = 1
        let bench = HTTP2Bench(limits: limits)

        for number in 0..<20 {
            bench.send(.request(UInt32(2 * number + 1)))
            #expect(bench.lines() == ["\(2 * number + 1) HEADERS 204 end"])
        }
    }
}
