/// Packed WebSocket messages in memory: the agreement on permessage-deflate, the examples of RFC 7692,
/// windows that are taken over, and messages that unpack to too much.

import HTTPWire
import SocketServer
import TestSupport
import Testing

struct WebSocketPackingTests {
    let session = EchoSession()

    private func open(_ offer: String?, session: EchoSession? = nil) -> (ConnectionBench, answer: String?) {
        let bench = ConnectionBench(session: session ?? self.session)
        bench.receive(
            handshake(handshakeFields + (offer.map { ["Sec-WebSocket-Extensions: \($0)"] } ?? [])))
        let fields = bench.stream.sentText.split(separator: "\r\n").filter {
            $0.hasPrefix("sec-websocket-extensions: ")
        }
        bench.stream.forget()
        return (bench, fields.first.map { String($0.dropFirst("sec-websocket-extensions: ".count)) })
    }

    /// Offers of clients, and the answers to them.
    static let offers: [(offer: String, answer: String?)] = [
        ("permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits=10", "permessage-deflate"),
        (
            "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12",
            "permessage-deflate;server_max_window_bits=12"
        ),
        ("permessage-deflate; server_max_window_bits=\"9\"", "permessage-deflate;server_max_window_bits=9"),
        (
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
            "permessage-deflate;server_no_context_takeover;client_no_context_takeover"
        ),
        ("permessage-deflate; server_max_window_bits=16, permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; server_max_window_bits=7", nil),
        ("permessage-deflate; server_max_window_bits=08", nil),
        ("permessage-deflate; server_max_window_bits", nil),
        ("permessage-deflate; client_max_window_bits=99", nil),
        ("permessage-deflate; server_no_context_takeover; server_no_context_takeover", nil),
        ("permessage-deflate; server_no_context_takeover=1", nil),
        ("permessage-deflate; unknown", nil),
        ("permessage-deflate;", nil),
        ("x-webkit-deflate-frame", nil),
    ]

    @Test(arguments: offers.indices)
    func `an offer is agreed to or passed over`(index: Int) {
        #expect(open(Self.offers[index].offer).answer == Self.offers[index].answer)
    }

