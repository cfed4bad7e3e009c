/// The calls of one loop to other servers. It begins them, ends each once (by its outcome, its time or its
/// client), and gives the connections that may go on. It opens libcurl at the first call, and closes it with
/// the kept connections after a while without calls.

internal import HTTPWire

/// The calls of one loop. Only its loop uses it.
final class Upstream {
    final class Call {
        let id: CallID
        let recipient: Recipient
        let request: OutgoingRequest
        let target: OutgoingTarget
        let server: OutgoingServer
        /// The exchange of a call by TLS, or the way to a connection. Nil before the call's begin and after
        /// its end.
        var transfer: CurlTransfer?
        /// The connection without TLS that has the call's exchange.
        var connection: PlainConnection?
        /// The bytes of the request, for a connection without TLS.
        var wireBytes: [UInt8] = []
        var outcome: OutgoingOutcome?
        /// The number of bytes that `openCalls` counts for the call, without those of its transfer.
        var heldBytes: Int

        /// Whether the call has neither begun nor ended.
        var isWaiting: Bool { transfer == nil && connection == nil && outcome == nil }
        /// Whether nobody looks for the server's address any more.
        var isResolved: Bool { connection != nil || transfer?.isResolved == true }

        init(
            _ id: CallID, _ recipient: Recipient, _ request: OutgoingRequest, _ target: OutgoingTarget,
            _ server: OutgoingServer
        ) {
            self.id = id
            self.recipient = recipient
            self.request = request
            self.target = target
            self.server = server
            heldBytes = request.body.count
        }
    }

    private let soname: String
    let registry: Poller.Registry
    let limits: SocketLimits
    let openCalls: OpenCalls
    var curl: CurlMulti?
    private var calls: [Call?] = []
    private var freePlaces: [Int32] = []
    private var lastSerial: UInt32 = 0
    var queues: CallQueues
    var plain: PlainConnections
    /// Room to read from connections without TLS.
    var buffer: [UInt8] = []
    /// The servers of open calls, and some others.
    private var servers: [OutgoingServer.Key: OutgoingServer] = [:]
    /// The calls that look up the address of their server.
    private var probes: [CallID] = []
    /// The monotonic times at which calls time out, by their places.
    private var timeouts = TimerHeap()
    /// The monotonic time at which the kept connections close; nil during calls, and without kept
    /// connections.
    private var idleUntil: Duration?
    /// The connections with finished calls that were not reported yet.
    var finished: [Recipient] = []

    /// `soname` is the library's name for the dynamic loader.
    init(soname: String, registry: Poller.Registry, openCalls: OpenCalls, limits: SocketLimits) {
        self.soname = soname
        self.registry = registry
        self.openCalls = openCalls
        self.limits = limits
        plain = PlainConnections(keptMax: limits.keptConnectionsMax)
        queues = CallQueues(
            begunMax: limits.callsPerServerMax, probesMax: limits.addressLookupsMax)
    }

    /// Begins a call, or lets it wait for the end of another to the same server.
    func start(
        _ request: OutgoingRequest, for recipient: Recipient, at now: Duration
    ) throws(OutgoingFailure) -> CallID {
        let target = try OutgoingTarget(request.url)
        let server = try server(of: request, target)
        guard openCalls.add() else { throw .tooManyCalls(max: openCalls.callsMax) }
        guard openCalls.hold(request.body.count) else {
            openCalls.remove()
            throw .outOfRoom(bytesMax: openCalls.bytesMax)
        }
        let call = Call(takePlace(), recipient, request, target, server)
        calls[Int(call.id.place)] = call
        timeouts.set(call.id.place, to: now + request.timeout)
        idleUntil = nil
        queues.append(call.id, to: server.queue)
        beginNext(behind: call, at: now)
        return call.id
    }

    private func server(
        of request: borrowing OutgoingRequest, _ target: borrowing OutgoingTarget
    ) throws(OutgoingFailure) -> OutgoingServer {
        let key = OutgoingServer.Key(target, request)
        if let server = servers[key] { return server }
        let library = try openCurl().library
        let server = try OutgoingServer(key, library)
        // Each look at all servers makes room for many more, or finds calls to most of them.
        if servers.count >= limits.keptConnectionsMax { forgetIdleServers() }
        servers[key] = server
        return server
    }

    private func forgetIdleServers() {
        servers = servers.filter { _, server in
            guard server.queue.isEmpty else { return true }
            plain.closeKept(to: server)
            return false
        }
    }

    func openCurl() throws(OutgoingFailure) -> CurlMulti {
        if let curl { return curl }
        let library = try CurlLibrary(soname: soname, sparesMax: limits.keptConnectionsMax)
        let opened = try CurlMulti(library, registry, keptMax: limits.keptConnectionsMax)
        curl = opened
        return opened
    }

    private func takePlace() -> CallID {
        lastSerial &+= 1
        guard let place = freePlaces.popLast() else {
            calls.append(nil)
            return CallID(place: Int32(calls.count - 1), serial: lastSerial)
        }
        return CallID(place: place, serial: lastSerial)
    }

    /// Whether the outcome of the call is known.
    func isOver(_ id: CallID) -> Bool { call(id)?.outcome != nil }

    /// Ends the call. Returns its outcome, which is `cancelled` if it is not known.
    func take(_ id: CallID, at now: Duration) -> OutgoingOutcome {
        guard let call = call(id) else { preconditionFailure("A call is taken once.") }
        let outcome = call.outcome ?? .failure(.cancelled)
        if call.outcome == nil { settle(call, outcome) }
        calls[Int(id.place)] = nil
        freePlaces.append(id.place)
        openCalls.release(call.heldBytes)
        openCalls.remove()
        if freePlaces.count == calls.count { idleUntil = now + limits.keptConnectionTimeout }
        beginNext(behind: call, at: now)
        return outcome
    }

