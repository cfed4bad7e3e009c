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
    private let connections = Mutex<[String: OpenConnection]>([:])

    package init() {}

    func add(_ connection: OpenConnection) {
        connections.withLock { $0[connection.facts.id] = connection }
    }

    func remove(_ id: String) -> OpenConnection? {
        connections.withLock { $0.removeValue(forKey: id) }
    }

    func connection(_ id: String) -> OpenConnection? {
        connections.withLock { $0[id] }
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
