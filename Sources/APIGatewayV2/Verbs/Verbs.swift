/// What can be done with any resource, written once over its table: the operations, and the writes that
/// operations of other resources share (a quick create makes an integration as CreateIntegration does).

import HTTPWire
import JSON

extension Resource {
    /// The operations that the resource's verbs stand for, and those of its own.
    package var operations: [Operation] {
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

    // MARK: Reading

    /// A missing parent is reported before a missing child; it is looked for only when the child is
    /// missing, since no child outlives its parent.
    private func get(_ call: Call) throws(ServiceError) -> [UInt8] {
        let identifiers = identifiers(in: call.parameters.values)
        let (parents, identifier) = (identifiers.dropLast(), identifiers[identifiers.count - 1])
        let collection = CollectionKey(resource: id, parent: CollectionKey.parentPath(parents))
        if let record = call.store.record(identifier, in: collection, of: call.scope) { return record.body }
        try call.store.read(in: call.scope) { tables throws(ServiceError) in
            try checkParents(parents, in: tables, scope: call.scope)
        }
        throw .notFound(unknownMessage(identifier, call.scope))
    }

    private func list(_ call: Call) throws(ServiceError) -> [UInt8] {
        let parents = call.parameters.values
        let parent = CollectionKey.parentPath(parents[...])
        let list = "\(id.rawValue)/\(parent)"
        let page = try Page(
            maxResults: call.request.target.query("maxResults"),
            nextToken: call.request.target.query("nextToken"),
            list: list, itemsMax: names.listItemsMax)
        // The records of the page leave the lock, not the collection: a write would have to copy it.
        let (entries, hasMore) = try call.store.read(in: call.scope) { tables throws(ServiceError) in
            try checkParents(parents[...], in: tables, scope: call.scope)
            return tables.collection(CollectionKey(resource: id, parent: parent)).records
                .page(after: page.after, countMax: page.countMax)
        }
        var body = Array("{\"\(names.listMember)\":[".utf8)
        body.reserveCapacity(64 + entries.count * 512)
        for (index, entry) in entries.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body.append(contentsOf: entry.value.listBody ?? entry.value.body)
        }
        let nextToken = hasMore ? entries.last.map { page.token(after: $0.key) } : nil
        body.append(contentsOf: #"],"nextToken":"#.utf8)
        JSONWriter.append(nextToken.map(JSON.string) ?? .null, to: &body)
        body.append(UInt8(ascii: "}"))
        return body
    }

    /// Refuses with 404 for the outermost of `identifiers` that does not exist.
    package func checkParents(
        _ identifiers: ArraySlice<String>, in tables: Tables, scope: Scope
    ) throws(ServiceError) {
        guard let parent = parent.map(Catalogue.resource), let identifier = identifiers.last else { return }
        let grandparents = identifiers.dropLast()
        try parent.checkParents(grandparents, in: tables, scope: scope)
        let collection = CollectionKey(resource: parent.id, parent: CollectionKey.parentPath(grandparents))
        guard tables.contains(identifier, in: collection) else {
            throw .notFound(parent.unknownMessage(identifier, scope))
        }
    }

    // MARK: Writing

    private func create(_ call: Call) throws(ServiceError) -> [UInt8] {
        let members = try input(of: call, isUpdate: false)
        let (parents, context) = (call.parameters.values, call.context)
        return try call.store.write(in: call.scope) { tables throws(ServiceError) in
            try self.create(members, under: parents, in: &tables, context).record.body
        }
    }

    private func update(_ call: Call) throws(ServiceError) -> [UInt8] {
        let members = try input(of: call, isUpdate: true)
        try checkPresent(members, where: \.isRequiredOnUpdate)
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
        // A model's answer without members is an empty object; a 204 has none.
        return names.deleteStatus == 204 ? [] : Array("{}".utf8)
    }

    /// The request's body against the table: the first thing wrong with it is refused.
    package func input(of call: Call, isUpdate: Bool) throws(ServiceError) -> Members {
        try input(try call.input(), isUpdate: isUpdate)
    }

    /// A request's document against the table: the first thing wrong with it is refused.
    func input(_ node: JSONNode, isUpdate: Bool) throws(ServiceError) -> Members {
        var validation = Validation(protocolType: nil)
        let members = validation.input(node, as: self, isUpdate: isUpdate)
        if let violation = validation.violations.first {
            throw violation.serviceError(refusal: refusal(for: violation))
        }
        return members
    }

    private func refusal(for violation: Violation) -> String? {
        guard case .member(let name) = violation.path.first, let slot = slot(of: name) else { return nil }
        return fields[slot].refusal
    }
}

extension Call {
    /// The request's body as `fields`, for an operation whose input is no resource.
    func members(_ fields: [Field]) throws(ServiceError) -> JSONObject {
        var validation = Validation(protocolType: nil)
        let values = validation.input(try input(), fields: fields)
        if let violation = validation.violations.first { throw violation.serviceError(refusal: nil) }
        for (field, value) in zip(fields, values) where field.isRequired && value == nil {
            throw .missing(field.name)
        }
        return JSONObject(
            zip(fields, values).compactMap { field, value in
                value.map { JSONObject.Member(name: field.name, value: $0) }
            })
    }
}
