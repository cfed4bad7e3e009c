/// How a connection ends, in memory: refusals, deadlines, the stages of a close, and each bound at it and one
/// past it.

import HTTPWire
import SocketServer
import Testing

struct ClosingTests {
    private func refusal(_ status: String, _ reason: String) -> String {
        let body = #"{"message":"\#(reason)"}"#
        return """
            HTTP/1.1 \(status)\r
            Date: Sun, 06 Nov 1994 08:49:37 GMT\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            Connection: close\r
            \r
            \(body)
            """
    }

    @Test func `a request that is none is told why and nothing behind it is read`() {
        let bench = ConnectionBench()

        bench.receive(get("/1") + "GET /2 HTTP/1.1\r\nHost : test\r\n\r\n" + get("/3"))

        #expect(
            bench.stream.sentText
                == answer("/1") + refusal("400 Bad Request", "White space stands in or behind a field name."))
        #expect(bench.handler.paths == ["/1"])
        #expect(bench.stream.calls == ["recv", "send", "shutdown"])
    }

    @Test func `a reason is written as a JSON string`() {
        let response = HTTPResponse(refusing: .badRequest("a \"quote\", a \\ and a \u{1}"))

        #expect(String(decoding: response.body, as: UTF8.self) == #"{"message":"a \"quote\", a \\ and a ?"}"#)
    }

    @Test func `behind the last answer bytes are dropped up to the limit and one more closes`() {
        var limits = SocketLimits()
        limits.wire.lingerBytesMax = 1_000
        let bench = ConnectionBench(limits: limits)
        bench.receive(get("/", "Connection: close"))

        bench.receive(Array(repeating: 0, count: 400))
        bench.receive(Array(repeating: 0, count: 600))
        let isClosedAtLimit = bench.isClosed
        bench.receive([0])

        #expect(!isClosedAtLimit)
        #expect(bench.isClosed)
    }

    @Test func `a peer that does not close behind the last answer is closed in time`() {
        let bench = ConnectionBench()
        bench.receive(get("/", "Connection: close"))

        let isEarly = bench.advance(by: SocketLimits().lingerTimeout - .nanoseconds(1))
        let isDue = bench.advance(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(bench.isClosed)
    }

    @Test func `a peer that has closed already is not waited for`() {
        let bench = ConnectionBench()
        bench.stream.hasEnded = true

        bench.receive(get("/"))

        #expect(bench.stream.sentText == answer("/"))
        #expect(bench.isClosed)
        #expect(!bench.stream.calls.contains("shutdown"))
    }

    @Test func `a request that its peer did not finish is not answered`() {
        let bench = ConnectionBench()

        bench.receive("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhell")
        bench.end()

        #expect(bench.stream.sent.isEmpty)
        #expect(bench.isClosed)
    }

    @Test func `a header section has its time from its first byte and then gets 408`() {
        let bench = ConnectionBench()
        _ = bench.advance(by: .seconds(60))
        bench.receive("GET / HT")
        _ = bench.advance(by: SocketLimits().headerTimeout - .nanoseconds(1))
        bench.receive("TP/1.1\r\nHost: test\r\n")

        let sentEarly = bench.stream.sentText
        let isDue = bench.advance(by: .nanoseconds(1))

        #expect(sentEarly.isEmpty)
        #expect(isDue)
        #expect(bench.stream.sentText.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(
            bench.stream.sentText.hasSuffix(#"{"message":"The header section did not arrive within 10 s."}"#))
        #expect(bench.stream.calls.last == "shutdown")
    }

    @Test func `the time of a header section does not run while its body is read`() {
        let bench = ConnectionBench()
        bench.receive("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhell")

        let isDue = bench.advance(by: .seconds(60))
        bench.receive("o")

        #expect(!isDue)
        #expect(bench.handler.paths == ["/"])
    }

    @Test func `a connection without a request closes after the idle time without a word`() {
        let bench = ConnectionBench()
        bench.receive(get("/"))

        let isEarly = bench.advance(by: SocketLimits().idleTimeout - .nanoseconds(1))
        let isDue = bench.advance(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(bench.isClosed)
        #expect(bench.stream.sentText == answer("/"))
    }

    @Test func `a body that stops gets 408 after the idle time`() {
        let bench = ConnectionBench()
        bench.receive("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\n")
        _ = bench.advance(by: .seconds(70))
        bench.receive("hell")

        let isEarly = bench.advance(by: SocketLimits().idleTimeout - .nanoseconds(1))
        let isDue = bench.advance(by: .nanoseconds(1))

        #expect([isEarly, isDue] == [false, true])
        #expect(bench.stream.sentText.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(
            bench.stream.sentText.hasSuffix(
                #"{"message":"The rest of the request did not arrive within 75 s."}"#))
    }

    @Test func `a peer that takes nothing of its answer for the idle time is closed`() {
        let bench = ConnectionBench()
        bench.stream.room = 10
        bench.receive(get("/") + "GET /unfinish")
        _ = bench.advance(by: .seconds(5))
        bench.take(10)

        // The late header section adds its 408 to what waits, and the peer still takes nothing.
        _ = bench.advance(by: SocketLimits().headerTimeout)
        let isClosedByLateHead = bench.isClosed
        let isDue = bench.advance(by: SocketLimits().idleTimeout)

        #expect(!isClosedByLateHead)
        #expect(isDue)
        #expect(bench.isClosed)
        #expect(bench.stream.sent.count == 20)
    }

    @Test func `while the server drains an answer is the last and closes at once`() {
        let bench = ConnectionBench()
        bench.receive("GET /1 HTT")
        bench.startDraining()

        bench.receive("P/1.1\r\nHost: test\r\n\r\n" + get("/2"))

        #expect(bench.stream.sentText == answer("/1", connection: "close"))
        #expect(bench.isClosed)
    }

    @Test func `idle is who has nothing begun and nothing to take`() {
        let bench = ConnectionBench()
        let fresh = bench.isIdle
        bench.receive("G")
        let begun = bench.isIdle
        bench.stream.room = 0
        bench.receive("ET / HTTP/1.1\r\nHost: test\r\n\r\n")
        let answered = bench.isIdle
        bench.take(Int(Int32.max))
        let sent = bench.isIdle

        #expect([fresh, begun, answered, sent] == [true, false, false, true])
    }
}
