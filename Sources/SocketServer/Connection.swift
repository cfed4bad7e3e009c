/// One connection for its whole life: bytes in, requests to the handler, replies out, in order. Belongs to
/// one loop, and leaves what is said to `HTTP1Conversation` or `HTTP2Conversation`. It may refuse to read
/// (while the peer does not take its answers), ends what takes too long, and closes in stages so that the
/// peer sees the last answer and not a reset. Follows RFC 9112 section 9.

package import HTTPWire

/// The server's end of one connection. Not a class: its state is then reached by one access a turn, which
/// Swift checks for exclusivity, and not by one for each property (1,800 of 17,500 instructions a request,
/// by callgrind).
package struct Connection<Stream: Transport & ~Copyable>: ~Copyable {
    private enum Phase {
        /// Requests are read and answered.
        case open
        /// The last answer is on its way. Nothing more is read.
        case finishing
        /// All is sent and the peer was told so. What it still sends is dropped, until it closes too.
        case lingering(until: Duration, bytesLeft: Int)
        case closed
    }

    package let id: ConnectionID
    private var stream: Stream
    private let limits: HTTPLimits
    private var phase = Phase.open
    private var input = ByteQueue()
    private var output = ByteQueue()
    private var wireProtocol: WireProtocol?
    private var http1: HTTP1Conversation
    /// Nil on a connection that speaks HTTP/1.
    private var http2: HTTP2Conversation?
    /// The peer has shut its side: what it sent before is still answered.
    private var hasPeerEnded = false
    /// Requests wait in `input` until the peer has taken some of `output`.
    private var isHeldBack = false
    /// Whether the stream may take bytes in this turn.
    private var canSend = false
    /// When a byte last went either way.
    private var lastMoved: Duration
    /// When the stream's own handshake began, until it is over.
    private var openingBegan: Duration?

    package init(stream: consuming Stream, id: ConnectionID, limits: HTTPLimits, now: Duration) {
        self.stream = stream
        self.id = id
        self.limits = limits
        http1 = HTTP1Conversation(limits: limits)
        lastMoved = now
    }

    /// Whether the owner should let go of it, which closes the stream.
    package var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// Whether nothing has been asked that is not answered and sent.
    package var isIdle: Bool {
        // HTTP/2 has a way to say that nothing more is answered, and ends by itself.
        guard case .open = phase, http2 == nil, http1.pending == nil else { return false }
        return output.isEmpty && !isHeldBack && !http1.hasBegunRequest
    }

    /// What to watch the stream for.
    package var interest: Poller.Interest {
        switch phase {
        case .open:
            var interest: Poller.Interest = []
            // Behind a reply that is pending too, because only so it shows that the peer has gone.
            let hasRoom = output.count <= limits.outputBytesMax && input.count < limits.inputBytesMax
            if !hasPeerEnded, !isHeldBack, hasRoom { interest.insert(.read) }
            // Held back with everything sent, it goes on at once: a stream that can be written says so.
            if !output.isEmpty || isHeldBack { interest.insert(.write) }
            if interest.contains(.read), stream.readsWhenWritable { interest.insert(.write) }
            return interest
        case .finishing: return .write
        case .lingering: return stream.readsWhenWritable ? [.read, .write] : .read
        case .closed: return []
        }
    }

    /// When to call `expire`.
    package var deadline: Duration {
        if case .lingering(let until, _) = phase { return until }
        if let openingBegan { return openingBegan + limits.headerTimeout }
        if let deadline = http2?.deadline(
            lastMoved: lastMoved, isOutputEmpty: output.isEmpty, hasPeerEnded: hasPeerEnded,
            limits: limits)
        {
            return deadline
        }
        if let pending = http1.pending, output.isEmpty {
            // A peer that has shut its side may be gone altogether: nothing but sending would tell.
            return hasPeerEnded ? lastMoved + limits.lingerTimeout : pending.cutOff
        }
        let idle = lastMoved + limits.idleTimeout
        guard let headBegan = http1.headBegan else { return idle }
        return min(idle, headBegan + limits.headerTimeout)
    }

    /// The time on the emulated clock from which a turn goes on with the reply that is pending; nil if it
    /// waits for no clock.
    package var replyDue: Duration? { http2 == nil ? http1.pending?.due : http2?.replyDue }

    /// Does all that there is to do: `answer`, then `send`.
    package mutating func takeTurn(ready: Poller.Interest, in turn: inout Turn) {
        answer(ready: ready, in: &turn)
        send(in: &turn)
    }

    /// Reads once if the stream can be read, goes on with a reply that is due and answers every whole
    /// request that is there. `send` must follow in the same turn.
    package mutating func answer(ready: Poller.Interest, in turn: inout Turn) {
        canSend = output.isEmpty || ready.contains(.write)
        do throws(SystemError) {
            if ready.contains(.read) || stream.readsWhenWritable, interest.contains(.read) {
                try receive(in: &turn)
            }
            resume(in: &turn)
            converse(in: &turn)
        } catch {
            // The peer is gone, and nobody is left to be told.
            phase = .closed
        }
        turn.reclaimInput(from: &input)
    }

    /// To be called when the peer is gone, before the owner lets go. A client that refuses our certificate
    /// says why and resets the connection at once: what it said is still there, and for whoever set it up.
    package mutating func heedLastWords(in turn: inout Turn) {
        guard stream.isOpening else { return }
        do throws(SystemError) {
            try receive(in: &turn)
        } catch {
            // The stream has told of it.
            phase = .closed
        }
        input.removeAll()
        turn.reclaimInput(from: &input)
    }

    /// Writes once, unless the stream was full before and has not become writable since.
    package mutating func send(in turn: inout Turn) {
        do throws(SystemError) {
            if canSend, !isClosed {
                turn.handler.keepWhatWasSaid()
                try flush(in: &turn)
            }
        } catch {
            // The peer is gone, and nobody is left to be told.
            phase = .closed
        }
        turn.reclaimOutput(from: &output)
    }

    /// Acts on a deadline that has passed: 408 or GOAWAY if a request had begun, else a plain close.
    package mutating func expire(in turn: inout Turn) {
        guard case .open = phase, openingBegan == nil else {
            phase = .closed
            return
        }
        if http2 != nil { expireHTTP2(at: turn.now) } else { expireHTTP1(in: &turn) }
        if !isClosed { takeTurn(ready: [], in: &turn) }
    }

    private mutating func expireHTTP2(at now: Duration) {
        if !output.isEmpty, lastMoved + limits.idleTimeout <= now {
            // A peer that does not take what it was sent will not take a GOAWAY either.
            phase = .closed
        } else {
            http2?.expire(hasPeerEnded: hasPeerEnded, now: now, limits: limits)
        }
    }

    private mutating func expireHTTP1(in turn: inout Turn) {
        if http1.pending != nil, output.isEmpty {
            http1.giveUp()
            phase = .finishing
            return
        }
        let isHeadLate = http1.headBegan.map { $0 + limits.headerTimeout <= turn.now } ?? false
        // Without a late head it is the idle time that is up, and then a peer that does not take what it was
        // sent will not take a 408 either.
        guard http1.hasBegunRequest, isHeadLate || output.isEmpty else {
            phase = .closed
            return
        }
        let limit = isHeadLate ? limits.headerTimeout : limits.idleTimeout
        let part = isHeadLate ? "The header section" : "The rest of the request"
        let seconds = limit.components.seconds
        http1.refuse(
            HTTPParseError(status: 408, reason: "\(part) did not arrive within \(seconds) s."), to: &output,
            in: &turn)
        phase = .finishing
    }

    private mutating func receive(in turn: inout Turn) throws(SystemError) {
        turn.lendInput(to: &input)
        let received = try input.receive(from: &stream, cap: limits.inputBytesMax)
        if received != .nothing { lastMoved = turn.now }
        openingBegan = stream.isOpening ? openingBegan ?? turn.now : nil
        if received == .end { hasPeerEnded = true }
        guard case .lingering(let until, let bytesLeft) = phase else { return }
        let isOver = hasPeerEnded || input.count > bytesLeft || (received == .nothing && turn.isDraining)
        phase = isOver ? .closed : .lingering(until: until, bytesLeft: bytesLeft - input.count)
        input.removeAll()
    }

    /// Answers requests until none is whole, the peer should first take what it was answered, or one was the
    /// last.
    private mutating func converse(in turn: inout Turn) {
        isHeldBack = false
        while case .open = phase, http1.pending == nil {
            if http2 != nil { return converseHTTP2(in: &turn) }
            guard output.count <= limits.outputBytesMax else {
                isHeldBack = !input.isEmpty
                return
            }
            guard !input.isEmpty, converseHTTP1(in: &turn) else {
                if hasPeerEnded { phase = .finishing }
                return
            }
        }
    }

    /// Goes one step further in HTTP/1, or leaves it. False when more has to arrive first.
    private mutating func converseHTTP1(in turn: inout Turn) -> Bool {
        if wireProtocol == nil {
            if stream.isRefused { return refusePlainText(in: &turn) }
            wireProtocol = input.withSpan { WireProtocol.chosen(by: $0) }
        }
        switch wireProtocol {
        case nil:
            http1.beginHead(at: turn.now)
            return false
        case .http2:
            http2 = HTTP2Conversation(limits: limits, now: turn.now)
            return true
        case .http1:
            switch http1.takeRequest(from: &input, for: id, to: &output, in: &turn) {
            case .needMore: return false
            case .answered: break
            case .asksForHTTP2(let request, let isLast): upgrade(request, isLast: isLast, in: &turn)
            }
            if http1.ending != nil { phase = .finishing }
            return true
        }
    }

    private mutating func refusePlainText(in turn: inout Turn) -> Bool {
        let reason =
            "This port speaks TLS, and the client began with plain text: use https:// for the endpoint."
        http1.refuse(HTTPParseError(status: 400, reason: reason), to: &output, in: &turn)
        phase = .finishing
        return true
    }

    /// Goes on in HTTP/2 where the request says rightly how, else answers it as it came. Over TLS that is for
    /// ALPN to say, and `h2c` names another protocol (RFC 7540 section 3.3).
    private mutating func upgrade(_ request: HTTPRequest, isLast: Bool, in turn: inout Turn) {
        if !stream.isEncrypted { http2 = HTTP2Conversation(upgradedBy: request, for: id, in: &turn) }
        guard http2 != nil else {
            return http1.answer(request, isLast: isLast, for: id, to: &output, in: &turn)
        }
        turn.lendOutput(to: &output)
        output.append { $0.append(contentsOf: HTTP2Upgrade.response) }
    }

    private mutating func converseHTTP2(in turn: inout Turn) {
        isHeldBack =
            http2?.converse(from: &input, hasPeerEnded: hasPeerEnded, for: id, to: &output, in: &turn)
            ?? false
        if http2?.ending != nil { phase = .finishing }
    }

    /// Goes on with a reply of HTTP/1 that waits and is due.
    private mutating func resume(in turn: inout Turn) {
        guard http1.resume(hasPeerEnded: hasPeerEnded, to: &output, in: &turn) else { return }
        // That it was quiet so far was not the peer's doing.
        lastMoved = turn.now
        if http1.ending != nil { phase = .finishing }
    }

    /// Writes once what there is. Behind the last answer it closes, in stages.
    private mutating func flush(in turn: inout Turn) throws(SystemError) {
        if !output.isEmpty, try output.send(to: stream) > 0 { lastMoved = turn.now }
        guard case .finishing = phase, output.isEmpty else { return }
        let isAbrupt = (http2?.ending ?? http1.ending) == .abrupt
        if isAbrupt { try stream.abortOnClose() }
        guard !hasPeerEnded, !isAbrupt else {
            phase = .closed
            return
        }
        guard try stream.shutDownSending() else { return }
        phase = .lingering(until: turn.now + limits.lingerTimeout, bytesLeft: limits.lingerBytesMax)
        input.removeAll()
        // A server that stops does not wait for the peer unless it is still sending.
        if turn.isDraining { try receive(in: &turn) }
    }
}
