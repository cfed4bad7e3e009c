/// The types in which code reads and writes members of resources.

package import JSON

/// A type that a member can be read as and written from.
package protocol MemberValue: Sendable {
    init?(_ json: JSON)
    /// The same of a value that is still in its document.
    init?(_ node: JSONNode)
    var json: JSON { get }
}

extension MemberValue {
    package init?(_ node: JSONNode) {
        self.init(node.json)
    }
}

extension String: MemberValue {
    package init?(_ json: JSON) {
        guard case .string(let value) = json else { return nil }
        self = value
    }

    package init?(_ node: JSONNode) {
        guard let value = node.string else { return nil }
        self = value
    }

    package var json: JSON { .string(self) }
}

extension Int: MemberValue {
    package init?(_ json: JSON) {
        guard case .integer(let value) = json else { return nil }
        self = value
    }

    package init?(_ node: JSONNode) {
        guard let value = node.integer else { return nil }
        self = value
    }

    package var json: JSON { .integer(self) }
}

extension Bool: MemberValue {
    package init?(_ json: JSON) {
        guard case .bool(let value) = json else { return nil }
        self = value
    }

    package var json: JSON { .bool(self) }
}

extension JSONObject: MemberValue {
    package init?(_ json: JSON) {
        guard case .object(let value) = json else { return nil }
        self = value
    }

    package var json: JSON { .object(self) }
}

extension [JSON]: MemberValue {
    package init?(_ json: JSON) {
        guard case .array(let value) = json else { return nil }
        self = value
    }

    package var json: JSON { .array(self) }
}
