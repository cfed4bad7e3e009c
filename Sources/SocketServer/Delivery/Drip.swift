/// A response that leaves at a rate of bytes a second, head and body alike, in pieces with a pause between
/// them. Gives the time of the next piece, and the bytes that are due. Counts the time from the first piece,
/// so that neither rounding nor a late turn changes the rate. Copies the bytes of the body when they are due,
/// not before.

internal import HTTPWire

/// The rest of a slow response.
struct Drip: Sendable {
    private let head: [UInt8]
    private let body: [UInt8]
    private let bytesPerSecond: Int128
    private let pieceBytes: Int
    /// The time on the emulated clock, like every time here.
    private let began: Duration
    private var released = 0

    /// Begins now. `body` is empty if the response sends none.
    init(head: [UInt8], body: [UInt8], bytesPerSecond: Int, in turn: inout Turn) {
        self.head = head
        self.body = body
        self.bytesPerSecond = Int128(max(bytesPerSecond, 1))
        began = turn.emulatedTime()
        let pause = turn.limits.dripPause
        // Rounded up, so that every piece but the last takes at least the pause.
        let bytesInPause = (pause.attoseconds * self.bytesPerSecond - 1) / attosecondsPerSecond + 1
        pieceBytes = Int(min(bytesInPause, Int128(head.count + body.count)))
    }

    /// The bytes that have not been released.
    var unsentBytes: Int { count - released }

    var isOver: Bool { released == count }

    /// The time at which the next piece is due.
    var due: Duration { began + duration(of: min(released + pieceBytes, count)) }

    /// Appends the bytes that are due by `time` and have not been released; nil means all of them.
    mutating func release(until time: Duration?, into output: inout [UInt8]) {
        let end = time.map { max(released, bytesDue(after: $0 - began)) } ?? count
        output += head[min(released, head.count)..<min(end, head.count)]
        output += body[(max(released, head.count) - head.count)..<(max(end, head.count) - head.count)]
        released = end
    }

    private var count: Int { head.count + body.count }

    private func bytesDue(after elapsed: Duration) -> Int {
        guard elapsed < duration(of: count) else { return count }
        return Int(elapsed.attoseconds * bytesPerSecond / attosecondsPerSecond)
    }

    /// The time after which `bytes` are due, rounded up.
    private func duration(of bytes: Int) -> Duration {
        let attoseconds = Int128(bytes) * attosecondsPerSecond + bytesPerSecond - 1
        return Duration(attoseconds: attoseconds / bytesPerSecond)
    }
}

private let attosecondsPerSecond: Int128 = 1_000_000_000_000_000_000
