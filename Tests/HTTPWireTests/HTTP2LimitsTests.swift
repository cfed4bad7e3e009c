/// Every bound of HTTP/2 at its value and one past it, and the attacks that they are there for.

import HTTP2Peer
import HTTPWire
import Testing

struct HTTP2LimitsTests {
    private let enhanceYourCalm = "ENHANCE_YOUR_CALM"

    private func limits(_ set: (inout HTTPLimits) -> Void) -> HTTPLimits {
        var limits = HTTPLimits()
        set(&limits)
        return limits
    }

    /// Whether the bench has been told to calm down, and that alone.
    private func isCalmed(_ bench: HTTP2Bench) -> Bool {
        let lines = bench.lines()
        return lines.last?.hasSuffix(enhanceYourCalm) == true && bench.session.isOver
    }

    @Test func `streams that a client resets again and again end the connection, CVE-2023-44487`() {
        let bench = HTTP2Bench(limits: limits { $0.streamResetsMax = 10 })

        for number in 0..<10 {
            bench.send(.request(UInt32(2 * number + 1)), .resetStream(UInt32(2 * number + 1)))
        }
        let atLimit = bench.lines()
        bench.send(.request(21), .resetStream(21))

        #expect(atLimit == [])
        #expect(bench.requests.isEmpty)
        #expect(isCalmed(bench))
    }

    @Test func `streams that a client has reset by us end the connection, CVE-2025-8671`() {
        let bench = HTTP2Bench(limits: limits { $0.streamResetsMax = 10 })

        for number in 0..<10 {
            bench.send(.request(UInt32(2 * number + 1), fields: [("connection", "close")]))
        }
        let atLimit = bench.lines()
        bench.send(.request(21, fields: [("connection", "close")]))
        let past = bench.lines()
        bench.send(.ping())

        #expect(atLimit.count == 10 && atLimit.allSatisfy { $0.hasSuffix("RST_STREAM PROTOCOL_ERROR") })
        #expect(past == ["21 RST_STREAM PROTOCOL_ERROR"])
        #expect(isCalmed(bench))
    }

    @Test func `resets come back by the time that passes`() {
        let bench = HTTP2Bench(
            limits: limits {
                $0.streamResetsMax = 2
                $0.streamResetsPerSecond = 10
            })
        bench.send(.post(1), .resetStream(1), .post(3), .resetStream(3))

        bench.now += .milliseconds(100)
        bench.send(.post(5), .resetStream(5))
        let refilled = bench.lines()
        bench.now += .milliseconds(99)
        bench.send(.post(7), .resetStream(7))

        #expect(refilled == [])
        #expect(isCalmed(bench))
    }

    /// Frames that ask for nothing, one of each kind.
    private static let idleFrames: [HTTP2Frame] = [
        .ping(), .settings(), .priority(9), .windowUpdate(0, 1), .data(1, flags: 0),
        HTTP2Frame(.data, flags: HTTP2Frame.padded, stream: 1, payload: [1, 0]),
        .ping(flags: HTTP2Frame.acknowledgement),
    ]

    @Test(arguments: idleFrames)
    func `frames that ask for nothing end the connection, CVE-2019-9512, 9515, 9518`(frame: HTTP2Frame) {
        let bench = HTTP2Bench(limits: limits { $0.idleFramesMax = 100 })
        bench.send(.post(1))

        // SETTINGS, their acknowledgement and HEADERS were three.
        bench.send(Array(repeating: frame, count: 97))
        let isOver = bench.lines().contains { $0.hasSuffix(enhanceYourCalm) }
        bench.send(frame)

        #expect(!isOver)
        #expect(isCalmed(bench))
    }

    @Test func `frames that ask for nothing come back by time and with every request`() {
        let bench = HTTP2Bench(
            limits: limits {
                $0.idleFramesMax = 10
                $0.idleFramesPerSecond = 10
            })

        for number in 0..<50 {
            bench.send(.request(UInt32(2 * number + 1)), .ping(), .windowUpdate(0, 1))
        }
        let served = bench.requests.count
        bench.send(Array(repeating: .ping(), count: 8))
        bench.now += .seconds(1)
        bench.send(Array(repeating: .ping(), count: 10))
        let isOver = bench.lines().contains { $0.hasSuffix(enhanceYourCalm) }
        bench.send(.ping())

        #expect(served == 50)
        #expect(!isOver)
        #expect(isCalmed(bench))
    }

    @Test(arguments: [HTTP2Frame.ping(), .settings()])
    func `acknowledgements that nobody takes end the connection`(frame: HTTP2Frame) {
        let bench = HTTP2Bench(limits: limits { $0.unsentAcknowledgementsMax = 10 })

        bench.send(Array(repeating: frame, count: 9))
        let atLimit = bench.lines()
        bench.send(Array(repeating: frame, count: 12))

        #expect(atLimit.count == 9)
        #expect(isCalmed(bench))
    }

