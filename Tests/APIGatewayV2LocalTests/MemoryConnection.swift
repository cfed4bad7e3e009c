/// A connection of HTTP/1.1 to a pipeline, in memory: what a client of a socket would see, without one.

import APIGatewayV2Local
import HTTPWire
import SocketServer

/// The client's end: bytes in, bytes out, always room.
private final class MemoryStream: Transport {
    var incoming: [UInt8] = []
    var hasEnded = false
    private(set) var sent: [UInt8] = []

    func receive(appendingTo buffer: inout [UInt8], atMost count: Int) throws(SystemError) -> Received {
        guard !incoming.isEmpty else { return hasEnded ? .end : .nothing }
        let taken = min(count, incoming.count)
        buffer += incoming[..<taken]
        incoming.removeFirst(taken)
        return .bytes(taken)
    }

    func send(_ bytes: [UInt8], from offset: Int) throws(SystemError) -> Int {
        sent += bytes[offset...]
        return bytes.count - offset
    }

    func shutDownSending() throws(SystemError) -> Bool { true }

    func abortOnClose() throws(SystemError) {}
}

/// One connection, the loop's part played by hand.
final class MemoryConnection {
    let openWaits: OpenWaits
    private let stream = MemoryStream()
    private let mailbox: Mailbox
    private let clock: EmulatorClock
    private var connection: Connection<MemoryStream>
    private var turn: Turn
    private var read = 0

    init(to emulator: TestEmulator, limits: SocketLimits = SocketLimits(), id: UInt64 = 9) throws {
        clock = emulator.emulated
        mailbox = try Mailbox()
        openWaits = OpenWaits(limit: limits.waitsMax)
        turn = Turn(
            handler: emulator.pipeline, limits: limits, clock: clock, mailbox: mailbox, openWaits: openWaits)
        connection = Connection(
            stream: stream, id: ConnectionID(rawValue: id), descriptor: 9, limits: ConnectionLimits(limits),
            now: clock.monotonicTime())
    }

    /// Sends a GET, and gives back the text that has come by then.
    @discardableResult
    func get(_ path: String, _ fields: String..., method: String = "GET", version: String = "1.1") -> String {
        let lines = ["\(method) \(path) HTTP/\(version)", "Host: localhost"] + fields
        stream.incoming += Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        takeTurn(.read)
        return received()
    }

    /// Shuts the client's side.
    func end() {
        stream.hasEnded = true
        takeTurn(.read)
        connection.cancelWaits(in: turn)
    }

    /// The text that has come since the last call, after mail and times that are due.
    func received() -> String {
        let isDue = connection.watch.replyDue.map { $0 <= clock.emulatedTime() } ?? false
        if !mailbox.collect().endedWaits.isEmpty || isDue { takeTurn([]) }
        // As a loop does: a deadline may lead to the next, and none comes twice at one time.
        for _ in 0..<10 where connection.watch.deadline <= clock.monotonicTime() {
            turn.begin()
            connection.expire(in: &turn)
        }
        defer { read = stream.sent.count }
        return String(decoding: stream.sent[read...], as: UTF8.self)
    }

    private func takeTurn(_ ready: Poller.Interest) {
        turn.begin()
        connection.takeTurn(ready: ready, in: &turn)
    }
}
