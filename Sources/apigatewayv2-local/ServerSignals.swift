/// The signals of `serve`: SIGTERM and SIGINT stop it, SIGHUP lets it reload. A second signal to stop ends
/// the process at once with 128 and its number. A SIGHUP that comes because the terminal has gone stops it
/// too.

internal import APIGatewayV2Local
internal import Dispatch
internal import Glibc
internal import Synchronization

/// The signals that have come, taken one after the other.
final class ServerSignals: Sendable {
    /// The wish of a signal.
    enum Order: Equatable {
        case stop(signal: Int32)
        case reload
    }

    private struct State {
        /// The first signal to stop; nil until it comes.
        var stop: Int32?
        /// Whether a SIGHUP has come that no order was made of.
        var isHungUp = false
    }

    private let arrived = DispatchSemaphore(value: 0)
    private let state = Mutex(State())
    /// Whether there was a terminal at the start. Without one, every SIGHUP asks for a reload.
    private let hadTerminal = SystemCalls.hasTerminal

    /// From here on a signal is waited for. Dispatch blocks and reads it; were it ignored until then, as
    /// is usual elsewhere, one that comes early would be lost.
    init() {
        // A log whose reader is gone must not end the server.
        SystemCalls.ignore(SIGPIPE)
        let registered = DispatchGroup()
        // A SIGHUP that was ignored before (nohup) stays so.
        let signals = [SIGTERM, SIGINT] + (SystemCalls.isIgnored(SIGHUP) ? [] : [SIGHUP])
        for signal in signals {
            let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
            source.setEventHandler {
                // The source lives as long as its handler.
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
        // A signal to stop ends the wait.
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
