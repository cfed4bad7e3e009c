/// The members of a resource in a list, if the service's summaries have fewer members or other places.

package import JSON

/// One member of a list's items.
package struct ListField: Sendable, ExpressibleByStringLiteral {
    package let name: String
    /// The place of the member in the resource, from the outside in.
    package let path: [String]
    /// The value in the list if the resource has none; nil to leave the member out.
    package let substitute: JSON?

    /// `path` leads from the resource to the value.
    package init(_ name: String, at path: String..., or substitute: JSON? = nil) {
        self.name = name
        self.path = path
        self.substitute = substitute
    }

    /// A member with the same name in the resource.
    package init(stringLiteral name: String) {
        self.name = name
        path = [name]
        substitute = nil
    }
}

extension Members {
    /// The record for the store.
    package var record: Record {
        Record(
            body: Self.exact(body), uniqueName: resource.uniqueName?.name(self),
            listBody: resource.listFields.map(listBody), indexKeys: resource.indexKeys(self))
    }

    /// A copy without room for more bytes, because a stored body does not grow. The room was a quarter of
    /// the memory of 100,000 integrations (`make bench`).
    private static func exact(_ body: [UInt8]) -> [UInt8] {
        var exact: [UInt8] = []
        exact.reserveCapacity(body.count)
        exact.append(contentsOf: body)
        return exact
    }

    private func listBody(_ fields: [ListField]) -> [UInt8] {
        let members = fields.compactMap { field in
            (value(at: field.path) ?? field.substitute).map { JSONObject.Member(name: field.name, value: $0) }
        }
        var bytes: [UInt8] = []
        JSONWriter.append(.object(JSONObject(members)), to: &bytes)
        return bytes
    }

    private func value(at path: [String]) -> JSON? {
        guard let first = path.first, let slot = resource.slot(of: first) else { return nil }
        return path.dropFirst().reduce(values[slot]) { value, name in
            guard case .object(let object) = value else { return nil }
            return object[name]
        }
    }
}
