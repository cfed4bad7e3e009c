/// WebSocket frames in memory: every length at its bounds, every breach of the protocol and its code, packed
/// messages, slow and broken deliveries, and the bounds of what waits.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct WebSocketFrameTests {
    let session = EchoSession()

    private func open(
        limits: SocketLimits = SocketLimits(), session: EchoSession? = nil, extensions: String? = nil
    ) -> ConnectionBench {
        let bench = ConnectionBench(limits: limits, session: session ?? self.session)
        bench.receive(
            handshake(handshakeFields + (extensions.map { ["Sec-WebSocket-Extensions: \($0)"] } ?? [])))
        #expect(bench.stream.sentText.hasPrefix("HTTP/1.1 101 "))
        bench.stream.forget()
        return bench
    }

    @Test(arguments: [0, 1, 125, 126, 127, 32 * 1024 - 1, 32 * 1024])
    func `a message of one frame has every length that its frame may have`(count: Int) {
        let bench = open()
        let payload = [UInt8](repeating: UInt8(ascii: "x"), count: count)

        bench.receive(frame(1, payload))

        #expect(bench.stream.sent == frame(1, payload, mask: nil))
    }

    @Test func `a frame past its limit ends the connection with 1009`() {
        let bench = open()

        bench.receive(frame(1, [UInt8](repeating: UInt8(ascii: "x"), count: 32 * 1024 + 1)))
        bench.end()

        #expect(bench.stream.sent == closing(1009, "A frame has more than 32768 bytes."))
        #expect(bench.isClosed && session.messages.isEmpty)
        #expect(session.ends.map(\.code) == [.tooBig] && session.ends.map(\.cause) == [.protocolError])
    }

    @Test(arguments: [(0, true), (1, false)])
    func `a message has 128 KB in frames and no more`(extra: Int, isTaken: Bool) {
        let bench = open()
        let part = [UInt8](repeating: UInt8(ascii: "x"), count: 32 * 1024)

        bench.receive(frame(1, part, isFinal: false))
        for _ in 0..<3 { bench.receive(frame(0, part, isFinal: false)) }
        bench.receive(frame(0, [UInt8](repeating: UInt8(ascii: "y"), count: extra)))

        let whole = part + part + part + part
        #expect(
            bench.stream.sent
                == (isTaken
                    ? frame(1, whole, mask: nil) : closing(1009, "A message has more than 131072 bytes.")))
        #expect(session.messages == (isTaken ? [.text(whole)] : []))
    }

    /// Bytes of a client, the code of the answer, and its reason.
    static let breaches: [(bytes: [UInt8], code: UInt16, reason: String)] = [
        (frame(1, [65], mask: nil), 1002, "A client masks its frames."),
        (frame(1, [65], reserved: 4), 1002, "A reserved bit is set that no extension uses."),
        (frame(1, [65], reserved: 2), 1002, "A reserved bit is set that no extension uses."),
        (frame(9, [65], reserved: 1), 1002, "A reserved bit is set that no extension uses."),
        (frame(3, [65]), 1002, "Opcode 3 is not known."),
        (frame(11, [65]), 1002, "Opcode 11 is not known."),
        (frame(0, [65]), 1002, "A continuation frame continues no message."),
        (frame(1, [65], isFinal: false) + frame(1, [66]), 1002, "A message begins within another."),
        (frame(9, [], isFinal: false), 1002, "The header of a frame is malformed."),
        (frame(9, [UInt8](repeating: 0, count: 126)), 1002, "The header of a frame is malformed."),
        // Lengths that are longer than they need be, or than 63 bits hold.
        ([0x81, 0xfe, 0, 125], 1002, "The header of a frame is malformed."),
        ([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 1002, "The header of a frame is malformed."),
        ([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], 1002, "The header of a frame is malformed."),
        (frame(1, [0xc3]), 1007, "A text message is not UTF-8."),
        (frame(1, [0xff]), 1007, "A text message is not UTF-8."),
        (frame(1, [0xed, 0xa0, 0x80]), 1007, "A text message is not UTF-8."),
        (
            frame(1, [0xc3], isFinal: false) + frame(0, [0x28], isFinal: false), 1007,
            "A text message is not UTF-8."
        ),
        (frame(1, [0xf4, 0x90], isFinal: false), 1007, "A text message is not UTF-8."),
        (frame(8, [3]), 1002, "A close frame has half a code."),
        (frame(8, [0x03, 0xed]), 1002, "A close frame may not have the code 1005."),
        (frame(8, [0x03, 0xe7]), 1002, "A close frame may not have the code 999."),
        (frame(8, [0x13, 0x88]), 1002, "A close frame may not have the code 5000."),
        (frame(8, [0x03, 0xe8, 0xff]), 1007, "The reason of a close frame is not UTF-8."),
        (frame(2, [1, 2]), 1003, "Binary messages are not supported."),
    ]

    @Test(arguments: breaches.indices)
    func `a breach ends the connection with its code`(index: Int) {
        let breach = Self.breaches[index]
        let bench = open()

        bench.receive(text("before") + breach.bytes + text("behind"))
        bench.end()

        #expect(bench.stream.sent == sentText("before") + closing(breach.code, breach.reason))
        #expect(bench.isClosed && session.texts == ["before"])
        #expect(
            session.ends == [
                WebSocketEnd(
                    code: WebSocketCloseCode(rawValue: breach.code), reason: breach.reason,
                    cause: .protocolError)
            ])
    }

    @Test func `a character may be cut by frames and by reads`() {
        let bench = open()
        let letters = Array("añ€😀".utf8)

        for (index, byte) in letters.enumerated() {
            for piece in frame(index == 0 ? 1 : 0, [byte], isFinal: index == letters.count - 1) {
                bench.receive([piece])
            }
        }

        #expect(bench.stream.sent == sentText("añ€😀"))
    }

    @Test func `a slow message holds back what is behind it`() {
        let slow = EchoSession(deliveries: ["slow": .slow(bytesPerSecond: 2)])
        let bench = open(session: slow)

        bench.receive(text("slow") + text("next") + frame(9, [1]) + frame(9, [2]))
        bench.advanceEmulated(by: .seconds(2))
        let half = bench.stream.sent
        bench.advanceEmulated(by: .seconds(1))

        #expect(half == Array(sentText("slow").prefix(4)))
        #expect(bench.stream.sent == sentText("slow") + [0x8a, 1, 2] + sentText("next"))
    }

    @Test(arguments: [
        (Delivery.truncate(bytes: 1), Array(sentText("odd").prefix(3)), "shutdown"),
        (.close, [], "shutdown"), (.reset(afterHead: true), Array(sentText("odd").prefix(2)), "abort"),
        (.reset(afterHead: false), [], "abort"),
    ])
    func `a delivery that breaks off ends the connection`(delivery: Delivery, sent: [UInt8], last: String) {
        let session = EchoSession(deliveries: ["odd": delivery])
        let bench = open(session: session)

        bench.receive(text("odd") + text("behind"))
        bench.end()

        #expect(bench.stream.sent == sent && bench.stream.calls.contains(last))
        #expect(bench.isClosed && session.texts == ["odd"])
        #expect(session.ends == [WebSocketEnd(code: .abnormal, reason: "", cause: .server)])
    }

    @Test func `a stalled message silences the connection until its limit`() {
        let session = EchoSession(deliveries: ["odd": .stall])
        let bench = open(session: session)

        bench.receive(text("odd") + text("behind") + frame(9, []))
        let isLate = bench.advanceReal(by: SocketLimits().stallMax)
        bench.end()

        #expect(isLate && bench.stream.sent.isEmpty && bench.isClosed)
        #expect(session.ends.map(\.cause) == [.lost])
    }

    @Test func `a goaway sends the message and closes`() {
        let bench = open(session: EchoSession(deliveries: ["odd": .goaway]))

        bench.receive(text("odd"))

        #expect(bench.stream.sent == sentText("odd") + closing(1001))
    }

    @Test func `answers leave in the order in which they become known`() {
        let bench = open()

        bench.receive(text("await 1") + text("delay 5") + text("at once"))
        bench.advanceEmulated(by: .seconds(4))
        session.waits.complete(0)
        bench.collectMail()
        bench.advanceEmulated(by: .seconds(1))

        #expect(bench.stream.sent == sentText("at once") + sentText("come") + sentText("delay 5"))
    }

    @Test func `no message is taken while too many answers wait`() {
        var limits = SocketLimits()
        limits.webSocketMessagesMax = 2
        let bench = open(limits: limits)

        bench.receive(text("await 1") + text("await 2") + text("third") + text("fourth"))
        let before = session.texts
        session.waits.complete(0)
        bench.collectMail()

        #expect(before == ["await 1", "await 2"])
        #expect(session.texts == ["await 1", "await 2", "third", "fourth"])
        #expect(bench.stream.sent == sentText("come") + sentText("third") + sentText("fourth"))
    }

    @Test func `the end of a connection cancels the answers that wait`() {
        let bench = open()

        bench.receive(text("await 1") + closing(1000, mask: [1, 2, 3, 4]))
        bench.end()

        #expect(session.waits.ends == ["gone"])
        #expect(bench.openWaits.count == 0)
    }

    @Test func `a client that takes nothing fills its queue and no more`() {
        var limits = SocketLimits()
        limits.outputBytesMax = 100
        limits.webSocketQueueBytesMax = 1000
        let bench = open(limits: limits)
        bench.stream.room = 0
        let message = WebSocketMessage.text([UInt8](repeating: UInt8(ascii: "x"), count: 200))

        session.channel?.send(message)
        bench.collectMail()
        let outcomes = (0..<5).map { _ in session.channel?.send(message) }
        bench.collectMail()
        bench.receive(text("unread"))
        let before = session.texts
        bench.take(10_000)

        #expect(outcomes == [.accepted, .accepted, .accepted, .full, .full])
        #expect(before.isEmpty && session.texts == ["unread"])
        #expect(bench.stream.sent.count == 4 * 204 + sentText("unread").count)
    }

    @Test func `a client that takes nothing has so many orders waiting and no more`() {
        var limits = SocketLimits()
        limits.outputBytesMax = 1
        limits.webSocketOrdersMax = 2
        let bench = open(limits: limits)
        bench.stream.room = 0

        let outcomes = [
            session.channel?.send(.text([1])), session.channel?.close(), session.channel?.close(),
            session.channel?.send(.text([2])), session.channel?.reset(),
        ]

        #expect(outcomes == [.accepted, .accepted, .full, .full, .full])
    }

    @Test func `a client that takes nothing is lost after the idle timeout`() {
        let bench = open()
        bench.stream.room = 0

        bench.receive(text("unread"))
        let early = bench.advanceReal(by: .seconds(75) - .nanoseconds(1))
        let late = bench.advanceReal(by: .nanoseconds(1))

        #expect(!early && late && bench.isClosed)
        #expect(session.ends.map(\.cause) == [.lost])
    }
}
