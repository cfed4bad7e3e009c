/// Requests of an HTTP/2 connection in, answers out, each on its stream: at once, after a delay, slowly, in
/// part or never. No answer keeps another stream waiting. Stops in two steps (RFC 9113 section 6.8), and ends
/// a connection whose peer takes too long. Neither reads nor writes a socket.

internal import HTTPWire

/// The state of a connection that speaks HTTP/2.
struct HTTP2Conversation: ~Copyable {
    /// A reply that the session does not have in full.
    private struct Waiting {
        let stream: HTTP2StreamID
        let reply: PendingReply
    }

    private enum Stop {
        case notAsked
        /// The client knows that the server stops, and may still send requests that are on their way.
        case noticed(until: Duration)
        case announced
    }

    private let session: HTTP2Session
    private var waiting: [Waiting] = []
    /// The end of the connection; nil while requests are answered.
    private var ending: Ending?
    private var stop = Stop.notAsked
    /// The monotonic time at which the present header section began; nil between two sections.
    private var headBegan: Duration?
    /// The time from which the client must take `answerBytesMin` of the bytes that wait for it, and
    /// `sentBytes` at that time. Nil if no bytes wait.
    private var unsentSince: (time: Duration, sentBytes: Int)?
    /// The monotonic time at which the last reply that had waited went on. The client did not cause the quiet
    /// time before it.
    private var resumed = Duration.zero

    init(limits: SocketLimits, now: Duration) {
        session = HTTP2Session(limits: limits.wire, now: now)
    }

    /// Takes over from HTTP/1.1, and answers the request on the first stream. Nil if the request's settings
    /// are malformed.
    init?(upgradedBy request: HTTPRequest, of peer: Peer, in turn: inout Turn) {
        self.init(limits: turn.limits, now: turn.now)
        guard let settings = HTTP2Upgrade.settings(in: request.fields),
            let stream = session.upgrade(settings: settings, isHead: request.method == .head)
        else { return nil }
        answer(request.with(version: .http2), on: stream, of: peer, in: &turn)
    }

    /// The bytes of bodies that arrive, and of answers that wait.
    var heldBytes: Int {
        let kept = session.receivedBytes + session.unsentBytes
        return waiting.isEmpty ? kept : waiting.reduce(kept) { $0 + $1.reply.heldBytes }
    }

    func times(for peer: Peer, isOutputEmpty: Bool, _ limits: ConnectionLimits) -> ConversationTimes {
        var deadline = max(peer.lastMoved, resumed) + limits.idleTimeout
        // No stream is asked for a piece before its client has taken the earlier ones.
        let isFull = session.unsentBytes > limits.outputBytesMax
        let timed = waiting.lazy.filter { !(isFull && $0.reply.isStream) }
        if isOutputEmpty, let cutOff = timed.map(\.reply.cutOff).min() {
            // A client that has shut its side may be gone altogether: only sending would show it.
            deadline = peer.hasEnded ? min(cutOff, peer.lastMoved + limits.lingerTimeout) : cutOff
        }
        if let headBegan { deadline = min(deadline, headBegan + limits.headerTimeout) }
        if let unsentSince { deadline = min(deadline, unsentSince.time + limits.idleTimeout) }
        if case .noticed(let until) = stop { deadline = min(deadline, until) }
        let due = waiting.isEmpty ? nil : waiting.lazy.compactMap(\.reply.due).min()
        return ConversationTimes(deadline: deadline, replyDue: due)
    }

    /// Takes the bytes that have arrived, answers the requests that are whole, and writes the bytes that the
    /// client's windows allow.
    mutating func step(
        from input: inout ByteQueue, of peer: Peer, to output: inout ByteQueue, in turn: inout Turn
    ) -> ConversationStep {
        if !input.isEmpty {
            input.withSpan { session.receive($0, now: turn.now) }
            if let error = turn.roomError(for: session.receivedBytes, arrived: input.count) {
                session.refuseBodies(above: turn.limits.countedBytesMin, error)
            }
            input.removeAll()
            headBegan = session.isReadingHead ? headBegan ?? turn.now : nil
        }
        stopIfAsked(in: &turn)
        if !waiting.isEmpty { resume(of: peer, in: &turn) }
        var isAllWritten: Bool
        repeat {
            answerRequests(of: peer, in: &turn)
            isAllWritten = write(to: &output, in: &turn)
        } while isAllWritten && mayAnswer(turn.limits) && session.hasRequest
        noteProgress(at: turn.now, turn.limits)
        if let ending { return .ends(ending) }
        if session.isOver || (peer.hasEnded && isAllWritten && waiting.isEmpty) { return .ends(.inOrder) }
        return isAllWritten ? .waits : .isHeldBack
    }

