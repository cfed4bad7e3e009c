/// The newest records in the order in which they came, in memory of a fixed size. A record beyond the bounds
/// takes the place of the oldest. Counts what was lost so. Holds no memory before the first record.

/// A bounded queue of numbered records.
struct JournalRing: Sendable {
    /// A record and its place in the order of all that there ever were.
    struct Slot: Sendable {
        let number: Int
        let record: JournalRecord
    }

    private let limits: JournalLimits
    private var slots: [Slot?] = []
    private var oldest = 0
    private(set) var count = 0
    private var byteCount = 0
    private var lastNumber = 0
    /// Records that made room for others.
    private(set) var overwrittenCount = 0

    init(limits: JournalLimits) {
        self.limits = limits
    }

    /// From the oldest to the newest.
    var all: [Slot] {
        (0..<count).compactMap { slots[(oldest + $0) % slots.count] }
    }

    /// Gives back the last record that made room, so that the caller lets go of it without the lock.
    mutating func append(_ record: JournalRecord) -> JournalRecord? {
        if slots.isEmpty { slots = Array(repeating: nil, count: limits.entriesMax) }
        var overwritten: JournalRecord?
        let bytes = record.byteCount
        while count > 0, count == slots.count || byteCount + bytes > limits.bytesMax {
            overwritten = removeOldest()
            overwrittenCount += 1
        }
        lastNumber += 1
        slots[(oldest + count) % slots.count] = Slot(number: lastNumber, record: record)
        count += 1
        byteCount += bytes
        return overwritten
    }

    /// Keeps the records for which `isKept` holds. Numbers go on.
    mutating func removeAll(except isKept: (JournalRecord) -> Bool = { _ in false }) {
        let kept = all.filter { isKept($0.record) }
        slots = kept.isEmpty ? [] : kept + Array(repeating: nil, count: slots.count - kept.count)
        oldest = 0
        count = kept.count
        byteCount = kept.reduce(0) { $0 + $1.record.byteCount }
        if kept.isEmpty { overwrittenCount = 0 }
    }

    private mutating func removeOldest() -> JournalRecord? {
        let removed = slots[oldest].take()?.record
        byteCount -= removed?.byteCount ?? 0
        oldest = (oldest + 1) % slots.count
        count -= 1
        return removed
    }
}
