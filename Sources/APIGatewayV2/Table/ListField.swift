/// What a list shows of a resource when that is less than all of it, or stands elsewhere in it: the
/// service's summaries.

package import JSON

/// One member of a list's items.
package struct ListField: Sendable, ExpressibleByStringLiteral {
    package let name: String
    /// Where the resource has it, from the outside in.
    package let path: [String]
    /// What is shown where the resource has nothing.
    package let substitute: JSON?

    /// `path` leads from the resource to the value.
    package init(_ name: String, at path: String..., or substitute: JSON? = nil) {
        self.name = name
        self.path = path
        self.substitute = substitute
    }

    /// A member that the resource has under the same name.
    package init(stringLiteral name: String) {
        self.name = name
        path = [name]
        substitute = nil
    }
}

extension Members {
    /// The record that is stored of the members.
    package var record: Record {
        Record(
            body: body, uniqueName: resource.uniqueName?.name(self),
            listBody: resource.listFields.map(listBody), indexKeys: resource.indexKeys(self))
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
