/// WebSocket connections in memory, on a clock moved by hand: the handshake, messages, and every way to end.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct WebSocketTests {
    let session = EchoSession()

    private func open(limits: SocketLimits = SocketLimits(), session: EchoSession? = nil) -> ConnectionBench {
        let bench = ConnectionBench(limits: limits, session: session ?? self.session)
        bench.receive(handshake())
        #expect(bench.stream.sentText == switching)
        bench.stream.forget()
        return bench
    }

    @Test func `a handshake gets the 101 of the service`() {
        let bench = open()

        #expect(!bench.isClosed && !bench.isIdle)
        #expect(session.channel?.isOver == false)
    }

    @Test(arguments: [
        ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", "426"),
        ("Sec-WebSocket-Version: 13", "X-None: 1", "426"),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "X-None: 1", "400"),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==", "400"),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j", "400"),
    ])
    func `a wrong handshake is refused`(field: String, wrong: String, status: String) {
        let bench = ConnectionBench(session: session)

        bench.receive(handshake(handshakeFields.map { $0 == field ? wrong : $0 }))

        #expect(bench.stream.sentText.hasPrefix("HTTP/1.1 \(status) "))
        #expect(bench.stream.sentText.contains("Sec-WebSocket-Version: 13\r\n") == (status == "426"))
        #expect(session.channel == nil && session.ends.isEmpty)
    }

    @Test(arguments: ["Upgrade: websocket", "Connection: Upgrade"])
    func `a request that lacks one of the two fields asks for nothing`(field: String) {
        let bench = ConnectionBench(session: session)

        bench.receive(handshake(handshakeFields.filter { $0 != field }))

        #expect(bench.stream.sentText == answer("/socket"))
        #expect(session.channel == nil)
    }

    @Test func `a message is echoed as one frame, in whichever pieces it comes`() {
        let bench = open()

        for byte in text("hello") + text("") + text("wörld") { bench.receive([byte]) }

        #expect(bench.stream.sent == sentText("hello") + sentText("") + sentText("wörld"))
        #expect(session.texts == ["hello", "", "wörld"])
    }

    @Test func `the example of the specification is read`() {
        let bench = open()

        // RFC 6455 section 5.7: a single-frame masked text message.
        bench.receive([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58])

        #expect(bench.stream.sent == [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
    }

    @Test func `a client that closes gets its code back and the connection ends`() {
        let bench = open()

        bench.receive(text("a") + closing(4321, "bye", mask: [1, 2, 3, 4]) + text("late"))
        bench.end()

        #expect(bench.stream.sent == sentText("a") + closing(4321))
        #expect(bench.isClosed)
        #expect(
            session.ends == [
                WebSocketEnd(code: WebSocketCloseCode(rawValue: 4321), reason: "bye", cause: .client)
            ])
        #expect(session.texts == ["a"])
        #expect(session.channel?.send(.text([])) == .gone)
    }

    @Test func `a close frame without a code is answered without one and counts as 1005`() {
        let bench = open()

        bench.receive(frame(8, []))
        bench.end()

        #expect(bench.stream.sent == [0x88, 0])
        #expect(session.ends == [WebSocketEnd(code: .noStatus, reason: "", cause: .client)])
    }

    @Test func `a session that closes waits for the client's close frame`() {
        let bench = open()

        bench.receive(text("close 4000 why") + text("late"))
        let before = (bench.isClosed, session.ends.isEmpty)
        bench.receive(closing(4000, mask: [1, 2, 3, 4]))
        bench.end()

        #expect(before == (false, true))
        #expect(bench.stream.sent == closing(4000, "why"))
        #expect(bench.isClosed && session.texts == ["close 4000 why"])
        #expect(
            session.ends == [
                WebSocketEnd(code: WebSocketCloseCode(rawValue: 4000), reason: "why", cause: .server)
            ])
    }

    @Test func `a client that does not close too is left at the end of the linger timeout`() {
        let bench = open()

        bench.receive(text("close 1000"))
        let early = bench.advanceReal(by: .seconds(10) - .nanoseconds(1))
        let late = bench.advanceReal(by: .nanoseconds(1))
        bench.takeTurns()

        #expect(!early && late && bench.isClosed)
        #expect(session.ends == [WebSocketEnd(code: .normal, reason: "", cause: .server)])
    }

    @Test func `a client that goes without a close frame is lost`() {
        let bench = open()

        bench.receive(text("a"))
        bench.end()

        #expect(bench.isClosed)
        #expect(session.ends == [WebSocketEnd(code: .abnormal, reason: "", cause: .lost)])
    }

    @Test func `a ping is answered by a pong with its payload, also between fragments`() {
        let bench = open()

        bench.receive(frame(1, Array("hel".utf8), isFinal: false) + frame(9, [1, 2, 3]))
        let pong = bench.stream.sent
        bench.receive(frame(10, [9]) + frame(0, Array("lo".utf8)))

        #expect(pong == [0x8a, 3, 1, 2, 3])
        #expect(bench.stream.sent == pong + sentText("hello"))
        #expect(session.texts == ["hello"])
    }

    @Test func `a message from another thread is sent in the next turn`() {
        let bench = open()

        let outcomes = [
            session.channel?.send(.text(Array("push".utf8))), session.channel?.send(.binary([7])),
        ]
        let mails = bench.collectMail()

        #expect(outcomes == [.accepted, .accepted] && mails == 1)
        #expect(bench.stream.sent == sentText("push") + [0x82, 1, 7])
    }

    @Test func `a channel closes and resets`() {
        let closed = open()
        session.channel?.close(.goingAway, reason: "later")
        closed.collectMail()
        #expect(closed.stream.sent == closing(1001, "later"))

        let session = EchoSession()
        let reset = open(session: session)
        session.channel?.reset()
        reset.collectMail()
        #expect(reset.isClosed && reset.stream.calls.last == "abort")
        #expect(session.ends == [WebSocketEnd(code: .abnormal, reason: "", cause: .server)])
    }

    @Test func `a connection without a message is idle after its time, and pings do not count`() {
        let bench = open()

        bench.advanceEmulated(by: .seconds(599))
        bench.receive(frame(9, []))
        bench.advanceEmulated(by: .seconds(1))
        bench.receive(closing(1001, mask: [1, 2, 3, 4]))
        bench.end()

        #expect(bench.stream.sent == [0x8a, 0] + closing(1001, "Going away"))
        #expect(session.ends == [WebSocketEnd(code: .goingAway, reason: "Going away", cause: .idle)])
    }

    @Test func `a message in either direction puts the idle end off`() {
        let bench = open()

        bench.advanceEmulated(by: .seconds(599))
        bench.receive(text("nothing"))
        bench.advanceEmulated(by: .seconds(599))
        session.channel?.send(.text([]))
        bench.collectMail()
        bench.advanceEmulated(by: .seconds(599))

        #expect(bench.stream.sent == sentText(""))
        #expect(session.channel?.isOver == false)
    }

    @Test func `a connection ends at its greatest age`() {
        let bench = open()

        for _ in 0..<14 {
            bench.advanceEmulated(by: .seconds(500))
            bench.receive(text("nothing"))
        }
        bench.advanceEmulated(by: .seconds(199))
        let early = bench.stream.sent
        bench.advanceEmulated(by: .seconds(1))
        bench.end()

        #expect(early.isEmpty)
        #expect(bench.stream.sent == closing(1001, "Going away"))
        #expect(session.ends == [WebSocketEnd(code: .goingAway, reason: "Going away", cause: .age)])
    }

    @Test func `a server that stops closes with 1001`() {
        let bench = open()

        bench.drain()
        bench.end()

        #expect(bench.stream.sent == closing(1001, "Going away"))
        #expect(session.ends == [WebSocketEnd(code: .goingAway, reason: "Going away", cause: .stop)])
    }
}
