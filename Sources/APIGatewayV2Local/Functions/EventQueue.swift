/// The events of one function and the runtimes that ask for them: whoever comes first waits for the other.
/// An event ends once, by the runtime's answer or error, by the end of the runtime, or with its client. No
/// thread waits here: both sides are waits of the seam.

internal import APIGatewayV2Invoke
internal import HTTPWire
internal import SocketServer
internal import Synchronization

/// Brings events and runtimes together.
final class EventQueue: Sendable {
    fileprivate struct State {
        /// Events that no runtime has, the oldest first.
        var waiting: [RuntimeEvent] = []
        /// Runtimes without an event, in the order of their requests.
        var asking: [AskingRuntime] = []
        /// Events that a runtime has, by their identifiers.
        var taken: [String: TakenEvent] = [:]
        /// Identifiers of events whose client got its answer before the runtime's, the oldest first.
        var late: [String] = []
        /// The open connections of runtimes that somebody else has started, and that have asked for an event.
        var connections: Set<ConnectionID> = []
        /// The processes that have asked since their start, by their listeners.
        var processes: [Int: RuntimeProcess] = [:]
        var isStopping = false
        var lastNumber: UInt64 = 0
    }

    /// The most identifiers of late events that are remembered. Fixed, because a forgotten one only changes
    /// the error of a late answer.
    static let lateMax = 1_000
    /// The longest wait of a runtime. Runtimes set no timeout for their request (Lambda developer guide,
    /// "Next invocation"). Fixed, because no runtime asks for more than that.
    static let askingMax: Duration = .seconds(365 * 24 * 60 * 60)

    private let clock: any ServerClock
    private let waitingMax: Int
    /// Told of each call that timed out before a runtime took it.
    private let onNeglect: @Sendable (FunctionCall) -> Void
    private let state = Mutex(State())

    /// `clock` is the machine's, whatever the emulator's shows. One more event than `waitingMax` is
    /// throttled.
    init(clock: any ServerClock, waitingMax: Int, onNeglect: @escaping @Sendable (FunctionCall) -> Void) {
        self.clock = clock
        self.waitingMax = waitingMax
        self.onNeglect = onNeglect
    }

    /// The number of events that wait for a runtime.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Ends all events, because no runtime comes any more.
    func beginStop() {
        let events = state.withLock { state -> [RuntimeEvent] in
            state.isStopping = true
            let sent = state.taken.values.filter(\.isSent).map(\.event)
            defer {
                state.waiting = []
                for event in sent { state.remember(late: event.id) }
            }
            return state.waiting + sent
        }
        for event in events { event.end(LambdaOutcome(.stopped)) }
    }

    /// Puts a call into the queue.
    func answer(to call: FunctionCall, then: @escaping @Sendable (LambdaOutcome) -> Answer) -> Answer {
        guard call.payload.count <= LambdaOutcome.payloadBytesMax else {
            return then(
                .notInvocable(
                    "the event has \(call.payload.count) bytes, and a function takes at most "
                        + "\(LambdaOutcome.payloadBytesMax)"))
        }
        let event = RuntimeEvent(
            call: call, deadline: clock.wallTime() + call.timeout, ticket: Ticket(), then: then)
        let (hasRoom, outlastsStop) = state.withLock { state in
            guard state.waiting.count < waitingMax, !state.knows(event.id) else { return (false, false) }
            state.waiting.append(event)
            // Behind the announcement no runtime comes any more.
            return (true, !state.isStopping)
        }
        guard hasRoom else { return then(.throttled) }
        bringTogether()
        return .wait(
            Wait(
                for: event.ticket, atMost: call.timeout, outlastsStop: outlastsStop,
                otherwise: { [self] failure in
                    let isNeglected = failure == .timedOut && !state.withLock { $0.isStopping }
                    if forget(event.id), isNeglected { onNeglect(call) }
                    return then(LambdaOutcome(failure))
                },
                whenKnown: { [self] reply in
                    if reply == nil { _ = forget(event.id) }
                }))
    }

    /// The answer to a runtime that asks for an event.
    func next(for client: RuntimeClient) -> Answer { ask(for: client, isNew: true) }

    /// The answer to a request for an event, which may be a new one of the runtime or go on.
    private func ask(for client: RuntimeClient, isNew: Bool) -> Answer {
        let runtime = state.withLock { state in
            var client = client
            if client.listener > 0 {
                state.processes[client.listener, default: RuntimeProcess()].deadline = nil
            } else if isNew, !state.connections.insert(client.connection).inserted {
                client.keepsConnection = true
            }
            state.lastNumber += 1
            let runtime = AskingRuntime(number: state.lastNumber, client: client, ticket: Ticket())
            state.asking.append(runtime)
            return runtime
        }
        bringTogether()
        return .wait(
            Wait(
                for: runtime.ticket, atMost: Self.askingMax,
                otherwise: { [self] _ in
                    stopAsking(runtime)
                    // The server stops. A runtime takes any answer for an event, and a close for the end.
                    return .reply(Reply(HTTPResponse(status: 503), delivery: .close))
                },
                whenKnown: { [self] reply in
                    if reply == nil { stopAsking(runtime) }
                }))
    }

    /// Ends an event that a runtime has. Returns false if no runtime has an event of that name.
    func end(_ id: String, with outcome: LambdaOutcome) -> Bool {
        let (isKnown, event) = state.withLock { state -> (Bool, RuntimeEvent?) in
            if let taken = state.taken[id], taken.isSent {
                state.taken[id] = nil
                return (true, taken.event)
            }
            guard let index = state.late.firstIndex(of: id) else { return (false, nil) }
            state.late.remove(at: index)
            return (true, nil)
        }
        event?.end(outcome)
        return isKnown
    }

