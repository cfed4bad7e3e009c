/// The hint that the log adds to a 404: the resource exists in another account or region. The service has no
/// such hint. The log has it because the wrong account or region is the commonest mistake of a test.

extension Service {
    /// A sentence about a request of `scope` with a 404. Nil if no other scope has the resource in the path,
    /// or if `scope` has it too.
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
