/// The records that fixtures have amounted to so far, and where each came from. Fixtures come sibling
/// after sibling, so the siblings at hand are kept out of the dictionaries until others follow: a hundred
/// thousand of one API cost one look-up.

/// Names the records of one resource under one parent in one account and region.
struct FixtureSiblings: Hashable {
    let scope: Scope
    let collection: CollectionKey
}

/// Where a record was read: 8 bytes, since there may be a hundred thousand.
struct FixtureOrigin: Equatable {
    /// The number of the file among those that were loaded.
    let file: UInt32
    /// The number of the value in its document (`JSONNode.index`).
    let node: UInt32
}

/// Records by their siblings.
struct FixtureRecords {
    /// Siblings with all that is known of them.
    struct Group {
        fileprivate(set) var records = RecordCollection()
        /// By identifier; also of records that were refused, so that nothing that names them is reported.
        fileprivate(set) var origins: [String: FixtureOrigin] = [:]
        /// By identifier what deployments deployed.
        fileprivate(set) var deployed: [String: APIConfiguration] = [:]
        /// Whether there may be others in a file that could not be read.
        fileprivate(set) var isIncomplete = false

        /// Whether some sibling's own fixture was refused or not read.
        var hasRefused: Bool { isIncomplete || origins.count > records.count }
    }

    private var groups: [FixtureSiblings: Group] = [:]
    /// The group that was written to last, which is not in `groups`.
    private var open: (siblings: FixtureSiblings, group: Group)?
    /// Whether a document that could hold anything could not be read.
    private(set) var isAnythingUnread = false

    /// Every group, in no order.
    var all: [(siblings: FixtureSiblings, group: Group)] {
        groups.map { ($0.key, $0.value) } + (open.map { [($0.siblings, $0.group)] } ?? [])
    }

    /// The records of every scope.
    var state: State {
        var state: State = [:]
        for (siblings, group) in all where group.records.count > 0 {
            state[siblings.scope, default: Tables()].replaceAll(in: siblings.collection, with: group.records)
            for (identifier, configuration) in group.deployed {
                state[siblings.scope]?.keep(configuration, of: identifier, in: siblings.collection)
            }
        }
        return state
    }

    func record(_ identifier: String, in siblings: FixtureSiblings) -> Record? {
        group(siblings)?.records.records[identifier]
    }

    /// Whether `identifier` is, or may be, in a fixture that was refused.
    func mayBeRefused(_ identifier: String, in siblings: FixtureSiblings) -> Bool {
        if isAnythingUnread { return true }
        guard let group = group(siblings) else { return false }
        return group.isIncomplete || group.origins[identifier] != nil
    }

    /// Whether some of `siblings` is, or may be, in a fixture that was refused.
    func mayHaveRefused(in siblings: FixtureSiblings) -> Bool {
        isAnythingUnread || group(siblings)?.hasRefused ?? false
    }

    /// Who of `siblings` has the unique name `name`.
    func identifier(named name: String, in siblings: FixtureSiblings) -> String? {
        group(siblings)?.records.identifier(named: name)
    }

    /// Notes where `identifier` came from. If it came from somewhere before, nothing changes and the result
    /// is that place.
    mutating func claim(
        _ identifier: String, of siblings: FixtureSiblings, at origin: FixtureOrigin
    ) -> FixtureOrigin? {
        turn(to: siblings)
        guard let first = open?.group.origins.updateValue(origin, forKey: identifier) else { return nil }
        open?.group.origins[identifier] = first
        return first
    }

    mutating func insert(_ record: Record, as identifier: String, in siblings: FixtureSiblings) {
        turn(to: siblings)
        _ = open?.group.records.insert(record, as: identifier)
    }

    /// Keeps what a deployment deployed.
    mutating func keep(
        _ configuration: APIConfiguration, of identifier: String, in siblings: FixtureSiblings
    ) {
        turn(to: siblings)
        open?.group.deployed[identifier] = configuration
    }

    /// Notes that a list of `siblings` could not be read.
    mutating func markIncomplete(_ siblings: FixtureSiblings) {
        turn(to: siblings)
        open?.group.isIncomplete = true
    }

    /// Notes that a document could not be read.
    mutating func markUnread() {
        isAnythingUnread = true
    }

    private func group(_ siblings: FixtureSiblings) -> Group? {
        if let open, open.siblings == siblings { return open.group }
        return groups[siblings]
    }

    /// Makes `siblings` the group at hand.
    private mutating func turn(to siblings: FixtureSiblings) {
        // Compared in place: bound to a name, the group would be copied for each record.
        if open?.siblings == siblings { return }
        if let open { groups[open.siblings] = open.group }
        // Taken out, so that it is not copied when it is written to.
        open = (siblings, groups.removeValue(forKey: siblings) ?? Group())
    }
}
