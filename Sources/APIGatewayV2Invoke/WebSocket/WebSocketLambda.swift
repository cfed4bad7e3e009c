/// The answers of functions to the events of WebSocket APIs: the status of a handshake, or the message of a
/// two-way route. Integration responses choose by the text of an error.

internal import HTTPWire
internal import JSON

/// The answer of a function with the proxy event.
package struct WebSocketLambdaResult: Sendable, Equatable {
    package let status: Int
    /// The message for the client.
    package let output: WebSocketOutput
    /// The value of `Sec-WebSocket-Protocol`, the only header that reaches the client (recorded).
    package let subprotocol: String?

    /// Nil for a payload without a `statusCode`, which is malformed.
    package init?(_ payload: [UInt8]) {
        guard let root = JSON(messageBody: payload), case .object(let object) = root else { return nil }
        switch object["statusCode"] {
        case .integer(let code)? where (200...599).contains(code): status = code
        case .string(let text)?:
            guard let code = Int(text), (200...599).contains(code) else { return nil }
            status = code
        default: return nil
        }
        var subprotocol: String?
        for member in object["headers"].flatMap({ $0.objectMembers }) ?? []
        where member.name.lowercased() == "sec-websocket-protocol" {
            subprotocol = member.value.text
        }
        for member in object["multiValueHeaders"].flatMap({ $0.objectMembers }) ?? []
        where member.name.lowercased() == "sec-websocket-protocol" {
            subprotocol = subprotocol ?? member.value.texts.first
        }
        self.subprotocol = subprotocol
        guard let body = object["body"]?.mappedText else {
            output = .none
            return
        }
        if object["isBase64Encoded"] == .bool(true) {
            guard let bytes = Base64.decoded(body) else { return nil }
            output = bytes.isEmpty ? .none : .binary(bytes)
        } else {
            output = body.isEmpty ? .none : .text(Array(body.utf8))
        }
    }
}

extension JSON {
    fileprivate var objectMembers: [JSONObject.Member]? {
        if case .object(let object) = self { object.members } else { nil }
    }
}

extension LambdaOutcome {
    /// The failure of the event; nil for an answer of the function.
    package var webSocketFailure: WebSocketFailure? {
        switch self {
        case .answered: nil
        case .timedOut:
            WebSocketFailure(
                .timedOut, cause: "the function did not answer within the integration's timeout")
        case .raised(let text, _), .failed(let text):
            WebSocketFailure(.integration, cause: "the function failed: \(text)")
        case .notInvocable(let text): WebSocketFailure(.integration, cause: text)
        case .throttled: WebSocketFailure(.integration, cause: "the function is throttled")
        case .unavailable(let text): WebSocketFailure(.integration, cause: text)
        case .eventTooLarge(let bytes):
            WebSocketFailure(
                .integration,
                cause: "the event has \(bytes) bytes, and a function takes \(Self.payloadBytesMax)")
        }
    }

    /// The text of the error that the function raised; nil without one.
    package var errorMessage: String? {
        let text: String
        switch self {
        case .failed(let found): text = found
        case .raised(let found, let payload):
            if let message = JSON(messageBody: payload)?.member("errorMessage")?.text { return message }
            text = found
        case .answered, .notInvocable, .throttled, .timedOut, .unavailable, .eventTooLarge: return nil
        }
        return text.firstRange(of: ": ").map { String(text[$0.upperBound...]) } ?? text
    }

    /// The answer of a function without the proxy event: its payload, or Lambda's payload about its error.
    package var endpointAnswer: EndpointAnswer? {
        switch self {
        case .answered(let payload), .raised(_, let payload):
            return EndpointAnswer(status: 200, body: payload)
        case .failed:
            let error: JSON = ["errorMessage": .string(errorMessage ?? "")]
            return EndpointAnswer(status: 200, body: Array(error.jsonText.utf8))
        case .notInvocable, .throttled, .timedOut, .unavailable, .eventTooLarge: return nil
        }
    }
}

extension BackendOutcome {
    /// The answer of a backend.
    package func endpointAnswer() throws(WebSocketFailure) -> EndpointAnswer {
        switch self {
        case .answered(let status, let fields, let body):
            return EndpointAnswer(status: status, fields: fields, body: body)
        case .timedOut: throw WebSocketFailure(.timedOut, cause: failure ?? "")
        case .unreachable, .heldBack: throw WebSocketFailure(.integration, cause: failure ?? "")
        }
    }
}
