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

    /// All, from the oldest to the newest.
    var all: [Slot] { slots(from: 0) }

    /// Those with a number above `number`, from the oldest to the newest. Takes a logarithm of the size to
    /// find the first, because the numbers go up.
    func slots(after number: Int) -> [Slot] {
        var (start, end) = (0, count)
        while start < end {
            let middle = (start + end) / 2
            if let slot = slot(at: middle), slot.number > number { end = middle } else { start = middle + 1 }
        }
        return slots(from: start)
    }

    private func slots(from start: Int) -> [Slot] {
        (start..<count).compactMap { slot(at: $0) }
    }

    private func slot(at place: Int) -> Slot? { slots[(oldest + place) % slots.count] }

    /// Returns the slot of the record, and the last record that made room. The caller lets go of that one
    /// without the lock.
    mutating func append(_ record: JournalRecord) -> (slot: Slot, overwritten: JournalRecord?) {
        if slots.isEmpty { slots = Array(repeating: nil, count: limits.entriesMax) }
        var overwritten: JournalRecord?
        let bytes = record.byteCount
        while count > 0, count == slots.count || byteCount + bytes > limits.bytesMax {
            overwritten = removeOldest()
            overwrittenCount += 1
        }
        lastNumber += 1
        let slot = Slot(number: lastNumber, record: record)
        slots[(oldest + count) % slots.count] = slot
        count += 1
        byteCount += bytes
        return (slot, overwritten)
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
