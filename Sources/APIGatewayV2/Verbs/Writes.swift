/// A create, an update and a delete of any resource, under the store's lock: every check first, then the
/// record, then what follows from it elsewhere. A refusal therefore leaves nothing half done.

import JSON

extension Resource {
    /// What a create or an update has left: the members, and the same as they are kept.
    package struct Stored: Sendable {
        package let draft: Draft
        package let record: Record
    }

    /// Creates what `draft` asks for under `parents`.
    package func create(
        _ draft: Draft, under parents: [String], in tables: inout Tables, _ context: WriteContext
    ) throws(ServiceError) -> Stored {
        try checkParents(parents[...], in: tables, scope: context.scope)
        let parent = parentDraft(parents, in: &tables)
        var draft = draft
        fillDefaults(&draft, parent: parent)
        try checkPresent(draft, where: \.isRequired)
        try checkRules(draft, parent: parent)
        normalize(&draft, parent)
        dropForeignMembers(&draft, parent: parent)
        let identifier = newIdentifier(for: draft, under: parents, in: tables, context)
        if let slot = identifierSlot { draft.slots[slot] = .string(identifier) }
        let change = Change(
            resource: self, parents: parents, identifier: identifier, old: nil, new: draft, parent: parent,
            context: context)
        try checkUnique(change, in: tables)
        try checkQuota(change, in: tables)
        for check in allRequestChecks { try check(change, tables) }
        for slot in fields.indices {
            if case .generated(let generate) = fields[slot].defaultValue {
                draft.slots[slot] = generate(change, draft)
            }
        }
        let stored = store(draft, change, in: &tables)
        if let phase = lifecycle?.afterCreation {
            let due = context.now + context.delays[phase.step]
            tables.schedule(
                Transition(due: due, .becomes(phase.members)), for: identifier, in: change.siblings)
        }
        return stored
    }

    /// Changes the resource at the end of `identifiers` by `patch`.
    package func update(
        _ identifiers: [String], with patch: Draft, in tables: inout Tables, _ context: WriteContext
    ) throws(ServiceError) -> Stored {
        let old = try existing(identifiers, in: tables, context)
        var new = old.patched(with: patch)
        for step in updateSteps { try step(patch, old, &new) }
        return try replace(identifiers, with: new, in: &tables, context)
    }

