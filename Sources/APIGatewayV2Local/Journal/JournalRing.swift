/// The newest records in the order of their arrival, in memory of a bounded size. A record beyond the bounds
/// replaces the oldest. It counts the replaced records. The memory grows with the records up to the bound.
/// Requests of the control plane are kept by reference, calls of deployed APIs as bytes.

internal import APIGatewayV2Invoke
internal import HTTPWire

/// A bounded queue of numbered records.
struct JournalRing: Sendable {
    /// A record and its number in the order of all records ever.
    struct NumberedRecord: Sendable {
        let number: Int
        /// The bytes that the record counts for.
        let byteCount: Int
        private let source: Source

        private enum Source: Sendable {
            case record(JournalRecord)
            case packed(ArraySlice<UInt8>, RouteTable?)
        }

        init(_ number: Int, _ record: JournalRecord, byteCount: Int) {
            (self.number, self.byteCount, source) = (number, byteCount, .record(record))
        }

        fileprivate init(_ number: Int, _ packed: ArraySlice<UInt8>, _ routes: RouteTable?, byteCount: Int) {
            (self.number, self.byteCount, source) = (number, byteCount, .packed(packed, routes))
        }

        /// The record. That of a call is made anew each time.
        var record: JournalRecord {
            switch source {
            case .record(let record): record
            case .packed(let bytes, let routes): JournalRecord(bytes, routes: routes)
            }
        }

        /// The identifier in the answer.
        var shownID: String {
            switch source {
            case .record(let record): record.shownID
            case .packed(let bytes, _): JournalRecord.shownID(of: bytes)
            }
        }

        /// The side of the server that the request reached.
        var plane: Plane {
            switch source {
            case .record(let record): record.plane
            case .packed: .invoke
            }
        }
    }

    /// A record in its place.
    fileprivate struct Entry: Sendable {
        let number: Int
        let kept: Kept
        /// The bytes that the record counts for. They are kept, because the oldest record is out of the
        /// processor's caches when it makes room.
        let byteCount: UInt32

        enum Kept: Sendable {
            case operation(JournalRecord)
            case call(JournalSlabs.Place, RouteTable?)
        }

        /// The routes that the record shares with others; nil for an operation, and for a call without any.
        var routes: RouteTable? {
            if case .call(_, let routes) = kept { routes } else { nil }
        }
    }

    private let limits: JournalLimits
    /// The records from `oldest` on, then around from the start; nil at free places.
    private var buffer: [Entry?] = []
    /// The bytes of calls.
    private var slabs = JournalSlabs()
    private var oldest = 0
    private(set) var count = 0
    private var byteCount = 0
    /// The number of records for each table of routes that they share. Its bytes count once.
    private var tables: [ObjectIdentifier: Int] = [:]
    /// The number of the newest record ever; 0 before the first.
    private(set) var lastNumber = 0
    /// The number of records that made room for others.
    private(set) var overwrittenCount = 0

    init(limits: JournalLimits) {
        self.limits = limits
    }

    /// All records, from the oldest to the newest.
    var all: [NumberedRecord] { records(from: 0) }

    /// The records with a number above `number`, from the oldest to the newest. Binary search finds the
    /// first.
    func records(after number: Int) -> [NumberedRecord] {
        records(from: place(after: number))
    }

    /// The records with a number of at most `number`, from the newest to the oldest. Each is read on demand.
    func recordsBackwards(from number: Int) -> some Sequence<NumberedRecord> {
        (0..<place(after: number)).reversed().lazy.compactMap { record(at: $0) }
    }

    /// The newest records with a number above `number` and of at most `last`, from the oldest to the newest.
    /// There are at most `limit`.
    func newest(_ limit: Int, after number: Int, through last: Int) -> [NumberedRecord] {
        let end = place(after: last)
        return (max(place(after: number), end - limit)..<end).compactMap { record(at: $0) }
    }

    /// The place of the first record with a number above `number`; `count` if there is none.
    private func place(after number: Int) -> Int {
        firstPlace(below: count) { place in entry(at: place).map { $0.number > number } ?? false }
    }

    private func records(from start: Int) -> [NumberedRecord] {
        (start..<count).compactMap { record(at: $0) }
    }

    private func entry(at place: Int) -> Entry? { buffer[(oldest + place) % buffer.count] }

    private func record(at place: Int) -> NumberedRecord? {
        entry(at: place).map { entry in
            switch entry.kept {
            case .operation(let record):
                NumberedRecord(entry.number, record, byteCount: Int(entry.byteCount))
            case .call(let place, let routes):
                NumberedRecord(
                    entry.number, slabs.bytes(from: place), routes, byteCount: Int(entry.byteCount))
            }
        }
    }

    /// Appends a request of the control plane. Returns its number, and the last record of the control plane
    /// that made room, for the caller to free outside the lock.
    mutating func append(_ record: JournalRecord) -> (number: Int, overwritten: JournalRecord?) {
        let overwritten = makeRoom(for: record.byteCount)
        append(kept: .operation(record), byteCount: record.byteCount)
        return (lastNumber, overwritten)
    }

