/// The body of a request as members of a resource, or as the input of an operation without one.

import JSON

extension Resource {
    /// The members of the request's body. Throws the first violation of the table.
    package func input(of call: Call, isUpdate: Bool) throws(ServiceError) -> Members {
        try input(try call.input(), isUpdate: isUpdate)
    }

    /// The members of a request's document. Throws the first violation of the table.
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
    /// The values of `fields` in the request's body, for an operation whose input is no resource.
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

    /// Changes the resource at the start of the call's path by `body`, as an update does. Returns the empty
    /// body of a 204.
    func update(
        _ resource: Resource, _ body: (inout Members) throws(ServiceError) -> Void
    ) throws(ServiceError) -> [UInt8] {
        let depth = resource.path.split(separator: "/").count { $0.hasPrefix("{") }
        let identifiers = Array(parameters.values.prefix(depth))
        try store.write(in: scope) { tables throws(ServiceError) in
            let old = try resource.existing(identifiers, in: tables, context)
            var new = old
            try body(&new)
            try resource.replace(old, at: identifiers, with: new, in: &tables, context)
        }
        return []
    }
}
