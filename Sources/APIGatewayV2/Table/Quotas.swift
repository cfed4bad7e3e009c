/// The quotas of resources. The numbers are AWS's published ones (docs/fidelity.md, "Quotas"). A full
/// collection refuses with 429, in the service's words.

/// The quota of one resource: the most under one parent or, for a root, in one account and region.
package struct Quota: Sendable {
    /// The service's plural, such as `Integrations`.
    package let plural: String
    package let countMax: Int
    /// The unit of the count, such as `API` or `account`.
    package let per: String
    /// The index key of the records that count; nil if all count.
    package let indexKey: String?

    package init(_ plural: String, _ countMax: Int, per: String, indexKey: String? = nil) {
        self.plural = plural
        self.countMax = countMax
        self.per = per
        self.indexKey = indexKey
    }

    /// The service's message for a full collection.
    package var message: String {
        "Maximum number of \(plural) for this \(per) has been reached. Please contact AWS if you "
            + "need additional \(plural)."
    }
}

/// The quotas in use.
package enum Quotas: Sendable, Equatable {
    case off
    /// The published quotas, with replacements by the resource's noun.
    case published(replacing: [String: Int] = [:])

    /// The quota of `resource`; nil for any number.
    func countMax(of resource: Resource) -> Int? {
        guard case .published(let replacements) = self, let quota = resource.quota else { return nil }
        return replacements[resource.noun] ?? quota.countMax
    }
}
