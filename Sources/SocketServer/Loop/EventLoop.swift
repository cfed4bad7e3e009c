/// The event loop of one thread: its connections, their readiness and their deadlines. A turn waits until the
/// nearest deadline, collects mail, serves the ready connections and expires deadlines. Each connection
/// reads, decodes and answers; then a batch of them writes. The loop ends after the order to stop, when the
/// last connection is done or the drain deadline has passed.

internal import HTTPWire

/// A loop. The thread that runs it creates it, and no other thread sees it.
struct EventLoop: ~Copyable {
    /// A box, because an array holds no value that cannot be copied.
    private typealias Entry = LoopConnection

    private let mailbox: Mailbox
    private let openConnections: OpenConnections
    private let limits: SocketLimits
    private var acceptor: Acceptor?
    /// The TLS settings of connections that begin with TLS.
    private let tls: TLSContext?
    private let onUnexpectedTLS: (@Sendable () -> Void)?
    private var poller: Poller
    /// The deadlines on the monotonic clock, by descriptor. The listener's ends a pause of accepting, and the
    /// mailbox's ends the drain.
    private var timers = TimerHeap()
    /// The times on the emulated clock at which replies that wait go on, by descriptor.
    private var dueReplies = TimerHeap()
    /// The connections, by descriptor.
    private var entries: [Entry?] = []
    private var entryCount = 0
    private var accepted: [Int32] = []
    /// The connections of this turn whose answers are not sent yet.
    private var answered: [(descriptor: Int32, entry: Entry)] = []
    private let onAcceptPause: (@Sendable (AcceptPause) -> Void)?
    private var nextPauseReport: Duration
    private var turn: Turn
    /// The answers that wait without a client.
    private var detached = DetachedReplies()

    /// Only the first loop of a server gets `acceptor` and `onAcceptPause`.
    init(
        mailbox: Mailbox, openConnections: OpenConnections, acceptor: consuming Acceptor?, turn: Turn,
        calls: (open: OpenCalls, library: String), tls: TLSContext? = nil,
        onUnexpectedTLS: (@Sendable () -> Void)? = nil,
        onAcceptPause: (@Sendable (AcceptPause) -> Void)? = nil
    ) throws(SystemError) {
        let poller = try Poller(eventsMax: turn.limits.eventsPerTurnMax)
        try mailbox.register(with: poller)
        try acceptor?.register(with: poller)
        self.mailbox = mailbox
        self.openConnections = openConnections
        self.acceptor = acceptor
        self.tls = tls
        self.onUnexpectedTLS = onUnexpectedTLS
        self.turn = turn
        self.turn.share(calls.open)
        self.turn.upstream = Upstream(
            soname: calls.library, registry: poller.registry, openCalls: calls.open, limits: turn.limits)
        self.poller = poller
        self.onAcceptPause = onAcceptPause
        nextPauseReport = turn.now
        limits = turn.limits
    }

    /// Takes turns until the loop ends.
    mutating func run() {
        while !turn.isDraining || entryCount > 0 || !detached.isEmpty {
            turn.releaseReserve()
            let count = wait()
            turn.begin()
            if mailbox.hasMail { collectMail() }
            for index in 0..<count {
                serve(poller.event(at: index))
                if answered.count == limits.answersPerBatchMax { sendAnswers() }
            }
            sendAnswers()
            advanceCalls()
            // Connections of this turn may have left mail for others.
            if mailbox.hasMail { collectMail() }
            resumeDueReplies()
            expireDeadlines()
            detached.advance(in: &turn)
        }
        for descriptor in mailbox.close() {
            _ = FileDescriptor(adopting: descriptor)
            openConnections.remove()
        }
        turn.upstream?.close()
    }

    private mutating func wait() -> Int {
        let timeout = timeUntilNext()
        do throws(SystemError) {
            return try mailbox.waiting(timeout) { most throws(SystemError) in try poller.wait(most) }
        } catch {
            preconditionFailure("Waiting fails only with a poller that is none: \(error)")
        }
    }

