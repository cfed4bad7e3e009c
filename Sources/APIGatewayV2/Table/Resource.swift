/// One resource of the service as a value: its path, its members and its operations. The program derives its
/// routes, operations, checks, storage, fixtures and documentation from this value.

/// A resource's table. There is one instance for each resource, compared by `id`.
package final class Resource: Sendable {
    package let id: ResourceID
    /// The service's name of the resource, as in `GetIntegration`.
    package let noun: String
    package let parent: Resource?
    /// The item's path, such as `/v2/apis/{apiId}/integrations/{integrationId}`.
    package let path: String
    package let verbs: [Verb]
    package let names: OperationNames
    package let identifierSource: IdentifierSource
    package let uniqueName: UniqueName?
    package let quota: Quota?
    /// The keys by which checks and effects find a record among its siblings (`RecordCollection`), such as a
    /// route's integration. A key that begins with `/` is the path of another resource, and finds the record
    /// from everywhere (`Tables.parents`).
    package let indexKeys: @Sendable (Members) -> IndexKeys
    /// The fields in wire order.
    package let fields: [Field]
    /// The fields, sorted by the needs of writes.
    let slots: FieldSlots
    /// The members in a list; nil for all members.
    package let listFields: [ListField]?
    package let lifecycle: Lifecycle?
    /// Rules that hold for requests and for stored resources, and therefore for fixtures.
    package let rules: [Rule]
    /// Rules that hold for requests alone, because the service's own answers may break them.
    package let requestOnlyRules: [Rule]
    /// All rules of requests in the order of the table, with `requestOnlyRules` last.
    let allRequestRules: [Rule]
    /// Changes valid members into the form in which the service stores them.
    package let normalize: @Sendable (_ members: inout Members, _ parent: Members?) -> Void
    /// The steps before the rules of an update.
    package let updateSteps: [UpdateStep]
    /// The checks of a create or an update. They hold for stored resources too, and therefore for fixtures.
    package let checks: [Check]
    /// The checks of a create or an update that hold for requests alone, because later changes elsewhere may
    /// break them.
    package let requestOnlyChecks: [Check]
    /// All checks of a request: `checks`, then `requestOnlyChecks`.
    let allRequestChecks: [Check]
    /// The checks of a delete.
    package let deletionChecks: [Check]
    /// The effects of a create, an update or a delete.
    package let effects: [Effect]
    /// Operations without a verb.
    package let specialOperations: [Operation]
    /// Behaviour of the service that this program lacks, as sentences for docs/operations.md.
    package let notModelled: [String]
    /// The message of the 404 for an unknown identifier.
    package let unknownMessage: @Sendable (_ identifier: String, _ scope: Scope) -> String

    /// Whether a parent has at most one. Its path then ends in its name, and its parent's identifier is its
    /// own.
    package let isSingleton: Bool
    /// The path of the collection.
    package let collectionPath: String
    /// The path segment of the collection, such as `integrations`.
    package let collectionName: String
    /// The member, and path parameter, with the identifier, such as `integrationId`.
    package let identifierName: String
    /// The slot of that member; nil only in a table that `Catalogue.contradictions` refuses.
    let identifierSlot: Int?

    package init(
        id: ResourceID, noun: String, parent: Resource? = nil, path: String, verbs: [Verb] = Verb.allCases,
        names: OperationNames? = nil, identifier: IdentifierSource = .request, uniqueName: UniqueName? = nil,
        quota: Quota? = nil, indexKeys: @escaping @Sendable (Members) -> IndexKeys = { _ in [] },
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

    /// The identifiers of the parents and of the resource, from the values of a path.
    package func identifiers(in values: [String]) -> [String] {
        isSingleton ? values + values.suffix(1) : values
    }

    /// The slot of the field `name`: its index in `fields`.
    package func slot(of name: String) -> Int? {
        slots.byName[name]
    }
}
