/// The times at which something is to happen, each with its owner. The first of them is found at once,
/// however many there are: every request asks whether anything is due.

/// One time for each owner.
package struct Agenda<Owner: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        let due: Duration
        let owner: Owner
    }

    /// In the order of time, and of entry where times are equal.
    private var entries = SortedMap<Entry>()
    private var keys: [Owner: String] = [:]
    /// How many entries have been made.
    private var entryCount = 0

    package init() {}

    /// The earliest time and its owner; nil when nothing is to happen.
    package var first: (due: Duration, owner: Owner)? {
        entries.first.map { ($0.value.due, $0.value.owner) }
    }

    /// The time of `owner`; nil when it has none.
    package func due(of owner: Owner) -> Duration? {
        keys[owner].flatMap { entries[$0]?.due }
    }

    /// Gives `owner` the time `due` in the place of the one that it had; nil takes it off the agenda.
    package mutating func set(_ due: Duration?, for owner: Owner) {
        if due == nil, keys.isEmpty { return }
        if let key = keys.removeValue(forKey: owner) { entries[key] = nil }
        guard let due else { return }
        entryCount += 1
        let key = Self.key(due, entryCount)
        keys[owner] = key
        entries[key] = Entry(due: due, owner: owner)
    }

    /// Digits of fixed widths, so that the order of texts is that of times. No time is before 1970.
    private static func key(_ due: Duration, _ number: Int) -> String {
        let (seconds, attoseconds) = due.components
        return padded(Int(seconds), to: 12) + padded(Int(attoseconds), to: 18) + padded(number, to: 19)
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
