/// The reports of a server's loops to the thread that starts it. That thread waits until each loop is ready
/// or has failed.

internal import Dispatch
internal import Synchronization

/// The reports of a server's loops.
final class Startup: Sendable {
    /// The address at which the server listens.
    struct Address: Sendable {
        let host: String
        let port: UInt16
    }

    enum Report: Sendable {
        case listens(Address)
        /// The report of a loop that has started.
        case ready
        /// The report of a loop that has failed.
        case failed(SystemError)
    }

    private struct State: Sendable {
        var address: Address?
        var failure: SystemError?
    }

    private let state = Mutex(State())
    private let loops = DispatchGroup()

    init(loopCount: Int) {
        for _ in 0..<loopCount { loops.enter() }
    }

    func report(_ report: Report) {
        switch report {
        case .listens(let address):
            state.withLock { $0.address = address }
        case .ready:
            loops.leave()
        case .failed(let error):
            // The first failure counts, because the others may follow from it.
            state.withLock { $0.failure = $0.failure ?? error }
            loops.leave()
        }
    }

    /// Waits for all loops. Throws the first failure.
    func address() throws(SystemError) -> Address {
        loops.wait()
        let state = state.withLock { $0 }
        if let failure = state.failure { throw failure }
        guard let address = state.address else { preconditionFailure("A loop that is ready listens.") }
        return address
    }
}
