/// A connection in memory: every cut of the input, every failing call, short writes, and what it holds back.
/// No socket and no thread: the bench plays the loop, and the script the peer.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct ConnectionTests {
    private let requests =
        "PUT /1 HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello" + get("/2")
        + "PUT /3 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        + get("/4", "Connection: close")
    private let answers = answer("hello") + answer("/2") + answer("abc") + answer("/4", connection: "close")

    @Test func `requests cut in two at any byte are answered alike`() {
        let bytes = Array(requests.utf8)

        for cut in 1..<bytes.count {
            let bench = ConnectionBench()
            bench.receive(Array(bytes[..<cut]))
            bench.receive(Array(bytes[cut...]))

            #expect(bench.stream.sentText == answers, "cut at \(cut)")
            #expect(bench.handler.paths == ["/1", "/2", "/3", "/4"], "cut at \(cut)")
        }
    }

    @Test(arguments: [1, 7, 100])
    func `answers that leave in short writes are whole and in order`(writeMax: Int) {
        let bench = ConnectionBench()
        bench.stream.writeMax = writeMax

        bench.receive(requests)

        #expect(bench.stream.sentText == answers)
    }

    @Test func `one request costs one read and one write`() {
        let bench = ConnectionBench()

        bench.receive(get("/1"))
        bench.receive(get("/2"))

        #expect(bench.stream.calls == ["recv", "send", "recv", "send"])
    }

    @Test func `many requests in one read are answered in one write`() {
        let bench = ConnectionBench()

        bench.receive((0..<100).map { get("/\($0)") }.joined())

        #expect(bench.stream.calls == ["recv", "send"])
        #expect(bench.handler.paths.count == 100)
    }

    @Test func `whichever call fails the connection closes and has sent no byte that is wrong`() {
        let whole = ConnectionBench()
        whole.stream.writeMax = 50
        whole.receive(requests)
        whole.end()
        let calls = whole.stream.calls
        #expect(calls.contains("shutdown") && calls.count > 10)

        for failing in 1...calls.count {
            let bench = ConnectionBench()
            bench.stream.writeMax = 50
            bench.stream.failingCall = failing
            bench.receive(requests)
            bench.end()

            #expect(bench.isClosed, "call \(failing)")
            #expect(bench.stream.calls.count == failing)
            #expect(answers.hasPrefix(bench.stream.sentText), "call \(failing)")
        }
    }

    @Test func `requests past the output cap wait until the peer has taken answers`() {
        var limits = SocketLimits()
        // The third answer finds two in the queue: at the cap it is still made, one byte below it waits.
        limits.outputBytesMax = 2 * answer("/1").utf8.count
        let bench = ConnectionBench(limits: limits)
        bench.stream.room = 0

        bench.receive((1...6).map { get("/\($0)") }.joined())
        let atCap = bench.handler.paths
        let interestAtCap = bench.interest
        bench.take(answer("/1").utf8.count)
        bench.take(1)
        let afterOneWasTaken = bench.handler.paths
        bench.take(Int(Int32.max))

        #expect(atCap == ["/1", "/2", "/3"])
        #expect(interestAtCap == .write)
        #expect(afterOneWasTaken == ["/1", "/2", "/3", "/4"])
        #expect(bench.handler.paths == ["/1", "/2", "/3", "/4", "/5", "/6"])
        #expect(bench.stream.sentText == (1...6).map { answer("/\($0)") }.joined())
        #expect(bench.interest == .read)
    }

    @Test func `requests one byte below the output cap wait one answer earlier`() {
        var limits = SocketLimits()
        limits.outputBytesMax = 2 * answer("/1").utf8.count - 1
        let bench = ConnectionBench(limits: limits)
        bench.stream.room = 0

        bench.receive((1...6).map { get("/\($0)") }.joined())

        #expect(bench.handler.paths == ["/1", "/2"])
    }

    @Test func `no byte is read while answers past the cap wait`() {
        var limits = SocketLimits()
        limits.outputBytesMax = 10
        let bench = ConnectionBench(limits: limits)
        bench.stream.room = 0
        bench.receive(get("/1"))

        bench.receive(get("/2"))
        let unread = bench.stream.incoming.count
        bench.take(Int(Int32.max))

        #expect(unread == get("/2").utf8.count)
        #expect(bench.handler.paths == ["/1", "/2"])
    }

    @Test func `held back requests are answered although the peer has shut its side`() {
        var limits = SocketLimits()
        limits.outputBytesMax = 10
        let bench = ConnectionBench(limits: limits)
        bench.stream.room = 0

        bench.receive(get("/1") + get("/2"))
        bench.end()
        bench.take(Int(Int32.max))

        #expect(bench.stream.sentText == answer("/1") + answer("/2"))
        #expect(bench.isClosed)
    }

    @Test func `a head as long as the limits allow needs no more room than there is`() {
        let limits = SocketLimits()
        let bench = ConnectionBench(limits: limits)
        let requestLine =
            "GET /" + String(repeating: "a", count: limits.wire.requestLineBytesMax - 16) + " HTTP/1.1\r\n"
        let host = "Host: test\r\n"
        let field =
            "X: " + String(repeating: "b", count: limits.wire.fieldSectionBytesMax - host.utf8.count - 7)
            + "\r\n"

        for piece in [requestLine + host, field + "\r", "\n"] { bench.receive(piece) }

        #expect(bench.handler.paths.count == 1)
        #expect(bench.stream.sentText.hasPrefix("HTTP/1.1 200 OK\r\n"))
    }

    @Test func `what only begins as the preface of HTTP 2 is refused as an unknown version`() {
        let bench = ConnectionBench()

        bench.receive("PRI * HTTP/2.0\r\n\r\nSM\r\n\r!")

        #expect(bench.stream.sentText.hasPrefix("HTTP/1.1 505 "))
        #expect(bench.stream.calls.last == "shutdown")
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `requests in random pieces to a peer that takes random pieces are answered in order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var limits = SocketLimits()
        limits.outputBytesMax = Int.random(in: 0...2_000, using: &random)
        let bench = ConnectionBench(limits: limits)
        bench.stream.room = 0
        let count = Int.random(in: 1...40, using: &random)
        var pending: [UInt8] = []
        for number in 1...count {
            let body = String(repeating: "b", count: Int.random(in: 0...300, using: &random))
            let head = "PUT /\(number) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            pending += Array((head + body).utf8)
        }
        let expectedPaths = (1...count).map { "/\($0)" }

        while !pending.isEmpty {
            let piece = Int.random(in: 1...min(500, pending.count), using: &random)
            bench.receive(Array(pending[..<piece]))
            pending.removeFirst(piece)
            if Bool.random(using: &random) { bench.take(Int.random(in: 1...700, using: &random)) }
        }
        bench.take(1_000_000)

        #expect(bench.handler.paths == expectedPaths)
        #expect(bench.stream.sentText.occurrences(of: "HTTP/1.1 200 OK") == count)
        #expect(bench.isIdle && !bench.isClosed)
    }
}

extension String {
    /// How often `text` stands in it.
    fileprivate func occurrences(of text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
