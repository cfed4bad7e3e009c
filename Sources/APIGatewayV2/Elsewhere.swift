/// Why a resource was not found though somebody made it: it is another account's or another region's. The
/// service cannot tell that; here it is the commonest slip of a test, so the log does.

extension Service {
    /// A sentence for the log about a request of `scope` that was answered 404; nil when what it names is
    /// nowhere, or is where it was looked for.
    package func hint(for routed: RoutedOperation, in scope: Scope) -> String? {
        for resource in Catalogue.service.resources where resource.parent == nil {
            guard let identifier = routed.parameters[resource.identifierName] else { continue }
            let scopes = store.scopes(
                holding: identifier, in: CollectionKey(resource: resource.id, parent: ""))
            guard !scopes.contains(scope), let owner = scopes.first else { continue }
            return "\(resource.noun) \(identifier) is in account \(owner.account), region \(owner.region)"
        }
        return nil
    }
}
