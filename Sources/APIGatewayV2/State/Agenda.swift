/// Future times, each with its owner. Finding the first takes the same time for any number of them, because
/// every request asks for it.

/// At most one time for each owner.
package struct Agenda<Owner: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        let due: Duration
        let owner: Owner
    }

    /// The entries in the order of time, and of insertion for equal times.
    private var entries = SortedMap<Entry>()
    private var keys: [Owner: String] = [:]
    /// The number of entries so far.
    private var entryCount = 0

    package init() {}

    /// The earliest time and its owner; nil if there is none.
    package var first: (due: Duration, owner: Owner)? {
        entries.first.map { ($0.value.due, $0.value.owner) }
    }

    /// The time of `owner`; nil if it has none.
    package func due(of owner: Owner) -> Duration? {
        keys[owner].flatMap { entries[$0]?.due }
    }

    /// Sets the time of `owner`; nil removes it.
    package mutating func set(_ due: Duration?, for owner: Owner) {
        if due == nil, keys.isEmpty { return }
        if let key = keys.removeValue(forKey: owner) { entries[key] = nil }
        guard let due else { return }
        entryCount += 1
        let key = Self.key(due, entryCount)
        keys[owner] = key
        entries[key] = Entry(due: due, owner: owner)
    }

    /// The key of an entry: digits of fixed widths, so that the order of texts is that of times. No time is
    /// before 1970.
    private static func key(_ due: Duration, _ number: Int) -> String {
        let (seconds, attoseconds) = due.components
        return padded(Int(seconds), to: 12) + padded(Int(attoseconds), to: 18) + padded(number, to: 19)
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
