/// The place of access log lines: a file that is appended to, or standard output.

internal import ArgumentParser

/// Lines one after the other. A line is one write, so that lines of several threads do not mix.
struct AccessLogFile: Sendable {
    private let descriptor: Int32

    /// `path` is `-` for standard output. Throws if the file cannot be opened.
    init(path: String) throws {
        if path == "-" {
            descriptor = 1
            return
        }
        guard let opened = SystemCalls.openToAppend(path) else {
            throw ValidationError(
                "found '\(path)' for --access-logs, expected a file that can be written, or - for standard "
                    + "output")
        }
        descriptor = opened
    }

    func write(_ line: String) {
        SystemCalls.write(Array((line + "\n").utf8), to: descriptor)
    }
}
