/// The journal's entries in a file, a line of JSON each, so that they outlive the process. Loops only put
/// entries into a bounded queue. A queue of Dispatch makes the lines and waits for the disk. Entries beyond
/// the bound are lost, counted and told.

internal import Dispatch
internal import JSON
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
        var writesSoon = false
    }

    package let path: String
    private let limits: JournalFileLimits
    private let waiting = Mutex(Waiting())
    private let output: JournalOutput
    private let queue = DispatchQueue(label: "apigatewayv2-local.journal", qos: .utility)
    /// A write for each request would wake a thread for each. A file is read by people, who do not see the
    /// difference.
    private static let pauseMilliseconds = 20

    /// Opens the file. `warn` gets the first failure and the first loss, and again after an end of them.
    init(
        path: String, limits: JournalFileLimits = JournalFileLimits(),
        warn: @escaping @Sendable (String) -> Void
    ) throws(SystemError) {
        self.path = path
        self.limits = limits
        output = try JournalOutput(path: path, bytesMax: limits.fileBytesMax, warn: warn)
    }

    /// The entries that the file does not have.
    package var lostCount: Int { waiting.withLock { $0.lostCount } + output.lostCount }

    /// The entries that were written.
    package var writtenCount: Int { output.writtenCount }

    /// Takes an entry. Any thread may call it, and it does not wait.
    func append(_ numbered: JournalRing.NumberedRecord) {
        let bytes = numbered.record.byteCount
        let begins = waiting.withLock { waiting in
            if waiting.byteCount + bytes <= limits.waitingBytesMax {
                waiting.records.append(numbered)
                waiting.byteCount += bytes
            } else {
                waiting.lostCount += 1
            }
            defer { waiting.writesSoon = true }
            return !waiting.writesSoon
        }
        if begins {
            queue.asyncAfter(deadline: .now() + .milliseconds(Self.pauseMilliseconds)) { self.write() }
        }
    }

    /// Opens the file anew, for programs that rename it and send SIGHUP.
    func reopen() {
        queue.async {
            self.write()
            self.output.reopen()
        }
    }

    /// Returns when all entries so far are written, or lost.
    package func flush() {
        queue.sync { self.write() }
    }

    /// Runs on the queue.
    private func write() {
        while true {
            let (records, lostCount) = waiting.withLock { waiting in
                defer { (waiting.records, waiting.byteCount) = ([], 0) }
                waiting.writesSoon = !waiting.records.isEmpty
                return (waiting.records, waiting.lostCount)
            }
            output.tellLosses(lostCount)
            if records.isEmpty { return }
            // Threads may put their entries in another order than they got their numbers.
            write(records.sorted { $0.number < $1.number })
        }
    }

    private func write(_ records: [JournalRing.NumberedRecord]) {
        var lines: [UInt8] = []
        var count = 0
        for numbered in records {
            let start = lines.count
            JournalLine.append(JournalEntry(numbered), to: &lines)
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

/// An entry as a line.
enum JournalLine {
    static func append(_ entry: JournalEntry, to lines: inout [UInt8]) {
        JSONWriter.append(entry.json, to: &lines)
        lines.append(UInt8(ascii: "\n"))
    }
}