    @Test func `more settings in a frame than the limit end the connection, CVE-2020-11080`() {
        let bench = HTTP2Bench(limits: limits { $0.settingsPerFrameMax = 10 })
        let setting: (id: UInt16, value: UInt32) = (id: 4, value: 1)

        bench.send(.settings(Array(repeating: setting, count: 10)))
        let atLimit = bench.lines()
        bench.send(.settings(Array(repeating: setting, count: 11)))

        #expect(atLimit == ["SETTINGS ack"])
        #expect(isCalmed(bench))
    }

    @Test(arguments: [false, true])
    func `CONTINUATION frames past the limit end the connection, CVE-2024-27316`(isByteByByte: Bool) {
        func frames(_ stream: UInt32, _ count: Int) -> [UInt8] {
            let fields = HTTP2Frame.pseudoFields("GET", "/")
            let head = HTTP2Frame.headers(stream, fields, flags: HTTP2Frame.endStream)
            let middle = HTTP2Frame.continuation(stream, [], flags: 0)
            return head.bytes + Array(repeating: middle.bytes, count: count - 1).flatMap { $0 }
                + HTTP2Frame.continuation(stream, []).bytes
        }
        func send(_ bytes: [UInt8], to bench: HTTP2Bench) {
            for piece in isByteByByte ? bytes.map({ [$0] }) : [bytes] { bench.send(bytes: piece) }
        }
        let bench = HTTP2Bench()

        send(frames(1, 8), to: bench)
        let atLimit = bench.lines()
        send(frames(3, 9), to: bench)

        #expect(HTTPLimits().continuationsMax == 8)
        #expect(atLimit == ["1 HEADERS 204 end"])
        #expect(isCalmed(bench))
        #expect(bench.requests.count == 1)
    }

    @Test func `a header section without an end is given up and holds no memory`() {
        let bench = HTTP2Bench()
        bench.send(.request(1, flags: 0))
        let block = hpackLiterals([("x", String(repeating: "a", count: 16_000))])

        for _ in 0..<100 { bench.send(.continuation(1, block, flags: 0)) }

        #expect(isCalmed(bench))
        #expect(bench.problems.isEmpty)
    }

    @Test func `a header section past its limit is 431 and the connection goes on`() throws {
        let bench = HTTP2Bench(limits: limits { $0.fieldSectionBytesMax = 1_000 })
        // The four pseudo-header fields count 42, 43, 46 and 38; the last has 1 + 32 besides its value.
        let room = 1_000 - 42 - 43 - 46 - 38 - 33

        bench.send(.request(1, fields: [("x", String(repeating: "a", count: room))]))
        bench.send(.request(3, fields: [("x", String(repeating: "a", count: room + 1))]), .request(5))

        #expect(bench.lines() == ["1 HEADERS 204 end", "3 HEADERS 431 end", "5 HEADERS 204 end"])
        #expect(bench.problems.map(\.reason) == ["The field section is longer than 1000 bytes."])
    }

    @Test func `one field of more than 64 KiB is past what the library unpacks`() {
        let bench = HTTP2Bench(limits: limits { $0.fieldSectionBytesMax = 1024 * 1024 })
        func send(_ stream: UInt32, valueBytes: Int) {
            let fields =
                HTTP2Frame.pseudoFields("GET", "/") + [("x", String(repeating: "a", count: valueBytes))]
            let block = hpackLiterals(fields)
            let pieces = stride(from: 0, to: block.count, by: 16_384).map {
                Array(block[$0..<min($0 + 16_384, block.count)])
            }
            bench.send(HTTP2Frame(.headers, flags: HTTP2Frame.endStream, stream: stream, payload: pieces[0]))
            for piece in pieces[1...].dropLast() { bench.send(.continuation(stream, piece, flags: 0)) }
            bench.send(.continuation(stream, pieces.last ?? []))
        }

        send(1, valueBytes: 65_536)
        let atLimit = bench.lines()
        send(3, valueBytes: 65_537)

        #expect(atLimit == ["1 HEADERS 204 end"])
        #expect(bench.lines() == ["GOAWAY 3 COMPRESSION_ERROR"])
    }

