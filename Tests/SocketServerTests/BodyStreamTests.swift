/// Bodies without a known end: pieces on HTTP/1.1 and HTTP/2 as they come and as their time comes, every end
/// of one, and clients that read slowly.

import HTTP2Peer
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct BodyStreamTests {
    private static let head = """
        HTTP/1.1 200 OK\r
        Date: Sun, 06 Nov 1994 08:49:37 GMT\r
        Content-Type: text/plain\r
        Transfer-Encoding: chunked\r
        Connection: keep-alive\r
        \r

        """

    @Test func `the head leaves at once and each piece is a chunk`() {
        let source = ScriptedSource()
        let bench = ConnectionBench(source: source)
        bench.receive(get("/stream"))
        let begun = bench.stream.sentText
        bench.stream.forget()

        source.put("hello, world ∞")
        bench.collectMail()

        #expect(begun == Self.head)
        #expect(bench.stream.sentText == "10\r\nhello, world ∞\r\n")
        #expect(!bench.isIdle && source.isOpen)
    }

    @Test func `the end of the body is the last chunk and the next request is answered`() {
        let source = ScriptedSource()
        let bench = ConnectionBench(source: source)
        bench.receive(get("/stream") + get("/behind"))
        bench.stream.forget()

        source.put("x")
        source.put(nil)
        bench.collectMail()
        bench.collectMail()
        bench.advance(by: .zero)

        #expect(bench.stream.sentText == "1\r\nx\r\n0\r\n\r\n" + answer("/behind"))
        #expect(source.endCount == 1 && bench.isIdle)
    }

    @Test func `HEAD gets the head alone and opens nothing`() {
        let source = ScriptedSource()
        let bench = ConnectionBench(source: source)

        bench.receive("HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n")

        #expect(bench.stream.sentText == Self.head)
        #expect(!source.isOpen && bench.isIdle)
    }

    @Test func `a piece leaves at its time on the real clock while the emulated one stands`() {
        let source = ScriptedSource()
        let bench = ConnectionBench(source: source)
        bench.receive(get("/stream"))
        bench.stream.forget()

        bench.advanceReal(by: .seconds(10) - .nanoseconds(1))
        let early = bench.stream.sentText
        bench.advanceReal(by: .nanoseconds(1))
        bench.advanceReal(by: .seconds(100))

        #expect(early == "")
        #expect(bench.stream.sentText == "1\r\n.\r\n1\r\n.\r\n")
        #expect(!bench.isClosed)
    }

    @Test func `a client that reads slowly gets the next piece when it has taken the last`() {
        let source = ScriptedSource()
        let bench = ConnectionBench(source: source)
        bench.receive(get("/stream"))
        bench.stream.forget()
        bench.stream.room = 3

        for piece in ["one", "two", "three"] {
            source.put(piece)
            bench.collectMail()
        }
        let held = source.pieceCount
        bench.take(1_000)
        bench.advance(by: .zero)
        bench.advance(by: .zero)

        #expect(held == 2)
        #expect(bench.stream.sentText == "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n")
    }

    @Test func `a client that takes nothing is closed after the idle time`() {
        let source = ScriptedSource()
        let bench = ConnectionBench(source: source)
        bench.receive(get("/stream"))
        bench.stream.room = 0
        source.put("x")
        bench.collectMail()

        bench.advanceReal(by: .seconds(75) - .nanoseconds(1))
        let isOpen = !bench.isClosed && source.isOpen
        bench.advanceReal(by: .nanoseconds(1))

        #expect(isOpen)
        #expect(bench.isClosed && source.endCount == 1)
    }

    @Test func `the end of the client ends the body once`() {
        let source = ScriptedSource()
        let bench = ConnectionBench(source: source)
        bench.receive(get("/stream"))

        bench.end()
        source.put("late")

        #expect(bench.isClosed && source.endCount == 1)
    }

    @Test func `a server that stops ends the body in order`() {
        let source = ScriptedSource()
        let bench = ConnectionBench(source: source)
        bench.receive(get("/stream"))
        bench.stream.forget()

        bench.drain()

        #expect(bench.stream.sentText == "0\r\n\r\n")
        #expect(source.endCount == 1)
        #expect(bench.stream.calls.contains("shutdown"))
    }

    @Test func `on HTTP 2 each piece is DATA of its stream and others do not wait`() {
        let source = ScriptedSource()
        let client = HTTP2Client(source: source)

        client.send(.request(1, "GET", "/stream"))
        let frames = client.frames()
        let fields = frames.filter { $0.kind == .headers }.flatMap(client.fields)
        source.put("abc")
        client.bench.collectMail()
        let first = client.lines()
        client.send(.request(3))
        let other = client.lines()
        source.put(nil)
        client.bench.collectMail()

        #expect(frames.count == 1)
        #expect(fields.map { $0.prefix { $0 != ":" } } == ["", "date", "content-type"])
        #expect(first == ["1 DATA 3"])
        #expect(other == ["3 HEADERS 200", "3 DATA 1 end"])
        #expect(client.lines() == ["1 DATA 0 end"])
        #expect(source.endCount == 1)
    }

    @Test func `on HTTP 2 a stream that the client resets ends its body alone`() {
        let source = ScriptedSource()
        let client = HTTP2Client(source: source)
        client.send(.request(1, "GET", "/stream"))

        client.send(.resetStream(1))
        source.put("late")
        client.bench.collectMail()

        #expect(source.endCount == 1 && !client.bench.isClosed)
    }

    @Test func `on HTTP 2 a piece leaves at its time on the real clock`() {
        let source = ScriptedSource()
        let client = HTTP2Client(source: source)
        client.send(.request(1, "GET", "/stream"))
        _ = client.lines()

        client.bench.advanceReal(by: .seconds(10) - .nanoseconds(1))
        let early = client.lines()
        client.bench.advanceReal(by: .nanoseconds(1))

        #expect(early == [])
        #expect(client.lines() == ["1 DATA 1"])
    }

    @Test func `on HTTP 2 a client whose window is shut holds back its body alone`() {
        var limits = SocketLimits()
        limits.outputBytesMax = 10
        let source = ScriptedSource()
        // SETTINGS_INITIAL_WINDOW_SIZE
        let client = HTTP2Client(limits: limits, settings: [(4, 0)], source: source)
        client.send(.request(1, "GET", "/stream"))
        for piece in ["first piece", "second piece"] {
            source.put(piece)
            client.bench.collectMail()
        }
        _ = client.lines()

        client.bench.advanceReal(by: .seconds(20))
        let held = source.pieceCount
        client.send(.windowUpdate(1, 100))
        client.bench.advance(by: .zero)

        #expect(held == 1)
        #expect(client.lines() == ["1 DATA 11", "1 DATA 12"])
        #expect(source.pieceCount == 0)
    }
}
