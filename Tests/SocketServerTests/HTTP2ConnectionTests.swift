/// HTTP/2 on a connection: how it is told from HTTP/1, how it is upgraded to, what it holds back, when it is
/// cut off, and how it stops.

import HTTP2Peer
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct HTTP2ConnectionTests {
    private let settings = HTTP2Frame.settings().bytes
    private let upgradeFields = [
        "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__",
    ]

    private func upgrade(_ path: String, _ fields: [String]) -> String {
        "GET \(path) HTTP/1.1\r\nHost: test\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    @Test func `a client that begins with the preface is answered in HTTP 2`() {
        let client = HTTP2Client(on: ConnectionBench())

        client.bench.receive(HTTP2Frame.preface + settings + HTTP2Frame.request(1, "GET", "/a").bytes)

        let frames = client.frames()
        #expect(frames.map(\.kind) == [.settings, .settings, .windowUpdate, .headers, .data])
        #expect(
            client.fields(of: frames[3]) == [
                ":status: 200", "date: Sun, 06 Nov 1994 08:49:37 GMT", "content-type: text/plain",
                "content-length: 2",
            ])
        #expect(frames[4] == HTTP2Frame.data(1, "/a"))
    }

    @Test func `the preface may come byte by byte and so may a method that begins like it`() {
        let http2 = HTTP2Client(on: ConnectionBench())
        let http1 = ConnectionBench()

        for byte in HTTP2Frame.preface + settings + HTTP2Frame.request(1, "GET", "/a").bytes {
            http2.bench.receive([byte])
        }
        for byte in "PUT /a HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nb".utf8 {
            http1.receive([byte])
        }

        #expect(http2.lines().suffix(2) == ["1 HEADERS 200", "1 DATA 2 end"])
        #expect(http1.stream.sentText == answer("b"))
    }

    @Test func `bytes that could become either protocol are timed out`() {
        let bench = ConnectionBench()
        bench.receive("PRI * HT")

        let isEarly = bench.advance(by: .seconds(10) - .nanoseconds(1))
        let isLate = bench.advance(by: .nanoseconds(1))

        #expect(!isEarly && isLate)
        #expect(bench.stream.sentText.hasPrefix("HTTP/1.1 408 "))
    }

    @Test func `many streams are answered in one write`() {
        let client = HTTP2Client()
        let requests = (0..<16).map { HTTP2Frame.request(UInt32(2 * $0 + 1), "GET", "/\($0)") }
        let writes = client.bench.stream.calls.filter { $0 == "send" }.count

        client.bench.receive(requests.flatMap(\.bytes))

        #expect(client.lines().filter { $0.hasSuffix("end") }.count == 16)
        #expect(client.bench.stream.calls.filter { $0 == "send" }.count == writes + 1)
        #expect(client.bench.handler.paths == (0..<16).map { "/\($0)" })
    }

    @Test func `a request may ask for HTTP 2 and is answered on its first stream`() {
        let bench = ConnectionBench()
        let switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

        bench.receive(upgrade("/a", upgradeFields))
        let head = String(decoding: bench.stream.sent.prefix(switching.utf8.count), as: UTF8.self)
        let client = HTTP2Client(on: bench, behind: switching.utf8.count)
        let first = client.lines()
        bench.receive(HTTP2Frame.preface + settings + HTTP2Frame.request(3, "GET", "/b").bytes)

        #expect(head == switching)
        #expect(first == ["SETTINGS", "0 WINDOW_UPDATE 983041", "1 HEADERS 200", "1 DATA 2 end"])
        #expect(client.lines() == ["SETTINGS ack", "3 HEADERS 200", "3 DATA 2 end"])
    }

    @Test func `an upgrade may have a body and the connection preface behind it`() {
        let bench = ConnectionBench()
        let request =
            "PUT /a HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n"
            + upgradeFields.map { $0 + "\r\n" }.joined() + "\r\nabc"

        bench.receive(Array(request.utf8) + HTTP2Frame.preface + settings + HTTP2Frame.request(3).bytes)
        let client = HTTP2Client(on: bench, behind: HTTP2Upgrade.response.count)

        #expect(
            client.lines() == [
                "SETTINGS", "SETTINGS ack", "0 WINDOW_UPDATE 983041", "1 HEADERS 200", "3 HEADERS 200",
                "1 DATA 3 end", "3 DATA 1 end",
            ])
    }

    @Test(arguments: [
        ["Connection: Upgrade", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"],
        ["Connection: HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"],
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2", "HTTP2-Settings: AAMAAABk"],
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: websocket", "HTTP2-Settings: AAMAAABk"],
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"],
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMA"],
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: a b"],
        [
            "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk",
            "HTTP2-Settings: AAMAAABk",
        ],
    ])
    func `an upgrade that is not asked for rightly is answered in HTTP 1`(fields: [String]) {
        let bench = ConnectionBench()

        bench.receive(upgrade("/a", fields) + get("/b"))

        #expect(bench.stream.sentText == answer("/a") + answer("/b"))
    }

    @Test func `a server that stops does not upgrade`() {
        let bench = ConnectionBench()
        bench.startDraining()

        bench.receive(upgrade("/a", upgradeFields))

        #expect(bench.stream.sentText == answer("/a", connection: "close"))
    }

    @Test func `answers that the windows hold back keep further requests waiting`() {
        var limits = SocketLimits()
        limits.outputBytesMax = 1_000
        let client = HTTP2Client(limits: limits, settings: [(id: 4, value: 0)])

        client.send(.request(1, "GET", "/size/1001"), .request(3, "GET", "/size/10"))
        let before = client.bench.handler.paths
        client.send(.windowUpdate(1, 1))

        #expect(before == ["/size/1001"])
        #expect(client.bench.handler.paths == ["/size/1001", "/size/10"])
        #expect(client.lines() == ["1 HEADERS 200", "1 DATA 1", "3 HEADERS 200"])
    }

    @Test func `a client that does not read is answered no further than the limit and loses nothing`() {
        var limits = SocketLimits()
        limits.outputBytesMax = 10_000
        let client = HTTP2Client(limits: limits, settings: [(id: 4, value: 1 << 20)])
        client.send(.windowUpdate(0, 1 << 20))
        client.bench.stream.room = 0

        for number in 0..<20 { client.send(.request(UInt32(2 * number + 1), "GET", "/size/3000")) }
        let served = client.bench.handler.paths.count
        let interest = client.bench.interest
        client.bench.take(1 << 20)

        #expect(served < 10)
        #expect(interest == .write)
        #expect(client.bench.handler.paths.count == 20)
        #expect(client.lines().filter { $0.hasSuffix("end") }.count == 20)
    }

    @Test func `a client that has shut its side gets what it asked for`() {
        let client = HTTP2Client(faults: ["/late": Fault(delay: .seconds(1))])

        client.bench.stream.hasEnded = true
        client.send(.request(1), .request(3, "GET", "/late"), .post(5))
        let first = client.lines()
        let isOpen = !client.bench.isClosed
        client.bench.advanceEmulated(by: .seconds(1))

        #expect(first == ["1 HEADERS 200", "1 DATA 1 end"])
        #expect(isOpen)
        #expect(client.lines() == ["3 HEADERS 200", "3 DATA 5 end"])
        #expect(client.bench.isClosed)
    }

    @Test func `a GOAWAY of the client ends the connection behind the last answer`() {
        let client = HTTP2Client()

        client.send(.request(1), .goAway())

        #expect(client.lines() == ["1 HEADERS 200", "1 DATA 1 end"])
        #expect(client.bench.stream.calls.last == "shutdown")
    }

    @Test func `a connection without a byte is told that it goes`() {
        let client = HTTP2Client()
        client.send(.request(1))
        _ = client.lines()

        let isEarly = client.bench.advance(by: .seconds(75) - .nanoseconds(1))
        let isLate = client.bench.advance(by: .nanoseconds(1))

        #expect(!isEarly && isLate)
        #expect(client.lines() == ["GOAWAY 1 NO_ERROR"])
        #expect(client.bench.stream.calls.last == "shutdown")
    }

    @Test func `a peer that does not take its answers is cut off without a word`() {
        let client = HTTP2Client()
        client.bench.stream.room = 0
        client.send(.request(1))

        let isLate = client.bench.advance(by: .seconds(75))

        #expect(isLate)
        #expect(client.bench.isClosed)
        #expect(client.lines() == [])
    }

    @Test func `a header section that takes too long ends the connection`() {
        let client = HTTP2Client()
        client.send(.request(1, flags: HTTP2Frame.endStream))

        _ = client.bench.advance(by: .seconds(5))
        client.send(.continuation(1, [], flags: 0))
        let isEarly = client.bench.advance(by: .seconds(5) - .nanoseconds(1))
        let isLate = client.bench.advance(by: .nanoseconds(1))

        #expect(!isEarly && isLate)
        #expect(client.lines() == ["GOAWAY 1 ENHANCE_YOUR_CALM"])
        #expect(client.bench.stream.calls.last == "shutdown")
    }

    @Test func `a window that opens too slowly ends the connection, CVE-2019-9511`() {
        var limits = SocketLimits()
        limits.answerBytesMin = 100
        let client = HTTP2Client(limits: limits, settings: [(id: 4, value: 0)])
        client.send(.request(1, "GET", "/size/1000"))

        for _ in 0..<74 {
            _ = client.bench.advance(by: .seconds(1))
            client.send(.windowUpdate(1, 1))
        }
        let isOver = client.lines().contains { $0.hasPrefix("GOAWAY") }
        let isLate = client.bench.advance(by: .seconds(1))

        #expect(!isOver && isLate)
        #expect(client.lines() == ["GOAWAY 1 ENHANCE_YOUR_CALM"])
    }

    @Test func `a window that opens fast enough does not`() {
        var limits = SocketLimits()
        limits.answerBytesMin = 100
        let client = HTTP2Client(limits: limits, settings: [(id: 4, value: 0)])
        client.send(.request(1, "GET", "/size/1000"))

        for _ in 0..<10 {
            _ = client.bench.advance(by: .seconds(74))
            client.send(.windowUpdate(1, 100))
        }

        #expect(client.lines().last == "1 DATA 100 end")
    }

    @Test func `an answer that its client gave up is no slow one`() {
        let client = HTTP2Client(settings: [(id: 4, value: 0)])
        client.send(.request(1, "GET", "/size/1000"))

        _ = client.bench.advance(by: .seconds(74))
        client.send(.resetStream(1))
        let isExpired = client.bench.advance(by: .seconds(2))

        #expect(!isExpired)
    }

    @Test func `a stop is told twice and what was begun is answered`() {
        let client = HTTP2Client(faults: ["/late": Fault(delay: .seconds(60))])
        client.send(.request(1, "GET", "/late"), .post(3))
        client.bench.drain()
        let notice = client.lines()

        client.send(.request(5), .ping([0, 0, 0, 0, 0, 0, 0, 0], flags: HTTP2Frame.acknowledgement))
        let last = client.lines()
        client.send(.request(7), .data(3, "abc"))

        #expect(notice == ["PING", "GOAWAY 2147483647 NO_ERROR", "1 HEADERS 200", "1 DATA 5 end"])
        #expect(last == ["GOAWAY 5 NO_ERROR", "5 HEADERS 200", "5 DATA 1 end"])
        #expect(client.lines() == ["3 HEADERS 200", "3 DATA 3 end"])
        #expect(client.bench.handler.paths == ["/late", "/", "/"])
        #expect(client.bench.stream.calls.suffix(2) == ["shutdown", "recv"])
    }

    @Test func `a client that does not answer to the notice is told the last stream all the same`() {
        let client = HTTP2Client()
        client.bench.drain()
        _ = client.lines()

        let isEarly = client.bench.advance(by: .seconds(1) - .nanoseconds(1))
        let isLate = client.bench.advance(by: .nanoseconds(1))

        #expect(!isEarly && isLate)
        #expect(client.lines() == ["GOAWAY 0 NO_ERROR"])
        #expect(client.bench.isClosed)
    }

    @Test(arguments: 1...12)
    func `a call that fails closes the connection`(number: Int) {
        let client = HTTP2Client()
        client.bench.stream.failingCall = client.bench.stream.calls.count + number

        for stream in 0..<10 { client.send(.request(UInt32(2 * stream + 1))) }

        #expect(client.bench.isClosed)
    }
}
