/// The newest records in the order of their arrival, in memory of a bounded size. A record beyond the bounds
/// replaces the oldest. It counts the replaced records. The memory grows with the records up to the bound.

internal import APIGatewayV2Invoke

/// A bounded queue of numbered records.
struct JournalRing: Sendable {
    /// A record and its number in the order of all records ever.
    struct NumberedRecord: Sendable {
        let number: Int
        let record: JournalRecord
        /// The bytes that the record counts for. They are kept, because the oldest record is out of the
        /// processor's caches when it makes room.
        let byteCount: Int
    }

    private let limits: JournalLimits
    /// The records from `oldest` on, then around from the start; nil at free places.
    private var buffer: [NumberedRecord?] = []
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
        firstPlace(below: count) { place in record(at: place).map { $0.number > number } ?? false }
    }

    private func records(from start: Int) -> [NumberedRecord] {
        (start..<count).compactMap { record(at: $0) }
    }

    private func record(at place: Int) -> NumberedRecord? { buffer[(oldest + place) % buffer.count] }

    /// Appends a record. Returns it with its number, and the last record that made room, for the caller to
    /// free outside the lock.
    mutating func append(
        _ record: JournalRecord
    ) -> (numbered: NumberedRecord, overwritten: JournalRecord?) {
        if count == buffer.count { grow() }
        var overwritten: JournalRecord?
        let bytes = record.byteCount
        byteCount += share(of: record)
        while count > 0, count == buffer.count || byteCount + bytes > limits.bytesMax {
            overwritten = removeOldest()
            overwrittenCount += 1
        }
        lastNumber += 1
        let numbered = NumberedRecord(number: lastNumber, record: record, byteCount: bytes)
        buffer[(oldest + count) % buffer.count] = numbered
        count += 1
        byteCount += bytes
        return (numbered, overwritten)
    }

    /// Removes the records for which `isKept` is false. The numbering goes on.
    mutating func removeAll(except isKept: (JournalRecord) -> Bool = { _ in false }) {
        let kept = all.filter { isKept($0.record) }
        buffer = kept.isEmpty ? [] : kept + Array(repeating: nil, count: buffer.count - kept.count)
        oldest = 0
        count = kept.count
        tables = [:]
        byteCount = 0
        for numbered in kept { byteCount += numbered.byteCount + share(of: numbered.record) }
        if kept.isEmpty { overwrittenCount = 0 }
    }

    /// Doubles the room, up to the bound. All of it at the first record would be 240 kB of an idle server.
    private mutating func grow() {
        let room = min(limits.entriesMax, max(64, 2 * buffer.count))
        guard room > buffer.count else { return }
        var larger: [NumberedRecord?] = []
        larger.reserveCapacity(room)
        larger += buffer[oldest...]
        larger += buffer[..<oldest]
        larger += repeatElement(nil, count: room - count)
        (buffer, oldest) = (larger, 0)
    }

    private mutating func removeOldest() -> JournalRecord? {
        let removed = buffer[oldest].take()
        if let removed { byteCount -= removed.byteCount + unshare(removed.record) }
        oldest = (oldest + 1) % buffer.count
        count -= 1
        return removed?.record
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
    /// Counts the record among those that share its routes. Returns the bytes of the routes if it is the
    /// first.
    private mutating func share(of record: JournalRecord) -> Int {
        guard let routes = record.invocation?.routes else { return 0 }
        tables[ObjectIdentifier(routes), default: 0] += 1
        return tables[ObjectIdentifier(routes)] == 1 ? routes.byteCount : 0
    }

    /// Counts the record no more. Returns the bytes of the routes if it was the last.
    private mutating func unshare(_ record: JournalRecord) -> Int {
        guard let routes = record.invocation?.routes else { return 0 }
        let key = ObjectIdentifier(routes)
        guard let count = tables[key], count == 1 else {
            tables[key]? -= 1
            return 0
        }
        tables[key] = nil
        return routes.byteCount
    }
}
