/// The resources of one kind under one parent, and the facts that they share while fixtures are loaded.
/// Fixtures name them by a path or by a place in a document.

/// The parent of the resources.
enum FixtureParent {
    /// There is none, because they are roots.
    case none
    /// The parent is loaded. The API's kind decides on their members; nil without an API.
    case found(Members, ProtocolType?)
    /// The parent's own fixture was refused or unreadable, which is reported there.
    case refused
    case missing

    var members: Members? {
        if case .found(let members, _) = self { members } else { nil }
    }

    var protocolType: ProtocolType? {
        if case .found(_, let type) = self { type } else { nil }
    }
}

/// The resources of one kind under one parent. It is a class, because each resource gets this value, and a
/// struct would be copied for each.
final class FixtureFamily {
    let resource: Resource
    let parents: [String]
    let siblings: FixtureSiblings
    let parent: FixtureParent
    let children: [Resource]
    /// Whether the table has a check for these resources.
    let isChecked: Bool
    /// Members of this program's documents that the service's answers do not have.
    private let ownMembers: [String]
    /// Members that do not belong to the resource.
    let foreignMembers: [String]

    init(
        _ resource: Resource, parents: [String], scope: Scope, parent: FixtureParent, in catalogue: Catalogue
    ) {
        self.resource = resource
        self.parents = parents
        self.parent = parent
        let collection = CollectionKey(
            resource: resource.id, parent: CollectionKey.parentPath(parents[...]))
        siblings = FixtureSiblings(scope: scope, collection: collection)
        isChecked = resource.checks.contains { $0.isFor(childrenOf: parent.members) }
        children = catalogue.children(of: resource.id)
        ownMembers = resource.id == .deployment ? [StateDocument.snapshotMember] : []
        foreignMembers = children.map(\.collectionName) + ownMembers + [Self.sdkMetadata]
    }

    /// The member that an SDK adds to a printed answer. It is ignored in whole answers.
    static let sdkMetadata = "ResponseMetadata"

    /// The resources that only WebSocket APIs have.
    private static let webSocketOnly: Set<ResourceID> = [.integrationResponse, .model, .routeResponse]

    /// The foreign members that a resource of an API of this kind can have, for suggestions.
    func foreignMembers(in protocolType: ProtocolType?) -> [String] {
        children.filter { protocolType != .http || !Self.webSocketOnly.contains($0.id) }
            .map(\.collectionName) + ownMembers
    }

    /// The noun and name of the parent, for messages.
    var owner: String {
        resource.parent.map { "\($0.noun) \"\(parents.last ?? "")\"" } ?? ""
    }
}