    /// Puts `new` in the place of what is at the end of `identifiers`, with an update's checks and effects.
    @discardableResult
    package func replace(
        _ identifiers: [String], with new: Draft, in tables: inout Tables, _ context: WriteContext
    ) throws(ServiceError) -> Stored {
        let old = try existing(identifiers, in: tables, context)
        let parents = Array(identifiers.dropLast())
        let parent = parentDraft(parents, in: &tables)
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
            if case .generated(let generate) = field.defaultValue { new.slots[slot] = generate(change, new) }
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
            parent: parentDraft(parents, in: &tables), context: context)
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
        guard !isUnderWay, var draft = change.old else { return }
        draft.replace(phase.members)
        put(draft, as: change.identifier, under: change.parents, in: &tables)
        tables.unschedule(change.identifier, in: change.siblings)
        let due = change.context.now + change.context.delays[phase.step]
        tables.schedule(Transition(due: due, .vanishes), for: change.identifier, in: change.siblings)
    }

    /// The stored resource at the end of `identifiers`, or the 404 for what is missing on the way.
    package func existing(
        _ identifiers: [String], in tables: Tables, _ context: WriteContext
    ) throws(ServiceError) -> Draft {
        try checkParents(identifiers.dropLast(), in: tables, scope: context.scope)
        let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(identifiers.dropLast()))
        let identifier = identifiers[identifiers.count - 1]
        guard let record = tables.record(identifier, in: collection) else {
            throw .notFound(unknownMessage(identifier, context.scope))
        }
        return Draft(self, record)
    }

    /// Changes what no update changes (tags, states) in the resource at the end of `identifiers`: no date
    /// is moved, nothing is checked and nothing follows.
    func amend(
        _ identifiers: [String], in tables: inout Tables, _ context: WriteContext,
        _ body: (inout Draft) throws(ServiceError) -> Void
    ) throws(ServiceError) {
        var draft = try existing(identifiers, in: tables, context)
        try body(&draft)
        let parents = Array(identifiers.dropLast())
        put(draft, as: identifiers[identifiers.count - 1], under: parents, in: &tables)
    }

    /// Writes `draft` as it is, without checks or effects: for what follows from another resource's change.
    @discardableResult
    package func put(
        _ draft: Draft, as identifier: String, under parents: [String], in tables: inout Tables
    ) -> Record {
        let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(parents[...]))
        let record = draft.record
        tables.insert(record, as: identifier, in: collection)
        return record
    }

    private func store(_ draft: Draft, _ change: Change, in tables: inout Tables) -> Stored {
        let record = put(draft, as: change.identifier, under: change.parents, in: &tables)
        let made = Change(
            resource: self, parents: change.parents, identifier: change.identifier, old: change.old,
            new: draft,
            parent: change.parent, context: change.context)
        for effect in effects { effect(made, &tables) }
        return Stored(draft: draft, record: record)
    }

    private func parentDraft(_ parents: [String], in tables: inout Tables) -> Draft? {
        guard let parent = parent.map(Catalogue.resource), let identifier = parents.last else { return nil }
        let collection = CollectionKey(
            resource: parent.id, parent: CollectionKey.parentPath(parents.dropLast()))
        return tables.record(identifier, in: collection).map { tables.parentDraft(parent, $0) }
    }

    private func fillDefaults(_ draft: inout Draft, parent: Draft?) {
        for slot in fields.indices where !draft.slots.isPresent(slot) {
            switch fields[slot].defaultValue {
            case .none, .generated: break
            case .constant(let value): draft.slots[slot] = value
            case .derived(let derive): draft.slots[slot] = derive(draft, parent)
            }
        }
    }

    /// Refuses a draft without one of the fields that `isNeeded`.
    func checkPresent(_ draft: Draft, where isNeeded: (Field) -> Bool) throws(ServiceError) {
        for slot in fields.indices where !draft.slots.isPresent(slot) && isNeeded(fields[slot]) {
            throw fields[slot].refusal.map(ServiceError.badRequest) ?? .missing(fields[slot].name)
        }
    }

    private func checkRules(_ draft: Draft, parent: Draft?) throws(ServiceError) {
        for rule in allRequestRules {
            if let message = rule.breach(draft, parent) { throw .badRequest(message) }
        }
    }

    /// A member that only APIs of the other kind have is not kept.
    private func dropForeignMembers(_ draft: inout Draft, parent: Draft?) {
        guard let type = id == .api ? draft[Api.protocolType] : parent?.protocolType else { return }
        for slot in fields.indices {
            if let only = fields[slot].onlyIn, only != type { draft.slots[slot] = nil }
        }
    }

    private func newIdentifier(
        for draft: Draft, under parents: [String], in tables: Tables, _ context: WriteContext
    ) -> String {
        switch identifierSource {
        case .request:
            guard let slot = identifierSlot, case .string(let name) = draft.slots[slot] else {
                return ""
            }
            return name
        case .random(let length):
            let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(parents[...]))
            var identifier: String
            repeat {
                identifier = context.random.identifier(length: length)
            } while tables.record(identifier, in: collection) != nil
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
        _ resource: Resource, _ body: (inout Draft) throws(ServiceError) -> Void
    ) throws(ServiceError) -> [UInt8] {
        let depth = resource.path.split(separator: "/").count { $0.hasPrefix("{") }
        let identifiers = Array(parameters.values.prefix(depth))
        try store.write(in: scope) { tables throws(ServiceError) in
            var draft = try resource.existing(identifiers, in: tables, context)
            try body(&draft)
            try resource.replace(identifiers, with: draft, in: &tables, context)
        }
        return []
    }
}

extension Draft {
    /// The kind of API that this is, or belongs to; nil where there is none.
    var protocolType: ProtocolType? {
        resource.id == .api ? self[Api.protocolType] : nil
    }

    /// What an update makes of the draft: absent members stay, present ones replace, `""` removes where
    /// the table says so, and entries join where it says that.
    package func patched(with patch: Draft) -> Draft {
        var new = self
        for (slot, field) in resource.fields.enumerated() {
            guard let value = patch.slots[slot] else { continue }
            if field.isKeptWhenEmpty, value == .string("") || value == .object(JSONObject()) { continue }
            if field.isClearable, value == .string("") {
                new.slots[slot] = nil
            } else if field.isMerged, case .object(let additions) = value {
                new.slots[slot] = Draft.merged(new.slots[slot], with: additions)
            } else {
                new.slots[slot] = value
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
