/// Replies over HTTP/2 as they say: late, slow, in part, broken off or never, each on its stream.

import HTTP2Peer
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct HTTP2DeliveryTests {
    private func client(_ delivery: Delivery, _ limits: SocketLimits = SocketLimits()) -> HTTP2Client {
        HTTP2Client(
            limits: limits, faults: ["/fault": Fault(delivery: delivery), "/late": Fault(delay: .seconds(5))])
    }

    @Test func `a delayed reply keeps no other stream waiting`() {
        let client = client(.whole)

        client.send(.request(1, "GET", "/late"), .request(3))
        let first = client.lines()
        client.bench.advanceEmulated(by: .seconds(5) - .nanoseconds(1))
        let early = client.lines()
        client.bench.advanceEmulated(by: .nanoseconds(1))

        #expect(first == ["3 HEADERS 200", "3 DATA 1 end"])
        #expect(early == [])
        #expect(client.lines() == ["1 HEADERS 200", "1 DATA 5 end"])
    }

    @Test func `a delayed reply whose stream is reset is forgotten`() {
        let client = client(.whole)
        client.send(.request(1, "GET", "/late"))

        client.send(.resetStream(1))
        client.bench.advanceEmulated(by: .seconds(5))

        #expect(client.lines() == [])
    }

    @Test func `a delayed reply whose clock stands is given up with CANCEL`() {
        let client = client(.whole)
        client.send(.request(1, "GET", "/late"))

        let isEarly = client.bench.advanceReal(by: .seconds(3_675) - .nanoseconds(1))
        let isLate = client.bench.advanceReal(by: .nanoseconds(1))

        #expect(!isEarly && isLate)
        #expect(client.lines() == ["1 RST_STREAM CANCEL"])
        #expect(!client.bench.isClosed)
    }

    @Test func `GOAWAY names the stream, which is answered, and ends the connection`() {
        let client = client(.goaway)
        client.send(.post(1), .request(3, "GET", "/fault"), .request(5))
        let lines = client.lines()

        client.send(.data(1, "ab"), .request(7))

        #expect(lines == ["GOAWAY 3 NO_ERROR", "3 HEADERS 200", "3 DATA 6 end"])
        #expect(client.lines() == ["1 HEADERS 200", "1 DATA 2 end"])
        #expect(client.bench.stream.calls.last == "shutdown")
        #expect(client.bench.handler.paths == ["/fault", "/"])
    }

    @Test func `GOAWAY does not deny what was done for a later stream`() {
        let client = client(.goaway)
        client.send(.post(1, "/fault"), .request(3, "GET", "/late"), .data(1, "ab"))
        let lines = client.lines()

        client.bench.advanceEmulated(by: .seconds(5))

        #expect(lines == ["GOAWAY 3 NO_ERROR", "1 HEADERS 200", "1 DATA 2 end"])
        #expect(client.lines() == ["3 HEADERS 200", "3 DATA 5 end"])
        #expect(client.bench.stream.calls.last == "shutdown")
    }

    @Test func `a refused stream says that it may be sent again, and may be`() {
        let client = client(.refuseStream)

        client.send(.request(1, "GET", "/fault"), .request(3))

        #expect(client.lines() == ["1 RST_STREAM REFUSED_STREAM", "3 HEADERS 200", "3 DATA 1 end"])
    }

    @Test(arguments: [(HTTP2ErrorCode.cancel, "CANCEL"), (.http11Required, "HTTP_1_1_REQUIRED")])
    func `a stream that is reset says with which code, and others go on`(
        code: HTTP2ErrorCode, name: String
    ) {
        let client = client(.resetStream(code))

        client.send(.request(1, "GET", "/fault"), .request(3))

        #expect(client.lines() == ["1 RST_STREAM \(name)", "3 HEADERS 200", "3 DATA 1 end"])
    }

    @Test func `a reset breaks the connection off`() {
        let client = client(.reset(afterHead: false))

        client.send(.request(1, "GET", "/fault"), .request(3))

        #expect(client.lines() == [])
        #expect(client.bench.stream.calls.last == "abort")
        #expect(client.bench.isClosed)
    }

    @Test func `a reset after the head sends the head alone`() {
        let client = client(.reset(afterHead: true))

        client.send(.request(1, "GET", "/fault"))

        #expect(client.lines() == ["1 HEADERS 200"])
        #expect(client.bench.stream.calls.last == "abort")
    }

    @Test func `a close is one without an answer`() {
        let client = client(.close)

        client.send(.request(1), .request(3, "GET", "/fault"))

        #expect(client.lines() == ["1 HEADERS 200", "1 DATA 1 end"])
        #expect(client.bench.stream.calls.last == "shutdown")
    }

    @Test func `a truncated answer says its whole length and ends by INTERNAL_ERROR`() throws {
        let client = client(.truncate(bytes: 2))

        client.send(.request(1, "GET", "/fault"))

        let frames = client.frames()
        #expect(frames.map(\.kind) == [.headers, .data, .resetStream])
        #expect(client.fields(of: try #require(frames.first)).last == "content-length: 6")
        #expect(frames[1] == HTTP2Frame.data(1, "/f", flags: 0))
        #expect(frames[2] == HTTP2Frame.resetStream(1, code: 2))
    }

    @Test func `a truncated answer to HEAD ends by INTERNAL_ERROR too`() {
        let client = client(.truncate(bytes: 2))

        client.send(.request(1, "HEAD", "/fault"))

        #expect(client.lines() == ["1 HEADERS 200", "1 RST_STREAM INTERNAL_ERROR"])
    }

    @Test func `a stalled stream is silent, others are answered, and the limit ends it`() {
        let client = client(.stall)
        client.send(.request(1, "GET", "/fault"), .request(3))
        let first = client.lines()

        let isEarly = client.bench.advance(by: .seconds(600) - .nanoseconds(1))
        let isLate = client.bench.advance(by: .nanoseconds(1))

        #expect(first == ["3 HEADERS 200", "3 DATA 1 end"])
        #expect(!isEarly && isLate)
        #expect(client.lines() == ["1 RST_STREAM CANCEL"])
        #expect(!client.bench.isClosed)
    }

    @Test func `a slow answer sends its head at once and its body by the clock`() {
        let client = client(.slow(bytesPerSecond: 2))

        client.send(.request(1, "GET", "/fault"), .request(3))
        let first = client.lines()
        client.bench.advanceEmulated(by: .seconds(1))
        let second = client.lines()
        client.bench.advanceEmulated(by: .seconds(2))

        #expect(Set(first) == ["1 HEADERS 200", "3 HEADERS 200", "3 DATA 1 end"])
        #expect(second == ["1 DATA 2"])
        #expect(client.lines() == ["1 DATA 4 end"])
    }

    @Test func `a slow answer to HEAD is whole at once`() {
        let client = client(.slow(bytesPerSecond: 2))

        client.send(.request(1, "HEAD", "/fault"))

        #expect(client.lines() == ["1 HEADERS 200 end"])
    }

    @Test(arguments: [
        (Delivery.slow(bytesPerSecond: 1), ["1 HEADERS 200", "1 DATA 6 end"]),
        (.stall, ["1 RST_STREAM CANCEL"]),
    ])
    func `a server that stops waits for no clock`(delivery: Delivery, expected: [String]) {
        let client = client(delivery)
        client.send(.request(1, "GET", "/fault"))
        let before = client.lines()

        client.bench.drain()
        let lines = client.lines()

        #expect(before.count < expected.count || delivery == .stall)
        #expect((before + lines).filter { $0.hasPrefix("1 ") } == expected)
    }

    @Test(arguments: [
        (Delivery.slow(bytesPerSecond: 1), ["1 HEADERS 200", "1 DATA 6 end"]),
        (.stall, ["1 RST_STREAM CANCEL"]),
    ])
    func `a request behind the notice of a stop waits for no clock either`(
        delivery: Delivery, expected: [String]
    ) {
        let client = client(delivery)
        client.bench.drain()
        _ = client.lines()

        client.send(.request(1, "GET", "/fault"))

        #expect(client.lines() == expected)
    }
}
