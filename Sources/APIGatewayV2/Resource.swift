/// One resource of the service as a value: where it lives, what it holds, what may be done with it. Its
/// routes, operations, checks, storage, fixtures and documentation are derived from this.

/// The resources, in the order in which a parent comes before its children.
package enum ResourceID: String, Hashable, Sendable, CaseIterable {
    case api
    case integration
}

/// What can be done with every instance of a resource in the same way.
package enum Verb: Sendable {
    /// Reads one: `GET` on the item.
    case get
}

/// A sentence that must hold over a draft and its parent, beyond the bounds of single members.
package struct Rule: Sendable {
    /// The member at which a breach is reported.
    package let member: String
    /// The service's message when `draft` breaks the rule, nil when it holds.
    package let breach: @Sendable (_ draft: Draft, _ parent: Draft?) -> String?

    package init(
        at member: String, breach: @escaping @Sendable (_ draft: Draft, _ parent: Draft?) -> String?
    ) {
        self.member = member
        self.breach = breach
    }
}

/// A resource's table. One instance each, made once: compared by `id`.
package final class Resource: Sendable {
    package let id: ResourceID
    /// The service's word for one, as in `GetIntegration`.
    package let noun: String
    package let parent: ResourceID?
    /// The item's path, such as `/v2/apis/{apiId}/integrations/{integrationId}`.
    package let path: String
    package let verbs: [Verb]
    /// In wire order.
    package let fields: [Field]
    package let rules: [Rule]
    /// The message of the 404 for an identifier that names none.
    package let unknownMessage: @Sendable (_ identifier: String, _ scope: Scope) -> String

    /// The path segment of the collection: `integrations`.
    package let collectionName: String
    /// The member, and path parameter, that identifies one within its parent: `integrationId`.
    package let identifierName: String

    package init(
        id: ResourceID, noun: String, parent: ResourceID? = nil, path: String, verbs: [Verb], fields: [Field],
        rules: [Rule] = [],
        unknownMessage: (@Sendable (_ identifier: String, _ scope: Scope) -> String)? = nil
    ) {
        self.id = id
        self.noun = noun
        self.parent = parent
        self.path = path
        self.verbs = verbs
        self.fields = fields
        self.rules = rules
        self.unknownMessage = unknownMessage ?? { _, _ in "Invalid \(noun) identifier specified" }
        let segments = path.split(separator: "/")
        collectionName = String(segments[segments.count - 2])
        identifierName = String(segments[segments.count - 1].dropFirst().dropLast())
    }

    /// The index of the field called `name`.
    package func slot(of name: String) -> Int? {
        fields.firstIndex { $0.name == name }
    }
}
