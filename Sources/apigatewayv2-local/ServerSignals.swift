/// The signals of `serve`: SIGTERM and SIGINT stop the server, and SIGHUP reloads it. A second SIGTERM or
/// SIGINT ends the process at once with status 128 plus its number. A SIGHUP from a closed terminal also
/// stops the server.

internal import APIGatewayV2Local
internal import Dispatch
internal import Glibc
internal import Synchronization

/// The signals that have come, to be taken one after the other.
final class ServerSignals: Sendable {
    /// The order that a signal gives.
    enum Order: Equatable {
        case stop(signal: Int32)
        case reload
    }

    private struct State {
        /// The first SIGTERM or SIGINT; nil until it comes.
        var stop: Int32?
        /// Whether a SIGHUP has come that `next()` has not taken.
        var isHungUp = false
    }

    private let arrived = DispatchSemaphore(value: 0)
    private let state = Mutex(State())
    /// Whether there was a terminal at the start. Without one, every SIGHUP is a reload.
    private let hadTerminal = SystemCalls.hasTerminal

    /// Begins to wait for signals. Dispatch blocks and reads them. To ignore them before, as other programs
    /// do, would lose a signal that comes early.
    init() {
        // The end of the log's reader must not end the server.
        SystemCalls.ignore(SIGPIPE)
        let registered = DispatchGroup()
        // If SIGHUP was ignored before, as by nohup, it stays ignored.
        let signals = [SIGTERM, SIGINT] + (SystemCalls.isIgnored(SIGHUP) ? [] : [SIGHUP])
        for signal in signals {
            let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
            source.setEventHandler {
                // The handler keeps its source alive.
                _ = source
                self.receive(signal)
            }
            registered.enter()
            source.setRegistrationHandler { registered.leave() }
            source.resume()
        }
        registered.wait()
    }

    private func receive(_ signal: Int32) {
        let isFirst = state.withLock { state in
            if signal == SIGHUP {
                defer { state.isHungUp = true }
                return !state.isHungUp
            }
            defer { state.stop = state.stop ?? signal }
            return state.stop == nil
        }
        if isFirst {
            arrived.signal()
        } else if signal != SIGHUP {
            SystemCalls.exit(128 + signal)
        }
    }

    /// Waits for a signal and returns the order that it gives. Several SIGHUP at a time are one order.
    func next() -> Order {
        arrived.wait()
        if let signal = state.withLock({ $0.stop }) { return .stop(signal: signal) }
        // SIGTERM or SIGINT ends the wait early.
        if arrived.wait(timeout: .now() + .milliseconds(ReloadLimits.hangupGraceMilliseconds)) == .success,
            let signal = state.withLock({ $0.stop })
        {
            return .stop(signal: signal)
        }
        let isGone = hadTerminal && !SystemCalls.hasTerminal
        state.withLock { state in
            state.isHungUp = false
            if isGone { state.stop = SIGHUP }
        }
        return isGone ? .stop(signal: SIGHUP) : .reload
    }
}
