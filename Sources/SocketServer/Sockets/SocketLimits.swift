/// Every bound of sockets, loops and waiting in one place, each with its default. `LimitOption` names the
/// bounds that a user may set.

package import HTTPWire

/// The bounds on all clients together, and on the time of each.
package struct SocketLimits: Sendable {
    /// The bounds of one message and of one HTTP/2 session.
    package var wire = HTTPLimits()
    /// Open connections. At the limit the server stops accepting until one closes.
    package var connectionsMax = 10_000
    /// Bytes of unsent answers above which a connection reads no further request.
    package var outputBytesMax = 1024 * 1024
    /// Time from the first byte of a request to the end of its header section. Then the answer is 408.
    package var headerTimeout: Duration = .seconds(10)
    /// Time without a byte in either direction, between requests or within one. Then the connection closes,
    /// with a 408 if a request had begun.
    package var idleTimeout: Duration = .seconds(75)
    /// Time from the order to stop until the server cuts off the exchanges that are still under way.
    package var drainTimeout: Duration = .seconds(5)
    /// Time for a peer to close after the last answer.
    package var lingerTimeout: Duration = .seconds(10)
    /// The longest delay of a reply on the emulated clock. Longer delays are shortened to it. With
    /// `idleTimeout` added, also the real time for which a reply may wait for a clock that stands.
    package var delayMax: Duration = .seconds(60 * 60)
    /// Open waits for a reply over all loops. At the limit the handler answers with an error at once.
    package var waitsMax = 10_000
    /// Waits of one request that end in the turn in which they begin. More are a mistake of the handler.
    /// Fixed, because no client can cause them.
    package var waitsPerTurnMax = 16
    /// Calls to other servers that are open over all loops. One more fails at once.
    package var callsMax = 5_000
    /// Calls of one request, one after the other. One more fails at once.
    package var callsPerRequestMax = 8
    /// Calls of a loop to one server that are on their way. More wait, and their time runs.
    package var callsPerServerMax = 256
    /// Names of servers that a loop looks up at once, each on a thread.
    package var addressLookupsMax = 16
    /// Connections of a loop to other servers that are kept for later calls.
    package var keptConnectionsMax = 256
    /// Real time without a call, after which a loop closes the connections that it has kept.
    package var keptConnectionTimeout: Duration = .seconds(60)
    /// Bytes of requests and answers that the calls and connections of all loops hold. A call that needs more
    /// fails, and a body for which there is no room is a 503.
    package var invokeBytesMax = 512 * 1024 * 1024
    /// Bytes of a connection that do not count for `invokeBytesMax`, so that small messages cost no counting.
    /// Fixed, because it changes only the cost of counting.
    package var countedBytesMin = 64 * 1024
    /// Real time until a stalled answer ends, if the client does not give up. Then the connection closes.
    package var stallMax: Duration = .seconds(10 * 60)
    /// Time between two pieces of a slow answer, on the emulated clock. The pause is longer if the rate gives
    /// less than a byte in it. A slow answer therefore costs at most ten writes a second.
    package var dripPause: Duration = .milliseconds(100)
    /// Due replies with which one turn of a loop goes on, before it serves the connections that are ready.
    /// Even 5,000 due replies therefore do not keep ready connections waiting. Messages of several turns for
    /// one WebSocket client become one write: with 32 in place of 16 a post costs a twelfth more.
    package var dueRepliesPerTurnMax = 16
    /// Bytes of its answers that an HTTP/2 client must take within each `idleTimeout`, unless fewer are left.
    /// A client that takes fewer, by opening its window byte by byte, gets GOAWAY (ENHANCE_YOUR_CALM).
    package var answerBytesMin = 64 * 1024
    /// Time from the notice that the server stops to the GOAWAY that names the last stream. The client's
    /// acknowledgement of the notice ends it earlier.
    package var drainNoticeMax: Duration = .seconds(1)
    /// Messages of a WebSocket connection whose answers are not known or not sent. The connection reads no
    /// further message.
    package var webSocketMessagesMax = 32
    /// Bytes of messages to a WebSocket client that its loop has not taken. One more message is refused.
    package var webSocketQueueBytesMax = 1024 * 1024
    /// Messages and orders to close for a WebSocket client that its loop has not taken. Of ordinary messages
    /// the bytes are too many before. Repeated closes have no bytes and reach this bound.
    package var webSocketOrdersMax = 1_000_000
    /// Time without a message on a WebSocket connection, on the emulated clock. Then the connection closes
    /// with 1001. The number is the service's quota.
    package var webSocketIdleTimeout: Duration = .seconds(10 * 60)
    /// The longest life of a WebSocket connection, on the emulated clock. Then it closes with 1001. The
    /// number is the service's quota.
    package var webSocketAgeMax: Duration = .seconds(2 * 60 * 60)
    /// Answers of a loop that are waited for after the end of their WebSocket connection. One more is given
    /// up.
    package var detachedAnswersMax = 1_000
    /// Connections that wait to be accepted. The kernel lowers the number to net.core.somaxconn. Fixed,
    /// because that file bounds it.
    package var backlogMax: Int32 = 4096
    /// Connections that a loop accepts in one turn, before it serves the open ones.
    package var acceptsPerTurnMax = 64
    /// Pause of accepting when the system is out of descriptors or memory.
    package var acceptPause: Duration = .milliseconds(100)
    /// Time between two reports of a pause of accepting.
    package var acceptPauseReportInterval: Duration = .seconds(10)
    /// Ready descriptors that a loop serves in one turn. Fixed, because the next turn serves the others.
    package var eventsPerTurnMax = 256
    /// Connections whose requests a loop answers before it sends the first of the answers. A larger number
    /// would delay the first of them without need. Fixed, because it changes only when answers leave.
    package var answersPerBatchMax = 16
    /// TLS connections that keep OpenSSL's memory for records, up to 34 KB each, between two records too.
    /// Further connections allocate the memory for each record.
    package var tlsBuffersMax = 256
    /// Event loops of a server on any number of processors. Fixed, because `--event-loops` is the option.
    package var loopsMax = 64
    /// Bytes of one read. The receive buffer begins with this size and grows up to the longest head.
    package var receiveBytes = 64 * 1024
    /// Bytes of a buffer that a loop keeps for its next connection. It frees larger buffers. Fixed, because
    /// it changes only the cost of memory.
    package var spareBytesMax = 256 * 1024

    package init() {}

    /// Bytes received and not yet decoded. There is always room for the longest head and for bytes before it.
    package var inputBytesMax: Int {
        wire.requestLineBytesMax + wire.fieldSectionBytesMax + receiveBytes
    }
}

/// The limits that a connection needs between two turns. The connections of a loop share one object.
package final class ConnectionLimits: Sendable {
    let outputBytesMax: Int
    let inputBytesMax: Int
    let headerTimeout: Duration
    let idleTimeout: Duration
    let lingerTimeout: Duration

    package init(_ limits: SocketLimits) {
        outputBytesMax = limits.outputBytesMax
        inputBytesMax = limits.inputBytesMax
        headerTimeout = limits.headerTimeout
        idleTimeout = limits.idleTimeout
        lingerTimeout = limits.lingerTimeout
    }
}
