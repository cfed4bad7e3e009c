/// The place of access log lines: a file that is appended to, or standard output.

internal import ArgumentParser

/// Lines one after the other. A line is one write, so that lines of several threads do not mix.
struct AccessLogFile: Sendable {
    private let output: LineOutput

    /// `path` is `-` for standard output. Throws if the file cannot be opened.
    init(path: String) throws {
        if path == "-" {
            output = LineOutput(descriptor: 1)
            return
        }
        guard let opened = SystemCalls.openToAppend(path) else {
            throw ValidationError(
                "found '\(path)' for --access-logs, expected a file that can be written, or - for standard "
                    + "output")
        }
        output = LineOutput(descriptor: opened)
    }

    func write(_ line: String) {
        output.write(Array((line + "\n").utf8))
    }
}
