/// RFC 9113 sections 3 to 6, frame by frame: what a client may send, and what it gets for what it may not.

import HTTP2Peer
import HTTPWire
import Testing

private let protocolError = HTTP2Case.goAway("PROTOCOL_ERROR")
private let begunProtocolError = HTTP2Case.goAway("PROTOCOL_ERROR", last: 1)
private let frameSizeError = HTTP2Case.goAway("FRAME_SIZE_ERROR")

struct HTTP2FrameConformanceTests {
    @Test func `3·4: the first frame of the server is SETTINGS`() {
        let bench = HTTP2Bench(beforePreface: HTTPLimits())

        bench.send(bytes: HTTP2Frame.preface + HTTP2Frame.settings().bytes)

        #expect(bench.lines() == ["SETTINGS", "SETTINGS ack", "0 WINDOW_UPDATE 983041"])
    }

    @Test func `3·4: what is not the preface ends the connection with PROTOCOL_ERROR`() {
        let bench = HTTP2Bench(beforePreface: HTTPLimits())

        bench.send(bytes: Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r!".utf8))

        #expect(bench.lines().last == "GOAWAY 0 PROTOCOL_ERROR")
        #expect(bench.session.isOver)
    }

    @Test func `3·4: another frame than SETTINGS behind the preface is PROTOCOL_ERROR`() {
        let bench = HTTP2Bench(beforePreface: HTTPLimits())

        bench.send(bytes: HTTP2Frame.preface + HTTP2Frame.ping().bytes)

        #expect(bench.lines().last == "GOAWAY 0 PROTOCOL_ERROR")
        #expect(bench.session.isOver)
    }

    @Test(arguments: HTTP2FrameConformanceTests.format)
    func `4: frames have their form`(example: HTTP2Case) { example.run() }

    @Test(arguments: HTTP2FrameConformanceTests.carriers)
    func `6·1 to 6·4: frames of streams`(example: HTTP2Case) { example.run() }

    @Test(arguments: HTTP2FrameConformanceTests.settings)
    func `6·5: SETTINGS`(example: HTTP2Case) { example.run() }

    @Test(arguments: HTTP2FrameConformanceTests.control)
    func `6·6 to 6·10: frames of connections`(example: HTTP2Case) { example.run() }

    private static let format: [HTTP2Case] = [
        HTTP2Case(
            "4.1", "a frame of an unknown type is passed over",
            [HTTP2Frame(type: 0xbe, flags: 0xff, stream: 7, payload: [1, 2, 3]), .ping()], ["PING ack"]),
        HTTP2Case(
            "4.1", "flags without a meaning are ignored",
            [HTTP2Frame(.ping, flags: 0xfe, payload: [0, 0, 0, 0, 0, 0, 0, 0])], ["PING ack"]),
        HTTP2Case(
            "4.1", "the reserved bit of a stream is ignored",
            [HTTP2Frame(.ping, stream: 1 << 31, payload: [0, 0, 0, 0, 0, 0, 0, 0])], ["PING ack"]),
        HTTP2Case(
            "4.2", "a frame of 16,384 bytes is taken",
            [.post(1), .data(1, String(repeating: "a", count: 16_384))], ["1 HEADERS 204 end"],
            requests: ["POST / 16384"]),
        HTTP2Case(
            "4.2", "a DATA frame of 16,385 bytes is FRAME_SIZE_ERROR",
            [.post(1), .data(1, String(repeating: "a", count: 16_385))],
            HTTP2Case.goAway("FRAME_SIZE_ERROR", last: 1)),
        HTTP2Case(
            "4.2", "a HEADERS frame of 16,385 bytes is FRAME_SIZE_ERROR",
            [HTTP2Frame(.headers, flags: 5, stream: 1, payload: Array(repeating: 0x82, count: 16_385))],
            frameSizeError),
        HTTP2Case(
            "4.2", "an unknown frame of 16,385 bytes is FRAME_SIZE_ERROR",
            [HTTP2Frame(type: 0xbe, payload: Array(repeating: 0, count: 16_385))], frameSizeError),
        HTTP2Case(
            "4.3", "a header section that is no HPACK is COMPRESSION_ERROR",
            [HTTP2Frame(.headers, flags: 5, stream: 1, payload: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
            HTTP2Case.goAway("COMPRESSION_ERROR", last: 1)),
        HTTP2Case(
            "4.3", "a frame amid a header section is PROTOCOL_ERROR",
            [.request(1, flags: HTTP2Frame.endStream), .ping()], begunProtocolError),
        HTTP2Case(
            "4.3", "a header section of another stream amid one is PROTOCOL_ERROR",
            [.request(1, flags: HTTP2Frame.endStream), .request(3)], begunProtocolError),
        HTTP2Case(
            "5.5", "an unknown frame amid a header section is PROTOCOL_ERROR",
            [.request(1, flags: HTTP2Frame.endStream), HTTP2Frame(type: 0xbe, stream: 1)],
            begunProtocolError),
    ]

    private static let carriers: [HTTP2Case] = [
        HTTP2Case("6.1", "DATA of stream 0 is PROTOCOL_ERROR", [.data(0, "a")], protocolError),
        HTTP2Case(
            "6.1", "padding is no part of a body",
            [.post(1), HTTP2Frame(.data, flags: 9, stream: 1, payload: [2, 97, 98, 0, 0])],
            ["1 HEADERS 204 end"], requests: ["POST / 2"]),
        HTTP2Case(
            "6.1", "padding as long as the DATA frame is PROTOCOL_ERROR",
            [.post(1), HTTP2Frame(.data, flags: 9, stream: 1, payload: [3, 0, 0])],
            HTTP2Case.goAway("PROTOCOL_ERROR", last: 1)),
        HTTP2Case(
            "6.1", "padded DATA without its length is PROTOCOL_ERROR",
            [.post(1), HTTP2Frame(.data, flags: 9, stream: 1)],
            begunProtocolError),
        HTTP2Case("6.2", "HEADERS of stream 0 is PROTOCOL_ERROR", [.request(0)], protocolError),
        HTTP2Case(
            "6.2", "padding is no part of a header section",
            [
                HTTP2Frame(
                    .headers, flags: 13, stream: 1,
                    payload: [2] + hpackLiterals(HTTP2Frame.pseudoFields("GET", "/p")) + [0, 0])
            ], ["1 HEADERS 204 end"], requests: ["GET /p"]),
        HTTP2Case(
            "6.2", "padding longer than the HEADERS frame is PROTOCOL_ERROR",
            [HTTP2Frame(.headers, flags: 13, stream: 1, payload: [9, 0x82, 0x86])], protocolError),
        HTTP2Case(
            "6.2", "a priority is passed over",
            [
                HTTP2Frame(
                    .headers, flags: 37, stream: 1,
                    payload: [0, 0, 0, 0, 200] + hpackLiterals(HTTP2Frame.pseudoFields("GET", "/p")))
            ], ["1 HEADERS 204 end"], requests: ["GET /p"]),
        HTTP2Case(
            "6.2", "a priority that is cut short is FRAME_SIZE_ERROR",
            [HTTP2Frame(.headers, flags: 37, stream: 1, payload: [0, 0, 0])], frameSizeError),
        HTTP2Case(
            "6.3", "PRIORITY of a stream not yet open changes nothing", [.priority(9), .ping()],
            ["PING ack"]),
        HTTP2Case("6.3", "PRIORITY of stream 0 is PROTOCOL_ERROR", [.priority(0)], protocolError),
        HTTP2Case(
            "6.3", "PRIORITY of 4 bytes is FRAME_SIZE_ERROR",
            [HTTP2Frame(.priority, stream: 1, payload: [0, 0, 0, 0])], frameSizeError),
        HTTP2Case("6.4", "RST_STREAM of stream 0 is PROTOCOL_ERROR", [.resetStream(0)], protocolError),
        HTTP2Case("6.4", "RST_STREAM of an idle stream is PROTOCOL_ERROR", [.resetStream(1)], protocolError),
        HTTP2Case(
            "6.4", "RST_STREAM of 3 bytes is FRAME_SIZE_ERROR",
            [.post(1), HTTP2Frame(.resetStream, stream: 1, payload: [0, 0, 0])],
            HTTP2Case.goAway("FRAME_SIZE_ERROR", last: 1)),
        HTTP2Case(
            "6.4", "an unknown error code means nothing more",
            [.post(1), .resetStream(1, code: 0xdead), .ping()], ["PING ack"]),
    ]

    private static let settings: [HTTP2Case] = [
        HTTP2Case("6.5", "SETTINGS are acknowledged", [.settings([(id: 4, value: 1)])], ["SETTINGS ack"]),
        HTTP2Case(
            "6.5", "SETTINGS of a stream is PROTOCOL_ERROR", [HTTP2Frame(.settings, stream: 1)], protocolError
        ),
        HTTP2Case(
            "6.5", "SETTINGS of 5 bytes is FRAME_SIZE_ERROR",
            [HTTP2Frame(.settings, payload: [0, 4, 0, 0, 0])], frameSizeError),
        HTTP2Case(
            "6.5", "an acknowledgement with settings is FRAME_SIZE_ERROR",
            [HTTP2Frame(.settings, flags: 1, payload: [0, 4, 0, 0, 0, 1])], frameSizeError),
        HTTP2Case(
            "6.5.2", "an unknown setting is ignored", [.settings([(id: 0xbeef, value: 1)])],
            ["SETTINGS ack"]),
        HTTP2Case(
            "6.5.2", "SETTINGS_ENABLE_PUSH of 2 is PROTOCOL_ERROR", [.settings([(id: 2, value: 2)])],
            protocolError),
        HTTP2Case(
            "6.5.2", "SETTINGS_ENABLE_PUSH of 0 and 1 are taken",
            [.settings([(id: 2, value: 0), (id: 2, value: 1)])], ["SETTINGS ack"]),
        HTTP2Case(
            "6.5.2", "an initial window of 2^31 is FLOW_CONTROL_ERROR",
            [.settings([(id: 4, value: 1 << 31)])], HTTP2Case.goAway("FLOW_CONTROL_ERROR")),
        HTTP2Case(
            "6.5.2", "an initial window of 2^31 - 1 is taken",
            [.settings([(id: 4, value: 1 << 31 - 1)])], ["SETTINGS ack"]),
        HTTP2Case(
            "6.5.2", "a maximum frame size below 16,384 is PROTOCOL_ERROR",
            [.settings([(id: 5, value: 16_383)])], protocolError),
        HTTP2Case(
            "6.5.2", "a maximum frame size above 2^24 - 1 is PROTOCOL_ERROR",
            [.settings([(id: 5, value: 1 << 24)])], protocolError),
        HTTP2Case(
            "6.5.2", "a larger frame size is used when the windows allow it",
            [
                .settings([(id: 5, value: 32_768)]), .windowUpdate(0, 100_000),
                .request(1, "GET", "/size/20000"),
            ], ["SETTINGS ack", "1 HEADERS 200", "1 DATA 16384", "1 DATA 3616 end"],
            requests: ["GET /size/20000"]),
        HTTP2Case(
            "6.5.2", "a limit of the client's streams is no limit of ours",
            [.settings([(id: 3, value: 0)]), .request(1)], ["SETTINGS ack", "1 HEADERS 204 end"],
            requests: ["GET /"]),
        HTTP2Case(
            "6.5.2", "a table of no bytes is kept to",
            [.settings([(id: 1, value: 0)]), .request(1), .request(3)],
            ["SETTINGS ack", "1 HEADERS 204 end", "3 HEADERS 204 end"], requests: ["GET /", "GET /"]),
        HTTP2Case(
            "6.5.3", "of a setting that is there twice the last counts",
            [.settings([(id: 4, value: 1), (id: 4, value: 2)]), .request(1, "GET", "/size/9")],
            ["SETTINGS ack", "1 HEADERS 200", "1 DATA 2"], requests: ["GET /size/9"]),
    ]

    private static let control: [HTTP2Case] = [
        HTTP2Case(
            "6.6", "PUSH_PROMISE of a client is PROTOCOL_ERROR",
            [.post(1), HTTP2Frame(.pushPromise, flags: 4, stream: 1, payload: [0, 0, 0, 2, 0x82])],
            HTTP2Case.goAway("PROTOCOL_ERROR", last: 1)),
        HTTP2Case("6.7", "an acknowledged PING is not answered", [.ping(flags: 1)], []),
        HTTP2Case(
            "6.7", "PING of a stream is PROTOCOL_ERROR",
            [HTTP2Frame(.ping, stream: 1, payload: [0, 0, 0, 0, 0, 0, 0, 0])], protocolError),
        HTTP2Case(
            "6.7", "PING of 7 bytes is FRAME_SIZE_ERROR", [.ping([0, 0, 0, 0, 0, 0, 0])], frameSizeError),
        HTTP2Case(
            "6.8", "GOAWAY of a stream is PROTOCOL_ERROR",
            [HTTP2Frame(.goAway, stream: 1, payload: [0, 0, 0, 0, 0, 0, 0, 0])], protocolError),
        HTTP2Case(
            "6.8", "GOAWAY of 7 bytes is FRAME_SIZE_ERROR",
            [HTTP2Frame(.goAway, payload: [0, 0, 0, 0, 0, 0, 0])], frameSizeError),
        HTTP2Case(
            "6.9", "a window of a stream that opens by 0 is PROTOCOL_ERROR",
            [.post(1), .windowUpdate(1, 0)], begunProtocolError),
        HTTP2Case(
            "6.9", "the window of the connection that opens by 0 is PROTOCOL_ERROR",
            [.windowUpdate(0, 0)], protocolError),
        HTTP2Case(
            "6.9", "WINDOW_UPDATE of 3 bytes is FRAME_SIZE_ERROR",
            [HTTP2Frame(.windowUpdate, payload: [0, 0, 1])], frameSizeError),
        HTTP2Case(
            "6.9", "WINDOW_UPDATE of an idle stream is PROTOCOL_ERROR", [.windowUpdate(1, 1)], protocolError),
        HTTP2Case(
            "6.9.1", "a window of a stream above 2^31 - 1 is FLOW_CONTROL_ERROR of the stream",
            [.post(1), .windowUpdate(1, 1 << 31 - 1)], ["1 RST_STREAM FLOW_CONTROL_ERROR"]),
        HTTP2Case(
            "6.9.1", "a window of the connection above 2^31 - 1 is FLOW_CONTROL_ERROR",
            [.windowUpdate(0, 1 << 31 - 1)], HTTP2Case.goAway("FLOW_CONTROL_ERROR")),
        HTTP2Case(
            "6.9.1", "an answer stops at the window of the connection",
            [.settings([(id: 4, value: 100_000)]), .request(1, "GET", "/size/70000")],
            [
                "SETTINGS ack", "1 HEADERS 200", "1 DATA 16384", "1 DATA 16384", "1 DATA 16384",
                "1 DATA 16383",
            ], requests: ["GET /size/70000"]),
        HTTP2Case(
            "6.9.2", "a larger initial window opens those of open streams",
            [
                .settings([(id: 4, value: 1)]), .request(1, "GET", "/size/9"), .settings([(id: 4, value: 4)]),
            ], ["SETTINGS ack", "SETTINGS ack", "1 HEADERS 200", "1 DATA 4"], requests: ["GET /size/9"]),
        HTTP2Case(
            "6.9.2", "an initial window that takes an open one past 2^31 - 1 is FLOW_CONTROL_ERROR",
            [.post(1), .windowUpdate(1, 1000), .settings([(id: 4, value: 1 << 31 - 1)])],
            ["SETTINGS ack", "1 RST_STREAM FLOW_CONTROL_ERROR"]),
        HTTP2Case(
            "6.10", "a header section may go on in frames of its own",
            [
                HTTP2Frame(.headers, flags: 1, stream: 1, payload: [0x82, 0x86]),
                .continuation(1, [0x84], flags: 0), .continuation(1, hpackLiterals([("host", "test")])),
            ], ["1 HEADERS 204 end"], requests: ["GET /"]),
        HTTP2Case(
            "6.10", "CONTINUATION behind a header section that is whole is PROTOCOL_ERROR",
            [.post(1), .continuation(1, [0x82])], HTTP2Case.goAway("PROTOCOL_ERROR", last: 1)),
        HTTP2Case(
            "6.10", "CONTINUATION of another stream is PROTOCOL_ERROR",
            [.request(1, flags: HTTP2Frame.endStream), .continuation(3, [0x82])], begunProtocolError),
        HTTP2Case(
            "6.10", "CONTINUATION behind nothing is PROTOCOL_ERROR", [.continuation(1, [0x82])], protocolError
        ),
        HTTP2Case(
            "6.10", "CONTINUATION of stream 0 is PROTOCOL_ERROR", [.continuation(0, [0x82])], protocolError),
        HTTP2Case(
            "6.10", "DATA amid a header section is PROTOCOL_ERROR",
            [.request(1, flags: 0), .data(1, "a")], begunProtocolError),
    ]

    @Test func `6·7: a PING is answered with its bytes`() {
        let bench = HTTP2Bench()

        bench.send(.ping([8, 7, 6, 5, 4, 3, 2, 1]))

        #expect(
            bench.reader.frames(in: bench.output()) == [.ping([8, 7, 6, 5, 4, 3, 2, 1], flags: 1)])
    }

    @Test func `6·9·1: DATA past the window of its stream is FLOW_CONTROL_ERROR`() {
        var limits = HTTPLimits()
        limits.streamWindowBytes = 100
        let bench = HTTP2Bench(limits: limits)
        bench.send(.post(1))

        bench.send(.data(1, String(repeating: "a", count: 101), flags: 0))

        #expect(bench.lines() == ["1 RST_STREAM FLOW_CONTROL_ERROR"])
    }

    @Test func `6·9·1: a body that is taken opens its windows again`() {
        var limits = HTTPLimits()
        limits.streamWindowBytes = 100
        let bench = HTTP2Bench(limits: limits)

        bench.send(.post(1), .data(1, String(repeating: "a", count: 60), flags: 0))

        #expect(bench.lines() == ["1 WINDOW_UPDATE 60"])
    }
}
