/// The records of one resource under one parent, in the order of lists. Every write keeps two indexes: by
/// unique name, and by the keys from the table (`Resource.indexKeys`). A look-up therefore takes the same
/// time for any number of records.
///
/// The index of paths is a count alone. Only few calls ask for the records that name another resource, such
/// as the refused deletion of a VPC link. A set of identifiers for each path would take 50 bytes a record.

/// A collection. A copy is a snapshot, and shares its unchanged parts.
package struct RecordCollection: Sendable {
    /// The records by identifier, ascending, like every recorded list.
    package private(set) var records = SortedMap<Record>()
    private var identifiersByName = SortedMap<String>()
    /// The identifiers of records by index key, without paths. No set is empty.
    private var identifiersByKey = SortedMap<SortedMap<Void>>()
    /// The number of records by path key. No number is 0.
    private var countsByPath = SortedMap<Int>()

    package init() {}

    package var count: Int { records.count }

    /// The identifier of the record with the unique name `name`; nil if there is none.
    package func identifier(named name: String) -> String? { identifiersByName[name] }

    /// The identifiers of the records with the index key `key`, ascending. A path is looked for in each
    /// record.
    package func identifiers(withKey key: String) -> [String] {
        guard Record.isPath(key) else { return identifiersByKey[key].map { Array($0.keys) } ?? [] }
        guard countsByPath.contains(key) else { return [] }
        return records.lazy.filter { $0.value.indexKeys.contains(key) }.map(\.key)
    }

    /// The number of records with the index key `key`.
    package func count(withKey key: String) -> Int {
        (Record.isPath(key) ? countsByPath[key] : identifiersByKey[key]?.count) ?? 0
    }

    /// The index keys that are paths of other resources.
    package var pathKeys: [String] { Array(countsByPath.keys) }

    /// The lowest identifier with the index key `key`, without `exception`; nil if there is none.
    package func firstIdentifier(withKey key: String, but exception: String? = nil) -> String? {
        if Record.isPath(key) { return identifiers(withKey: key).first { $0 != exception } }
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
            if Record.isPath(key) {
                if count(1, of: key) == 1 { change.newPaths.append(key) }
            } else {
                identifiersByKey.modify(key, from: SortedMap()) { $0[identifier] = () }
            }
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
            if Record.isPath(key) {
                if count(-1, of: key) == 0 { change.lostPaths.append(key) }
                continue
            }
            let isEmpty = identifiersByKey.modify(key, from: SortedMap()) { identifiers in
                identifiers[identifier] = nil
                return identifiers.isEmpty
            }
            if isEmpty { identifiersByKey[key] = nil }
        }
    }

    /// Adds `difference` to the number of records with the path `key`. Returns the new number.
    private mutating func count(_ difference: Int, of key: String) -> Int {
        let count = countsByPath.modify(key, from: 0) { count in
            count += difference
            return count
        }
        if count == 0 { countsByPath[key] = nil }
        return count
    }
}
