/// Lines of the log and of access logs, to descriptors that may be pipes. A program that starts the server
/// and reads its first line alone fills such a pipe. A write would then wait for ever, on the thread of a
/// loop.

internal import APIGatewayV2Local
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Writes at once where a write can't wait, and else from a thread of its own. Beyond its bound of waiting
/// bytes it loses lines, and says how many.
final class LineOutput: Sendable {
    /// The log.
    static let log = LineOutput(descriptor: 2)
    /// A pipe that poll(2) calls writable takes that much without a wait (pipe(7), PIPE_BUF on Linux). Fixed
    /// by the system.
    private static let pipeBytesMax = 4_096

    private struct State {
        var waiting: [UInt8] = []
        var bytesMax = ServerLimits().logWaitingBytesMax
        var lostCount = 0
        var isDraining = false
        /// The error number of the last write; nil after a whole one.
        var failure: Int32?
    }

    private let descriptor: Int32
    /// False for files and terminals, where a write comes to its end by itself.
    private let mayWait: Bool
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "apigatewayv2-local.lines")

    /// Gets the error number of a write that failed, unless the write before failed with the same one.
    private let onFailure: (@Sendable (Int32) -> Void)?

    init(descriptor: Int32, onFailure: (@Sendable (Int32) -> Void)? = nil) {
        self.descriptor = descriptor
        self.onFailure = onFailure
        mayWait = SystemCalls.isPipe(descriptor)
    }

    /// Bounds the bytes of lines that wait for a reader.
    func bound(waitingBytesMax: Int) {
        state.withLock { $0.bytesMax = waitingBytesMax }
    }

    /// Writes a line with its line feed. Any thread may call it.
    func write(_ line: [UInt8]) {
        guard mayWait else { return note(SystemCalls.write(line, to: descriptor)) }
        var failure: Int32??
        let shallDrain = state.withLock { state in
            if !state.isDraining, line.count <= Self.pipeBytesMax, SystemCalls.isWritable(descriptor) {
                failure = .some(SystemCalls.write(line, to: descriptor))
                return false
            }
            guard state.waiting.count + line.count <= state.bytesMax else {
                state.lostCount += 1
                return false
            }
            state.waiting += line
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if let failure { note(failure) }
        if shallDrain { queue.async { self.drain() } }
    }

    /// Tells of a failure that is new. `failure` is the error number of a write; nil after a whole one.
    private func note(_ failure: Int32?) {
        guard let onFailure else { return }
        let isNew = state.withLock { state in
            defer { state.failure = failure }
            return failure != nil && failure != state.failure
        }
        if isNew, let failure { onFailure(failure) }
    }

    /// Waits until the waiting lines are written, but at most a second. The end of the program does not wait
    /// for somebody who has stopped to read.
    func flush() {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .seconds(1))
    }

    /// Runs on the queue, whose thread may wait for a reader.
    private func drain() {
        while true {
            let (bytes, lostCount) = state.withLock { state in
                defer { (state.waiting, state.lostCount) = ([], 0) }
                state.isDraining = !state.waiting.isEmpty || state.lostCount > 0
                return (state.waiting, state.lostCount)
            }
            if bytes.isEmpty, lostCount == 0 { return }
            note(SystemCalls.write(bytes, to: descriptor))
            if lostCount > 0 {
                let text = "\(lostCount) lines are lost here, because nobody read them in time\n"
                SystemCalls.write(Array(text.utf8), to: descriptor)
            }
        }
    }
}