    /// The real time until the nearest deadline; nil if there is none.
    private mutating func timeUntilNext() -> Duration? {
        var untilNext = turn.timeUntilNextCall()
        if let due = earlier(dueReplies.nearest, detached.due) {
            untilNext = earlier(untilNext, turn.realTime(untilEmulated: due))
        }
        if let deadline = timers.nearest { untilNext = earlier(untilNext, turn.realTime(until: deadline)) }
        return untilNext
    }

    private mutating func collectMail() {
        let mail = mailbox.collect()
        // The clock may have moved since this turn looked.
        if mail.hasClockMoved { turn.begin() }
        for recipient in mail.endedWaits { makeDue(recipient) }
        for descriptor in mail.connections { adopt(FileDescriptor(adopting: descriptor)) }
        if mail.hasRoomForConnections { accept() }
        if mail.isStopping, !turn.isDraining { drain() }
    }

    /// Makes the connection's reply due now, unless the connection is closed.
    private mutating func makeDue(_ recipient: Recipient) {
        guard entry(recipient.descriptor)?.connection.id.generation == recipient.generation else { return }
        dueReplies.set(recipient.descriptor, to: turn.emulatedTime())
    }

    private mutating func serve(_ event: Poller.Event) {
        if event.descriptor == acceptor?.descriptor { return accept() }
        // An event of an older generation belongs to a closed connection.
        guard let entry = entry(event.descriptor), entry.connection.id.generation == event.generation else {
            turn.upstream?.serve(event, at: turn.now)
            return
        }
        if event.isBroken {
            entry.connection.readFinalBytes(in: &turn)
            return close(event.descriptor)
        }
        entry.connection.answer(ready: event.ready, in: &turn)
        entry.count(in: turn)
        answered.append((event.descriptor, entry))
    }

    /// Writes the answers of the last batch of connections. The first write to a waiting client wakes its
    /// process, and this is most of the cost of a write. The client is then awake for the other writes of the
    /// batch.
    private mutating func sendAnswers() {
        for (descriptor, entry) in answered {
            entry.connection.send(in: &turn)
            closeOrRewatch(entry, descriptor, hasOnlyWritten: true)
        }
        answered.removeAll(keepingCapacity: true)
    }

    /// Closes a connection that is done. Watches any other for its readiness, its deadline and its reply.
    private mutating func closeOrRewatch(_ entry: Entry, _ descriptor: Int32, hasOnlyWritten: Bool = false) {
        if hasOnlyWritten { entry.recount(in: turn) } else { entry.count(in: turn) }
        if entry.connection.isClosed || (turn.isDraining && entry.connection.isIdle) {
            return close(descriptor)
        }
        let watch = entry.connection.watch
        if watch.interest != entry.interest {
            entry.interest = watch.interest
            do throws(SystemError) {
                try poller.change(
                    descriptor, generation: entry.connection.id.generation, interest: watch.interest)
            } catch {
                // Without being watched a connection gets no turns.
                return close(descriptor)
            }
        }
        // Most requests move the deadline away. The loop then looks at the new one when the old one has
        // passed.
        if timers.deadline(of: descriptor).map({ watch.deadline < $0 }) ?? true {
            timers.set(descriptor, to: watch.deadline)
        }
        if let due = watch.replyDue {
            dueReplies.set(descriptor, to: due)
        } else {
            dueReplies.remove(descriptor)
        }
    }

    /// Goes on with calls to other servers, and makes the replies due that waited for one.
    private mutating func advanceCalls() {
        guard let upstream = turn.upstream else { return }
        for recipient in upstream.advance(at: turn.now) { makeDue(recipient) }
    }

    /// Goes on with replies that are due, at most `dueRepliesPerTurnMax`. The next turn takes the others.
    private mutating func resumeDueReplies() {
        guard dueReplies.count > 0 else { return }
        for _ in 0..<limits.dueRepliesPerTurnMax {
            guard let descriptor = dueReplies.removeExpired(at: turn.emulatedTime()) else { return }
            guard let entry = entry(descriptor) else { continue }
            entry.connection.takeTurn(ready: [], in: &turn)
            closeOrRewatch(entry, descriptor)
        }
    }