    /// Acts on a deadline that has passed.
    mutating func expire(_ peer: Peer, isOutputEmpty: Bool, in turn: Turn) -> Expiry {
        let limits = turn.limits
        // A client that does not take its answers does not take a GOAWAY either.
        if !isOutputEmpty, peer.lastMoved + limits.idleTimeout <= turn.now { return .closes }
        if case .noticed(let until) = stop, until <= turn.now { return .goesOn }
        let isHeadLate = headBegan.map { $0 + limits.headerTimeout <= turn.now } ?? false
        let isTakenTooSlowly = unsentSince.map { $0.time + limits.idleTimeout <= turn.now } ?? false
        if isHeadLate || isTakenTooSlowly {
            session.terminate(.enhanceYourCalm)
        } else if waiting.isEmpty {
            session.terminate(.noError)
        } else if peer.hasEnded {
            cancelWaits(in: turn)
        } else {
            // The turn that follows asks for the next piece of a stream.
            func isOver(_ entry: Waiting) -> Bool { entry.reply.cutOff <= turn.now && !entry.reply.isStream }
            for entry in waiting where isOver(entry) {
                session.reset(entry.stream, .cancel)
                entry.reply.cancel(in: turn)
            }
            waiting.removeAll(where: isOver)
        }
        return .goesOn
    }

    /// Drops the replies that wait.
    mutating func cancelWaits(in turn: borrowing Turn) {
        for entry in waiting { entry.reply.cancel(in: turn) }
        waiting = []
    }

    private mutating func write(to output: inout ByteQueue, in turn: inout Turn) -> Bool {
        guard session.hasOutput else { return true }
        let room = turn.limits.outputBytesMax - output.count
        guard room > 0 else { return false }
        turn.lendOutput(to: &output)
        var isAllWritten = true
        output.append { isAllWritten = session.write(to: &$0, bytesMax: room) }
        return isAllWritten
    }

    private mutating func noteProgress(at now: Duration, _ limits: SocketLimits) {
        if session.unsentBytes == 0 {
            unsentSince = nil
        } else if unsentSince.map({ session.sentBytes - $0.sentBytes >= limits.answerBytesMin }) ?? true {
            unsentSince = (now, session.sentBytes)
        }
    }

    private mutating func stopIfAsked(in turn: inout Turn) {
        switch stop {
        case .notAsked where turn.isDraining:
            session.announceShutdown()
            stop = .noticed(until: turn.now + turn.limits.drainNoticeMax)
        case .noticed(let until) where session.isPingAnswered || until <= turn.now:
            session.goAway()
            stop = .announced
        case .notAsked, .noticed, .announced:
            break
        }
    }
}

/// Replies.
extension HTTP2Conversation {
    /// Whether another request may be answered. Without this bound, answers that the client's windows hold
    /// back would pile up.
    private func mayAnswer(_ limits: SocketLimits) -> Bool {
        ending == nil && session.unsentBytes <= limits.outputBytesMax
    }

    private mutating func answerRequests(of peer: Peer, in turn: inout Turn) {
        while mayAnswer(turn.limits), let arrival = session.nextRequest() {
            switch arrival.content {
            case .success(let request): answer(request, on: arrival.stream, of: peer, in: &turn)
            case .failure(let error):
                let reply = Reply(turn.handler.refuse(error, of: arrival.refused, from: Client(peer)))
                let exchange = Exchange(isHead: arrival.refused?.method == .head, isLast: false)
                deliver(.reply(reply), on: arrival.stream, for: exchange, of: peer, in: &turn)
            }
        }
    }

    private mutating func answer(
        _ request: HTTPRequest, on stream: HTTP2StreamID, of peer: Peer, in turn: inout Turn
    ) {
        let exchange = Exchange(isHead: request.method == .head, isLast: false)
        // The answer has no name here, because a name would mean a copy of it.
        deliver(
            turn.handler.handle(request, from: Client(peer)), on: stream, for: exchange, of: peer, in: &turn)
    }

