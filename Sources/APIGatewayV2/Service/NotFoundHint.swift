/// The hint that the log adds to a 404: the resource exists in another account or region. The service gives
/// no such hint; here the log does, because the wrong account or region is the commonest slip of a test.

extension Service {
    /// A sentence about a request of `scope` that was answered 404. Nil when no other scope has the resource
    /// that the path names, or when `scope` has it too.
    package func notFoundHint(for routed: RoutedOperation, in scope: Scope) -> String? {
        for resource in catalogue.resources where resource.parent == nil {
            guard let identifier = routed.parameters[resource.identifierName] else { continue }
            let scopes = store.scopes(
                holding: identifier, in: CollectionKey(resource: resource.id, parent: ""))
            guard !scopes.contains(scope), let owner = scopes.first else { continue }
            return "\(resource.noun) \(identifier) is in account \(owner.account), region \(owner.region)"
        }
        return nil
    }
}
