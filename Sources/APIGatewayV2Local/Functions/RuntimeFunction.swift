/// A function whose runtime somebody else has started, such as a developer in a debugger. The server listens
/// on a port for it, as the Lambda Runtime API: a runtime with AWS_LAMBDA_RUNTIME_API=127.0.0.1:PORT fetches
/// its events there. Several runtimes may ask at one port; each has one event at a time.

internal import APIGatewayV2Invoke
internal import HTTPWire
package import SocketServer
internal import Synchronization

/// A function that fetches its events.
package final class RuntimeFunction: FunctionTarget {
    private let name: String
    private let requestedPort: UInt16
    private let clock: any ServerClock
    private let queue: EventQueue
    private let server = Mutex<Server?>(nil)

    /// Port 0 picks a free one. `clock` is the machine's. `warn` gets a line for the person who runs the
    /// server.
    package init(
        name: String, port: UInt16, limits: FunctionLimits = FunctionLimits(),
        clock: any ServerClock = SystemClock(),
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.name = name
        requestedPort = port
        self.clock = clock
        queue = EventQueue(clock: clock, waitingMax: limits.waitingEventsMax) { call in
            warn(
                "no runtime took an event of function \(name) within \(call.timeout): start one with "
                    + "AWS_LAMBDA_RUNTIME_API=127.0.0.1:\(port)")
        }
    }

    /// The port of the Runtime API; 0 before the start.
    package var port: UInt16 { server.withLock { $0?.port ?? 0 } }

    /// Listens.
    package func start() throws(FunctionStartError) {
        do throws(SystemError) {
            let listener = try RuntimeListener.start(
                port: requestedPort, api: RuntimeAPI(queue: queue, listener: 0), clock: clock)
            server.withLock { $0 = listener }
        } catch {
            throw FunctionStartError(function: name, port: requestedPort, error: error)
        }
    }

    /// Announces the stop of the server, at which calls end early.
    package func beginStop() { queue.beginStop() }

    /// Ends the connections of the runtimes, and returns when they have ended.
    package func stop() {
        let listener = server.withLock { server in
            defer { server = nil }
            return server
        }
        listener?.stop()
    }

    package func answer(
        to call: FunctionCall, then: @escaping FunctionEnd
    ) -> Answer {
        queue.answer(to: call) { then($0, call.requestID) }
    }
}

/// The listener for the runtimes of a function.
enum RuntimeListener {
    /// Answers above the function's limit are read, so that the runtime learns of the limit. Fixed, because
    /// longer ones come from no runtime.
    private static let bodyBytesMax = 64 * 1024 * 1024

    /// Listens at the loopback address alone, because whoever asks gets the events.
    static func start(port: UInt16, api: RuntimeAPI, clock: any ServerClock) throws(SystemError) -> Server {
        var limits = SocketLimits()
        limits.wire.bodyBytesMax = bodyBytesMax
        // A function at a breakpoint, and a runtime without events, may take any time.
        limits.idleTimeout = EventQueue.askingMax
        limits.delayMax = EventQueue.askingMax
        return try Server.start(
            Server.Configuration(host: "127.0.0.1", port: port, loopCount: 1, limits: limits), handler: api,
            clock: clock)
    }
}

/// The reason why a function's listener did not start.
package struct FunctionStartError: Error {
    package let function: String
    package let port: UInt16
    package let error: SystemError
}
