/// The messages between a WebSocket API and an integration's endpoint. Mappings and templates make the
/// request. The endpoint's answer becomes the message for the client.

package import HTTPWire
package import JSON

/// The request for an endpoint, after its mappings.
package struct EndpointRequest: Sendable {
    package var body: [UInt8]
    /// Header fields of mappings.
    package var headers: [(name: String, value: String)] = []
    package var query: [(name: String, value: String)] = []
    /// The values of the variables in the URI's path.
    package var path: [String: String] = [:]

    package init(body: [UInt8]) {
        self.body = body
    }
}

/// The answer of an endpoint.
package struct EndpointAnswer: Sendable {
    package let status: Int
    package let fields: HTTPFields
    package let body: [UInt8]
    /// The body as JSON; nil for other text.
    package let payload: JSON?

    package init(status: Int, fields: HTTPFields = HTTPFields(), body: [UInt8]) {
        self.init(status: status, fields: fields, body: body, payload: JSON(messageBody: body))
    }

    /// An answer whose body was read as JSON before.
    init(status: Int, fields: HTTPFields = HTTPFields(), body: [UInt8], payload: JSON?) {
        self.status = status
        self.fields = fields
        self.body = body
        self.payload = payload
    }
}

/// The message for the client of a two-way route.
package enum WebSocketOutput: Sendable, Equatable {
    case none
    case text([UInt8])
    case binary([UInt8])

    /// Bytes as a message: text if they are UTF-8. An empty body makes no message.
    package init(_ body: [UInt8]) {
        if body.isEmpty {
            self = .none
        } else {
            self = String(validating: body, as: UTF8.self) == nil ? .binary(body) : .text(body)
        }
    }
}

extension JSON {
    /// The depth of a message's JSON. Fixed, because templates and models of a message are recursive.
    private static let messageDepthMax = 128

    /// The value of a message or an answer; nil for a text that is no JSON.
    package init?(messageBody body: [UInt8]) {
        guard let first = body.first(where: { $0 > 0x20 }), first < 0x80 else { return nil }
        do throws(JSONError) {
            self = try JSONDocument(parsing: body, depthMax: Self.messageDepthMax).root.json
        } catch {
            return nil
        }
    }
}

/// The conversion of a body between text and binary.
enum ContentHandling: String, Sendable {
    case toBinary = "CONVERT_TO_BINARY"
    case toText = "CONVERT_TO_TEXT"

    /// `body` for the endpoint, which a client sent as text.
    func request(_ body: [UInt8]) throws(WebSocketFailure) -> [UInt8] {
        guard self == .toBinary else { return body }
        guard let bytes = Base64.decoded(String(decoding: body, as: UTF8.self)) else {
            throw WebSocketFailure(.integration, cause: "the body is no base64, which is to become binary")
        }
        return bytes
    }

    /// `body` of an endpoint, for the client.
    func output(_ body: [UInt8]) throws(WebSocketFailure) -> WebSocketOutput {
        if body.isEmpty { return .none }
        switch self {
        case .toBinary: return .binary(try request(body))
        case .toText: return .text(Array(Base64.encoded(body).utf8))
        }
    }
}
