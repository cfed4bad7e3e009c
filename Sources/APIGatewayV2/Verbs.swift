/// What can be done with any resource, written once over its table.

import HTTPWire

extension Resource {
    /// The operations that the resource's verbs stand for.
    package var operations: [Operation] {
        verbs.map { verb in
            switch verb {
            case .get:
                Operation(
                    "Get\(noun)", .get, path, status: 200,
                    .perform { call throws(ServiceError) in
                        try self.record(for: call).body
                    })
            }
        }
    }

    /// The record that the call's path names. A missing parent is reported before a missing child; it is
    /// looked for only when the child is missing, since no child outlives its parent.
    private func record(for call: Call) throws(ServiceError) -> Record {
        let identifiers = call.parameters.values
        if let record = call.store.record(identifiers, of: self, in: call.scope) { return record }
        try checkParents(of: identifiers, for: call)
        throw .notFound(unknownMessage(identifiers[identifiers.count - 1], call.scope))
    }

    private func checkParents(of identifiers: [String], for call: Call) throws(ServiceError) {
        guard let parent = parent.map(Catalogue.resource) else { return }
        let parentIdentifiers = Array(identifiers.dropLast())
        try parent.checkParents(of: parentIdentifiers, for: call)
        if call.store.record(parentIdentifiers, of: parent, in: call.scope) == nil {
            throw .notFound(parent.unknownMessage(parentIdentifiers[parentIdentifiers.count - 1], call.scope))
        }
    }
}

extension Store {
    /// The record at the end of a path of identifiers, outermost first.
    fileprivate func record(_ identifiers: [String], of resource: Resource, in scope: Scope) -> Record? {
        let parent = CollectionKey.parentPath(identifiers.dropLast())
        return record(
            identifiers[identifiers.count - 1], in: CollectionKey(resource: resource.id, parent: parent),
            of: scope)
    }
}

extension CollectionKey {
    /// A single parent, the common case, costs nothing.
    package static func parentPath(_ identifiers: ArraySlice<String>) -> String {
        switch identifiers.count {
        case 0: ""
        case 1: identifiers[identifiers.startIndex]
        default: identifiers.joined(separator: "/")
        }
    }
}
