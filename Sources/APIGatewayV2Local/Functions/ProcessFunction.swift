/// A function whose processes this server starts, from a command for the shell. A process starts when an
/// event finds none that is free, up to the function's concurrency, and stays for later events. One that ends
/// is started again for the next event, after a pause if it did not even ask for one.

internal import APIGatewayV2
internal import APIGatewayV2Invoke
internal import Dispatch
package import SocketServer
internal import Synchronization

/// The settings that the processes of all functions share.
package struct ProcessSettings: Sendable {
    package var account: String
    package var region: String
    package var limits: FunctionLimits

    package init(
        account: String = "000000000000", region: String = "us-east-1",
        limits: FunctionLimits = FunctionLimits()
    ) {
        self.account = account
        self.region = region
        self.limits = limits
    }
}

/// A function that runs in processes of this server.
package final class ProcessFunction: FunctionTarget {
    private struct State {
        /// The places of processes, by their numbers from 1 on, which are those of the listeners.
        var places: [Int: FunctionProcess] = [:]
        /// The places whose process runs, and the times of its start on the machine's monotonic clock.
        var running: [Int: Duration] = [:]
        /// The starts in a row that came to nothing.
        var failures = 0
        /// The time of the next start on the machine's monotonic clock, and the reason to wait for it.
        var pause: (until: Duration, reason: String)?
        var isStopped = false

        var freePlace: Int { (1...running.count + 1).first { running[$0] == nil } ?? running.count + 1 }
    }

    private let plan: FunctionProcess.Plan
    private let processesMax: Int
    private let warn: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// `clock` is the machine's. `onLine` gets the output of the processes, `warn` lines for the person who
    /// runs the server.
    package init(
        _ setting: FunctionSetting, command: String, _ settings: ProcessSettings = ProcessSettings(),
        clock: any ServerClock = SystemClock(),
        onLine: @escaping @Sendable (FunctionLine) -> Void = { _ in },
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let key = setting.key
        plan = FunctionProcess.Plan(
            function: key, command: command, environment: FunctionEnvironment.entries(setting, settings),
            events: EventQueue(clock: clock, waitingMax: settings.limits.waitingEventsMax) { call in
                warn("no process of function \(key) took an event within \(call.timeout)")
            }, limits: settings.limits, clock: clock,
            work: DispatchQueue(label: "apigatewayv2-local.function"), running: DispatchGroup(),
            onLine: onLine)
        processesMax = setting.concurrency
        self.warn = warn
    }

    package func answer(
        to call: FunctionCall, then: @escaping FunctionEnd
    ) -> Answer {
        let answer = plan.events.answer(to: call) { [weak self] outcome in
            if outcome == .timedOut { self?.noteTimeout(of: call) }
            return then(outcome, call.requestID)
        }
        if plan.events.waitingCount > 0 { plan.work.async { [weak self] in self?.grow() } }
        return answer
    }

    /// Allows no further start.
    package func beginStop() {
        plan.events.beginStop()
        state.withLock { $0.isStopped = true }
    }

    /// Asks all processes to end.
    package func terminate() {
        plan.work.sync { for place in allPlaces { place.terminate() } }
    }

    /// Returns when all processes have ended, the slow ones by SIGKILL.
    package func stop() {
        let patience = DispatchTimeInterval.nanoseconds(plan.limits.stopTimeout.nanoseconds)
        if plan.running.wait(timeout: .now() + patience) == .timedOut {
            plan.work.sync { for place in allPlaces { place.kill() } }
            if plan.running.wait(timeout: .now() + patience) == .timedOut {
                warn("function \(plan.function): a process did not end, not even when it was killed")
            }
        }
        for place in allPlaces { place.stopListening() }
    }

    /// Returns when the function has acted on all events that have come.
    package func finishWork() { plan.work.sync {} }

    private var allPlaces: [FunctionProcess] { state.withLock { Array($0.places.values) } }
}

// MARK: On the queue of the function

extension ProcessFunction {
    private enum Step {
        case start(place: Int)
        case pause(reason: String)
        /// As many processes as there may be run.
        case full
        case nothing
    }

    /// Starts processes for the events that wait.
    private func grow() {
        while true {
            switch nextStep() {
            case .start(let number):
                do throws(SystemError) {
                    try start(number)
                } catch {
                    noteFailure("the process cannot be started: \(error.call): \(FileSystem.reason(error))")
                }
            case .pause(let reason): return plan.events.failWaiting(reason)
            case .full: return killOverdue()
            case .nothing: return
            }
        }
    }

    private func nextStep() -> Step {
        let now = plan.clock.monotonicTime()
        let (waiting, asked) = (plan.events.waitingCount, plan.events.listenersOfProcesses.count)
        return state.withLock { state in
            guard !state.isStopped, waiting > 0 else { return .nothing }
            if state.running.count >= processesMax { return .full }
            guard waiting > state.running.count - asked else { return .nothing }
            if let pause = state.pause, now < pause.until {
                return .pause(reason: "\(pause.reason), and the next start is \(pause.until - now) away")
            }
            return .start(place: state.freePlace)
        }
    }

    private func start(_ number: Int) throws(SystemError) {
        let known = state.withLock { $0.places[number] }
        let place: FunctionProcess
        if let known {
            place = known
        } else {
            place = try FunctionProcess(plan, number: number)
            state.withLock { $0.places[number] = place }
        }
        try place.start { [weak self] end in self?.noteEnd(of: number, end) }
        let now = plan.clock.monotonicTime()
        state.withLock { $0.running[number] = now }
    }

    private func noteEnd(of number: Int, _ end: String) {
        let hasAsked = plan.events.forgetProcess(ofListener: number)
        let isStopped = state.withLock { state in
            state.running[number] = nil
            return state.isStopped
        }
        if isStopped { return }
        let reason = "Runtime.ExitError: the process \(end)"
        plan.events.failTaken(reason) { $0.listener == number }
        if hasAsked {
            state.withLock { ($0.failures, $0.pause) = (0, nil) }
            warn("function \(plan.function): the process \(end)")
        } else {
            noteFailure("\(reason) before it asked for an event")
        }
        grow()
    }

    /// Fails the events that wait, and lets the next start wait.
    private func noteFailure(_ reason: String) {
        let now = plan.clock.monotonicTime()
        let pause = state.withLock { state in
            state.failures += 1
            let pause = plan.limits.pause(afterFailures: state.failures)
            state.pause = (now + pause, reason)
            return pause
        }
        warn("function \(plan.function): \(reason); it is not started again for \(pause)")
        plan.events.failWaiting(reason)
    }

    /// Kills the processes that should have asked for an event: their first one, or another one.
    private func killOverdue() {
        let asked = plan.events.listenersOfProcesses
        let latest = plan.clock.monotonicTime() - plan.limits.startTimeout
        let stuck = state.withLock { state in
            state.running.filter { !asked.contains($0.key) && $0.value < latest }.keys.sorted()
        }
        for number in stuck + plan.events.overdueListeners { state.withLock { $0.places[number] }?.kill() }
    }

    /// Kills the process that has the event beyond its time, as Lambda does.
    private func noteTimeout(of call: FunctionCall) {
        if state.withLock({ $0.isStopped }) { return }
        plan.work.async { [weak self] in
            guard let self else { return }
            guard let listener = plan.events.listener(of: call.requestID) else { return killOverdue() }
            warn(
                "function \(plan.function): request \(call.requestID) timed out after \(call.timeout), and "
                    + "its process is killed")
            state.withLock { $0.places[listener] }?.kill()
        }
    }
}
