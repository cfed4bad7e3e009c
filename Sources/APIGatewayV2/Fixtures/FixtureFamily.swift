/// A kind of resource under one parent, as fixtures name it by a path or by a place in a document: what its
/// members have in common while they are loaded.

/// What is known of the resource that others are under.
enum FixtureParent {
    /// They are roots.
    case none
    /// The API's kind decides which members they may have; nil where there is no API.
    case found(Members, ProtocolType?)
    /// Its own fixture was refused or could not be read, which is reported there.
    case refused
    case missing

    var members: Members? {
        if case .found(let members, _) = self { members } else { nil }
    }

    var protocolType: ProtocolType? {
        if case .found(_, let type) = self { type } else { nil }
    }
}

/// Resources of one kind under one parent. A class: each of them is given this, and copying it took a
/// fiftieth of loading (by perf).
final class FixtureFamily {
    let resource: Resource
    let parents: [String]
    let siblings: FixtureSiblings
    let parent: FixtureParent
    let children: [Resource]
    /// Whether some check of the resource is for these.
    let isChecked: Bool
    /// Members of documents of this program that the service's answers do not have.
    private let ownMembers: [String]
    /// Members that are not the resource's own.
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

    /// The member that an SDK puts beside those of an answer, which is passed over where answers are printed
    /// whole.
    static let sdkMetadata = "ResponseMetadata"

    /// The resources that only WebSocket APIs have.
    private static let webSocketOnly: Set<ResourceID> = [.integrationResponse, .model, .routeResponse]

    /// The foreign members that a resource of an API of this kind can have: for whoever misspelt one.
    func foreignMembers(in protocolType: ProtocolType?) -> [String] {
        children.filter { protocolType != .http || !Self.webSocketOnly.contains($0.id) }
            .map(\.collectionName) + ownMembers
    }

    /// The noun and name of the resource that these are under, for messages.
    var owner: String {
        resource.parent.map { "\($0.noun) \"\(parents.last ?? "")\"" } ?? ""
    }
}
