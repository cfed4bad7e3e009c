/// One connection for its whole life: bytes in, requests to the handler, replies out, in order. Belongs to
/// one loop. The connection holds buffers and deadlines, and its `Conversation` holds the messages. It reads
/// nothing while the peer does not take its answers. It closes in stages, so that the peer sees the last
/// answer and not a reset.

package import HTTPWire

/// The server's end of one connection. Not a class, because Swift then checks one access a turn for
/// exclusivity, and not one for each property.
package struct Connection<Stream: Transport & ~Copyable>: ~Copyable {
    private enum Phase {
        /// Requests are read and answered.
        case open
        /// The last answer is on its way, and the connection reads no more.
        case finishing(Ending)
        /// All is sent, and the peer was told that no more comes. The connection drops the bytes that the
        /// peer still sends, until the peer closes too.
        case lingering(until: Duration, bytesLeft: Int)
        case closed
    }

    /// The readiness and the times at which the owner gives the connection a turn.
    package struct Watch {
        /// The readiness of the stream.
        package let interest: Poller.Interest
        /// The monotonic time at which to call `expire`.
        package let deadline: Duration
        /// The time on the emulated clock from which a turn goes on with a reply that waits; nil if no reply
        /// waits for a clock.
        package let replyDue: Duration?
    }

    package let id: ConnectionID
    private var stream: Stream
    private let limits: ConnectionLimits
    private var phase = Phase.open
    private var input = ByteQueue()
    private var output = ByteQueue()
    private var conversation = Conversation.undecided(since: nil)
    private var peer: Peer
    /// Whether requests wait in `input` until the peer has taken some of `output`.
    private var isHeldBack = false
    /// The bytes that the conversation held at the end of its last step.
    private var conversationBytes = 0
    /// Whether the stream may take bytes in this turn.
    private var canSend = false
    /// The monotonic time at which the TLS handshake began; nil before and after the handshake.
    private var openingBegan: Duration?

    /// `descriptor` is the number by which the owner finds the connection when it gets mail.
    package init(
        stream: consuming Stream, id: ConnectionID, descriptor: Int32, limits: ConnectionLimits, now: Duration
    ) {
        self.stream = stream
        self.id = id
        self.limits = limits
        let recipient = Recipient(descriptor: descriptor, generation: id.generation)
        peer = Peer(connection: id, recipient: recipient, lastMoved: now)
    }

    /// Whether the owner should let go of the connection, which closes the stream.
    package var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// Whether every request is answered, and every answer sent.
    package var isIdle: Bool {
        guard case .open = phase else { return false }
        return output.isEmpty && !isHeldBack && conversation.isIdle
    }

    /// The bytes of bodies that arrive, and of answers that wait for the client or their time.
    var heldBytes: Int { output.count + conversationBytes }

    private var interest: Poller.Interest {
        switch phase {
        case .open:
            var interest: Poller.Interest = []
            // Reads also while a reply is pending, because nothing else shows that the peer has gone.
            let hasRoom = output.count <= limits.outputBytesMax && input.count < limits.inputBytesMax
            if !peer.hasEnded, !isHeldBack, hasRoom { interest.insert(.read) }
            // When the output is empty, the interest in writing brings the next turn at once: the stream is
            // writable.
            if !output.isEmpty || isHeldBack { interest.insert(.write) }
            if interest.contains(.read), stream.readsWhenWritable { interest.insert(.write) }
            return interest
        case .finishing: return .write
        case .lingering: return stream.readsWhenWritable ? [.read, .write] : .read
        case .closed: return []
        }
    }

    /// Everything that the owner watches for.
    package var watch: Watch {
        let times = conversation.times(for: peer, isOutputEmpty: output.isEmpty, limits)
        var deadline = times.deadline
        if let openingBegan { deadline = openingBegan + limits.headerTimeout }
        if case .lingering(let until, _) = phase { deadline = until }
        return Watch(interest: interest, deadline: deadline, replyDue: times.replyDue)
    }

    /// Takes a whole turn: `answer`, then `send`.
    package mutating func takeTurn(ready: Poller.Interest, in turn: inout Turn) {
        answer(ready: ready, in: &turn)
        send(in: &turn)
    }

    /// Reads once if the stream can be read, goes on with a reply that is due, and answers every request that
    /// is whole. `send` must follow in the same turn.
    package mutating func answer(ready: Poller.Interest, in turn: inout Turn) {
        canSend = output.isEmpty || ready.contains(.write)
        do throws(SystemError) {
            if ready.contains(.read) || stream.readsWhenWritable, interest.contains(.read) {
                try receive(in: &turn)
            }
            converse(in: &turn)
        } catch {
            // The peer is gone and gets no answer.
            phase = .closed
        }
        turn.reclaimInput(from: &input)
    }

    /// To be called when the peer is gone, before the owner lets go of the connection. A client that refuses
    /// our certificate sends an alert and resets the connection at once. The alert is still in the socket,
    /// and names the reason.
    package mutating func readFinalBytes(in turn: inout Turn) {
        guard stream.isOpening else { return }
        do throws(SystemError) {
            try receive(in: &turn)
        } catch {
            // The stream has reported the failure already.
            phase = .closed
        }
        input.removeAll()
        turn.reclaimInput(from: &input)
    }

    /// Writes once, unless the stream was full before and has not become writable since.
    package mutating func send(in turn: inout Turn) {
        do throws(SystemError) {
            if canSend, !isClosed {
                turn.handler.persistBeforeSending()
                try flush(in: &turn)
            }
        } catch {
            // The peer is gone and gets no answer.
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
        var ready: Poller.Interest = []
        switch conversation.expire(peer, input: input, to: &output, in: &turn) {
        case .goesOn: break
        case .ends:
            phase = .finishing(.inOrder)
            // The idle time is over, and the next look at it closes.
            ready = .write
        case .closes: phase = .closed
        }
        if !isClosed { takeTurn(ready: ready, in: &turn) }
    }

    /// To be called before the owner lets go of the connection. Tells the handler that no client waits for
    /// its replies any more.
    package mutating func cancelWaits(in turn: borrowing Turn) {
        conversation.cancelWaits(in: turn)
    }

    private mutating func receive(in turn: inout Turn) throws(SystemError) {
        turn.lendInput(to: &input)
        let received = try input.receive(from: &stream, cap: limits.inputBytesMax)
        if received != .nothing { peer.lastMoved = turn.now }
        openingBegan = stream.isOpening ? openingBegan ?? turn.now : nil
        if received == .end { peer.hasEnded = true }
        peer.isEncrypted = stream.isEncrypted
        peer.speaksHTTP2 = stream.speaksHTTP2
        peer.isRefused = stream.isRefused
        guard case .lingering(let until, let bytesLeft) = phase else { return }
        let isOver = peer.hasEnded || input.count > bytesLeft || (received == .nothing && turn.isDraining)
        phase = isOver ? .closed : .lingering(until: until, bytesLeft: bytesLeft - input.count)
        input.removeAll()
    }

    /// Takes steps until the conversation needs more bytes, holds back for its client, or ends.
    private mutating func converse(in turn: inout Turn) {
        isHeldBack = false
        conversationBytes = 0
        while case .open = phase {
            switch conversation.step(from: &input, of: peer, to: &output, in: &turn) {
            case .rests: return
            case .waits:
                conversationBytes = conversation.heldBytes
                return
            case .isHeldBack:
                isHeldBack = true
                conversationBytes = conversation.heldBytes
                return
            case .ends(let ending):
                phase = .finishing(ending)
                conversation.cancelWaits(in: turn)
            case .switches(let next): conversation = next
            }
        }
    }

    /// Writes the output once. After the last answer the connection closes in stages.
    private mutating func flush(in turn: inout Turn) throws(SystemError) {
        if !output.isEmpty, try output.send(to: stream) > 0 { peer.lastMoved = turn.now }
        guard case .finishing(let ending) = phase, output.isEmpty else { return }
        if ending == .abrupt { try stream.abortOnClose() }
        guard !peer.hasEnded, ending != .abrupt else {
            phase = .closed
            return
        }
        guard try stream.shutDownSending() else { return }
        phase = .lingering(
            until: turn.now + limits.lingerTimeout, bytesLeft: turn.limits.wire.lingerBytesMax)
        input.removeAll()
        // A server that stops waits only for a peer that is still sending.
        if turn.isDraining { try receive(in: &turn) }
    }
}
