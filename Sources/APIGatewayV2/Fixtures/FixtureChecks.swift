/// Loaded fixtures in, their breaches of each other out: a missing target, authorizer or deployment, or a key
/// that clashes with another's. The checks are those of requests (`Resource.checks`), so that a new one holds
/// for fixtures too. A reference to a refused fixture is not reported, because the fixture's own mistake is.

import JSON

/// The checks of all records, run once over a whole state.
struct FixtureChecks {
    /// One breach. Its place is the number of a value in its file.
    struct Breach {
        let origin: FixtureOrigin
        /// The member; nil if the resource as a whole is wrong.
        let member: String?
        /// The broken reference in the member, if the member is a map.
        let name: String?
        let noun: String
        let expected: String
        /// Whether `expected` is a rule, and not a value.
        let isRule: Bool
        /// The nearest existing name; nil if none is near.
        let suggestion: String?
    }

    private let records: FixtureRecords
    private let state: State
    private let catalogue: Catalogue
    private var comparisonsLeft = FixtureLoader.comparisonsMax
    private var found: [Breach] = []

    init(_ records: FixtureRecords, state: State, catalogue: Catalogue) {
        self.records = records
        self.catalogue = catalogue
        self.state = state
    }

    /// The breaches of all records, in the order of files and of their values.
    mutating func breaches() -> [Breach] {
        for (siblings, group) in records.all {
            let resource = catalogue[siblings.collection.resource]
            guard let tables = state[siblings.scope] else { continue }
            check(group, of: resource, at: siblings, in: tables)
        }
        return found.sorted { ($0.origin.file, $0.origin.node) < ($1.origin.file, $1.origin.node) }
    }

    private mutating func check(
        _ group: FixtureRecords.Group, of resource: Resource, at siblings: FixtureSiblings, in tables: Tables
    ) {
        let parents = siblings.collection.parent.split(separator: "/").map(String.init)
        let parent = parentMembers(of: resource, parents, in: tables)
        let checks = resource.checks.filter { $0.isFor(childrenOf: parent) }
        if checks.isEmpty { return }
        for (identifier, record) in group.records.records {
            let change = Change(
                checking: record, as: identifier, of: resource, parents: parents, parent: parent,
                in: siblings.scope, catalogue)
            guard let origin = group.origins[identifier] else { continue }
            for check in checks {
                do throws(ServiceError) {
                    try check(change, tables)
                } catch {
                    note(error, of: check, change, in: tables, at: origin)
                }
            }
        }
    }

    private func parentMembers(of resource: Resource, _ parents: [String], in tables: Tables) -> Members? {
        guard let parent = resource.parent, let identifier = parents.last else { return nil }
        let collection = CollectionKey(
            resource: parent.id, parent: CollectionKey.parentPath(parents.dropLast()))
        return tables.record(identifier, in: collection).map { Members(parent, $0) }
    }

    private mutating func note(
        _ error: ServiceError, of check: Check, _ change: Change, in tables: Tables, at origin: FixtureOrigin
    ) {
        let noun = change.resource.noun
        if let reference = check.reference, let parents = reference.parents(change) {
            let named = names(in: check.member, of: change)
            let dangling = named.filter { !reference.leads(to: $0, under: parents, in: tables) }
            for name in dangling where !mayBeRefused(name, reference, parents, change.context.scope) {
                let key = isMap(check.member, of: change) ? name : nil
                found.append(
                    Breach(
                        origin: origin, member: check.member, name: key, noun: noun,
                        expected: expectation(reference, name, parents, in: tables, change.context.scope),
                        isRule: false,
                        suggestion: nearest(to: name, reference, parents, in: tables)))
            }
            if !dangling.isEmpty { return }
        }
        found.append(
            Breach(
                origin: origin, member: check.member, name: nil, noun: noun,
                expected: error.message, isRule: true, suggestion: nil))
    }

    private func value(of member: String?, of change: Change) -> JSON? {
        member.flatMap(change.resource.slot(of:)).flatMap { change.new?.values[$0] }
    }

    private func isMap(_ member: String?, of change: Change) -> Bool {
        if case .object = value(of: member, of: change) { true } else { false }
    }

    /// The text of the member, or the names in it if it is a map.
    private func names(in member: String?, of change: Change) -> [String] {
        switch value(of: member, of: change) {
        case .string(let text): [text]
        case .object(let object): object.members.map(\.name)
        case nil, .null, .bool, .integer, .number, .array: []
        }
    }

    private func mayBeRefused(
        _ name: String, _ reference: Reference, _ parents: [String], _ scope: Scope
    ) -> Bool {
        let siblings = FixtureSiblings(scope: scope, collection: reference.collection(under: parents))
        guard !reference.isByUniqueName, let identifier = reference.identifier(in: name) else {
            return records.mayHaveRefused(in: siblings)
        }
        return records.mayBeRefused(identifier, in: siblings)
    }

    /// `an Integration of Api "a1b2c3d4e5", which has none called "abc123e"`.
    private func expectation(
        _ reference: Reference, _ name: String, _ parents: [String], in tables: Tables, _ scope: Scope
    ) -> String {
        let resource = catalogue[reference.resource]
        let owner =
            resource.parent.map { "\($0.noun) \"\(parents.last ?? "")\"" }
            ?? "account \(scope.account) in \(scope.region)"
        let called = reference.identifier(in: name) ?? name
        let article = "AEIOU".contains(resource.noun.prefix(1)) ? "an" : "a"
        let targets = tables.collection(reference.collection(under: parents))
        return "\(article) \(resource.noun) of \(owner), which has none"
            + (targets.count > 0 ? " called \"\(called)\"" : "")
    }

    private mutating func nearest(
        to name: String, _ reference: Reference, _ parents: [String], in tables: Tables
    ) -> String? {
        let targets = tables.collection(reference.collection(under: parents))
        comparisonsLeft -= targets.count
        return comparisonsLeft < 0 ? nil : nearestName(to: name, among: reference.names(of: targets))
    }
}

extension Reference {
    fileprivate func collection(under parents: [String]) -> CollectionKey {
        CollectionKey(resource: resource, parent: CollectionKey.parentPath(parents[...]))
    }

    /// The identifier in a member's value `name`; nil if the value has another form.
    fileprivate func identifier(in name: String) -> String? {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }

    fileprivate func leads(to name: String, under parents: [String], in tables: Tables) -> Bool {
        let targets = tables.collection(collection(under: parents))
        if isByUniqueName { return targets.identifier(named: name) != nil }
        return identifier(in: name).map { targets.records[$0] != nil } ?? false
    }

    /// The values that the member could hold instead, in order.
    fileprivate func names(of targets: RecordCollection) -> [String] {
        if isByUniqueName { return targets.records.values.compactMap(\.uniqueName).sorted() }
        return targets.records.keys.map { prefix + $0 }
    }
}

extension JSONNode {
    /// The steps to the value with this number, which is inside this value.
    func path(to number: Int) -> [PathStep] {
        var path: [PathStep] = []
        var node = self
        while node.index < number {
            var step: (PathStep, JSONNode)?
            for member in node.members where member.value.index <= number {
                step = (.member(member.name), member.value)
            }
            for (index, element) in node.elements.enumerated() where element.index <= number {
                step = (.element(index), element)
            }
            guard let step else { return path }
            path.append(step.0)
            node = step.1
        }
        return path
    }
}
