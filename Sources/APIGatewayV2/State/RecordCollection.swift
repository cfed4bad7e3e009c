/// The records of one resource under one parent, in the order of lists. Every write keeps two indexes: by
/// unique name, and by the keys from the table (`Resource.indexKeys`). A look-up therefore takes the same
/// time for any number of records.

/// A collection. A copy is a snapshot, and shares its unchanged parts.
package struct RecordCollection: Sendable {
    /// The records by identifier, ascending, like every recorded list.
    package private(set) var records = SortedMap<Record>()
    private var identifiersByName = SortedMap<String>()
    /// The identifiers of records by index key. No set is empty.
    private var identifiersByKey = SortedMap<SortedMap<Void>>()

    package init() {}

    package var count: Int { records.count }

    /// The identifier of the record with the unique name `name`; nil if there is none.
    package func identifier(named name: String) -> String? { identifiersByName[name] }

    /// The identifiers of the records with the index key `key`, ascending.
    package func identifiers(withKey key: String) -> [String] {
        identifiersByKey[key].map { Array($0.keys) } ?? []
    }

    /// The number of records with the index key `key`.
    package func count(withKey key: String) -> Int { identifiersByKey[key]?.count ?? 0 }

    /// The index keys that are paths of other resources.
    package var pathKeys: [String] {
        // Paths follow each other, because keys are sorted.
        let (found, _) = identifiersByKey.page(after: "/", countMax: identifiersByKey.count)
        return found.prefix { Record.isPath($0.key) }.map(\.key)
    }

    /// The lowest identifier with the index key `key`, without `exception`; nil if there is none.
    package func firstIdentifier(withKey key: String, but exception: String? = nil) -> String? {
        guard let identifiers = identifiersByKey[key] else { return nil }
        return identifiers.page(after: nil, countMax: 2).entries.first { $0.key != exception }?.key
    }

    /// The changes of a write besides the record.
    package struct IndexChange: Sendable {
        /// The former record; nil if there was none.
        package let old: Record?
        /// The path keys that a record has now, and no record had before.
        package var newPaths: [String] = []
        /// The path keys that no record has any more.
        package var lostPaths: [String] = []
    }

    /// Replaces or adds the record `identifier`.
    package mutating func insert(_ record: Record, as identifier: String) -> IndexChange {
        let old = records.updateValue(record, forKey: identifier)
        var change = IndexChange(old: old)
        if let old { forget(old, identifier, but: record, &change) }
        if let name = record.uniqueName { identifiersByName[name] = identifier }
        for key in record.indexKeys where old?.indexKeys.contains(key) != true {
            let count = identifiersByKey.modify(key, from: SortedMap()) { identifiers in
                identifiers[identifier] = ()
                return identifiers.count
            }
            if count == 1, Record.isPath(key) { change.newPaths.append(key) }
        }
        return change
    }

    /// Removes the record `identifier`.
    package mutating func remove(_ identifier: String) -> IndexChange {
        var change = IndexChange(old: records.removeValue(forKey: identifier))
        if let old = change.old { forget(old, identifier, but: nil, &change) }
        return change
    }

    /// Removes the name and keys of `old` from the indexes, except those that `new` has too.
    private mutating func forget(
        _ old: Record, _ identifier: String, but new: Record?, _ change: inout IndexChange
    ) {
        if let name = old.uniqueName, name != new?.uniqueName { identifiersByName[name] = nil }
        for key in old.indexKeys where new?.indexKeys.contains(key) != true {
            let isEmpty = identifiersByKey.modify(key, from: SortedMap()) { identifiers in
                identifiers[identifier] = nil
                return identifiers.isEmpty
            }
            guard isEmpty else { continue }
            identifiersByKey[key] = nil
            if Record.isPath(key) { change.lostPaths.append(key) }
        }
    }
}
