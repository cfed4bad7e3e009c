/// A condition that ties a resource to the rest of the state: no name is taken, no reference leads nowhere.
/// Requests are held to it before a write, fixtures once all of them are loaded. A check therefore says at
/// which member a fixture's author looks, and which resources that member names.

/// One condition and the place of its breach.
package struct Check: Sendable {
    /// Throws the service's error when `change` breaks the condition.
    package typealias Condition =
        @Sendable (_ change: Change, _ tables: Tables) throws(ServiceError) -> Void

    /// The member at which a fixture's breach is reported; nil for the resource as a whole.
    package let member: String?
    /// The resources that the member names; nil where it names none.
    package let reference: Reference?
    /// The kind of API whose children are checked; nil for any.
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

    /// Whether what is under `parent` is checked at all.
    package func isFor(childrenOf parent: Members?) -> Bool {
        onlyIn == nil || parent?.protocolType == onlyIn
    }
}

/// The resources that a member may name: its value, or the names in it where it is a map.
package struct Reference: Sendable {
    package let resource: ResourceID
    /// The text in front of the identifier, such as `integrations/`.
    package let prefix: String
    /// Whether the member has unique names, such as route keys, instead of identifiers.
    package let isByUniqueName: Bool
    /// The identifiers of the parents of each such resource; nil where nobody can tell.
    package let parents: @Sendable (_ change: Change) -> [String]?

    /// The resources of one kind under the parents of the one that names them, unless `parents` says others.
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