    /// Every answer reaches its stream through this function.
    private mutating func deliver(
        _ answer: consuming Answer, on stream: HTTP2StreamID, for exchange: Exchange, of peer: Peer,
        in turn: inout Turn
    ) {
        // Nearly every answer is of this kind, and nothing is to be decided about it.
        if case .reply(let reply) = answer, reply.isSentAtOnce {
            return deliver(reply, on: stream, for: exchange, of: peer, in: &turn)
        }
        switch answer.start(for: peer.recipient, behind: exchange.calls, in: &turn) {
        case .deliver(let reply): deliver(reply, on: stream, for: exchange, of: peer, in: &turn)
        case .hold(let stage, let calls):
            hold(stage, stream, exchange.behind(calls: calls), in: turn)
        case .upgrade: preconditionFailure("A request of HTTP/2 asks for no WebSocket.")
        case .stream(let body):
            session.respond(body.head, date: turn.date(), on: stream, isHead: exchange.isHead, body: .open)
            guard !exchange.isHead else { return }
            body.source.opened(BodyBell(turn.mailbox, peer.recipient), at: turn.now)
            hold(.streaming(body.source), stream, exchange, in: turn)
        }
    }

    private mutating func deliver(
        _ reply: Reply, on stream: HTTP2StreamID, for exchange: Exchange, of peer: Peer, in turn: inout Turn
    ) {
        let plan = DeliveryPlan(reply.delivery, isDraining: turn.isDraining)
        if let refusal = turn.refusal(of: reply, for: peer) {
            perform(plan, of: refusal, on: stream, for: exchange, in: &turn)
        } else {
            perform(plan, of: reply.response, on: stream, for: exchange, in: &turn)
        }
    }

    private mutating func perform(
        _ plan: DeliveryPlan, of response: HTTPResponse, on stream: HTTP2StreamID, for exchange: Exchange,
        in turn: inout Turn
    ) {
        let isHead = exchange.isHead
        func respond(_ body: HTTP2Session.BodyDelivery) {
            session.respond(response, date: turn.date(), on: stream, isHead: isHead, body: body)
        }
        if case .lastExchange = plan.end { session.goAway(keepingBegun: false) }
        switch plan.content {
        case .nothing:
            break
        case .head:
            respond(.later)
        case .part(let bodyBytes):
            // The session itself breaks the exchange off after the last of these bytes.
            return respond(.broken(afterBytes: bodyBytes))
        case .slow(let bytesPerSecond) where HTTP1Encoder.sendsBody(response, isHead: isHead):
            respond(.later)
            let drip = Drip(head: [], body: response.body, bytesPerSecond: bytesPerSecond, in: &turn)
            return hold(.dripping(drip), stream, exchange, in: turn)
        case .whole, .slow:
            respond(.whole)
        }
        end(plan.end, on: stream)
    }

    private mutating func end(_ end: DeliveryPlan.End, on stream: HTTP2StreamID) {
        switch end {
        case .exchange, .lastExchange: break
        case .brokenExchange(let code, _): session.reset(stream, code)
        case .connection(let ending): self.ending = ending
        }
    }

    /// Goes on with the replies that are due, and forgets the replies of streams that the client has closed.
    private mutating func resume(of peer: Peer, in turn: inout Turn) {
        let entries = waiting
        waiting = []
        for entry in entries {
            guard session.isOpen(entry.stream) else {
                entry.reply.cancel(in: turn)
                continue
            }
            let hasRoom = session.unsentBytes <= turn.limits.outputBytesMax
            guard let step = entry.reply.step(hasPeerEnded: peer.hasEnded, hasRoom: hasRoom, in: &turn) else {
                waiting.append(entry)
                continue
            }
            resumed = turn.now
            let exchange = entry.reply.exchange
            switch step {
            case .deliver(let answer):
                deliver(answer, on: entry.stream, for: exchange, of: peer, in: &turn)
            case .send(let piece, let rest):
                session.append(piece, isLast: rest == nil, to: entry.stream)
                if let rest { hold(.dripping(rest), entry.stream, exchange, in: turn) }
            case .stream(let piece):
                session.append(piece ?? [], isLast: piece == nil, to: entry.stream)
                if piece != nil { waiting.append(entry) }
            case .end(let end):
                self.end(end, on: entry.stream)
            }
        }
    }

    private mutating func hold(
        _ stage: PendingReply.Stage, _ stream: HTTP2StreamID, _ exchange: Exchange, in turn: Turn
    ) {
        let reply = PendingReply(stage, for: exchange, in: turn)
        waiting.append(Waiting(stream: stream, reply: reply))
    }
}
