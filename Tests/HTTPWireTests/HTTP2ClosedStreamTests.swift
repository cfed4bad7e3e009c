/// RFC 9113 sections 5.1 and 5.1.1: frames of streams that are closed, from the client's side or from ours,
/// or were never opened. Each case is tried with the judged bytes cut at every place.

import HTTP2Peer
import HTTPWire
import Testing

/// What has happened on a connection, what a client sends then, and what it has to get for it.
struct ClosedStreamCase: Sendable, CustomTestStringConvertible {
    let claim: String
    let before: [HTTP2Frame]
    let sent: [UInt8]
    let expected: [String]
    /// Requests are answered at once; otherwise their streams stay half-closed.
    let answers: Bool

    init(
        _ claim: String, behind before: [HTTP2Frame], _ sent: [HTTP2Frame], _ expected: [String],
        answers: Bool = true
    ) {
        self.claim = claim
        self.before = before
        self.sent = sent.flatMap(\.bytes)
        self.expected = expected
        self.answers = answers
    }

    var testDescription: String { claim }

    func run() {
        let halves = sent.indices.map { [Array(sent[..<$0]), Array(sent[$0...])] }
        for pieces in halves + [sent.map { [$0] }] {
            let bench = HTTP2Bench()
            bench.answers = answers
            bench.send(before)
            _ = bench.lines()

            for piece in pieces { bench.send(bytes: piece) }

            #expect(bench.lines() == expected, "\(pieces.map(\.count))")
            #expect(bench.session.isOver == (expected.last?.hasPrefix("GOAWAY") ?? false))
        }
    }
}

/// What a client may do to be done with a stream, with the name of what it did.
private let endings: [(name: String, frames: [HTTP2Frame], answers: Bool)] = [
    ("a request that waits for its answer", [.request(1)], false),
    ("a request with a body that waits", [.post(1), .data(1, "a", flags: 0), .data(1)], false),
    ("a request with trailers that waits", [.post(1), .headers(1, [("a", "b")])], false),
    ("a request that is answered", [.request(1)], true),
    ("a request with a body that is answered", [.post(1), .data(1, "a")], true),
    ("a stream that the client has reset", [.post(1), .resetStream(1)], true),
    ("a request that the client has reset", [.request(1), .resetStream(1)], false),
    ("a malformed request that is whole", [.request(1, fields: [("connection", "close")])], true),
]

private let trailers = HTTP2Frame.headers(1, [("a", "b")])
/// Reset by the server, and the client may not know it yet.
private let cutOff = HTTP2Frame.post(1, fields: [("connection", "close")])
private let streamClosed = "1 RST_STREAM STREAM_CLOSED"
private let connectionClosed = "GOAWAY 1 STREAM_CLOSED"
private let pushPromise = [1, 3, 5].map {
    HTTP2Frame(.pushPromise, flags: 4, stream: $0, payload: [0, 0, 0, 2, 0x82])
}

struct HTTP2ClosedStreamTests {
    @Test(arguments: endings.flatMap { ending in HTTP2ClosedStreamTests.ended(ending) })
    func `5·1: the client has ended the stream`(example: ClosedStreamCase) { example.run() }

    @Test(arguments: HTTP2ClosedStreamTests.unopened)
    func `5·1·1: the stream was never opened`(example: ClosedStreamCase) { example.run() }

    @Test(arguments: HTTP2ClosedStreamTests.resetByServer)
    func `5·1: the server has ended the stream`(example: ClosedStreamCase) { example.run() }

    private static func ended(
        _ ending: (name: String, frames: [HTTP2Frame], answers: Bool)
    ) -> [ClosedStreamCase] {
        func example(
            _ claim: String, _ sent: [HTTP2Frame], _ expected: [String]
        ) -> ClosedStreamCase {
            ClosedStreamCase(
                "\(claim) behind \(ending.name)", behind: ending.frames, sent, expected,
                answers: ending.answers)
        }
        return [
            example("DATA is STREAM_CLOSED", [.data(1, "abc")], [streamClosed]),
            example("DATA without a byte is STREAM_CLOSED", [.data(1, flags: 0)], [streamClosed]),
            example(
                "DATA is told of once and other streams go on",
                [.data(1, "a", flags: 0), .data(1, "b"), .request(3, "GET", "/size/1")],
                [streamClosed] + (ending.answers ? ["3 HEADERS 200", "3 DATA 1 end"] : [])),
            example("HEADERS is STREAM_CLOSED of the connection", [trailers], [connectionClosed]),
            example("a second request is STREAM_CLOSED of the connection", [.post(1)], [connectionClosed]),
            example(
                "HEADERS behind DATA is STREAM_CLOSED of the connection", [.data(1, "a"), trailers],
                [connectionClosed]),
            example(
                "HEADERS behind RST_STREAM is STREAM_CLOSED of the connection", [.resetStream(1), trailers],
                [connectionClosed]),
            example("DATA behind RST_STREAM is STREAM_CLOSED", [.resetStream(1), .data(1)], [streamClosed]),
            example(
                "PRIORITY, WINDOW_UPDATE and RST_STREAM are taken",
                [.priority(1), .windowUpdate(1, 1), .resetStream(1), .windowUpdate(1, 1), .resetStream(1)],
                []),
            example("PUSH_PROMISE is PROTOCOL_ERROR", [pushPromise[0]], ["GOAWAY 1 PROTOCOL_ERROR"]),
            example("CONTINUATION is PROTOCOL_ERROR", [.continuation(1, [])], ["GOAWAY 1 PROTOCOL_ERROR"]),
        ]
    }

