/// The checks of a write from a resource's table. Each throws the first error that it finds.

extension Resource {
    /// Throws if `members` have no value at one of `slots`.
    func checkPresent(_ slots: [Int], of members: Members) throws(ServiceError) {
        for slot in slots where !members.values.isPresent(slot) {
            throw fields[slot].refusal.map(ServiceError.badRequest) ?? .missing(fields[slot].name)
        }
    }

    func checkRules(_ members: Members, parent: Members?) throws(ServiceError) {
        // By index, because a rule taken out of the array retains all its parts.
        for index in allRequestRules.indices {
            if let message = allRequestRules[index].breach(members, parent) { throw .badRequest(message) }
        }
    }

    func checkUnique(_ change: Change, in tables: Tables) throws(ServiceError) {
        guard let uniqueName, let name = change.new.flatMap(uniqueName.name),
            let holder = tables.collection(change.siblings).identifier(named: name)
        else { return }
        if change.old == nil || holder != change.identifier { throw uniqueName.refusal(name) }
    }

    func checkQuota(_ change: Change, in tables: Tables) throws(ServiceError) {
        guard let quota, let countMax = change.context.quotas.countMax(of: self) else { return }
        let siblings = tables.collection(change.siblings)
        var count = siblings.count
        if let key = quota.indexKey {
            guard let new = change.new, indexKeys(new).contains(key) else { return }
            count = siblings.count(withKey: key)
        }
        if count >= countMax { throw .tooManyRequests(quota.message) }
    }
}
