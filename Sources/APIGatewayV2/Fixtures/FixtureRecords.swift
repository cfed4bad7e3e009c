/// The records that fixtures have amounted to so far, and which file each came from. Fixtures come sibling
/// after sibling, so the siblings at hand are kept out of the dictionaries until others follow: a hundred
/// thousand of one API cost one look-up.

/// Names the records of one resource under one parent in one account and region.
struct FixtureSiblings: Hashable {
    let scope: Scope
    let collection: CollectionKey
}

/// Records by their siblings.
struct FixtureRecords {
    private struct Group {
        var records = RecordCollection()
        /// By identifier the index of a file; also of records that were refused, so that their children
        /// are not reported as orphans.
        var origins: [String: Int] = [:]
    }

    private var groups: [FixtureSiblings: Group] = [:]
    /// The group that was written to last, which is not in `groups`.
    private var open: (siblings: FixtureSiblings, group: Group)?

    /// What a store is made with.
    var state: State {
        var state: State = [:]
        let all = groups.map { ($0.key, $0.value) } + (open.map { [($0.siblings, $0.group)] } ?? [])
        for (siblings, group) in all where group.records.count > 0 {
            state[siblings.scope, default: Tables()].replaceAll(in: siblings.collection, with: group.records)
        }
        return state
    }

    func record(_ identifier: String, in siblings: FixtureSiblings) -> Record? {
        group(siblings)?.records.records[identifier]
    }

    /// The file that `identifier` came from; nil if none has it.
    func origin(of identifier: String, in siblings: FixtureSiblings) -> Int? {
        group(siblings)?.origins[identifier]
    }

    /// Who of `siblings` has the unique name `name`.
    func identifier(named name: String, in siblings: FixtureSiblings) -> String? {
        group(siblings)?.records.identifier(named: name)
    }

    /// Notes that `identifier` came from `file`. If another file, or this one, had it before, nothing
    /// changes and the result is that file.
    mutating func claim(_ identifier: String, of siblings: FixtureSiblings, by file: Int) -> Int? {
        turn(to: siblings)
        if let first = open?.group.origins[identifier] { return first }
        open?.group.origins[identifier] = file
        return nil
    }

    mutating func insert(_ record: Record, as identifier: String, in siblings: FixtureSiblings) {
        turn(to: siblings)
        _ = open?.group.records.insert(record, as: identifier)
    }

    private func group(_ siblings: FixtureSiblings) -> Group? {
        if let open, open.siblings == siblings { return open.group }
        return groups[siblings]
    }

    /// Makes `siblings` the group at hand.
    private mutating func turn(to siblings: FixtureSiblings) {
        if let open {
            if open.siblings == siblings { return }
            groups[open.siblings] = open.group
        }
        // Taken out, so that it is not copied when it is written to.
        open = (siblings, groups.removeValue(forKey: siblings) ?? Group())
    }
}