    private mutating func expireDeadlines() {
        while let descriptor = timers.removeExpired(at: turn.now) {
            if descriptor == mailbox.descriptor {
                closeAll()
            } else if descriptor == acceptor?.descriptor {
                accept()
            } else if let entry = entry(descriptor) {
                let deadline = entry.connection.watch.deadline
                if deadline <= turn.now {
                    entry.connection.expire(in: &turn)
                    closeOrRewatch(entry, descriptor)
                } else {
                    // Only the deadline has moved. A reply that is due stays so.
                    timers.set(descriptor, to: deadline)
                }
            }
        }
    }

    private mutating func accept() {
        guard let listener = acceptor?.descriptor else { return }
        do throws(SystemError) {
            if let pause = try acceptor?.accept(watchedBy: poller, own: &accepted) {
                if case .shortage = pause { timers.set(listener, to: turn.now + limits.acceptPause) }
                report(pause)
            }
        } catch {
            preconditionFailure("The listener stays watched while it is open: \(error)")
        }
        for descriptor in accepted { adopt(FileDescriptor(adopting: descriptor)) }
        accepted.removeAll(keepingCapacity: true)
    }

    /// Reports a pause, unless it reported one a moment ago. At the limit every close ends a pause, and the
    /// next connection begins one.
    private mutating func report(_ pause: AcceptPause) {
        guard let onAcceptPause, turn.now >= nextPauseReport else { return }
        nextPauseReport = turn.now + limits.acceptPauseReportInterval
        onAcceptPause(pause)
    }

    private mutating func adopt(_ descriptor: consuming FileDescriptor) {
        let number = descriptor.rawValue
        let stream = ServerStream(
            Socket(adopting: descriptor), context: tls, onUnexpectedTLS: onUnexpectedTLS)
        let entry = Entry(
            Connection(
                stream: stream, id: .next(), descriptor: number, limits: turn.connectionLimits,
                now: turn.now))
        do throws(SystemError) {
            try poller.add(number, generation: entry.connection.id.generation, interest: entry.interest)
        } catch {
            // The system watches no more descriptors: this connection closes, and the others go on.
            return openConnections.remove()
        }
        while entries.count <= Int(number) { entries.append(nil) }
        entries[Int(number)] = entry
        entryCount += 1
        timers.set(number, to: entry.connection.watch.deadline)
    }

    private func entry(_ descriptor: Int32) -> Entry? {
        entries.indices.contains(Int(descriptor)) ? entries[Int(descriptor)] : nil
    }

    private mutating func close(_ descriptor: Int32) {
        if let entry = entries[Int(descriptor)].take() {
            entry.connection.cancelWaits(in: turn)
            entry.endCount(in: turn)
            turn.handler.connectionEnded(entry.connection.id)
        }
        entryCount -= 1
        timers.remove(descriptor)
        dueReplies.remove(descriptor)
        openConnections.remove()
    }

    /// Stops accepting, closes idle connections, and lets the others finish until the drain deadline.
    private mutating func drain() {
        // The server still accepts clients that connected before the order.
        accept()
        if let listener = acceptor?.descriptor { timers.remove(listener) }
        acceptor = nil
        turn.isDraining = true
        turn.upstream?.stop()
        timers.set(mailbox.descriptor, to: turn.now + limits.drainTimeout)
        for (number, entry) in entries.enumerated() {
            guard let entry else { continue }
            // A request may have arrived that no turn has seen yet.
            entry.connection.takeTurn(ready: .read, in: &turn)
            closeOrRewatch(entry, Int32(number))
        }
    }

    /// Lets the replies that have outlasted the stop end now, and closes all connections.
    private mutating func closeAll() {
        turn.isDrainOver = true
        for (number, entry) in entries.enumerated() {
            guard let entry else { continue }
            entry.connection.takeTurn(ready: [], in: &turn)
            close(Int32(number))
        }
    }
}
