/// The way to the client of a WebSocket connection from any thread: messages and orders in, mail for the
/// connection's loop out. The queue is bounded, so that a client that reads slowly costs no more.

package import HTTPWire
internal import Synchronization

/// The sending end of one connection.
package final class WebSocketChannel: Sendable {
    /// The result of one order.
    package enum Outcome: Sendable, Equatable {
        /// The order is on its way. The connection may still end before it.
        case accepted
        /// The connection is closing or has ended.
        case gone
        /// The client has not taken enough of the earlier messages.
        case full
    }

    /// The rare orders are on the heap, so that a usual one is a reference.
    enum Order: Sendable {
        case message(WebSocketMessage)
        indirect case reply(Reply)
        indirect case close(WebSocketClosure)
        case reset
    }

    private struct State {
        /// The first order has no array, because a turn of the connection's loop seldom finds two.
        var first: Order?
        var others: [Order] = []
        var bytes = 0
        var isOver = false

        var orderCount: Int { first == nil ? 0 : 1 + others.count }
    }

    private let state = Mutex(State())
    private let mailbox: Mailbox
    private let recipient: Recipient
    private let bytesMax: Int
    private let ordersMax: Int

    init(mailbox: Mailbox, recipient: Recipient, limits: SocketLimits) {
        self.mailbox = mailbox
        self.recipient = recipient
        bytesMax = limits.webSocketQueueBytesMax
        ordersMax = limits.webSocketOrdersMax
    }

    /// Whether the connection is closing or has ended.
    package var isOver: Bool { state.withLock { $0.isOver } }

    /// Sends a message. One message always fits into an empty queue.
    @discardableResult
    package func send(_ message: WebSocketMessage) -> Outcome {
        leave(.message(message), bytes: message.bytes.count + Self.orderBytes)
    }

    /// Sends the message of a reply by its delivery. The delay of the reply does not count.
    @discardableResult
    package func send(_ reply: Reply) -> Outcome {
        leave(.reply(reply), bytes: reply.response.body.count + Self.orderBytes)
    }

    /// Closes the connection behind the messages that were sent before.
    @discardableResult
    package func close(_ code: WebSocketCloseCode = .normal, reason: String = "") -> Outcome {
        precondition(code.mayBeSent, "A close frame has a code that may be sent.")
        return leave(.close(WebSocketClosure(code, reason)), bytes: 0)
    }

    /// Ends the connection by a TCP reset. Messages that the client has not taken are lost.
    @discardableResult
    package func reset() -> Outcome { leave(.reset, bytes: 0) }

    private func leave(_ order: Order, bytes: Int) -> Outcome {
        let (outcome, isFirst) = state.withLock { state -> (Outcome, Bool) in
            guard !state.isOver else { return (.gone, false) }
            let isFull = bytes > 0 && state.bytes > 0 && state.bytes + bytes > bytesMax
            guard !isFull, state.orderCount < ordersMax else { return (.full, false) }
            state.bytes += bytes
            guard state.first == nil else {
                state.others.append(order)
                return (.accepted, false)
            }
            state.first = order
            return (.accepted, true)
        }
        if isFirst { mailbox.announceEndOfWait(to: recipient) }
        return outcome
    }

    /// Whether an order waits for its connection.
    var hasOrders: Bool { state.withLock { $0.first != nil } }

    /// Takes all orders out; nil without one.
    func collect() -> (first: Order, others: [Order])? {
        state.withLock { state in
            guard let first = state.first.take() else { return nil }
            state.bytes = 0
            guard !state.others.isEmpty else { return (first, []) }
            defer { state.others = [] }
            return (first, state.others)
        }
    }

    /// Ends the channel. Orders that were not collected are dropped.
    func end() {
        state.withLock { $0 = State(isOver: true) }
    }

    /// The memory of an order without its message, in bytes.
    private static let orderBytes = 64
}