    /// Fails the events that wait, because a runtime could not start, unless another one is there.
    func failWaiting(_ reason: String) {
        let events = state.withLock { state -> [RuntimeEvent] in
            guard state.asking.isEmpty, state.taken.isEmpty else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for event in events { event.end(.failed(reason)) }
    }

    /// Fails the event of the runtime whose only connection has ended. Another runtime keeps its event,
    /// because it may answer over another connection.
    func noteEnd(of connection: ConnectionID) {
        state.withLock { _ = $0.connections.remove(connection) }
        failTaken("the runtime's connection ended while it had the event") {
            $0.connection == connection && $0.keepsConnection
        }
    }

    /// Fails the events of the runtimes that have ended. A late answer of one is accepted.
    func failTaken(_ reason: String, where hasEnded: (RuntimeClient) -> Bool) {
        let events = state.withLock { state -> [RuntimeEvent] in
            let ended = state.taken.values.filter { $0.isSent && hasEnded($0.runtime.client) }.map(\.event)
            for event in ended { state.remember(late: event.id) }
            return ended
        }
        for event in events { event.end(.failed(reason)) }
    }

    /// The listeners of the processes that have asked for an event since their start.
    var listenersOfProcesses: Set<Int> { state.withLock { Set($0.processes.keys) } }

    /// Forgets the process behind a listener. Returns whether it had asked for an event.
    func forgetProcess(ofListener listener: Int) -> Bool {
        state.withLock { $0.processes.removeValue(forKey: listener) != nil }
    }

    /// The event that the process behind a listener has, or had last before it asked again.
    func requestID(ofListener listener: Int) -> String? {
        state.withLock { $0.processes[listener]?.requestID }
    }

    /// The listener of the process that has the event; nil if none has it.
    func listener(of requestID: String) -> Int? {
        state.withLock { state in
            state.processes.first { $0.value.requestID == requestID && $0.value.deadline != nil }?.key
        }
    }

    /// The listeners of the processes that have an event beyond its deadline.
    var overdueListeners: [Int] {
        let now = clock.monotonicTime()
        return state.withLock { state in
            state.processes.filter { now > $0.value.deadline ?? now }.map(\.key).sorted()
        }
    }
}

extension EventQueue {
    /// Gives waiting events to asking runtimes. No ticket is completed while the lock is held.
    private func bringTogether() {
        while let (runtime, event) = state.withLock({ $0.takePair() }) {
            let isWaiting = runtime.ticket.complete { [self] in send(event, to: runtime) }
            if !isWaiting { state.withLock { $0.giveBack(event.id, of: runtime) } }
        }
    }

    /// The answer to the runtime, on its loop. The runtime waits on if the client of the event has gone.
    private func send(_ event: RuntimeEvent, to runtime: AskingRuntime) -> Answer {
        let listener = runtime.client.listener
        let deadline = listener > 0 ? clock.monotonicTime() + event.call.timeout : nil
        let isWanted = state.withLock { state in
            guard state.taken[event.id]?.runtime.number == runtime.number else { return false }
            state.taken[event.id]?.isSent = true
            if listener > 0 {
                state.processes[listener] = RuntimeProcess(requestID: event.id, deadline: deadline)
            }
            return true
        }
        return isWanted ? .reply(Reply(event.response)) : ask(for: runtime.client, isNew: false)
    }

    private func stopAsking(_ runtime: AskingRuntime) {
        state.withLock { state in
            state.asking.removeAll { $0.number == runtime.number }
            let unsent = state.taken.values.filter { $0.runtime.number == runtime.number && !$0.isSent }
            for taken in unsent { state.giveBack(taken.event.id, of: runtime) }
        }
        bringTogether()
    }

    /// Drops an event whose client needs no answer any more. Returns whether it waited for a runtime.
    private func forget(_ id: String) -> Bool {
        state.withLock { state in
            if let index = state.waiting.firstIndex(where: { $0.id == id }) {
                state.waiting.remove(at: index)
                return true
            }
            guard state.taken[id]?.isSent == true else {
                state.taken[id] = nil
                return false
            }
            state.remember(late: id)
            return false
        }
    }
}

extension EventQueue.State {
    func knows(_ id: String) -> Bool { taken[id] != nil || waiting.contains { $0.id == id } }

    /// Takes an event from its runtime, whose answer comes too late.
    mutating func remember(late id: String) {
        taken[id] = nil
        late.append(id)
        if late.count > EventQueue.lateMax { late.removeFirst() }
    }

    /// The first runtime that asks and the first event that waits; nil if one of them is missing.
    mutating func takePair() -> (AskingRuntime, RuntimeEvent)? {
        guard !asking.isEmpty, !waiting.isEmpty else { return nil }
        let (runtime, event) = (asking.removeFirst(), waiting.removeFirst())
        taken[event.id] = TakenEvent(event: event, runtime: runtime)
        return (runtime, event)
    }

    /// Puts an event that did not reach its runtime before all others.
    mutating func giveBack(_ id: String, of runtime: AskingRuntime) {
        guard let held = taken[id], held.runtime.number == runtime.number, !held.isSent else { return }
        taken[id] = nil
        waiting.insert(held.event, at: 0)
    }
}
