/// Answers without a client: waits and calls that begin when a WebSocket connection has ended. The loop goes
/// on with them, so that a call for a gone client is made as any other. Nobody reads their replies.

internal import HTTPWire

/// The answers of one loop that are waited for without a client.
struct DetachedReplies {
    private var open: [PendingReply] = []

    var isEmpty: Bool { open.isEmpty }

    /// The nearest time on the emulated clock at which an answer goes on; nil if none waits for a time.
    var due: Duration? { open.isEmpty ? nil : open.compactMap(\.due).min() }

    /// Begins the answers that have come, and goes on with those that have become known.
    mutating func advance(in turn: inout Turn) {
        for answer in turn.detached.collect() { start(answer, behind: 0, in: &turn) }
        guard !open.isEmpty else { return }
        var known: [(answer: Answer, calls: Int)] = []
        open = open.filter { reply in
            guard case .deliver(let answer) = reply.step(hasPeerEnded: false, in: &turn) else { return true }
            known.append((answer, reply.exchange.calls))
            return false
        }
        for (answer, calls) in known { start(answer, behind: calls, in: &turn) }
    }

    private mutating func start(_ answer: consuming Answer, behind calls: Int, in turn: inout Turn) {
        // Mail for the mailbox itself wakes the loop, and goes to no connection.
        let recipient = Recipient(descriptor: turn.mailbox.descriptor, generation: 0)
        switch answer.start(for: recipient, behind: calls, in: &turn) {
        // A delay or a stall of a reply that nobody reads changes nothing.
        case .deliver, .stream, .hold(.delayed, _), .hold(.stalled, _), .hold(.dripping, _),
            .hold(.streaming, _):
            break
        case .hold(let stage, let calls):
            let reply = PendingReply(stage, for: Exchange.message.behind(calls: calls), in: turn)
            if open.count < turn.limits.detachedAnswersMax {
                open.append(reply)
            } else {
                reply.cancel(in: turn)
            }
        case .upgrade: preconditionFailure("An upgrade answers a handshake.")
        }
    }
}