    /// Appends a call of a deployed API. Returns its bytes too.
    mutating func append(
        _ call: borrowing CallRecord
    ) -> (number: Int, byteCount: Int, overwritten: JournalRecord?) {
        let (room, routes) = (call.byteCount, call.invocation.routes)
        byteCount += share(routes)
        let overwritten = makeRoom(for: room)
        let (place, bytes) = slabs.append(room: room) { call.pack(into: &$0) }
        append(kept: .call(place, routes), byteCount: bytes)
        return (lastNumber, bytes, overwritten)
    }

    /// Removes the oldest records until one of so many bytes has room.
    private mutating func makeRoom(for bytesMax: Int) -> JournalRecord? {
        if count == buffer.count { grow() }
        var overwritten: JournalRecord?
        while count > 0, count == buffer.count || byteCount + bytesMax > limits.bytesMax {
            overwritten = removeOldest() ?? overwritten
            overwrittenCount += 1
        }
        return overwritten
    }

    private mutating func append(kept: Entry.Kept, byteCount: Int) {
        lastNumber += 1
        append(Entry(number: lastNumber, kept: kept, byteCount: UInt32(clamping: byteCount)))
    }

    private mutating func append(_ entry: Entry) {
        buffer[(oldest + count) % buffer.count] = entry
        count += 1
        byteCount += Int(entry.byteCount)
    }

    /// Removes the records for which `isKept` is false. The numbering goes on.
    mutating func removeAll(except isKept: (NumberedRecord) -> Bool) {
        var kept = self
        kept.buffer = []
        kept.slabs = JournalSlabs()
        (kept.oldest, kept.count, kept.byteCount, kept.tables) = (0, 0, 0, [:])
        for place in 0..<count {
            guard let entry = entry(at: place), let record = record(at: place), isKept(record) else {
                continue
            }
            if kept.buffer.isEmpty { kept.buffer = Array(repeating: nil, count: buffer.count) }
            kept.byteCount += kept.share(entry.routes)
            kept.append(entry.moved(from: slabs, to: &kept.slabs))
        }
        if kept.count == 0 { kept.overwrittenCount = 0 }
        self = kept
    }

    /// Doubles the room, up to the bound. All of it at the first record would be 240 kB of an idle server.
    private mutating func grow() {
        let room = min(limits.entriesMax, max(64, 2 * buffer.count))
        guard room > buffer.count else { return }
        var larger: [Entry?] = []
        larger.reserveCapacity(room)
        larger += buffer[oldest...]
        larger += buffer[..<oldest]
        larger += repeatElement(nil, count: room - count)
        (buffer, oldest) = (larger, 0)
    }

    /// Returns the record of a request of the control plane.
    private mutating func removeOldest() -> JournalRecord? {
        guard let entry = buffer[oldest].take() else { return nil }
        byteCount -= Int(entry.byteCount) + unshare(entry.routes)
        oldest = (oldest + 1) % buffer.count
        count -= 1
        switch entry.kept {
        case .operation(let record): return record
        case .call(let place, _):
            slabs.removeFirst(place)
            return nil
        }
    }
}

extension JournalRing.Entry {
    /// The same record in other slabs.
    fileprivate func moved(from old: JournalSlabs, to new: inout JournalSlabs) -> JournalRing.Entry {
        guard case .call(let place, let routes) = kept else { return self }
        let bytes = old.bytes(from: place).prefix(Int(byteCount))
        let (moved, _) = new.append(room: bytes.count) { $0.append(bytes.span) }
        return JournalRing.Entry(number: number, kept: .call(moved, routes), byteCount: byteCount)
    }
}

/// The first place below `count` for which `holds` is true; `count` if there is none. It must be true for all
/// later places too. Asks for as many places as `count` has binary digits, at most.
package func firstPlace(below count: Int, where holds: (Int) -> Bool) -> Int {
    var (start, end) = (0, count)
    while start < end {
        let middle = start + (end - start) / 2
        if holds(middle) { end = middle } else { start = middle + 1 }
    }
    return start
}

extension JournalRing {
    /// Counts a record among those that share the routes. Returns the bytes of the routes if it is the first.
    private mutating func share(_ routes: RouteTable?) -> Int {
        guard let routes else { return 0 }
        tables[ObjectIdentifier(routes), default: 0] += 1
        return tables[ObjectIdentifier(routes)] == 1 ? routes.byteCount : 0
    }

    /// Counts the record no more. Returns the bytes of the routes if it was the last.
    private mutating func unshare(_ routes: RouteTable?) -> Int {
        guard let routes else { return 0 }
        let key = ObjectIdentifier(routes)
        guard let count = tables[key], count == 1 else {
            tables[key]? -= 1
            return 0
        }
        tables[key] = nil
        return routes.byteCount
    }
}
