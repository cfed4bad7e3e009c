/// A session for the tests of WebSocket: it echoes, does what some messages say, and remembers what came.

import HTTPWire
import SocketServer
import Synchronization

/// Answers a message with itself. A text such as `close 4000 why`, `nothing`, `await`, `delay 5` or `binary`
/// is an order.
final class EchoSession: WebSocketSession {
    let waits = WaitLog()
    private let state = Mutex(State())
    private let last: Answer?
    private let deliveries: [String: Delivery]

    private struct State {
        var channel: WebSocketChannel?
        var messages: [WebSocketMessage] = []
        var ends: [WebSocketEnd] = []
    }

    /// `last` is the answer to the end. A message named in `deliveries` is echoed so.
    init(last: Answer? = nil, deliveries: [String: Delivery] = [:]) {
        self.last = last
        self.deliveries = deliveries
    }

    var channel: WebSocketChannel? { state.withLock { $0.channel } }
    var messages: [WebSocketMessage] { state.withLock { $0.messages } }
    var texts: [String] { messages.map { String(decoding: $0.bytes, as: UTF8.self) } }
    var ends: [WebSocketEnd] { state.withLock { $0.ends } }

    func opened(_ channel: WebSocketChannel) { state.withLock { $0.channel = channel } }

    func received(_ message: WebSocketMessage) -> Answer {
        state.withLock { $0.messages.append(message) }
        let text = String(decoding: message.bytes, as: UTF8.self)
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        if let delivery = deliveries[text] { return .reply(.message(message, delivery: delivery)) }
        switch words.first {
        case "nothing": return .reply(.nothing)
        case "await": return waits.begin(text)
        case "binary": return .reply(.message(.binary([0, 1, 2, 255])))
        case "delay":
            let seconds = words.last.flatMap { Int($0) } ?? 0
            return .reply(.message(message, delay: .seconds(seconds)))
        case "close":
            let code = words.dropFirst().first.flatMap { UInt16($0) } ?? 1000
            return .reply(
                .close(WebSocketCloseCode(rawValue: code), reason: words.count > 2 ? words[2] : ""))
        default: return .reply(.message(message))
        }
    }

    func ended(_ end: WebSocketEnd) -> Answer? {
        state.withLock { $0.ends.append(end) }
        return last
    }
}

/// The fields of a handshake, with the key of RFC 6455 section 1.3.
let handshakeFields = [
    "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
]

/// A request for `/socket` with these fields.
func handshake(_ fields: [String] = handshakeFields, path: String = "/socket") -> String {
    "GET \(path) HTTP/1.1\r\nHost: test\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// The answer to `handshake` while the clock stands at its start.
let switching = """
    HTTP/1.1 101 Switching Protocols\r
    Date: Sun, 06 Nov 1994 08:49:37 GMT\r
    Connection: upgrade\r
    upgrade: websocket\r
    sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
    \r

    """

/// A frame as a client writes it, or as a server does without a mask.
func frame(
    _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, reserved: UInt8 = 0,
    mask: [UInt8]? = [0x37, 0xfa, 0x21, 0x3d]
) -> [UInt8] {
    var bytes = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
    let flag: UInt8 = mask == nil ? 0 : 0x80
    switch payload.count {
    case 0..<126: bytes.append(flag | UInt8(payload.count))
    case 126..<65_536: bytes += [flag | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
    default:
        bytes.append(flag | 127)
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(payload.count >> shift & 0xff))
        }
    }
    guard let mask else { return bytes + payload }
    return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
}

/// A text message of a client.
func text(_ message: String) -> [UInt8] { frame(1, Array(message.utf8)) }

/// A text message of the server.
func sentText(_ message: String) -> [UInt8] { frame(1, Array(message.utf8), mask: nil) }

/// A close frame of the server, or with a mask of a client.
func closing(_ code: UInt16, _ reason: String = "", mask: [UInt8]? = nil) -> [UInt8] {
    frame(8, [UInt8(code >> 8), UInt8(code & 0xff)] + Array(reason.utf8), mask: mask)
}
