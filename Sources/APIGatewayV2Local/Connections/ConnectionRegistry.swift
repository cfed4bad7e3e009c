/// The open connections of WebSocket APIs, over all loops: each with its facts and the way to its client.
/// `@connections` and the admin API find them by their identifiers.

internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer
internal import Synchronization

/// One open connection.
final class OpenConnection: Sendable {
    private struct State {
        var lastActive: Duration
        var received = 0
        var sent = 0
    }

    let facts: WebSocketConnection
    private let channel: WebSocketChannel
    private let state: Mutex<State>

    init(_ facts: WebSocketConnection, _ channel: WebSocketChannel) {
        self.facts = facts
        self.channel = channel
        state = Mutex(State(lastActive: facts.connectedAt))
    }

    /// The time of the last message either way, since 1970.
    var lastActive: Duration { state.withLock { $0.lastActive } }

    /// The number of messages from the client and to it.
    var counts: (received: Int, sent: Int) { state.withLock { ($0.received, $0.sent) } }

    func noteReceived(at time: Duration) {
        state.withLock { state in
            state.received += 1
            state.lastActive = time
        }
    }

    func noteSent(at time: Duration) {
        state.withLock { state in
            state.sent += 1
            state.lastActive = time
        }
    }

    /// Sends bytes as one message: text if they are UTF-8.
    func send(_ bytes: [UInt8], at time: Duration) -> WebSocketChannel.Outcome {
        let isText = bytes.span.isUTF8
        let outcome = channel.send(isText ? .text(bytes) : .binary(bytes))
        if outcome == .accepted { noteSent(at: time) }
        return outcome
    }

    /// Sends the message of a reply by its delivery, without its delay.
    @discardableResult
    func send(_ reply: Reply, at time: Duration) -> WebSocketChannel.Outcome {
        let outcome = channel.send(reply)
        if outcome == .accepted { noteSent(at: time) }
        return outcome
    }

    @discardableResult
    func close(_ code: WebSocketCloseCode = .normal, reason: String = "") -> WebSocketChannel.Outcome {
        channel.close(code, reason: reason)
    }
}

/// Finds open connections.
package final class ConnectionRegistry: Sendable {
    /// The sixteen bytes of an identifier as two words, whose hash takes a third of that of a text.
    private struct Key: Hashable {
        let first: UInt64
        let second: UInt64

        /// Nil for a text that is no identifier.
        init?(_ id: String) {
            let bytes = id.utf8.span
            guard bytes.count == 16 else { return nil }
            var (first, second): (UInt64, UInt64) = (0, 0)
            for index in 0..<8 {
                first = first << 8 | UInt64(bytes[index])
                second = second << 8 | UInt64(bytes[index + 8])
            }
            (self.first, self.second) = (first, second)
        }
    }

    private let connections = Mutex<[Key: OpenConnection]>([:])

    package init() {}

    func add(_ connection: OpenConnection) {
        guard let key = Key(connection.facts.id) else {
            preconditionFailure("An identifier of a connection has sixteen bytes.")
        }
        connections.withLock { $0[key] = connection }
    }

    func remove(_ id: String) -> OpenConnection? {
        guard let key = Key(id) else { return nil }
        return connections.withLock { $0.removeValue(forKey: key) }
    }

    func connection(_ id: String) -> OpenConnection? {
        guard let key = Key(id) else { return nil }
        return connections.withLock { $0[key] }
    }

    /// The connection if it is one of this stage.
    func connection(_ id: String, of address: StageAddress) -> OpenConnection? {
        guard let found = connection(id) else { return nil }
        let own = found.facts.address
        let isOfStage =
            own.apiId == address.apiId && own.stage == address.stage && own.scope == address.scope
        return isOfStage ? found : nil
    }

    /// The number of connections.
    var count: Int { connections.withLock { $0.count } }

    /// All connections, the oldest first.
    var all: [OpenConnection] {
        connections.withLock { Array($0.values) }.sorted {
            ($0.facts.connectedAt, $0.facts.id) < ($1.facts.connectedAt, $1.facts.id)
        }
    }
}
