/// The contract between a server and the program behind a WebSocket connection. An upgrade answers the
/// handshake; then messages come in, and answers go out. An answer is data, as for a request.

package import HTTPWire

/// The answer to a handshake that opens the connection. Only a request that `isWebSocketUpgrade` may get it.
package struct WebSocketUpgrade: Sendable {
    /// The protocol for Sec-WebSocket-Protocol; nil sends none.
    package var subprotocol: String?
    /// Further fields of the 101, behind the protocol's own.
    package var fields: HTTPFields
    /// Whether binary messages are received. If false, they end the connection with 1003.
    package var acceptsBinary: Bool
    package let session: any WebSocketSession

    package init(
        session: any WebSocketSession, subprotocol: String? = nil, fields: HTTPFields = HTTPFields(),
        acceptsBinary: Bool = false
    ) {
        self.session = session
        self.subprotocol = subprotocol
        self.fields = fields
        self.acceptsBinary = acceptsBinary
    }
}

/// The program behind one WebSocket connection. The loop of the connection makes all calls on its thread, so
/// they must not wait. `opened` comes first and `ended` last; if the client goes before the 101, neither
/// comes.
package protocol WebSocketSession: AnyObject, Sendable {
    /// The 101 is on its way. `channel` reaches the client from any thread.
    func opened(_ channel: WebSocketChannel)
    /// Takes one whole message. The answer is one for a request, made by `Reply.nothing`, `Reply.message` or
    /// `Reply.close`. Its delay and its delivery act on that message. While the answer waits or calls, more
    /// messages may come, up to `SocketLimits.webSocketMessagesMax`. Answers leave in the order in which they
    /// become known.
    func received(_ message: WebSocketMessage) -> Answer
    /// Called once, when the connection has ended in any way. The answer is waited for without a client, and
    /// nobody reads its reply. Nil if there is nothing left to do.
    func ended(_ end: WebSocketEnd) -> Answer?
}

/// The end of a WebSocket connection.
package struct WebSocketEnd: Sendable, Equatable {
    /// The side or the limit that ended the connection.
    package enum Cause: Sendable, Equatable {
        /// The client sent a close frame.
        case client
        /// The session closed it, by `channel.close`, `Reply.close` or a delivery that breaks off.
        case server
        /// No message for `SocketLimits.webSocketIdleTimeout`.
        case idle
        /// The connection was open for `SocketLimits.webSocketAgeMax`.
        case age
        /// The client broke the protocol or a limit. The server answered with the code.
        case protocolError
        /// The server stops.
        case stop
        /// The client has gone without a close frame. The code is 1006.
        case lost
    }

    /// The code of the close frame that came first; 1005 if it had none, 1006 if there was none.
    package let code: WebSocketCloseCode
    package let reason: String
    package let cause: Cause

    package init(code: WebSocketCloseCode, reason: String, cause: Cause) {
        self.code = code
        self.reason = reason
        self.cause = cause
    }
}

/// A reply to a message. It is a `Reply`, so that waits, calls, delays and deliveries work as for a request.
extension Reply {
    /// Sends nothing.
    package static var nothing: Reply { Reply(HTTPResponse(status: 200)) }

    /// Sends one message.
    package static func message(
        _ message: WebSocketMessage, delay: Duration = .zero, delivery: Delivery = .whole
    ) -> Reply {
        var response = HTTPResponse(status: 200, body: message.bytes)
        response.contentType =
            switch message {
            case .text: textType
            case .binary: binaryType
            }
        return Reply(response, delay: delay, delivery: delivery)
    }

    /// Closes the connection with this code, which must be one that may be sent.
    package static func close(
        _ code: WebSocketCloseCode, reason: String = "", delay: Duration = .zero
    ) -> Reply {
        Reply(HTTPResponse(status: Int(code.rawValue), body: Array(reason.utf8)), delay: delay)
    }

    /// The deed that the reply asks for.
    var webSocketAction: WebSocketAction {
        if response.status >= 1000 {
            return .close(
                WebSocketClosure(
                    WebSocketCloseCode(rawValue: UInt16(response.status)),
                    String(decoding: response.body, as: UTF8.self)))
        }
        // A reply of a handler for requests, such as an injected fault, is a text if it has a body.
        if response.contentType == nil, response.body.isEmpty { return .nothing }
        return .message(response.contentType == binaryType ? .binary(response.body) : .text(response.body))
    }
}

/// A deed of a connection.
enum WebSocketAction: Sendable, Equatable {
    case nothing
    case message(WebSocketMessage)
    case close(WebSocketClosure)
}

private let textType = "text/plain; websocket"
private let binaryType = "application/octet-stream; websocket"
