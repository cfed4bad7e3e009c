/// One connection as a WebSocket: frames in, messages to the session, answers out. Ends with a close
/// handshake where the client lets it, and tells the session of every end once. Follows RFC 6455.

internal import HTTPWire

/// The state of a connection that is a WebSocket. It borrows the memory for frames from the turn while a
/// frame is under way, so that an idle connection holds some hundred bytes.
struct WebSocketConversation: ~Copyable {
    private let session: any WebSocketSession
    private let channel: WebSocketChannel
    private let acceptsBinary: Bool
    private var receiver: WebSocketReceiver
    private var sender: WebSocketSender
    private var frames: WebSocketFrames?
    private var inflater: WebSocketInflater?
    /// The answers that are not known yet.
    private var pending: [PendingReply] = []
    /// The time on the emulated clock at which the connection is too old.
    private let tooOldAt: Duration
    /// The time on the emulated clock at which the connection has had no message for too long.
    private var idleAt: Duration
    /// The end, from its begin on.
    private var end: WebSocketEnd?
    /// The monotonic time at which the client has had time enough to close too; nil while it need not.
    private var closingUntil: Duration?
    private var isSessionOver = false

    /// Sends the 101 and opens the session.
    init(
        _ upgrade: WebSocketUpgrade, by handshake: WebSocketHandshake, of peer: Peer,
        to output: inout ByteQueue, in turn: inout Turn
    ) {
        session = upgrade.session
        acceptsBinary = upgrade.acceptsBinary
        let agreed = handshake.offered.flatMap { WebSocketInflater.missingLibrary() == nil ? $0 : nil }
        receiver = WebSocketReceiver(limits: turn.limits.wire, agreed: agreed)
        sender = WebSocketSender(agreed: agreed)
        channel = WebSocketChannel(
            mailbox: turn.mailbox, recipient: peer.recipient, limits: turn.limits)
        let now = turn.emulatedTime()
        tooOldAt = now + turn.limits.webSocketAgeMax
        idleAt = now + turn.limits.webSocketIdleTimeout
        let date = turn.date()
        turn.lendOutput(to: &output)
        output.append {
            handshake.appendResponse(
                to: &$0, date: date, extensions: agreed?.answer, subprotocol: upgrade.subprotocol,
                fields: upgrade.fields)
        }
        session.opened(channel)
    }

    func times(for peer: Peer, isOutputEmpty: Bool, _ limits: ConnectionLimits) -> ConversationTimes {
        if let closingUntil { return ConversationTimes(deadline: closingUntil, replyDue: nil) }
        var due = min(tooOldAt, idleAt, sender.held?.due ?? Self.never)
        // A client that takes no bytes is given up. A client that is only quiet has the emulated clock.
        var cutOff = sender.held?.cutOff ?? Self.never
        for reply in pending {
            due = min(due, reply.due ?? Self.never)
            cutOff = min(cutOff, reply.cutOff)
        }
        let deadline = isOutputEmpty ? cutOff : peer.lastMoved + limits.idleTimeout
        return ConversationTimes(deadline: deadline, replyDue: due)
    }

    /// Goes on with answers that have become known, sends the orders of the channel, and takes messages.
    mutating func step(
        from input: inout ByteQueue, of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) -> ConversationStep {
        let frames = self.frames.take() ?? turn.takeFrames()
        resumeAnswers(of: peer, by: frames, to: &output, in: &turn)
        closeIfDue(by: frames, to: &output, in: &turn)
        sendOrders(by: frames, to: &output, in: &turn)
        if receiver.needsInflater, inflater == nil { inflater = turn.takeInflater() }
        let step = receive(from: &input, of: peer, by: frames, to: &output, in: &turn)
        if !receiver.isUnpacking, let inflater = inflater.take() { turn.giveBack(inflater) }
        if frames.isBetweenFrames {
            turn.giveBack(frames)
        } else {
            self.frames = frames
        }
        return step
    }

    /// Acts on a deadline that has passed.
    mutating func expire(isOutputEmpty: Bool, in turn: borrowing Turn) -> Expiry {
        guard closingUntil == nil, isOutputEmpty else { return .closes }
        let now = turn.now
        if let held = sender.held, held.cutOff <= now { return .ends }
        for reply in pending where reply.cutOff <= now { reply.cancel(in: turn) }
        pending.removeAll { $0.cutOff <= now }
        return .goesOn
    }

