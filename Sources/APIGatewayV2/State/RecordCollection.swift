/// The records of one resource under one parent, in the order of lists, with indexes kept by every write: by
/// unique name, and by the keys that a record's table derives (`Resource.indexKeys`). A question about the
/// collection therefore costs the same however many records it holds.

/// Values: a copy is a snapshot, and shares what neither changes.
package struct RecordCollection: Sendable {
    /// By identifier, ascending, as every recorded list is.
    package private(set) var records = SortedMap<Record>()
    private var identifiersByName = SortedMap<String>()
    /// The identifiers of records by index key. No set is empty.
    private var identifiersByKey = SortedMap<SortedMap<Void>>()

    package init() {}

    package var count: Int { records.count }

    /// The record that has `name` as its unique name.
    package func identifier(named name: String) -> String? { identifiersByName[name] }

    /// The identifiers of the records with the index key `key`, ascending.
    package func identifiers(withKey key: String) -> [String] {
        identifiersByKey[key].map { Array($0.keys) } ?? []
    }

    /// How many records have the index key `key`.
    package func count(withKey key: String) -> Int { identifiersByKey[key]?.count ?? 0 }

    /// The index keys that are paths of other resources, with the number of records that have each.
    package var pathKeys: [(path: String, uses: Int)] {
        // Paths stand together, since keys are in order.
        let (found, _) = identifiersByKey.page(after: "/", countMax: identifiersByKey.count)
        return found.prefix { $0.key.utf8.first == UInt8(ascii: "/") }.map { ($0.key, $0.value.count) }
    }

    /// The lowest identifier with the index key `key` but for `exception`; nil if there is none.
    package func firstIdentifier(withKey key: String, but exception: String? = nil) -> String? {
        guard let identifiers = identifiersByKey[key] else { return nil }
        return identifiers.page(after: nil, countMax: 2).entries.first { $0.key != exception }?.key
    }

    /// Puts `record` in the place of the record called `identifier`; gives the record that was there.
    package mutating func insert(_ record: Record, as identifier: String) -> Record? {
        let old = records.updateValue(record, forKey: identifier)
        if let old { forget(old, identifier, but: record) }
        if let name = record.uniqueName { identifiersByName[name] = identifier }
        for key in record.indexKeys { addKey(key, identifier) }
        return old
    }

    /// Removes the record called `identifier` and gives it.
    package mutating func remove(_ identifier: String) -> Record? {
        guard let old = records.removeValue(forKey: identifier) else { return nil }
        forget(old, identifier, but: nil)
        return old
    }

    /// Takes the name and keys of `old` out of the indexes, but for those that `new` has too.
    private mutating func forget(_ old: Record, _ identifier: String, but new: Record?) {
        if let name = old.uniqueName, name != new?.uniqueName { identifiersByName[name] = nil }
        for key in old.indexKeys where new?.indexKeys.contains(key) != true { removeKey(key, identifier) }
    }

    private mutating func addKey(_ key: String, _ identifier: String) {
        // Taken out while it changes, so that it is not copied.
        var identifiers = identifiersByKey.removeValue(forKey: key) ?? SortedMap()
        identifiers[identifier] = ()
        identifiersByKey[key] = identifiers
    }

    private mutating func removeKey(_ key: String, _ identifier: String) {
        guard var identifiers = identifiersByKey.removeValue(forKey: key) else { return }
        identifiers[identifier] = nil
        if !identifiers.isEmpty { identifiersByKey[key] = identifiers }
    }
}
