/// The functions that can be reached, by their names. A function with an alias or a version is looked up with
/// it first, then without. All others go to the endpoint of the Invoke API, if there is one.

package import APIGatewayV2Invoke
package import SocketServer

/// The places of all functions, from the server's start to its stop.
package final class FunctionTargets: Sendable {
    private let targets: [String: any FunctionTarget]
    private let runtimes: [RuntimeFunction]
    private let processes: [ProcessFunction]
    private let endpoint: RemoteFunction?

    /// The last of two settings of one function counts. `endpoint` is the URL of an Invoke API. `warn` gets
    /// lines for the person who runs the server, and `onLine` the output of processes.
    package init(
        _ settings: [FunctionSetting], endpoint: String? = nil, clock: any ServerClock = SystemClock(),
        process: ProcessSettings = ProcessSettings(),
        onLine: @escaping @Sendable (FunctionLine) -> Void = { _ in },
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        var targets: [String: any FunctionTarget] = [:]
        var runtimes: [RuntimeFunction] = []
        var processes: [ProcessFunction] = []
        for setting in settings {
            switch setting.target {
            case .url(let url): targets[setting.key] = RemoteFunction(url: url, form: .runtimeEmulator)
            case .runtime(let port):
                let function = RuntimeFunction(
                    name: setting.key, port: port, limits: process.limits, clock: clock, warn: warn)
                targets[setting.key] = function
                runtimes.append(function)
            case .command(let command):
                let function = ProcessFunction(
                    setting, command: command, process, clock: clock, onLine: onLine, warn: warn)
                targets[setting.key] = function
                processes.append(function)
            }
        }
        self.targets = targets
        self.runtimes = runtimes
        self.processes = processes
        self.endpoint = endpoint.map { RemoteFunction(url: $0, form: .invokeAPI) }
    }

    /// The place of the function; nil if there is none.
    package func target(of function: LambdaFunction) -> (any FunctionTarget)? {
        function.qualifier.flatMap { targets["\(function.name):\($0)"] } ?? targets[function.name] ?? endpoint
    }

    /// Listens for runtimes. Throws if a port is in use, and then listens nowhere.
    package func start() throws(FunctionStartError) {
        do throws(FunctionStartError) {
            for runtime in runtimes { try runtime.start() }
        } catch {
            stop()
            throw error
        }
    }

    /// Announces the stop, at which calls end early and no more process starts.
    package func beginStop() {
        for runtime in runtimes { runtime.beginStop() }
        for process in processes { process.beginStop() }
    }

    /// Ends all processes and connections of runtimes, and returns when they have ended.
    package func stop() {
        beginStop()
        for process in processes { process.terminate() }
        for process in processes { process.stop() }
        for runtime in runtimes { runtime.stop() }
    }
}
