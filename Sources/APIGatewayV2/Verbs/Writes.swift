/// A create, an update and a delete of any resource, under the store's lock: every check first, then the
/// record, then what follows from it elsewhere. A refusal therefore leaves nothing half done.

import JSON

extension Resource {
    /// What a create or an update has left: the members, and the same as they are kept.
    package struct Stored: Sendable {
        package let members: Members
        package let record: Record
    }

    /// Creates a resource of `members` under `parents`.
    package func create(
        _ members: Members, under parents: [String], in tables: inout Tables, _ context: WriteContext
    ) throws(ServiceError) -> Stored {
        let parent = parentMembers(parents, in: &tables)
        // Looked for only when the nearest is missing, since no child outlives its parent.
        if parent == nil { try checkParents(parents[...], in: tables, scope: context.scope) }
        var members = members
        fillDefaults(&members, parent: parent)
        try checkPresent(members, where: \.isRequired)
        try checkRules(members, parent: parent)
        normalize(&members, parent)
        dropForeignMembers(&members, parent: parent)
        let identifier = newIdentifier(for: members, under: parents, in: tables, context)
        if let slot = identifierSlot { members.values[slot] = .string(identifier) }
        let change = Change(
            resource: self, parents: parents, identifier: identifier, old: nil, new: members, parent: parent,
            context: context)
        try checkUnique(change, in: tables)
        try checkQuota(change, in: tables)
        for check in allRequestChecks { try check(change, tables) }
        for slot in fields.indices {
            if case .generated(let generate) = fields[slot].defaultValue {
                members.values[slot] = generate(change, members)
            }
        }
        let stored = store(members, change, in: &tables)
        if let phase = lifecycle?.afterCreation {
            let due = context.now + context.delays[phase.step]
            tables.schedule(
                Transition(due: due, .becomes(phase.members)), for: identifier, in: change.siblings)
        }
        return stored
    }

    /// Changes the resource at the end of `identifiers` by `patch`.
    package func update(
        _ identifiers: [String], with patch: Members, in tables: inout Tables, _ context: WriteContext
    ) throws(ServiceError) -> Stored {
        let old = try existing(identifiers, in: tables, context)
        var new = old.patched(with: patch)
        for step in updateSteps { try step(patch, old, &new) }
        return try replace(identifiers, with: new, in: &tables, context)
    }

    /// Puts `new` in the place of what is at the end of `identifiers`, with an update's checks and effects.
    @discardableResult
    package func replace(
        _ identifiers: [String], with new: Members, in tables: inout Tables, _ context: WriteContext
    ) throws(ServiceError) -> Stored {
        let old = try existing(identifiers, in: tables, context)
        let parents = Array(identifiers.dropLast())
        let parent = parentMembers(parents, in: &tables)
        var new = new
        try checkRules(new, parent: parent)
        normalize(&new, parent)
        dropForeignMembers(&new, parent: parent)
        let change = Change(
            resource: self, parents: parents, identifier: identifiers[identifiers.count - 1], old: old,
            new: new,
            parent: parent, context: context)
        try checkUnique(change, in: tables)
        for check in allRequestChecks { try check(change, tables) }
        for (slot, field) in fields.enumerated() where field.isRegenerated {
            if case .generated(let generate) = field.defaultValue { new.values[slot] = generate(change, new) }
        }
        return store(new, change, in: &tables)
    }

    /// Deletes the resource at the end of `identifiers` and everything below it.
    package func delete(
        _ identifiers: [String], in tables: inout Tables, _ context: WriteContext
    ) throws(ServiceError) {
        let old = try existing(identifiers, in: tables, context)
        let parents = Array(identifiers.dropLast())
        let change = Change(
            resource: self, parents: parents, identifier: identifiers[identifiers.count - 1], old: old,
            new: nil,
            parent: parentMembers(parents, in: &tables), context: context)
        for check in deletionChecks { try check(change, tables) }
        if let phase = lifecycle?.duringDeletion { return beginDeletion(of: change, phase, in: &tables) }
        removeChildren(of: identifiers, in: &tables)
        tables.remove(change.identifier, from: change.siblings)
        for effect in effects { effect(change, &tables) }
    }

