/// A create and an update of any resource, under the store's lock: first all checks, then the record, then
/// its effects elsewhere. A refusal therefore leaves no half write.

import JSON

extension Resource {
    /// The result of a create or an update: the members, and their stored form.
    package struct Stored: Sendable {
        package let members: Members
        package let record: Record
    }

    /// Creates a resource of `members` under `parents`. It takes the members over, because a copy of them
    /// would double when the first default is filled in.
    package func create(
        _ members: consuming Members, under parents: [String], in tables: inout Tables,
        _ context: WriteContext
    ) throws(ServiceError) -> Stored {
        let parent = parentMembers(parents, in: &tables)
        // Checked only if the nearest parent is missing, because no child outlives its parent.
        if parent == nil { try checkParents(parents[...], in: tables, scope: context.scope) }
        fillDefaults(&members, parent: parent)
        try checkPresent(slots.required, of: members)
        try checkRules(members, parent: parent)
        normalize(&members, parent)
        dropForeignMembers(&members, parent: parent)
        let identifier = newIdentifier(for: members, under: parents, in: tables, context)
        if let slot = identifierSlot { members.values[slot] = .string(identifier) }
        var change = Change(
            resource: self, parents: parents, identifier: identifier, old: nil, new: members, parent: parent,
            context: context)
        try checkUnique(change, in: tables)
        try checkQuota(change, in: tables)
        for check in allRequestChecks { try check(change, tables) }
        generate(slots.generated, of: &members, change)
        change.new = members
        let stored = write(members, change, in: &tables)
        if let phase = lifecycle?.afterCreation {
            let due = context.now + context.delays[phase.step]
            tables.schedule(
                Transition(due: due, .becomes(phase.members)), for: identifier, in: change.siblings)
        }
        return stored
    }

    /// Changes the resource with the path of `identifiers` by `patch`.
    package func update(
        _ identifiers: [String], with patch: Members, in tables: inout Tables, _ context: WriteContext
    ) throws(ServiceError) -> Stored {
        let old = try existing(identifiers, in: tables, context)
        var new = old.patched(with: patch)
        for step in updateSteps { try step(patch, old, &new) }
        return try replace(old, at: identifiers, with: new, in: &tables, context)
    }

    /// Replaces `old`, the resource with the path of `identifiers`, by `new`, with an update's checks and
    /// effects.
    @discardableResult
    package func replace(
        _ old: Members, at identifiers: [String], with new: Members, in tables: inout Tables,
        _ context: WriteContext
    ) throws(ServiceError) -> Stored {
        let parents = Array(identifiers.dropLast())
        let parent = parentMembers(parents, in: &tables)
        var new = new
        try checkRules(new, parent: parent)
        normalize(&new, parent)
        dropForeignMembers(&new, parent: parent)
        var change = Change(
            resource: self, parents: parents, identifier: identifiers[identifiers.count - 1], old: old,
            new: new, parent: parent, context: context)
        try checkUnique(change, in: tables)
        for check in allRequestChecks { try check(change, tables) }
        generate(slots.regenerated, of: &new, change)
        change.new = new
        return write(new, change, in: &tables)
    }

    /// Writes `members`, the result of `change`, and makes its effects.
    private func write(_ members: Members, _ change: Change, in tables: inout Tables) -> Stored {
        let record = writeUnchecked(members, as: change.identifier, under: change.parents, in: &tables)
        for effect in effects { effect(change, &tables) }
        return Stored(members: members, record: record)
    }

    private func generate(_ slots: [Int], of members: inout Members, _ change: Change) {
        for slot in slots {
            guard case .generated(let generate) = fields[slot].defaultValue else { continue }
            members.values[slot] = generate(change, members)
        }
    }

    private func fillDefaults(_ members: inout Members, parent: Members?) {
        for slot in slots.defaulted where !members.values.isPresent(slot) {
            switch fields[slot].defaultValue {
            case .none, .generated: break
            case .constant(let value): members.values[slot] = value
            case .derived(let derive): members.values[slot] = derive(members, parent)
            }
        }
    }

    /// Removes members that only APIs of the other kind have.
    private func dropForeignMembers(_ members: inout Members, parent: Members?) {
        guard let type = members.protocolType ?? parent?.protocolType else { return }
        for slot in slots.foreign(to: type) where members.values.isPresent(slot) {
            members.values[slot] = nil
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
}
