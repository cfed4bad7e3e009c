/// The signals of `serve`: SIGTERM and SIGINT stop it, SIGHUP lets it reload. A second signal to stop ends
/// the process at once with 128 and its number. A SIGHUP that comes because the terminal has gone stops it
/// too.

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
        var isHungUp = false
    }

    /// Time between a SIGHUP and the look at the terminal: the kernel sends the signal a moment before it
    /// takes the terminal away (`disassociate_ctty` of Linux), and shells send another.
    private static let hangupGrace = DispatchTimeInterval.milliseconds(50)

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
        let isNews = state.withLock { state in
            if signal == SIGHUP {
                defer { state.isHungUp = true }
                return !state.isHungUp
            }
            guard state.stop == nil else { SystemCalls.exit(128 + signal) }
            state.stop = signal
            return true
        }
        if isNews { arrived.signal() }
    }

    /// Waits for a signal and returns the order that it gives. Several SIGHUP at a time are one order.
    func next() -> Order {
        arrived.wait()
        if let signal = state.withLock({ $0.stop }) { return .stop(signal: signal) }
        // A signal to stop ends the wait.
        if arrived.wait(timeout: .now() + Self.hangupGrace) == .success,
            let signal = state.withLock({ $0.stop })
        {
            return .stop(signal: signal)
        }
        state.withLock { $0.isHungUp = false }
        return hadTerminal && !SystemCalls.hasTerminal ? .stop(signal: SIGHUP) : .reload
    }
}
