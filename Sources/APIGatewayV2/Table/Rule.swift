/// The parts of a resource's table for rules and identity.

/// A condition on a resource and its parent, beyond the bounds of single members.
package struct Rule: Sendable {
    /// The member at which a breach is reported.
    package let member: String
    /// The service's message if `members` break the rule; nil if it holds.
    package let breach: @Sendable (_ members: Members, _ parent: Members?) -> String?
    /// True for a rule about a member that a request must have and a fixture may leave out.
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

/// The source of a new resource's identifier.
package enum IdentifierSource: Sendable {
    /// The service makes an identifier of this many characters.
    case random(length: Int)
    /// The request has it, in the member for the identifier.
    case request
}

/// The name that no two siblings may share, and the refusal of the second.
package struct UniqueName: Sendable {
    package let memberName: String
    /// The member's value as a name; nil if it is absent.
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