    func call(_ id: CallID) -> Call? {
        let call = calls[Int(id.place)]
        return call?.id == id ? call : nil
    }

    /// Begins the calls that may begin after this one has come, has ended or has found its address.
    private func beginNext(behind call: Call, at now: Duration) {
        beginNext(to: call.server.queue, needsAddress: call.server.needsAddress, at: now)
        while let queue = queues.nextStalled() { beginNext(to: queue, needsAddress: true, at: now) }
    }

    /// Begins calls to the server, up to its limit.
    private func beginNext(to queue: CallQueue, needsAddress: Bool, at now: Duration) {
        while let (id, isProbe) = queues.next(
            to: queue, needsAddress: needsAddress, at: now,
            isWaiting: { call($0)?.isWaiting ?? false })
        {
            guard let call = call(id) else { preconditionFailure("A call that waits is there.") }
            if isProbe { probes.append(id) }
            begin(call, at: now)
        }
    }

    /// Notes the outcome, and releases the transfer, the connection or the place in the queue.
    private func settle(_ call: Call, _ outcome: OutgoingOutcome) {
        if let transfer = call.transfer.take() {
            curl?.end(transfer)
            call.heldBytes += transfer.heldBytes
        } else if let connection = call.connection.take() {
            release(connection)
        } else {
            conclude(call, outcome)
            return queues.leave(call.server.queue) { self.call($0)?.isWaiting ?? false }
        }
        leave(call)
        conclude(call, outcome)
    }

    /// Counts the end of a call that has begun.
    func leave(_ call: Call) {
        queues.end(call.id, to: call.server.queue)
        probes.removeAll { $0 == call.id }
    }

    func conclude(_ call: Call, _ outcome: OutgoingOutcome) {
        call.outcome = outcome
        timeouts.remove(call.id.place)
    }

    /// Ends the calls that wait for the same server, because its name is unknown.
    private func failWaiting(like call: Call, _ outcome: OutgoingOutcome) {
        for id in queues.takeAll(to: call.server.queue, isWaiting: { self.call($0)?.isWaiting ?? false }) {
            guard let call = self.call(id) else { continue }
            conclude(call, outcome)
            finished.append(call.recipient)
        }
    }

    /// Ends a call without its connection, and begins the next.
    func finish(_ call: Call, _ outcome: OutgoingOutcome, at now: Duration) {
        settle(call, outcome)
        finished.append(call.recipient)
        if case .failure(.unknownName) = outcome { failWaiting(like: call, outcome) }
        beginNext(behind: call, at: now)
    }
}

/// The functions for the loop.
extension Upstream {
    /// Goes on with the call of the event, if there is one.
    func serve(_ event: Poller.Event, at now: Duration) {
        if let connection = plain.connection(of: event) {
            advance(connection, event.isBroken ? [.read, .write] : event.ready, at: now)
        } else if let curl, curl.act(on: event) {
            noteProgress(at: now)
        }
    }

    /// Ends the calls that wait for their turn, unless they outlast the stop. The connections of the
    /// others end them.
    func stop() {
        for case let call? in calls where call.isWaiting && !call.request.outlastsStop {
            settle(call, .failure(.cancelled))
        }
    }

    /// Ends the calls that have timed out, and lets libcurl go on if its time has come. Returns the
    /// connections that may go on.
    func advance(at now: Duration) -> [Recipient] {
        guard let curl else { return [] }
        curl.actIfDue()
        noteProgress(at: now)
        while let place = timeouts.removeExpired(at: now) {
            guard let call = calls[Int(place)] else { preconditionFailure("A time is one of a call's.") }
            finish(call, .failure(.timedOut(after: call.request.timeout)), at: now)
        }
        closeIfIdle(at: now)
        defer { finished.removeAll(keepingCapacity: true) }
        return finished
    }

    /// Ends the finished transfers, and begins calls that waited for a known address.
    private func noteProgress(at now: Duration) {
        for probe in probes {
            guard let call = call(probe), call.isResolved else { continue }
            queues.found(call.server.queue, by: probe, at: now)
            probes.removeAll { $0 == probe }
            beginNext(behind: call, at: now)
        }
        while let (transfer, code) = curl?.nextFinished() {
            guard let call = call(transfer.call) else {
                preconditionFailure("A transfer is one of a call's.")
            }
            if transfer.connectsOnly {
                beginExchange(of: call, on: transfer, code, at: now)
            } else {
                finish(call, transfer.outcome(code, of: call.request), at: now)
            }
        }
    }

    private func closeIfIdle(at now: Duration) {
        if let idleUntil, idleUntil <= now { close() }
    }

    /// Closes the kept connections. To be called without open calls.
    func close() {
        precondition(freePlaces.count == calls.count, "Calls end before their loop.")
        for server in servers.values { plain.closeKept(to: server) }
        curl = nil
        servers = [:]
        idleUntil = nil
        calls = []
        freePlaces = []
    }

    /// The real time until the next timeout or libcurl's time; nil if there is neither. `realTime` gives the
    /// real time until a monotonic time.
    func timeUntilNext(_ realTime: (Duration) -> Duration?) -> Duration? {
        guard let curl else { return nil }
        guard finished.isEmpty else { return .zero }
        let deadline = earlier(timeouts.nearest, idleUntil)
        return earlier(deadline.flatMap(realTime), curl.timeUntilTimer)
    }
}
