/// The open file of a journal, its size and its failures. Only the thread of `JournalFile` writes.

internal import SocketServer
internal import Synchronization

/// Pieces of whole lines to the file. A piece that cannot be written is lost, and the next one tries to open
/// the file again.
final class JournalOutput: Sendable {
    private struct Counts {
        var lost = 0
        var written = 0
        /// The losses of the queue that were told.
        var told = 0
        var isLosing = false
    }

    private struct Place {
        var file: AppendedFile?
        var byteCount = 0
        var isFailing = false
    }

    private let path: String
    private let bytesMax: Int
    private let warn: @Sendable (String) -> Void
    private let counts = Mutex(Counts())
    /// Held while the disk works. Readers of the counts do not wait for it.
    private let place = Mutex(Place())
    /// A piece is one call of the kernel.
    private static let pieceBytes = 256 * 1024

    init(path: String, bytesMax: Int, warn: @escaping @Sendable (String) -> Void) throws(SystemError) {
        self.path = path
        self.bytesMax = bytesMax
        self.warn = warn
        let file = try AppendedFile(path)
        place.withLock { ($0.file, $0.byteCount) = (file, file.byteCount) }
    }

    var lostCount: Int { counts.withLock { $0.lost } }
    var writtenCount: Int { counts.withLock { $0.written } }
    var pieceBytesMax: Int { min(bytesMax, Self.pieceBytes) }

    func reopen() {
        place.withLock { $0.file = nil }
    }

    /// Writes whole lines, into a new file if this one would have too many bytes.
    func write(_ lines: [UInt8], entries: Int) {
        let (failure, isNew) = place.withLock { place -> (SystemError?, isNew: Bool) in
            do throws(SystemError) {
                try write(lines, to: &place)
                place.isFailing = false
                return (nil, false)
            } catch {
                // The next opening also ends a line of which only a part was written.
                place.file = nil
                defer { place.isFailing = true }
                return (error, !place.isFailing)
            }
        }
        counts.withLock { counts in
            if failure == nil { counts.written += entries } else { counts.lost += entries }
        }
        if let failure, isNew {
            warn(
                "\(path) cannot be written: \(FileSystem.reason(failure)); requests are missing in it until "
                    + "it can be")
        }
    }

    private func write(_ lines: [UInt8], to place: inout Place) throws(SystemError) {
        if place.file == nil { try open(&place) }
        if place.byteCount > 0, place.byteCount + lines.count > bytesMax {
            try AppendedFile.move(path, to: path + ".1")
            try open(&place)
        }
        try place.file?.write(lines)
        place.byteCount += lines.count
    }

    private func open(_ place: inout Place) throws(SystemError) {
        let file = try AppendedFile(path)
        place.file = file
        place.byteCount = file.byteCount
    }

    /// Tells that requests came faster than they were written: once until there are no more losses.
    func tellLosses(_ count: Int) {
        let isNew = counts.withLock { counts in
            defer {
                counts.isLosing = count > counts.told
                counts.told = count
            }
            return count > counts.told && !counts.isLosing
        }
        if isNew {
            warn(
                "requests are missing in \(path), \(count) so far: they came faster than it could be written")
        }
    }
}
