/// A dictionary for keys that come again and again. It compares a key with the last one that was found, which
/// takes a tenth of the instructions of a hash. Keys are not removed one by one.

/// Values by their keys, each at a place that it keeps.
package struct RecentDictionary<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// The values by their places.
    package var values: [Value] = []
    /// The keys by the places of their values.
    package private(set) var keys: [Key] = []
    private var places: [Key: Int] = [:]
    private var recent = 0

    package init() {}

    package var count: Int { keys.count }

    /// The place of the key's value; nil without one.
    package mutating func place(of key: Key) -> Int? {
        if recent < keys.count, keys[recent] == key { return recent }
        guard let place = places[key] else { return nil }
        recent = place
        return place
    }

    /// Adds the value of a key that has none. Returns its place.
    @discardableResult
    package mutating func add(_ value: Value, for key: Key) -> Int {
        precondition(places[key] == nil, "A key has one place.")
        places[key] = keys.count
        keys.append(key)
        values.append(value)
        return keys.count - 1
    }
}