    /// Ends the session, once. To be called when the connection takes no further message.
    mutating func end(in turn: borrowing Turn) {
        cancelAnswers(in: turn)
        channel.end()
        guard !isSessionOver else { return }
        isSessionOver = true
        let end = self.end ?? WebSocketEnd(code: .abnormal, reason: "", cause: .lost)
        if let answer = session.ended(end) { turn.detached.add(answer) }
    }

    private mutating func cancelAnswers(in turn: borrowing Turn) {
        for reply in pending { reply.cancel(in: turn) }
        pending = []
    }

    private mutating func resumeAnswers(
        of peer: Peer, by frames: WebSocketFrames, to output: inout ByteQueue, in turn: inout Turn
    ) {
        sender.resume(by: frames, to: &output, in: &turn)
        guard !pending.isEmpty else { return }
        var due: [(answer: Answer, calls: Int)] = []
        pending = pending.filter { reply in
            guard case .deliver(let answer) = reply.step(hasPeerEnded: false, in: &turn) else { return true }
            due.append((answer, reply.exchange.calls))
            return false
        }
        for (answer, calls) in due {
            deliver(answer, behind: calls, of: peer, by: frames, to: &output, in: &turn)
        }
    }

    /// Closes a connection that is too old or idle, or whose server stops.
    private mutating func closeIfDue(
        by frames: WebSocketFrames, to output: inout ByteQueue, in turn: inout Turn
    ) {
        guard end == nil else { return }
        let now = turn.emulatedTime()
        // Answers that outlast the stop are still sent.
        let isStopping = turn.isDraining && (pending.isEmpty || turn.isDrainOver)
        guard isStopping || tooOldAt <= now || idleAt <= now else { return }
        let cause: WebSocketEnd.Cause = isStopping ? .stop : tooOldAt <= now ? .age : .idle
        close(
            WebSocketClosure(.goingAway, "Going away"), cause: cause, by: frames, to: &output, in: &turn)
    }

    private mutating func sendOrders(
        by frames: WebSocketFrames, to output: inout ByteQueue, in turn: inout Turn
    ) {
        guard end == nil, !sender.isHolding, output.count <= turn.limits.outputBytesMax else { return }
        if let orders = channel.collect() {
            perform(orders.first, by: frames, to: &output, in: &turn)
            for order in orders.others { perform(order, by: frames, to: &output, in: &turn) }
        }
        noteEnd(in: turn)
    }

    private mutating func perform(
        _ order: WebSocketChannel.Order, by frames: WebSocketFrames, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        switch order {
        case .message(let message):
            idleAt = turn.emulatedTime() + turn.limits.webSocketIdleTimeout
            sender.deliver(message, by: frames, to: &output, in: &turn)
        case .reply(let reply):
            idleAt = turn.emulatedTime() + turn.limits.webSocketIdleTimeout
            sender.deliver(reply, by: frames, to: &output, in: &turn)
        case .close(let closure):
            sender.deliver(
                .close(closure.code, reason: closure.reason), by: frames, to: &output, in: &turn)
        case .reset:
            sender.ending = .abrupt
        }
    }

    /// Takes messages until the input has none, the client takes no more output, or too many answers wait.
    private mutating func receive(
        from input: inout ByteQueue, of peer: Peer, by frames: WebSocketFrames, to output: inout ByteQueue,
        in turn: inout Turn
    ) -> ConversationStep {
        while sender.ending == nil {
            guard output.count <= turn.limits.outputBytesMax else {
                // Orders left in the channel go on when the client has taken the output.
                let isWaiting = input.isEmpty && frames.isBetweenFrames && !channel.hasOrders
                return isWaiting ? .waits : .isHeldBack
            }
            let isFull = pending.count + sender.count >= turn.limits.webSocketMessagesMax
            if isFull || (turn.isDraining && end == nil) { return .waits }
            // A connection that only sends has nothing to read.
            if input.isEmpty, frames.isBetweenFrames { return peer.hasEnded ? .ends(.inOrder) : .waits }
            do throws(WebSocketClosure) {
                guard let event = try nextEvent(from: &input, by: frames) else {
                    return peer.hasEnded ? .ends(.inOrder) : .waits
                }
                take(event, of: peer, by: frames, to: &output, in: &turn)
            } catch {
                fail(error, by: frames, to: &output, in: &turn)
            }
        }
        return .ends(sender.ending ?? .inOrder)
    }

