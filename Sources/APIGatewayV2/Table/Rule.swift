/// The parts of a resource's table that say what its members and its identity must be.

/// A sentence that must hold over a resource and its parent, beyond the bounds of single members.
package struct Rule: Sendable {
    /// The member at which a breach is reported.
    package let member: String
    /// The service's message when `members` break the rule, nil when it holds.
    package let breach: @Sendable (_ members: Members, _ parent: Members?) -> String?
    /// True for a rule about a member that a request has to have and a fixture may leave out.
    package let isForRequestsAlone: Bool

    package init(
        at member: String, isForRequestsAlone: Bool = false,
        breach: @escaping @Sendable (_ members: Members, _ parent: Members?) -> String?
    ) {
        self.member = member
        self.isForRequestsAlone = isForRequestsAlone
        self.breach = breach
    }
}

/// Where a new resource's identifier comes from.
package enum IdentifierSource: Sendable {
    /// The service makes it up, of this many characters.
    case random(length: Int)
    /// The request names it, in the member that identifies the resource.
    case request
}

/// What no two siblings may share, and how the second is refused.
package struct UniqueName: Sendable {
    package let memberName: String
    /// The member's value as a name; nil where it is absent.
    package let name: @Sendable (Members) -> String?
    package let refusal: @Sendable (_ name: String) -> ServiceError

    package init(_ key: Key<String>, refusal: @escaping @Sendable (_ name: String) -> ServiceError) {
        memberName = key.name
        name = { $0[key] }
        self.refusal = refusal
    }

    package init(_ key: Key<Int>, refusal: @escaping @Sendable (_ name: String) -> ServiceError) {
        memberName = key.name
        name = { $0[key].map(String.init) }
        self.refusal = refusal
    }
}