    /// Leaves the resource in the state in which it waits to be gone. It has no children and no effects.
    private func beginDeletion(of change: Change, _ phase: Lifecycle.Phase, in tables: inout Tables) {
        let key = RecordKey(collection: change.siblings, identifier: change.identifier)
        let isUnderWay = tables.scheduled[key]?.contains { $0.outcome == .vanishes } ?? false
        guard !isUnderWay, var members = change.old else { return }
        members.replace(phase.members)
        put(members, as: change.identifier, under: change.parents, in: &tables)
        tables.unschedule(change.identifier, in: change.siblings)
        let due = change.context.now + change.context.delays[phase.step]
        tables.schedule(Transition(due: due, .vanishes), for: change.identifier, in: change.siblings)
    }

    /// The stored resource at the end of `identifiers`, or the 404 for what is missing on the way.
    package func existing(
        _ identifiers: [String], in tables: Tables, _ context: WriteContext
    ) throws(ServiceError) -> Members {
        let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(identifiers.dropLast()))
        let identifier = identifiers[identifiers.count - 1]
        guard let record = tables.record(identifier, in: collection) else {
            try checkParents(identifiers.dropLast(), in: tables, scope: context.scope)
            throw .notFound(unknownMessage(identifier, context.scope))
        }
        return Members(self, record)
    }

    /// Changes what no update changes (tags, states) in the resource at the end of `identifiers`: no date
    /// is moved, nothing is checked and nothing follows.
    func amend(
        _ identifiers: [String], in tables: inout Tables, _ context: WriteContext,
        _ body: (inout Members) throws(ServiceError) -> Void
    ) throws(ServiceError) {
        var members = try existing(identifiers, in: tables, context)
        try body(&members)
        let parents = Array(identifiers.dropLast())
        put(members, as: identifiers[identifiers.count - 1], under: parents, in: &tables)
    }

    /// Writes `members` as they are, without checks or effects: for what follows from a change of another
    /// resource.
    @discardableResult
    package func put(
        _ members: Members, as identifier: String, under parents: [String], in tables: inout Tables
    ) -> Record {
        let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(parents[...]))
        let record = members.record
        tables.insert(record, as: identifier, in: collection)
        return record
    }

    private func store(_ members: Members, _ change: Change, in tables: inout Tables) -> Stored {
        let record = put(members, as: change.identifier, under: change.parents, in: &tables)
        let made = Change(
            resource: self, parents: change.parents, identifier: change.identifier, old: change.old,
            new: members,
            parent: change.parent, context: change.context)
        for effect in effects { effect(made, &tables) }
        return Stored(members: members, record: record)
    }

    private func parentMembers(_ parents: [String], in tables: inout Tables) -> Members? {
        guard let parent = parent.map(Catalogue.resource), let identifier = parents.last else { return nil }
        let collection = CollectionKey(
            resource: parent.id, parent: CollectionKey.parentPath(parents.dropLast()))
        return tables.record(identifier, in: collection).map { tables.parentMembers(parent, $0) }
    }

    private func fillDefaults(_ members: inout Members, parent: Members?) {
        for slot in fields.indices where !members.values.isPresent(slot) {
            switch fields[slot].defaultValue {
            case .none, .generated: break
            case .constant(let value): members.values[slot] = value
            case .derived(let derive): members.values[slot] = derive(members, parent)
            }
        }
    }

    /// Refuses `members` without one of the fields that `isNeeded`.
    func checkPresent(_ members: Members, where isNeeded: (Field) -> Bool) throws(ServiceError) {
        for slot in fields.indices where !members.values.isPresent(slot) && isNeeded(fields[slot]) {
            throw fields[slot].refusal.map(ServiceError.badRequest) ?? .missing(fields[slot].name)
        }
    }

    private func checkRules(_ members: Members, parent: Members?) throws(ServiceError) {
        for rule in allRequestRules {
            if let message = rule.breach(members, parent) { throw .badRequest(message) }
        }
    }

    /// A member that only APIs of the other kind have is not kept.
    private func dropForeignMembers(_ members: inout Members, parent: Members?) {
        guard let type = id == .api ? members[Api.protocolType] : parent?.protocolType else { return }
        for slot in fields.indices {
            if let only = fields[slot].onlyIn, only != type { members.values[slot] = nil }
        }
    }

    private func newIdentifier(
        for members: Members, under parents: [String], in tables: Tables, _ context: WriteContext
    ) -> String {
        switch identifierSource {
        case .request:
            guard let slot = identifierSlot, case .string(let name) = members.values[slot] else {
                return ""
            }
            return name
        case .random(let length):
            let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(parents[...]))
            var identifier: String
            repeat {
                identifier = context.random.identifier(length: length)
            } while tables.contains(identifier, in: collection)
            return identifier
        }
    }

    private func checkUnique(_ change: Change, in tables: Tables) throws(ServiceError) {
        guard let uniqueName, let name = change.new.flatMap(uniqueName.name),
            let holder = tables.collection(change.siblings).identifier(named: name)
        else { return }
        if change.old == nil || holder != change.identifier { throw uniqueName.refusal(name) }
    }

    private func checkQuota(_ change: Change, in tables: Tables) throws(ServiceError) {
        guard let quota, let countMax = change.context.quotas.countMax(of: self) else { return }
        let siblings = tables.collection(change.siblings)
        var count = siblings.count
        if let key = quota.indexKey {
            guard let new = change.new, indexKeys(new).contains(key) else { return }
            count = siblings.count(withKey: key)
        }
        if count >= countMax { throw .tooManyRequests(quota.message) }
    }

    private func removeChildren(of identifiers: [String], in tables: inout Tables) {
        let parent = CollectionKey.parentPath(identifiers[...])
        for child in Catalogue.service.children(of: id) {
            let collection = CollectionKey(resource: child.id, parent: parent)
            for identifier in tables.collection(collection).records.keys {
                child.removeChildren(of: identifiers + [identifier], in: &tables)
            }
            tables.removeAll(in: collection)
        }
    }
}

