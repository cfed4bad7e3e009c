/// The output of a function's process, as lines with the identifier of the event that the process had. An
/// event ends only behind the lines that the process wrote before its answer.

internal import SocketServer
internal import Synchronization

/// A line that a process of a function wrote.
public struct FunctionLine: Sendable, Hashable {
    /// The function's name, with its alias if `--lambda` has one.
    public let function: String
    /// The identifier of the event that the process had; nil before its first one.
    public let requestID: String?
    /// The line without its end.
    public let text: String
}

/// The lines of the processes of one listener, one process after the other. A serial queue calls it.
final class ProcessOutput: Sendable {
    private let function: String
    private let listener: Int
    private let events: EventQueue
    private let onLine: @Sendable (FunctionLine) -> Void
    private let state: Mutex<(child: ChildProcess?, cutter: LineCutter)>

    init(
        function: String, listener: Int, events: EventQueue, lineBytesMax: Int,
        onLine: @escaping @Sendable (FunctionLine) -> Void
    ) {
        self.function = function
        self.listener = listener
        self.events = events
        self.onLine = onLine
        state = Mutex((nil, LineCutter(lineBytesMax: lineBytesMax)))
    }

    /// The next lines are those of `child`.
    func begin(_ child: ChildProcess) { state.withLock { $0.child = child } }

    /// Tells the lines that have come. Returns false at the end of the output.
    @discardableResult
    func read() -> Bool {
        guard let child = state.withLock({ $0.child }),
            let bytes = child.readOutput(atMost: FunctionLimits.outputBytes)
        else { return false }
        tell(state.withLock { $0.cutter.lines(appending: bytes) })
        return true
    }

    /// Tells all that the process has written up to now, also a line without an end. A pipe holds no more
    /// than one reading takes.
    func readAll() {
        read()
        tell(state.withLock { $0.cutter.flush() }.map { [$0] } ?? [])
    }

    /// The process has ended.
    func end() {
        readAll()
        state.withLock { $0.child = nil }
    }

    private func tell(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        let id = events.requestID(ofListener: listener)
        for line in lines { onLine(FunctionLine(function: function, requestID: id, text: line)) }
    }
}
