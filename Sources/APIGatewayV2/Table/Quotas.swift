/// How many of a resource there may be. The numbers are the published ones (docs/fidelity.md, "Quotas");
/// a collection that is full is refused with 429 in the service's own words.

/// One resource's quota: how many under one parent (or, for a root, in one account and region).
package struct Quota: Sendable {
    /// The service's plural: `Integrations`.
    package let plural: String
    package let countMax: Int
    /// What the quota is counted in: `API`, `account`.
    package let per: String
    /// The index key of the records that count; nil where all do.
    package let indexKey: String?

    package init(_ plural: String, _ countMax: Int, per: String, indexKey: String? = nil) {
        self.plural = plural
        self.countMax = countMax
        self.per = per
        self.indexKey = indexKey
    }

    /// The service's message when it is used up.
    package var message: String {
        "Maximum number of \(plural) for this \(per) has been reached. Please contact AWS if you "
            + "need additional \(plural)."
    }
}

/// Which quotas hold.
package enum Quotas: Sendable, Equatable {
    case off
    /// The published ones, with replacements by resource noun.
    case published(replacing: [String: Int] = [:])

    /// How many of `resource` there may be; nil for any number.
    func countMax(of resource: Resource) -> Int? {
        guard case .published(let replacements) = self, let quota = resource.quota else { return nil }
        return replacements[resource.noun] ?? quota.countMax
    }
}