extension Call {
    /// Changes the resource that the call's path begins with by `body`, as an update does; gives the
    /// empty body of a 204.
    func change(
        _ resource: Resource, _ body: (inout Members) throws(ServiceError) -> Void
    ) throws(ServiceError) -> [UInt8] {
        let depth = resource.path.split(separator: "/").count { $0.hasPrefix("{") }
        let identifiers = Array(parameters.values.prefix(depth))
        try store.write(in: scope) { tables throws(ServiceError) in
            var members = try resource.existing(identifiers, in: tables, context)
            try body(&members)
            try resource.replace(identifiers, with: members, in: &tables, context)
        }
        return []
    }
}

extension Members {
    /// The kind of API that this is, or belongs to; nil where there is none.
    var protocolType: ProtocolType? {
        resource.id == .api ? self[Api.protocolType] : nil
    }

    /// The members after an update by `patch`: absent members stay, present ones replace, `""` removes where
    /// the table says so, and entries join where it says that.
    package func patched(with patch: Members) -> Members {
        var new = self
        for (slot, field) in resource.fields.enumerated() {
            guard let value = patch.values[slot] else { continue }
            if field.isKeptWhenEmpty, value == .string("") || value == .object(JSONObject()) { continue }
            if field.isClearable, value == .string("") {
                new.values[slot] = nil
            } else if field.isMerged, case .object(let additions) = value {
                new.values[slot] = Members.merged(new.values[slot], with: additions)
            } else {
                new.values[slot] = value
            }
        }
        return new
    }

    private static func merged(_ old: JSON?, with additions: JSONObject) -> JSON {
        var entries = JSONObject()
        if case .object(let members) = old { entries = members }
        for addition in additions.members {
            let isEmpty = addition.value == .string("") || addition.value == .object(JSONObject())
            entries[addition.name] = isEmpty ? nil : addition.value
        }
        return .object(entries)
    }
}
