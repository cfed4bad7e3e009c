/// The kind of an API, which decides on the members, defaults and bounds of the resources below it.

package import JSON

/// The two kinds of API.
package enum ProtocolType: String, Sendable, CaseIterable {
    case http = "HTTP"
    case webSocket = "WEBSOCKET"
}

extension ProtocolType: MemberValue {
    package init?(_ json: JSON) {
        guard case .string(let name) = json, let value = ProtocolType(rawValue: name) else { return nil }
        self = value
    }

    package init?(_ node: JSONNode) {
        if node.isString(ProtocolType.http.rawValue) {
            self = .http
        } else if node.isString(ProtocolType.webSocket.rawValue) {
            self = .webSocket
        } else {
            return nil
        }
    }

    package var json: JSON { .string(rawValue) }
}