    private static let unopened: [ClosedStreamCase] = [
        ClosedStreamCase(
            "HEADERS of a number that was passed by is PROTOCOL_ERROR", behind: [.post(5)], [.request(3)],
            ["GOAWAY 5 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "HEADERS of a number that was passed by in the same bytes is PROTOCOL_ERROR", behind: [],
            [.post(7), .post(1)], ["GOAWAY 7 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "HEADERS of a number that was passed by long ago is PROTOCOL_ERROR",
            behind: [.request(1), .request(5), .request(7), .request(13)], [.request(3)],
            ["GOAWAY 13 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "HEADERS of a number between those that were passed by is STREAM_CLOSED",
            behind: [.request(1), .request(5), .request(9)], [.request(5)], ["GOAWAY 9 STREAM_CLOSED"]),
        ClosedStreamCase(
            "DATA of a number that was passed by is STREAM_CLOSED", behind: [.post(5)], [.data(3, "a")],
            ["3 RST_STREAM STREAM_CLOSED"]),
        ClosedStreamCase(
            "PRIORITY, WINDOW_UPDATE and RST_STREAM of a number that was passed by are taken",
            behind: [.post(5)], [.priority(3), .windowUpdate(3, 1), .resetStream(3)], []),
        ClosedStreamCase(
            "HEADERS of an even number is PROTOCOL_ERROR", behind: [.request(1)], [.request(2)],
            ["GOAWAY 1 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "HEADERS of a low even number is PROTOCOL_ERROR", behind: [.request(9)], [.request(2)],
            ["GOAWAY 9 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "DATA of an even number is PROTOCOL_ERROR", behind: [.request(9)], [.data(2, "a")],
            ["GOAWAY 9 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "DATA of an idle stream is PROTOCOL_ERROR", behind: [.request(1)], [.data(3, "a")],
            ["GOAWAY 1 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "WINDOW_UPDATE of an idle stream is PROTOCOL_ERROR", behind: [.request(1)],
            [.windowUpdate(3, 1)], ["GOAWAY 1 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "RST_STREAM of an idle stream is PROTOCOL_ERROR", behind: [.request(1)], [.resetStream(3)],
            ["GOAWAY 1 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "PRIORITY of an idle stream is taken", behind: [.request(1)], [.priority(3)], []),
        ClosedStreamCase(
            "PUSH_PROMISE of an idle stream is PROTOCOL_ERROR", behind: [.request(1)], [pushPromise[1]],
            ["GOAWAY 1 PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "PUSH_PROMISE of a number that was passed by is PROTOCOL_ERROR", behind: [.request(9)],
            [pushPromise[2]], ["GOAWAY 9 PROTOCOL_ERROR"]),
    ]

    private static let resetByServer: [ClosedStreamCase] = [
        ClosedStreamCase(
            "frames that the client may have sent before it knew are passed over", behind: [cutOff],
            [
                .data(1, "a", flags: 0), .data(1, flags: 0), .windowUpdate(1, 1), .data(1, "b", flags: 0),
                trailers,
            ],
            []),
        ClosedStreamCase(
            "the same in the bytes behind the request", behind: [],
            [cutOff, .data(1, "a", flags: 0), .data(1, "b", flags: 0), trailers],
            ["1 RST_STREAM PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "a header section that is passed over is unpacked all the same", behind: [cutOff],
            [
                HTTP2Frame(
                    .headers, flags: 5, stream: 1, payload: [0x40] + hpackString("x") + hpackString("y")),
                HTTP2Frame(
                    .headers, flags: 5, stream: 3,
                    payload: [0xbe] + hpackLiterals(HTTP2Frame.pseudoFields("GET", "/"))),
            ], ["3 RST_STREAM PROTOCOL_ERROR"]),
        ClosedStreamCase(
            "DATA behind the end of such a stream is STREAM_CLOSED", behind: [cutOff],
            [.data(1, "a"), .data(1, "b")], [streamClosed]),
        ClosedStreamCase(
            "DATA behind trailers of such a stream is STREAM_CLOSED", behind: [cutOff],
            [trailers, .data(1, "b")], [streamClosed]),
        ClosedStreamCase(
            "HEADERS behind the end of such a stream is STREAM_CLOSED of the connection", behind: [cutOff],
            [.data(1, "a"), trailers], [connectionClosed]),
        ClosedStreamCase(
            "HEADERS behind the client's own reset is STREAM_CLOSED of the connection", behind: [cutOff],
            [.resetStream(1), trailers], [connectionClosed]),
        ClosedStreamCase(
            "DATA behind the client's own reset is STREAM_CLOSED", behind: [cutOff],
            [.resetStream(1), .data(1, "a")], [streamClosed]),
        ClosedStreamCase(
            "what follows an early answer is read", behind: [.post(1, fields: [("expect", "more")])],
            [.data(1, "a", flags: 0), trailers], []),
        ClosedStreamCase(
            "DATA behind the end that follows an early answer is STREAM_CLOSED",
            behind: [.post(1, fields: [("expect", "more")])], [.data(1, "a"), .data(1, "b")], [streamClosed]),
    ]

    private func limits(_ set: (inout HTTPLimits) -> Void) -> HTTPLimits {
        var limits = HTTPLimits()
        set(&limits)
        return limits
    }

    @Test func `5·1: a stream that is refused before the client knows the limit is passed over`() {
        for isAtOnce in [false, true] {
            let bench = HTTP2Bench(beforePreface: limits { $0.streamsMax = 1 })
            bench.answers = false
            bench.send(bytes: HTTP2Frame.preface)
            let frames: [HTTP2Frame] = [
                .settings(), .request(1), .post(3), .data(3, "a", flags: 0), .data(3, "b"),
            ]

            if isAtOnce { bench.send(frames) } else { for frame in frames { bench.send(frame) } }
            let refused = bench.lines()
            bench.send(.data(3, "c"))

            #expect(refused.suffix(2) == ["0 WINDOW_UPDATE 983041", "3 RST_STREAM REFUSED_STREAM"])
            #expect(bench.lines() == ["3 RST_STREAM STREAM_CLOSED"])
        }
    }

    @Test func `5·1: the last streams that the server has reset are remembered, and no more`() {
        let bench = HTTP2Bench(limits: limits { $0.closedStreamsMax = 2 })
        let fields = [("connection", "close")]
        bench.send(.post(1, fields: fields), .post(3, fields: fields), .post(5, fields: fields))
        _ = bench.lines()

        bench.send(.data(5, "a", flags: 0), .data(3, "a", flags: 0))
        let atLimit = bench.lines()
        bench.send(.data(1, "a", flags: 0))

        #expect(atLimit == [])
        #expect(bench.lines() == [streamClosed])
    }

    @Test func `5·1: HEADERS of a stream that is not remembered is STREAM_CLOSED of the connection`() {
        let bench = HTTP2Bench(limits: limits { $0.closedStreamsMax = 1 })
        let fields = [("connection", "close")]
        bench.send(.post(1, fields: fields), .post(3, fields: fields))
        _ = bench.lines()

        bench.send(.headers(3, [("a", "b")]))
        let atLimit = bench.lines()
        bench.send(trailers)

        #expect(atLimit == [])
        #expect(bench.lines() == ["GOAWAY 3 STREAM_CLOSED"])
    }

    @Test func `5·1·1: so many gaps between numbers are remembered`() {
        for (number, code) in [(UInt32(9), "PROTOCOL_ERROR"), (5, "PROTOCOL_ERROR"), (1, "STREAM_CLOSED")] {
            let bench = HTTP2Bench(limits: limits { $0.closedStreamsMax = 2 })

            bench.send(.request(3), .request(7), .request(11))
            _ = bench.lines()
            bench.send(.request(number))

            #expect(bench.lines() == ["GOAWAY 11 \(code)"])
        }
    }

    @Test func `6·9: as much DATA is passed over as the window of the stream lets through`() {
        let bench = HTTP2Bench(limits: limits { $0.streamWindowBytes = 100 })
        bench.send(cutOff)
        _ = bench.lines()

        bench.send(.data(1, String(repeating: "a", count: 99), flags: 0), .data(1, "a", flags: 0))
        let atLimit = bench.lines()
        bench.send(.data(1, "a", flags: 0))
        let past = bench.lines()
        bench.send(trailers)

        #expect(atLimit == [])
        #expect(past == [streamClosed])
        #expect(bench.lines() == [connectionClosed])
    }

    @Test func `6·9: DATA that is passed over opens the window of the connection again`() {
        for before in [[HTTP2Frame.request(1)], [.request(1), .resetStream(1)], [cutOff]] {
            let bench = HTTP2Bench()
            bench.answers = false
            bench.send(before)
            let chunk = HTTP2Frame.data(1, String(repeating: "a", count: 16_000), flags: 0)

            for _ in 0..<80 { bench.send(chunk) }

            let opened = bench.lines().compactMap { line in
                line.hasPrefix("0 WINDOW_UPDATE ") ? Int(line.dropFirst(16)) : nil
            }
            #expect(opened.reduce(0, +) > 80 * 16_000 - HTTPLimits().connectionWindowBytes)
        }
    }

    @Test func `5·1: DATA without a byte on a stream that the server has reset asks for nothing`() {
        let bench = HTTP2Bench(limits: limits { $0.idleFramesMax = 100 })
        bench.send(cutOff)
        _ = bench.lines()

        // SETTINGS, their acknowledgement and HEADERS were three.
        bench.send(Array(repeating: .data(1, flags: 0), count: 97))
        let atLimit = bench.lines()
        bench.send(.data(1, flags: 0))

        #expect(atLimit == [])
        #expect(bench.lines() == ["GOAWAY 1 ENHANCE_YOUR_CALM"])
    }

    @Test func `5·1: a stream that is reset for its DATA is one that the client had reset, CVE-2025-8671`() {
        let bench = HTTP2Bench(limits: limits { $0.streamResetsMax = 10 })
        func provoke(_ number: UInt32) { bench.send(.request(number), .data(number, "a")) }

        for index in 0..<10 { provoke(UInt32(2 * index + 1)) }
        let atLimit = bench.lines()
        provoke(21)

        #expect(atLimit.count == 10 && atLimit.allSatisfy { $0.hasSuffix("RST_STREAM STREAM_CLOSED") })
        #expect(bench.lines() == ["GOAWAY 21 ENHANCE_YOUR_CALM"])
    }

    @Test func `5·1: a request whose stream is reset for its DATA is answered no more`() throws {
        let bench = HTTP2Bench()
        bench.answers = false
        bench.send(.request(1))

        bench.send(.data(1, "a"))
        let stream = try #require(bench.arrivals.first).stream
        bench.respond(HTTPResponse(status: 200, body: [1]), on: stream)

        #expect(!bench.session.isOpen(stream))
        #expect(bench.lines() == [streamClosed])
        #expect(bench.session.unsentBytes == 0)
    }

    @Test func `6·8: frames of streams behind a GOAWAY are passed over`() {
        let bench = HTTP2Bench()
        bench.answers = false
        bench.send(.request(1), .request(3), .post(5), .post(7))
        bench.session.goAway(keepingBegun: false)
        _ = bench.lines()

        bench.send(.data(5, "a"), .data(5, "b"), .headers(7, [("a", "b")]), .post(11), .post(9))
        let behind = bench.lines()
        bench.send(.data(1, "a"))

        #expect(behind == [])
        #expect(bench.lines() == [streamClosed])
    }

    @Test func `6·8: a GOAWAY behind an upgrade names the stream of the upgrade, which is answered`() throws {
        let bench = HTTP2Bench(beforePreface: HTTPLimits())
        let stream = try #require(bench.session.upgrade(settings: [], isHead: false))

        bench.session.goAway(keepingBegun: false)
        bench.respond(HTTPResponse(status: 200, body: [1]), on: stream)

        #expect(bench.lines().suffix(3) == ["GOAWAY 1 NO_ERROR", "1 HEADERS 200", "1 DATA 1 end"])
    }

    @Test func `5·1: the stream of an upgrade is one that the client has ended`() throws {
        for (frame, line) in [(HTTP2Frame.data(1, "a"), streamClosed), (trailers, connectionClosed)] {
            let bench = HTTP2Bench(beforePreface: HTTPLimits())
            _ = try #require(bench.session.upgrade(settings: [], isHead: false))
            bench.send(bytes: HTTP2Frame.preface)
            bench.send(.settings())
            _ = bench.lines()

            bench.send(frame)

            #expect(bench.lines() == [line])
        }
    }
}
