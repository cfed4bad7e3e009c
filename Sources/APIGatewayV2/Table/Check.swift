/// A condition between a resource and the rest of the state: no name is used twice, and no reference is
/// broken. It holds for requests before a write, and for fixtures after all of them are loaded. A check
/// therefore has the member at fault, and the resources that this member names.

/// One condition, and the place of its breach.
package struct Check: Sendable {
    /// Throws the service's error if `change` breaks the condition.
    package typealias Condition =
        @Sendable (_ change: Change, _ tables: Tables) throws(ServiceError) -> Void

    /// The member at which a fixture's breach is reported; nil for the resource as a whole.
    package let member: String?
    /// The resources that the member names; nil if it names none.
    package let reference: Reference?
    /// The kind of API of the checked resources; nil for any.
    package let onlyIn: ProtocolType?
    private let condition: Condition

    package init(
        at member: String? = nil, naming reference: Reference? = nil, in protocolType: ProtocolType? = nil,
        _ condition: @escaping Condition
    ) {
        self.member = member
        self.reference = reference
        onlyIn = protocolType
        self.condition = condition
    }

    package func callAsFunction(_ change: Change, _ tables: Tables) throws(ServiceError) {
        if isFor(childrenOf: change.parent) { try condition(change, tables) }
    }

    /// Whether the check is for children of `parent`.
    package func isFor(childrenOf parent: Members?) -> Bool {
        onlyIn == nil || parent?.protocolType == onlyIn
    }
}

/// The resources that a member may name, by its value or, in a map, by the names in it.
package struct Reference: Sendable {
    package let resource: ResourceID
    /// The text in front of the identifier, such as `integrations/`.
    package let prefix: String
    /// Whether the member has unique names, such as route keys, instead of identifiers.
    package let isByUniqueName: Bool
    /// The identifiers of the parents of these resources; nil if they are unknown.
    package let parents: @Sendable (_ change: Change) -> [String]?

    /// The resources of one kind under the same parents, unless `parents` gives others.
    package init(
        to resource: ResourceID, prefix: String = "", byUniqueName isByUniqueName: Bool = false,
        under parents: @escaping @Sendable (_ change: Change) -> [String]? = { $0.parents }
    ) {
        self.resource = resource
        self.prefix = prefix
        self.isByUniqueName = isByUniqueName
        self.parents = parents
    }
}
