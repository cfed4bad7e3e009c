/// One process of a function at a time, with a Runtime API of its own. The listener stays, and the processes
/// come one after the other. An event ends behind the lines that the process wrote for it.

internal import Dispatch
internal import SocketServer
internal import Synchronization

/// A place for a process of a function.
final class FunctionProcess: Sendable {
    /// The parts that all processes of a function share.
    struct Plan: Sendable {
        let function: String
        let command: String
        /// The variables of a function but for the address of its Runtime API, as `NAME=value`.
        let environment: [String]
        let events: EventQueue
        let limits: FunctionLimits
        let clock: any ServerClock
        /// Runs one thing of the function at a time.
        let work: DispatchQueue
        /// The processes that run.
        let running: DispatchGroup
        let onLine: @Sendable (FunctionLine) -> Void
    }

    private let number: Int
    private let plan: Plan
    private let output: ProcessOutput
    private let server: Server
    /// The process that runs; nil between two.
    private let child = Mutex<ChildProcess?>(nil)

    /// Listens for the process.
    init(_ plan: Plan, number: Int) throws(SystemError) {
        let output = ProcessOutput(
            function: plan.function, listener: number, events: plan.events,
            lineBytesMax: plan.limits.lineBytesMax, onLine: plan.onLine)
        let api = RuntimeAPI(
            queue: plan.events, listener: number,
            afterOutput: { end in
                plan.work.async {
                    output.readAll()
                    end()
                }
            })
        server = try RuntimeListener.start(port: 0, api: api, clock: plan.clock)
        self.number = number
        self.plan = plan
        self.output = output
    }

    deinit {
        guard let child = child.withLock({ $0 }) else { return }
        plan.work.async { child.killGroup() }
    }

    /// Starts a process. `onEnd` gets its end in words, such as `ended with status 1`, on the queue of the
    /// function.
    func start(onEnd: @escaping @Sendable (String) -> Void) throws(SystemError) {
        let started = try ChildProcess(
            command: plan.command,
            environment: plan.environment + ["AWS_LAMBDA_RUNTIME_API=127.0.0.1:\(server.port)"])
        child.withLock { $0 = started }
        output.begin(started)
        plan.running.enter()
        let reading = DispatchSource.makeReadSource(
            fileDescriptor: started.outputDescriptor, queue: plan.work)
        let ending = DispatchSource.makeReadSource(fileDescriptor: started.endDescriptor, queue: plan.work)
        // The handlers keep the process, whose descriptors they use, until their sources are cancelled.
        reading.setEventHandler { [output] in
            withExtendedLifetime(started) {
                if !output.read() { reading.cancel() }
            }
        }
        ending.setEventHandler { [output, plan, weak self] in
            reading.cancel()
            ending.cancel()
            let end = started.collect()
            output.end()
            self?.child.withLock { $0 = nil }
            onEnd(end)
            plan.running.leave()
        }
        reading.activate()
        ending.activate()
    }

    /// Asks the process to end. On the queue of the function.
    func terminate() { child.withLock { $0 }?.terminate() }

    /// Kills the process. On the queue of the function.
    func kill() { child.withLock { $0 }?.killGroup() }

    /// Ends the connections of the process, and returns when they have ended.
    func stopListening() { server.stop() }
}
