/// A stream in memory that a connection can be driven with, one turn at a time: what the peer sent so far,
/// how much it takes, and which of the calls fails.

import HTTPWire
import SocketServer
import TestSupport

/// The peer of a connection under test.
final class ScriptedStream: Transport {
    /// Sent by the peer and not yet read.
    var incoming: [UInt8] = []
    /// The peer has shut its side behind `incoming`.
    var hasEnded = false
    /// Bytes that the peer still takes.
    var room = Int.max
    /// Bytes taken by one call.
    var writeMax = Int.max
    /// The call, counted from 1 over reads, writes, shutdowns and aborts, that fails.
    var failingCall: Int?

    private(set) var calls: [String] = []
    private(set) var sent: [UInt8] = []
    var sentText: String { String(decoding: sent, as: UTF8.self) }

    /// Forgets what was sent.
    func forget() { sent = [] }

    func receive(appendingTo buffer: inout [UInt8], atMost count: Int) throws(SystemError) -> Received {
        try record("recv")
        guard !incoming.isEmpty else { return hasEnded ? .end : .nothing }
        let taken = min(count, incoming.count)
        buffer += incoming[..<taken]
        incoming.removeFirst(taken)
        return .bytes(taken)
    }

    func send(_ bytes: [UInt8], from offset: Int) throws(SystemError) -> Int {
        try record("send")
        let taken = min(bytes.count - offset, writeMax, room)
        sent += bytes[offset..<(offset + taken)]
        room -= taken
        return taken
    }

    func shutDownSending() throws(SystemError) -> Bool {
        try record("shutdown")
        return true
    }

    func abortOnClose() throws(SystemError) { try record("abort") }

    private func record(_ call: String) throws(SystemError) {
        calls.append(call)
        // ECONNRESET
        if calls.count == failingCall { throw SystemError(call: call, errno: 104) }
    }
}

/// A connection over a scripted stream, the loop's part played by hand.
final class ConnectionBench {
    let stream = ScriptedStream()
    let clock = ManualClock(date: startDate)
    let handler: RecordingHandler
    let openWaits: OpenWaits
    private let mailbox: Mailbox
    private var connection: Connection<ScriptedStream>
    private var turn: Turn

    init(
        limits: SocketLimits = SocketLimits(), faults: [String: Fault] = [:],
        session: (any WebSocketSession)? = nil, source: (any BodySource)? = nil
    ) {
        handler = RecordingHandler(faults: faults, session: session, source: source)
        openWaits = OpenWaits(limit: limits.waitsMax)
        mailbox = makeMailbox()
        turn = Turn(
            handler: handler, limits: limits, clock: clock, mailbox: mailbox, openWaits: openWaits)
        connection = Connection(
            stream: stream, id: ConnectionID(rawValue: 1), descriptor: 1, limits: ConnectionLimits(limits),
            now: clock.monotonicTime())
    }

    var isClosed: Bool { connection.isClosed }
    var isIdle: Bool { connection.isIdle }
    var interest: Poller.Interest { connection.watch.interest }

    /// The peer sends; the connection gets a turn if it would have been told.
    func receive(_ text: String) { receive(Array(text.utf8)) }

    func receive(_ bytes: [UInt8]) {
        stream.incoming += bytes
        takeTurns()
    }

    func end() {
        stream.hasEnded = true
        takeTurns()
    }

    /// The peer takes so many bytes more.
    func take(_ count: Int) {
        stream.room += count
        takeTurns()
    }

    func startDraining() { turn.isDraining = true }

    /// The turn that the loop gives when a drain begins.
    func drain() {
        startDraining()
        turn.begin()
        connection.takeTurn(ready: .read, in: &turn)
        takeTurns()
    }

    /// Gives turns as a level-triggered poller would, until nothing is ready that is asked for.
    func takeTurns() {
        while !connection.isClosed {
            var ready: Poller.Interest = []
            if !stream.incoming.isEmpty || stream.hasEnded { ready.insert(.read) }
            if stream.room > 0 { ready.insert(.write) }
            ready.formIntersection(connection.watch.interest)
            guard !ready.isEmpty else { return }
            turn.begin()
            connection.takeTurn(ready: ready, in: &turn)
        }
        connection.cancelWaits(in: turn)
    }

    /// Lets replies go on that have become known. Returns how many there were.
    @discardableResult
    func collectMail() -> Int {
        let count = mailbox.collect().endedWaits.count
        if count > 0 {
            turn.begin()
            connection.takeTurn(ready: [], in: &turn)
            takeTurns()
        }
        return count
    }

    /// Moves the emulated time alone, and lets replies go on that are due.
    func advanceEmulated(by duration: Duration) {
        clock.advanceEmulated(by: duration)
        while let due = connection.watch.replyDue, due <= clock.emulatedTime() {
            turn.begin()
            connection.takeTurn(ready: [], in: &turn)
            takeTurns()
        }
    }

    /// Moves both times and lets the deadline expire if it has come. Returns whether it had.
    @discardableResult
    func advance(by duration: Duration) -> Bool {
        advanceEmulated(by: duration)
        return advanceReal(by: duration)
    }

    /// Moves the real time alone.
    @discardableResult
    func advanceReal(by duration: Duration) -> Bool {
        clock.advanceReal(by: duration)
        turn.begin()
        guard connection.watch.deadline <= turn.now else { return false }
        connection.expire(in: &turn)
        takeTurns()
        return true
    }
}
