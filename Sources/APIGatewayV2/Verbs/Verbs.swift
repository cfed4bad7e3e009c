/// The operations of all resources, written once over their tables, and the writes that other operations
/// share. A quick create, for example, makes an integration like CreateIntegration.

import HTTPWire
import JSON

extension Resource {
    /// The operations of the resource's verbs, and its special operations.
    var operations: [Operation] {
        verbs.map(operation) + specialOperations
    }

    private func operation(_ verb: Verb) -> Operation {
        switch verb {
        case .create:
            Operation(
                "Create\(noun)", .post, collectionPath, status: names.createStatus,
                .perform { call throws(ServiceError) in
                    try self.create(call)
                })
        case .get:
            Operation(
                "Get\(noun)", .get, path, status: 200,
                .perform { call throws(ServiceError) in
                    try self.get(call)
                })
        case .list:
            Operation(
                names.list, .get, collectionPath, status: 200,
                .perform { call throws(ServiceError) in
                    try self.list(call)
                })
        case .update:
            Operation(
                names.update.name, names.update.method, path, status: names.updateStatus,
                .perform { call throws(ServiceError) in
                    try self.update(call)
                })
        case .delete:
            Operation(
                "Delete\(noun)", .delete, path, status: names.deleteStatus,
                .perform { call throws(ServiceError) in
                    try self.delete(call)
                })
        }
    }

    // MARK: Writing

    private func create(_ call: Call) throws(ServiceError) -> [UInt8] {
        var members = try input(of: call, isUpdate: false)
        let (parents, context) = (call.parameters.values, call.context)
        return try call.store.write(in: call.scope) { tables throws(ServiceError) in
            try self.create(members.moved(), under: parents, in: &tables, context).record.body
        }
    }

    private func update(_ call: Call) throws(ServiceError) -> [UInt8] {
        let members = try input(of: call, isUpdate: true)
        try checkPresent(slots.requiredOnUpdate, of: members)
        let (identifiers, context) = (identifiers(in: call.parameters.values), call.context)
        return try call.store.write(in: call.scope) { tables throws(ServiceError) in
            try self.update(identifiers, with: members, in: &tables, context).record.body
        }
    }

    private func delete(_ call: Call) throws(ServiceError) -> [UInt8] {
        let (identifiers, context) = (identifiers(in: call.parameters.values), call.context)
        try call.store.write(in: call.scope) { tables throws(ServiceError) in
            try self.delete(identifiers, in: &tables, context)
        }
        // An answer without members in the model is an empty object, and a 204 has no body.
        return names.deleteStatus == 204 ? [] : Array("{}".utf8)
    }
}

extension Catalogue {
    /// The resources with the operations of their tables. `additions` follow them, and `otherOperations`
    /// belong to no resource.
    package init(
        resources: [Resource], additions: [ResourceID: [Operation]] = [:], otherOperations: [Operation] = []
    ) {
        let operations = resources.map { ($0.id, $0.operations + (additions[$0.id] ?? [])) }
        self.init(
            resources: resources,
            operationsByResource: Dictionary(operations, uniquingKeysWith: { first, _ in first }),
            otherOperations: otherOperations)
    }
}
