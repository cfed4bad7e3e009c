/// The records of the fixtures so far, and the place of each. Siblings follow each other, so the present
/// siblings stay outside the dictionaries: a hundred thousand of one API cost one look-up.

/// The name of the records of one resource under one parent in one account and region.
struct FixtureSiblings: Hashable {
    let scope: Scope
    let collection: CollectionKey
}

/// The place of a record. It has 8 bytes, because there may be a hundred thousand.
struct FixtureOrigin: Equatable {
    /// The number of the file among the loaded ones.
    let file: UInt32
    /// The number of the value in its document (`JSONNode.index`).
    let node: UInt32
}

/// Records by their siblings.
struct FixtureRecords {
    /// Siblings and all facts about them.
    struct Group {
        fileprivate(set) var records = RecordCollection()
        /// The places by identifier, also of refused records, so that references to them are not reported.
        fileprivate(set) var origins: [String: FixtureOrigin] = [:]
        /// The deployed configurations by the deployments' identifiers.
        fileprivate(set) var deployed: [String: APIConfiguration] = [:]
        /// Whether an unreadable file may have more siblings.
        fileprivate(set) var isIncomplete = false

        /// Whether the fixture of a sibling was refused or unreadable.
        var hasRefused: Bool { isIncomplete || origins.count > records.count }
    }

    private var groups: [FixtureSiblings: Group] = [:]
    /// The present group, which is not in `groups`.
    private var open: (siblings: FixtureSiblings, group: Group)?
    /// Whether a document with unknown content was unreadable.
    private(set) var isAnythingUnread = false

    /// Every group, in any order.
    var all: [(siblings: FixtureSiblings, group: Group)] {
        groups.map { ($0.key, $0.value) } + (open.map { [($0.siblings, $0.group)] } ?? [])
    }

    /// The records of every scope.
    var state: State {
        var state: State = [:]
        for (siblings, group) in all where group.records.count > 0 {
            state[siblings.scope, default: Tables()].replaceAll(in: siblings.collection, with: group.records)
            for (identifier, configuration) in group.deployed {
                state[siblings.scope]?.setDeployed(configuration, of: identifier, in: siblings.collection)
            }
        }
        return state
    }

    func record(_ identifier: String, in siblings: FixtureSiblings) -> Record? {
        group(siblings)?.records.records[identifier]
    }

    /// Whether `identifier` is, or may be, in a refused fixture.
    func mayBeRefused(_ identifier: String, in siblings: FixtureSiblings) -> Bool {
        if isAnythingUnread { return true }
        guard let group = group(siblings) else { return false }
        return group.isIncomplete || group.origins[identifier] != nil
    }

    /// Whether one of `siblings` is, or may be, in a refused fixture.
    func mayHaveRefused(in siblings: FixtureSiblings) -> Bool {
        isAnythingUnread || group(siblings)?.hasRefused ?? false
    }

    /// The identifier of the sibling with the unique name `name`; nil if there is none.
    func identifier(named name: String, in siblings: FixtureSiblings) -> String? {
        group(siblings)?.records.identifier(named: name)
    }

    /// Notes the place of `identifier`. If it has one already, changes nothing and returns that place.
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

    /// Sets the deployed configuration of a deployment.
    mutating func setDeployed(
        _ configuration: APIConfiguration, of identifier: String, in siblings: FixtureSiblings
    ) {
        turn(to: siblings)
        open?.group.deployed[identifier] = configuration
    }

    /// Notes that a list of `siblings` was unreadable.
    mutating func markIncomplete(_ siblings: FixtureSiblings) {
        turn(to: siblings)
        open?.group.isIncomplete = true
    }

    /// Notes that a document was unreadable.
    mutating func markUnread() {
        isAnythingUnread = true
    }

    private func group(_ siblings: FixtureSiblings) -> Group? {
        if let open, open.siblings == siblings { return open.group }
        return groups[siblings]
    }

    /// Makes `siblings` the present group.
    private mutating func turn(to siblings: FixtureSiblings) {
        // Compared in place, because a variable for the group would copy it for each record.
        if open?.siblings == siblings { return }
        if let open { groups[open.siblings] = open.group }
        // Taken out of the dictionary, so that a write does not copy it.
        open = (siblings, groups.removeValue(forKey: siblings) ?? Group())
    }
}
