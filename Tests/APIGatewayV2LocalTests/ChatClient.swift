/// A client of a WebSocket API over a blocking socket. It connects, sends texts, and reads frames of up to
/// 125 bytes.

import Testing

/// One connection. It closes with the last reference.
final class ChatClient {
    private let socket: LoopbackSocket
    private var received: [UInt8] = []

    /// Connects to an address such as `http://127.0.0.1:4290/_aws/execute-api/d4e5f6g7h8/dev`.
    init(_ address: String) throws {
        let parts = address.split(separator: "/", maxSplits: 2)
        let authority = try #require(parts.dropFirst().first)
        let port = try #require(authority.split(separator: ":").last.flatMap { UInt16($0) })
        socket = try LoopbackSocket(port: port)
        try socket.send(
            Array(
                """
                GET /\(parts[2]) HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r
                Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
                """.utf8))
        var head: [UInt8] = []
        while head.suffix(4) != Array("\r\n\r\n".utf8)[...] { head.append(try byte()) }
        try #require(head.starts(with: "HTTP/1.1 101 ".utf8), "\(String(decoding: head, as: UTF8.self))")
    }

    /// Sends a text of up to 125 bytes.
    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        try #require(bytes.count < 126)
        // A mask of zeros leaves the bytes as they are.
        try socket.send([0x81, 0x80 | UInt8(bytes.count), 0, 0, 0, 0] + bytes)
    }

    /// The next message.
    func text() throws -> String {
        let frame = try nextFrame()
        try #require(frame.first == 0x81)
        return String(decoding: frame.payload, as: UTF8.self)
    }

    /// The code and the reason of the close frame that comes next.
    func end() throws -> (code: Int, reason: String) {
        let frame = try nextFrame()
        try #require(frame.first == 0x88 && frame.payload.count >= 2)
        let code = Int(frame.payload[0]) << 8 | Int(frame.payload[1])
        return (code, String(decoding: frame.payload.dropFirst(2), as: UTF8.self))
    }

    private func nextFrame() throws -> (first: UInt8, payload: [UInt8]) {
        let (first, count) = (try byte(), try byte())
        try #require(count < 126)
        var payload: [UInt8] = []
        for _ in 0..<count { payload.append(try byte()) }
        return (first, payload)
    }

    private func byte() throws -> UInt8 {
        if received.isEmpty {
            received = try #require(try socket.receive())
        }
        return received.removeFirst()
    }
}
