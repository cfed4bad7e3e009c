/// The open connections of WebSocket APIs, for a Swift test that plays the server. The test sends messages to
/// clients, and ends their connections. The admin API has the same.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer

/// One open connection of a WebSocket API, as it was when it was asked for.
public struct WebSocketClient: Sendable, Hashable, Identifiable {
    /// The identifier of the connection, which events and `@connections` have too.
    public let id: String
    /// The identifier of the API.
    public let api: String
    /// The name of the stage.
    public let stage: String
    /// The account of the API.
    public let account: String
    /// The region of the API.
    public let region: String
    /// The time of the handshake since 1970, on the emulator's clock.
    public let connectedAt: Duration
    /// The time of the last message either way, since 1970 on the emulator's clock.
    public let lastActiveAt: Duration
    /// The client's address.
    public let sourceIP: String
    /// The client's `User-Agent`; nil without one.
    public let userAgent: String?
    /// The principal of the authorizer; nil without one.
    public let principalID: String?
    /// The number of messages from the client.
    public let receivedCount: Int
    /// The number of messages to the client.
    public let sentCount: Int

    init(_ connection: OpenConnection) {
        let (facts, counts) = (connection.facts, connection.counts)
        let address = facts.address
        (id, api, stage) = (facts.id, address.apiId, address.stage)
        (account, region) = (address.scope.account, address.scope.region)
        (connectedAt, lastActiveAt) = (facts.connectedAt, connection.lastActive)
        (sourceIP, userAgent) = (facts.caller.address, facts.userAgent)
        principalID = facts.authorizer?.principalId
        (receivedCount, sentCount) = (counts.received, counts.sent)
    }
}

/// The reason why a connection does not take an order.
public enum WebSocketClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No connection of this identifier is open.
    case gone(String)
    /// The client has not taken enough of its earlier messages.
    case full(String)
    /// A close frame cannot have this code.
    case code(Int)
    /// A close frame has no room for a reason of so many bytes.
    case reason(byteCount: Int)

    /// The reason in plain words.
    public var description: String {
        switch self {
        case .gone(let id): "no connection \(id) is open"
        case .full(let id): "the client of connection \(id) has not taken enough of its earlier messages"
        case .code(let code): "found the code \(code), expected one that may be sent, such as 1000 or 4000"
        case .reason(let count):
            "found a reason of \(count) bytes, expected at most \(FaultLimits.closeReasonBytesMax)"
        }
    }
}

extension LocalServer {
    /// The open connections of WebSocket APIs, the oldest first.
    public var connections: [WebSocketClient] { emulator.connections.all.map { WebSocketClient($0) } }

    /// Sends a text to the client of a connection, as its API would.
    public func send(_ text: String, to id: String) throws(WebSocketClientError) {
        try send(.text(Array(text.utf8)), id)
    }

    /// Sends a binary message to the client of a connection.
    public func send(_ bytes: [UInt8], to id: String) throws(WebSocketClientError) {
        try send(.binary(bytes), id)
    }

    private func send(_ message: WebSocketMessage, _ id: String) throws(WebSocketClientError) {
        let reply = Reply.message(message)
        switch try connection(id).send(reply, at: emulator.clock.wallTime()) {
        case .accepted: return
        case .gone: throw .gone(id)
        case .full: throw .full(id)
        }
    }

    /// Closes a connection with this code and reason, behind the messages that were sent before.
    public func closeConnection(
        _ id: String, code: Int = 1000, reason: String = ""
    ) throws(WebSocketClientError) {
        guard let number = UInt16(exactly: code), WebSocketCloseCode(rawValue: number).mayBeSent else {
            throw .code(code)
        }
        let count = reason.utf8.count
        guard count <= FaultLimits.closeReasonBytesMax else { throw .reason(byteCount: count) }
        let outcome = try connection(id).close(WebSocketCloseCode(rawValue: number), reason: reason)
        if outcome == .gone { throw .gone(id) }
    }

    private func connection(_ id: String) throws(WebSocketClientError) -> OpenConnection {
        guard let found = emulator.connections.connection(id) else { throw .gone(id) }
        return found
    }
}
