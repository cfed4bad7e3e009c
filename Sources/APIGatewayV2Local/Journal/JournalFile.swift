/// The journal's entries in a file, a line of JSON each, so that they outlive the process. Loops only put
/// entries into a bounded queue. A thread of its own makes the lines and waits for the disk, and it yields to
/// all others. Entries beyond the bound are lost, counted and told.

internal import Dispatch
internal import Glibc
internal import SocketServer
internal import Synchronization

/// The bounds of a journal's file.
package struct JournalFileLimits: Sendable, Hashable {
    /// The bytes of the file. Then it becomes `FILE.1`, and a new one begins.
    package var fileBytesMax = 64 * 1024 * 1024
    /// The bytes of requests and answers that wait for the disk. Beyond them entries are lost.
    package var waitingBytesMax = 16 * 1024 * 1024

    package init() {}
}

/// A file that gets every entry.
package final class JournalFile: Sendable {
    private struct Waiting {
        var records: [JournalRing.NumberedRecord] = []
        var byteCount = 0
        var lostCount = 0
        /// Whether the thread was told of records, and has not begun yet.
        var isTold = false
        /// Called by the thread when all is written.
        var orders: [@Sendable () -> Void] = []
        var isClosed = false
    }

    package let path: String
    private let limits: JournalFileLimits
    private let waiting = Mutex(Waiting())
    private let output: JournalOutput
    private let told = DispatchSemaphore(value: 0)
    /// Signalled for an order, which cuts the pause short.
    private let ordered = DispatchSemaphore(value: 0)
    /// A write for each request would wake the thread for each. People read the file, and they do not see the
    /// difference.
    private static let pauseMilliseconds = 20
    /// The thread's nice(2) value. Threads that serve get nearly all of a core that they share with it.
    private static let niceness: Int32 = 19
    /// The bytes of a usual line, to make room at once.
    private static let lineBytes = 1_024

    /// Opens the file. `warn` gets the first failure and the first loss, and again after an end of them.
    init(
        path: String, limits: JournalFileLimits = JournalFileLimits(),
        warn: @escaping @Sendable (String) -> Void
    ) throws(SystemError) {
        self.path = path
        self.limits = limits
        output = try JournalOutput(path: path, bytesMax: limits.fileBytesMax, warn: warn)
        DispatchQueue(label: "apigatewayv2-local.journal").async { self.run() }
    }

    /// The entries that the file does not have.
    package var lostCount: Int { waiting.withLock { $0.lostCount } + output.lostCount }

    /// The entries that were written.
    package var writtenCount: Int { output.writtenCount }

    /// Takes an entry. Any thread may call it, and it does not wait.
    func append(_ numbered: JournalRing.NumberedRecord) {
        let bytes = numbered.byteCount
        let isFirst = waiting.withLock { waiting in
            if waiting.byteCount + bytes <= limits.waitingBytesMax {
                waiting.records.append(numbered)
                waiting.byteCount += bytes
            } else {
                waiting.lostCount += 1
            }
            defer { waiting.isTold = true }
            return !waiting.isTold
        }
        if isFirst { told.signal() }
    }

    /// Opens the file anew, for programs that rename it and send SIGHUP. Returns when that is done.
    func reopen() {
        order { self.output.reopen() }
    }

    /// Writes all entries so far, and ends the thread. Returns when that is done.
    package func close() {
        waiting.withLock { $0.isClosed = true }
        order {}
    }

    /// Lets the thread write all and then carry out the order, and waits for that.
    private func order(_ order: @escaping @Sendable () -> Void) {
        let done = DispatchSemaphore(value: 0)
        waiting.withLock { waiting in
            waiting.orders.append {
                order()
                done.signal()
            }
        }
        ordered.signal()
        told.signal()
        done.wait()
    }

    /// The thread's life, from the start to `close`.
    private func run() {
        // The value is the thread's own on Linux. A failure leaves the usual priority.
        _ = nice(Self.niceness)
        while true {
            told.wait()
            _ = ordered.wait(timeout: .now() + .milliseconds(Self.pauseMilliseconds))
            let (records, lostCount, orders, isClosed) = waiting.withLock { waiting in
                defer { (waiting.records, waiting.byteCount, waiting.orders) = ([], 0, []) }
                waiting.isTold = false
                return (waiting.records, waiting.lostCount, waiting.orders, waiting.isClosed)
            }
            output.tellLosses(lostCount)
            if !records.isEmpty { write(inOrder(records)) }
            for order in orders { order() }
            if isClosed { return }
        }
    }

    /// The records by their numbers. Threads may put them in another order than they got their numbers.
    private func inOrder(_ records: [JournalRing.NumberedRecord]) -> [JournalRing.NumberedRecord] {
        let isOrdered = zip(records, records.dropFirst()).allSatisfy { $0.number < $1.number }
        return isOrdered ? records : records.sorted { $0.number < $1.number }
    }

    private func write(_ records: [JournalRing.NumberedRecord]) {
        var lines: [UInt8] = []
        lines.reserveCapacity(min(output.pieceBytesMax, records.count * Self.lineBytes))
        var count = 0
        for numbered in records {
            let start = lines.count
            JournalText.append(numbered, to: &lines)
            lines.append(UInt8(ascii: "\n"))
            count += 1
            guard lines.count > output.pieceBytesMax else { continue }
            // The last line alone may be longer than a piece.
            let last = Array(lines[start...])
            if start > 0 { output.write(Array(lines[..<start]), entries: count - 1) }
            lines = last
            count = 1
        }
        output.write(lines, entries: count)
    }
}
