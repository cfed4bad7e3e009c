/// One resource of the service as a value: where it lives, what it holds, what may be done with it. Its
/// routes, operations, checks, storage, fixtures and documentation are derived from this.

/// A resource's table. One instance each, made once: compared by `id`.
package final class Resource: Sendable {
    package let id: ResourceID
    /// The service's word for one, as in `GetIntegration`.
    package let noun: String
    package let parent: Resource?
    /// The item's path, such as `/v2/apis/{apiId}/integrations/{integrationId}`.
    package let path: String
    package let verbs: [Verb]
    package let names: OperationNames
    package let identifierSource: IdentifierSource
    package let uniqueName: UniqueName?
    package let quota: Quota?
    /// The keys by which checks and effects find a record among its siblings (`RecordCollection`), such as
    /// the integration that a route leads to. A key that begins with `/` is the path of another resource, and
    /// finds the record from everywhere (`Tables.parents`).
    package let indexKeys: @Sendable (Members) -> [String]
    /// In wire order.
    package let fields: [Field]
    /// The fields by what writes ask about them.
    let slots: FieldSlots
    /// What a list shows of one; nil for all of it.
    package let listFields: [ListField]?
    package let lifecycle: Lifecycle?
    /// Rules that hold for stored resources as for requests, so that fixtures are held to them too.
    package let rules: [Rule]
    /// Rules that hold for requests alone, because the service's own answers may break them.
    package let requestOnlyRules: [Rule]
    /// All rules of requests in the order of the table, with `requestOnlyRules` last.
    let allRequestRules: [Rule]
    /// Brings members that have passed the rules into the form in which the service keeps it.
    package let normalize: @Sendable (_ members: inout Members, _ parent: Members?) -> Void
    /// Before the rules of an update.
    package let updateSteps: [UpdateStep]
    /// Before a create or an update. They hold for stored resources too, so that fixtures are held to them.
    package let checks: [Check]
    /// Before a create or an update, of requests alone: what is checked when it is asked for, though later
    /// changes elsewhere may break it.
    package let requestOnlyChecks: [Check]
    /// `checks` and then `requestOnlyChecks`: all that a request has to pass.
    let allRequestChecks: [Check]
    /// Before a delete.
    package let deletionChecks: [Check]
    /// After a create, an update or a delete.
    package let effects: [Effect]
    /// Operations that no verb covers.
    package let specialOperations: [Operation]
    /// What the service does with it and this program does not, as sentences for the reader of
    /// docs/operations.md.
    package let notModelled: [String]
    /// The message of the 404 for an identifier that names none.
    package let unknownMessage: @Sendable (_ identifier: String, _ scope: Scope) -> String

    /// Whether its parent has at most one. The path of such a resource ends in its name, and its parent's
    /// identifier is its own too.
    package let isSingleton: Bool
    /// The path of the collection.
    package let collectionPath: String
    /// The path segment of the collection: `integrations`.
    package let collectionName: String
    /// The member, and path parameter, that identifies one within its parent: `integrationId`.
    package let identifierName: String
    /// Where that member is in `fields`; nil only in a table that `Catalogue.contradictions` refuses.
    let identifierSlot: Int?

    package init(
        id: ResourceID, noun: String, parent: Resource? = nil, path: String, verbs: [Verb] = Verb.allCases,
        names: OperationNames? = nil, identifier: IdentifierSource = .request, uniqueName: UniqueName? = nil,
        quota: Quota? = nil, indexKeys: @escaping @Sendable (Members) -> [String] = { _ in [] },
        fields: [Field], listFields: [ListField]? = nil, lifecycle: Lifecycle? = nil,
        rules: [Rule] = [], requestOnlyRules: [Rule] = [],
        normalize: @escaping @Sendable (_ members: inout Members, _ parent: Members?) -> Void = { _, _ in },
        updateSteps: [UpdateStep] = [],
        checks: [Check] = [], requestOnlyChecks: [Check] = [],
        deletionChecks: [Check] = [],
        effects: [Effect] = [], specialOperations: [Operation] = [], notModelled: [String] = [],
        unknownMessage: (@Sendable (_ identifier: String, _ scope: Scope) -> String)? = nil
    ) {
        self.id = id
        self.noun = noun
        self.parent = parent
        self.path = path
        self.verbs = verbs
        self.names = names ?? OperationNames(noun)
        identifierSource = identifier
        self.uniqueName = uniqueName
        self.quota = quota
        self.indexKeys = indexKeys
        self.fields = fields
        slots = FieldSlots(of: fields)
        self.listFields = listFields
        self.lifecycle = lifecycle
        self.rules = rules.filter { !$0.isForRequestsAlone }
        self.requestOnlyRules = requestOnlyRules
        allRequestRules = rules + requestOnlyRules
        self.normalize = normalize
        self.updateSteps = updateSteps
        self.checks = checks
        self.requestOnlyChecks = requestOnlyChecks
        allRequestChecks = checks + requestOnlyChecks
        self.deletionChecks = deletionChecks
        self.effects = effects
        self.specialOperations = specialOperations
        self.notModelled = notModelled
        self.unknownMessage = unknownMessage ?? { _, _ in "Invalid \(noun) identifier specified" }
        let segments = path.split(separator: "/")
        let parameter = segments.lastIndex { $0.hasPrefix("{") } ?? segments.count - 1
        isSingleton = parameter < segments.count - 1
        collectionName = String(segments[isSingleton ? segments.count - 1 : parameter - 1])
        collectionPath = isSingleton ? path : "/" + segments[..<parameter].joined(separator: "/")
        let identifierName = String(segments[parameter].dropFirst().dropLast())
        self.identifierName = identifierName
        identifierSlot = fields.firstIndex { $0.name == identifierName }
    }

    /// The identifiers of the parents and of one itself, of the values that its path has.
    package func identifiers(in values: [String]) -> [String] {
        isSingleton ? values + values.suffix(1) : values
    }

    /// The slot of the field called `name`: its place in `fields`, counted from 0.
    package func slot(of name: String) -> Int? {
        slots.byName[name]
    }
}