    /// RFC 7692 section 7.2.3: payloads that are all "Hello".
    static let hellos: [[UInt8]] = [
        [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00],
        [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
        [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
        [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00],
    ]

    @Test(arguments: hellos)
    func `a packed message is read, byte by byte too`(payload: [UInt8]) {
        let (bench, _) = open("permessage-deflate")

        bench.receive(frame(1, payload, reserved: 4))
        for byte in frame(1, payload, reserved: 4) { bench.receive([byte]) }

        #expect(session.texts == ["Hello", "Hello"])
        #expect(bench.stream.sent == sentText("Hello") + sentText("Hello"))
    }

    @Test func `a packed message may come in fragments with a ping between them`() {
        let (bench, _) = open("permessage-deflate")

        bench.receive(frame(1, [0xf2, 0x48, 0xcd], isFinal: false, reserved: 4) + frame(9, [7]))
        bench.receive(frame(0, [0xc9, 0xc9, 0x07, 0x00]))

        #expect(session.texts == ["Hello"])
        #expect(bench.stream.sent == [0x8a, 1, 7] + sentText("Hello"))
    }

    @Test(arguments: [
        ("permessage-deflate", true), ("permessage-deflate; client_no_context_takeover", false),
    ])
    func `a message refers to the one before if the client takes over`(offer: String, isRead: Bool) {
        let (bench, _) = open(offer)

        bench.receive(frame(1, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], reserved: 4))
        bench.receive(text("plain"))
        bench.receive(frame(1, [0xf2, 0x00, 0x11, 0x00, 0x00], reserved: 4))

        #expect(session.texts == ["Hello", "plain"] + (isRead ? ["Hello"] : []))
        #expect(session.ends.map(\.code) == (isRead ? [] : [.invalidData]))
    }

    /// Frames, and the code of the answer.
    static let breaches: [(bytes: [UInt8], code: UInt16)] = [
        (frame(0, [0], reserved: 4), 1002), (frame(9, [], reserved: 4), 1002),
        (frame(1, [0xff, 0xff], reserved: 4), 1007), (frame(1, [65], reserved: 6), 1002),
        // A stored block of one byte, 0xff, which is no UTF-8.
        (frame(1, [0x00, 0x01, 0x00, 0xfe, 0xff, 0xff, 0x00], reserved: 4), 1007),
    ]

    @Test(arguments: breaches.indices)
    func `a packed frame that must not be ends the connection`(index: Int) {
        let (bytes, code) = Self.breaches[index]
        let (bench, _) = open("permessage-deflate")

        bench.receive(bytes)
        bench.end()

        #expect(bench.isClosed && session.messages.isEmpty)
        #expect(session.ends.map(\.code.rawValue) == [code])
    }

    /// 128 KB of `x`, and one more, by zlib's `compressobj(9, DEFLATED, -15)` and a sync flush without its
    /// end.
    static let bombs: [(packed: [UInt8], isTaken: Bool)] = [
        (bomb(0x61, 0x0d), true), (bomb(0x63, 0x0c), false),
    ]

    private static func bomb(_ first: UInt8, _ second: UInt8) -> [UInt8] {
        [0xec, 0xc1, 0x31, 0x01, 0, 0, 0, 0xc2, 0xa0, 0xda, 0x8b, 0xef, first, second, 0xa0]
            + [UInt8](repeating: 0, count: 127) + [0x6e, 0]
    }

    @Test(arguments: bombs.indices)
    func `a message may unpack to 128 KB and no more`(index: Int) {
        let (bench, _) = open("permessage-deflate")

        bench.receive(frame(1, Self.bombs[index].packed, reserved: 4))
        bench.end()

        #expect(session.messages.map(\.bytes.count) == (Self.bombs[index].isTaken ? [128 * 1024] : []))
        #expect(session.ends.map(\.code) == [Self.bombs[index].isTaken ? .abnormal : .tooBig])
    }

    @Test(arguments: [("9", true), ("15", true), ("8", false)])
    func `a long message is sent packed, and one that would not be shorter is not`(
        bits: String, isPacked: Bool
    ) {
        let (bench, _) = open("permessage-deflate; server_max_window_bits=\(bits)")
        let long = String(repeating: "abcdefgh", count: 1000)

        bench.receive(text(long) + text("short"))
        let header = Array(bench.stream.sent.prefix(2))
        let reader = open("permessage-deflate")
        // The server reads its own packing.
        let packed = Array(bench.stream.sent.dropLast(7))

        #expect(bench.stream.sent.suffix(7) == sentText("short")[...])
        #expect(header[0] == (isPacked ? 0xc1 : 0x81))
        guard isPacked else { return }
        let payload = Array(packed.dropFirst(packed[1] == 126 ? 4 : 2))
        #expect(payload.count < 200)
        reader.0.receive(frame(1, payload, reserved: 4))
        #expect(session.texts.last == long)
    }

    /// Base64 digits have six bits each, so that 400 of them need 300 bytes however they are packed. A packer
    /// with 9 bits looks back 250 bytes.
    @Test(arguments: [("9", false), ("10", true), ("15", true)])
    func `a repetition 400 bytes back is packed only in a window that reaches so far`(
        bits: String, isPacked: Bool
    ) {
        let (bench, _) = open("permessage-deflate; server_max_window_bits=\(bits)")
        var generator = SeededGenerator(seed: 1)
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let block = String((0..<400).map { _ in generator.element(of: digits) })

        bench.receive(text(String(repeating: block, count: 4)))

        let sent = bench.stream.sent
        #expect(sent.prefix(2) == [0xc1, 126])
        let count = Int(sent[2]) << 8 | Int(sent[3])
        #expect(isPacked ? (300..<600).contains(count) : (4 * 300..<1600).contains(count))
    }
}
