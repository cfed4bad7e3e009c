/// A map of a resource, such as the parameter mappings of an integration. Its entries are read as bytes, so
/// that a rule which finds nothing wrong makes no String. Of entries with one name, each is read.

import JSON

/// A JSON object of texts, or of maps of texts.
enum TextMap {
    case written(JSONNode)
    case value(JSONObject)

    init?(_ json: JSON) {
        guard case .object(let object) = json else { return nil }
        self = .value(object)
    }

    init?(_ node: JSONNode) {
        guard node.kind == .object else { return nil }
        self = .written(node)
    }

    /// Calls `body` with the name and the value of each entry that is a text.
    func forEachText(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        switch self {
        case .written(let node):
            for member in node.members {
                member.withNameUTF8 { name in _ = member.value.withUTF8 { body(name, $0) } }
            }
        case .value(let object):
            for member in object.members {
                guard case .string(let value) = member.value else { continue }
                body(member.name.utf8.span, value.utf8.span)
            }
        }
    }

    /// Calls `body` with the name of each entry that is a map itself, and that map.
    func forEachMap(_ body: (_ name: Span<UInt8>, _ map: TextMap) -> Void) {
        switch self {
        case .written(let node):
            for member in node.members {
                guard let map = TextMap(member.value) else { continue }
                member.withNameUTF8 { body($0, map) }
            }
        case .value(let object):
            for member in object.members {
                guard let map = TextMap(member.value) else { continue }
                body(member.name.utf8.span, map)
            }
        }
    }
}
