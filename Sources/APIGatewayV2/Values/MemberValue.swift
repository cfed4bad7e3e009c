/// The types of members in code.

package import JSON

/// A type for reading and writing members.
package protocol MemberValue: Sendable {
    init?(_ json: JSON)
    /// The value of a node in its document; nil if the node has another type.
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
