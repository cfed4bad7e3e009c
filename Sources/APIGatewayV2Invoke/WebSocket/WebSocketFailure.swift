/// The failures of a message, each with the frame that the client gets, and the failures of a handshake, each
/// with its status. The frames are recorded, with their blanks (docs/fidelity-invoke.md, "WebSocket APIs").

internal import JSON

/// The failure of one event.
package struct WebSocketFailure: Error, Sendable, Equatable {
    /// The reason, which the client sees.
    package enum Kind: Sendable, Equatable {
        /// No route takes the message.
        case noRoute
        /// The message does not fit its model.
        case badBody
        /// The integration failed, or may not be called.
        case integration
        case timedOut
        /// No template takes the message, and it may not pass without one.
        case noTemplate
        case throttled
        /// The text names a setting that this program does not honour.
        case notHonoured(String)
    }

    package let kind: Kind
    /// The cause in plain words, for the log.
    package let cause: String

    package init(_ kind: Kind, cause: String) {
        self.kind = kind
        self.cause = cause
    }

    package init(notHonoured setting: UnsupportedSetting) {
        self.init(.notHonoured(setting.message), cause: setting.message)
    }

    /// The text of the frame's `message`.
    package var message: String {
        switch kind {
        case .noRoute: "Forbidden"
        case .badBody: "Bad request body"
        case .integration: "Internal server error"
        case .timedOut: "Endpoint request timed out"
        case .noTemplate: "Unsupported Media Type"
        case .throttled: "Too Many Requests"
        case .notHonoured(let text): text
        }
    }

    /// The status that logs and a failed handshake have.
    package var status: Int {
        switch kind {
        case .noRoute: 403
        case .badBody: 400
        case .integration: 502
        case .timedOut: 504
        case .noTemplate: 415
        case .throttled: 429
        case .notHonoured: 501
        }
    }

    /// The text of the frame for `event`.
    package func frame(for event: WebSocketEvent) -> [UInt8] {
        let connection = JSON.string(event.connection.id).jsonText
        if kind == .badBody {
            let id = JSON.string(event.messageID ?? "").jsonText
            return Array(
                "{\"message\" : \"\(message)\", \"connectionId\": \(connection), \"messageId\": \(id)}".utf8)
        }
        let (text, id) = (JSON.string(message).jsonText, JSON.string(event.requestID).jsonText)
        return Array("{\"message\": \(text), \"connectionId\":\(connection), \"requestId\":\(id)}".utf8)
    }

    /// The values of `$context.error` in access logs: the frame's words.
    package var contextError: InvocationError {
        let type: String? =
            switch kind {
            case .noRoute: "ACCESS_DENIED"
            case .badBody: "BAD_REQUEST_BODY"
            case .integration: "INTEGRATION_FAILURE"
            case .timedOut: "INTEGRATION_TIMEOUT"
            case .noTemplate: "UNSUPPORTED_MEDIA_TYPE"
            case .throttled: "THROTTLED"
            case .notHonoured: nil
            }
        return InvocationError(message: message, responseType: type)
    }
}