    private mutating func nextEvent(
        from input: inout ByteQueue, by frames: WebSocketFrames
    ) throws(WebSocketClosure) -> WebSocketReceiver.Event? {
        var taken = 0
        let event = try input.withSpan { bytes throws(WebSocketClosure) in
            try receiver.next(in: bytes, taken: &taken, by: frames, inflater)
        }
        input.consume(taken)
        return event
    }

    private mutating func take(
        _ event: WebSocketReceiver.Event, of peer: Peer, by frames: WebSocketFrames,
        to output: inout ByteQueue, in turn: inout Turn
    ) {
        switch event {
        case .pong: break
        case .ping(let payload): sender.pong(payload, by: frames, to: &output, in: &turn)
        case .close(let closure):
            if end == nil {
                end = WebSocketEnd(code: closure.code, reason: closure.reason, cause: .client)
                let code = closure.code
                sender.close(WebSocketClosure(code, ""), by: frames, to: &output, in: &turn)
            }
            sender.ending = .inOrder
        // The client may have sent it before it saw the close frame.
        case .message where end != nil: break
        case .message(.binary) where !acceptsBinary:
            fail(
                WebSocketClosure(.unsupportedData, "Binary messages are not supported."), by: frames,
                to: &output, in: &turn)
        case .message(let message):
            idleAt = turn.emulatedTime() + turn.limits.webSocketIdleTimeout
            let answer = session.received(message)
            deliver(answer, behind: 0, of: peer, by: frames, to: &output, in: &turn)
        }
    }

    /// Sends the answer, or lets it wait. `calls` are the calls that led to it.
    private mutating func deliver(
        _ answer: consuming Answer, behind calls: Int, of peer: Peer, by frames: WebSocketFrames,
        to output: inout ByteQueue, in turn: inout Turn
    ) {
        switch answer.start(for: peer.recipient, behind: calls, in: &turn) {
        case .deliver(let reply): sender.deliver(reply, by: frames, to: &output, in: &turn)
        case .hold(.stalled, _):
            sender.deliver(
                Reply(HTTPResponse(status: 200), delivery: .stall), by: frames, to: &output, in: &turn)
        case .hold(let stage, let calls):
            pending.append(PendingReply(stage, for: Exchange.message.behind(calls: calls), in: turn))
        case .upgrade, .stream: preconditionFailure("An upgrade or a stream answers a request.")
        }
        noteEnd(in: turn)
    }

    /// Begins the end that a reply or an order has asked for.
    private mutating func noteEnd(in turn: borrowing Turn) {
        guard end == nil else { return }
        if let closure = sender.closure {
            beginEnd(WebSocketEnd(code: closure.code, reason: closure.reason, cause: .server), in: turn)
        } else if sender.ending != nil {
            end = WebSocketEnd(code: .abnormal, reason: "", cause: .server)
        }
    }

    /// Ends the connection because the client has broken the protocol.
    private mutating func fail(
        _ closure: WebSocketClosure, by frames: WebSocketFrames, to output: inout ByteQueue,
        in turn: inout Turn
    ) {
        close(closure, cause: .protocolError, by: frames, to: &output, in: &turn)
        sender.ending = .inOrder
    }

    private mutating func close(
        _ closure: WebSocketClosure, cause: WebSocketEnd.Cause, by frames: WebSocketFrames,
        to output: inout ByteQueue, in turn: inout Turn
    ) {
        guard end == nil else { return }
        sender.close(closure, by: frames, to: &output, in: &turn)
        beginEnd(WebSocketEnd(code: closure.code, reason: closure.reason, cause: cause), in: turn)
    }

    /// Gives the client time to close too. Until then its messages are dropped.
    private mutating func beginEnd(_ end: WebSocketEnd, in turn: borrowing Turn) {
        self.end = end
        closingUntil = turn.now + turn.limits.lingerTimeout
        cancelAnswers(in: turn)
        channel.end()
    }

    /// A time that does not come on either clock.
    private static let never = Duration.seconds(1 << 40)
}
