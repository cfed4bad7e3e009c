/// New fixtures and a changed state in, the state after a reload that keeps created records out. A created
/// record goes if the new fixtures leave no room for it: its parent or a resource that it names is gone. It
/// also goes if a fixture has its identifier or unique name.

/// The created records of a state: the records that the former fixtures do not have.
struct CreatedRecords {
    /// The numbers of created records that a reload has kept and dropped.
    struct Counts: Equatable, Sendable {
        var kept = 0
        var dropped = 0
    }

    private let current: Tables
    private let former: Tables
    private let scope: Scope
    private let catalogue: Catalogue
    /// The new fixtures, and the records that are kept so far.
    private var merged: Tables
    private var kept: [Created] = []
    private var counts = Counts()

    private struct Created {
        let resource: Resource
        let parents: [String]
        let key: RecordKey
    }

    /// The state of `new` fixtures with the created records of `current`, and their counts. `former` is the
    /// state of the former fixtures.
    static func merge(
        in current: State, since former: State, over new: State, _ catalogue: Catalogue
    ) -> (State, Counts) {
        var state = new
        var counts = Counts()
        for (scope, tables) in current {
            var created = CreatedRecords(
                current: tables, former: former[scope] ?? Tables(), scope: scope,
                catalogue: catalogue, merged: new[scope] ?? Tables())
            created.keepChildren(of: nil, [], hasParent: true)
            created.dropBreaches()
            if !created.kept.isEmpty { state[scope] = created.merged }
            counts.kept += created.kept.count
            counts.dropped += created.counts.dropped
        }
        return (state, counts)
    }

    private init(current: Tables, former: Tables, scope: Scope, catalogue: Catalogue, merged: Tables) {
        self.current = current
        self.former = former
        self.scope = scope
        self.catalogue = catalogue
        self.merged = merged
    }

    /// Keeps the created records below a parent. If the merged state lacks the parent, they go. The recursion
    /// is as deep as the tables nest.
    private mutating func keepChildren(of parent: ResourceID?, _ identifiers: [String], hasParent: Bool) {
        let path = CollectionKey.parentPath(identifiers[...])
        for child in catalogue.children(of: parent) {
            let collection = CollectionKey(resource: child.id, parent: path)
            for (identifier, record) in current.collection(collection).records {
                let key = RecordKey(collection: collection, identifier: identifier)
                if former.record(identifier, in: collection) == nil {
                    if hasParent, hasRoom(for: record, at: key), let stored = StoredRecord(key, in: current) {
                        merged.insert(stored, at: key)
                        kept.append(Created(resource: child, parents: identifiers, key: key))
                    } else {
                        counts.dropped += 1
                    }
                }
                let isThere = hasParent && merged.record(identifier, in: collection) != nil
                keepChildren(of: child.id, identifiers + [identifier], hasParent: isThere)
            }
        }
    }

    private func hasRoom(for record: Record, at key: RecordKey) -> Bool {
        let siblings = merged.collection(key.collection)
        if siblings.records[key.identifier] != nil { return false }
        return record.uniqueName.map { siblings.identifier(named: $0) == nil } ?? true
    }

    /// Drops the kept records that break a check of their resources, with all records below them. A dropped
    /// record may make another break a check, so the rounds end with one that drops none.
    private mutating func dropBreaches() {
        var isDone = false
        while !isDone {
            let before = kept.count
            kept = kept.filter { created in
                if isSound(created) { return true }
                merged.remove(created.key.identifier, from: created.key.collection)
                counts.dropped += 1
                return false
            }
            isDone = kept.count == before
        }
    }

    private func isSound(_ created: Created) -> Bool {
        guard let record = merged.record(created.key.identifier, in: created.key.collection) else {
            return false
        }
        var parent: Members?
        if let resource = created.resource.parent, let identifier = created.parents.last {
            let collection = CollectionKey(
                resource: resource.id, parent: CollectionKey.parentPath(created.parents.dropLast()))
            guard let record = merged.record(identifier, in: collection) else { return false }
            parent = Members(resource, record)
        }
        let change = Change(
            checking: record, as: created.key.identifier, of: created.resource, parents: created.parents,
            parent: parent, in: scope, catalogue)
        for check in created.resource.checks {
            do throws(ServiceError) {
                try check(change, merged)
            } catch {
                return false
            }
        }
        return true
    }
}

extension Store {
    /// Replaces the state by `seed`, to which later resets return. With `keepingCreated`, created records
    /// stay if the new seed leaves room for them. Returns the numbers of created records that stayed and that
    /// went.
    package func reload(
        seed: State, keepingCreated: Bool, catalogue: Catalogue = .service
    ) -> (kept: Int, dropped: Int) {
        let counts = reload(seed: seed) { current, former in
            keepingCreated
                ? CreatedRecords.merge(in: current, since: former, over: seed, catalogue)
                : (seed, CreatedRecords.Counts())
        }
        return (counts.kept, counts.dropped)
    }
}
