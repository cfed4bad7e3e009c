/// The place of access log lines: a file that is appended to, or standard output. SIGHUP opens the file
/// again, so that a program may rotate it. A line that cannot be written is lost, and the log tells why.

internal import ArgumentParser
internal import Logging

/// Lines one after the other. A line is one write, so that lines of several threads do not mix.
struct AccessLogFile: Sendable {
    private let output: LineOutput
    /// The file and its descriptor; nil for standard output.
    private let file: (path: String, descriptor: Int32)?
    private let logger: Logger?

    /// `path` is `-` for standard output. Throws if the file cannot be opened.
    init(path: String, waitingBytesMax: Int, logger: Logger?) throws {
        self.logger = logger
        let place = path == "-" ? "standard output" : path
        let onFailure: @Sendable (Int32) -> Void = { number in
            logger?.warning(
                "access log lines are lost: \(place) cannot be written: \(SystemCalls.text(ofError: number))")
        }
        if path == "-" {
            file = nil
            output = LineOutput(descriptor: 1, onFailure: onFailure)
            output.bound(waitingBytesMax: waitingBytesMax)
            return
        }
        guard let opened = SystemCalls.openToAppend(path) else {
            throw ValidationError(
                "found '\(path)' for --access-logs, expected a file that can be written, or - for standard "
                    + "output")
        }
        file = (path, opened)
        output = LineOutput(descriptor: opened, onFailure: onFailure)
        output.bound(waitingBytesMax: waitingBytesMax)
    }

    func write(_ line: String) {
        output.write(Array((line + "\n").utf8))
    }

    /// Opens the file again, which another program may have renamed. If that fails, lines go on to the
    /// old one.
    func reopen() {
        guard let file, let number = SystemCalls.reopen(file.path, as: file.descriptor) else { return }
        let reason = SystemCalls.text(ofError: number)
        logger?.warning(
            "the access log \(file.path) cannot be opened again, and the old file gets its lines: \(reason)")
    }

    /// Waits until the waiting lines are written, but at most a second.
    func flush() { output.flush() }
}