    @Test func `a few bytes that unfold to very many end the connection, CVE-2016-6581`() {
        let bench = HTTP2Bench()
        let entry: [UInt8] = [0x40] + hpackString("x") + hpackString(String(repeating: "a", count: 4_000))
        let references = [UInt8](repeating: 0xbe, count: 300)
        let bytes = hpackLiterals(HTTP2Frame.pseudoFields("GET", "/")) + entry + references

        bench.send(HTTP2Frame(.headers, flags: 5, stream: 1, payload: bytes))

        #expect(HTTPLimits().unfoldedBytesMax == 1024 * 1024)
        #expect(isCalmed(bench))
        #expect(bench.requests.isEmpty)
    }

    @Test func `so many bytes that unfold are 431 below that`() {
        let bench = HTTP2Bench()
        let entry: [UInt8] = [0x40] + hpackString("x") + hpackString(String(repeating: "a", count: 4_000))
        let references = [UInt8](repeating: 0xbe, count: 200)
        let bytes = hpackLiterals(HTTP2Frame.pseudoFields("GET", "/")) + entry + references

        bench.send(HTTP2Frame(.headers, flags: 5, stream: 1, payload: bytes))

        #expect(bench.lines() == ["1 HEADERS 431 end"])
    }

    @Test func `a field past the limit is 431`() {
        let bench = HTTP2Bench(limits: limits { $0.fieldsMax = 3 })

        // The Host is one of them.
        bench.send(.request(1, fields: [("a", "1"), ("b", "2")]))
        bench.send(.request(3, fields: [("a", "1"), ("b", "2"), ("c", "3")]))

        #expect(bench.lines() == ["1 HEADERS 204 end", "3 HEADERS 431 end"])
        #expect(bench.problems.map(\.reason) == ["There are more than 3 fields."])
    }

    @Test func `a path past the limit of a request line is 414`() {
        let bench = HTTP2Bench(limits: limits { $0.requestLineBytesMax = 20 })

        bench.send(.request(1, "GET", "/" + String(repeating: "a", count: 19)))
        bench.send(.request(3, "GET", "/" + String(repeating: "a", count: 20)))

        #expect(bench.lines() == ["1 HEADERS 204 end", "3 HEADERS 414 end"])
    }

    @Test func `a body past the limit is 413, whether it is announced or not`() {
        let bench = HTTP2Bench(limits: limits { $0.bodyBytesMax = 3 })

        bench.send(.post(1, fields: [("content-length", "3")]), .data(1, "abc"))
        bench.send(.post(3, fields: [("content-length", "4")]))
        bench.send(.post(5), .data(5, "abcd", flags: 0))
        let early = bench.lines()
        bench.send(.data(3, "abcd"), .data(5, "more"), .request(7))

        #expect(early == ["1 HEADERS 204 end", "3 HEADERS 413 end", "5 HEADERS 413 end"])
        #expect(bench.lines() == ["7 HEADERS 204 end"])
        #expect(
            bench.problems.map(\.reason) == Array(repeating: "The body is longer than 3 bytes.", count: 2))
    }

    @Test func `bytes behind an early answer are dropped up to a limit`() {
        let bench = HTTP2Bench(
            limits: limits {
                $0.bodyBytesMax = 3
                $0.lingerBytesMax = 10
            })
        bench.send(.post(1), .data(1, "abcd", flags: 0))
        _ = bench.lines()

        bench.send(.data(1, String(repeating: "a", count: 10), flags: 0))
        let atLimit = bench.lines()
        bench.send(
            .post(3), .data(3, "abcd", flags: 0), .data(3, String(repeating: "a", count: 11), flags: 0))

        #expect(atLimit == [])
        #expect(bench.lines().contains("3 RST_STREAM NO_ERROR"))
    }

    @Test func `bodies of a connection past their sum are refused and may be sent again`() {
        let bench = HTTP2Bench(limits: limits { $0.bodyBytesMax = 10 })

        bench.send(.post(1), .post(3), .post(5))
        bench.send(.data(1, "0123456789", flags: 0), .data(3, "0123456789", flags: 0))
        let atLimit = bench.lines()
        bench.send(.data(5, "0"))
        let past = bench.lines()
        bench.send(.data(1))
        bench.send(.post(7), .data(7, "0"))

        #expect(HTTPLimits().connectionBodyBytesMax == 20 * 1024 * 1024)
        #expect(atLimit == [])
        #expect(past == ["5 RST_STREAM REFUSED_STREAM"])
        #expect(bench.lines() == ["1 HEADERS 204 end", "7 HEADERS 204 end"])
    }

    @Test func `a request line of DATA frames of one byte is a request`() {
        let bench = HTTP2Bench(limits: limits { $0.idleFramesMax = 10 })
        bench.send(.post(1))

        for _ in 0..<1_000 { bench.send(.data(1, "a", flags: 0)) }
        bench.send(.data(1))

        #expect(bench.requestLines == ["POST / 1000"])
    }
}
