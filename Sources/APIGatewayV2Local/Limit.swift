/// The wire's bounds by name, as `--limit NAME=VALUE` and the documentation have them. One table: a bound
/// that a user may set is a line here. Refuses unknown names and values out of range with `LimitError`.

package import HTTPWire

/// Why a text is no limit.
public struct LimitError: Error, CustomStringConvertible, Sendable {
    /// What was found and what was expected, in one line.
    public let description: String
}

/// One bound that a user may set.
package struct Limit: Sendable {
    /// What a value looks like, where it is kept, and which values there are.
    package enum Kind: Sendable {
        case count(any WritableKeyPath<HTTPLimits, Int> & Sendable, ClosedRange<Int>)
        case time(any WritableKeyPath<HTTPLimits, Duration> & Sendable, ClosedRange<Duration>)
    }

    package let name: String
    /// What is bounded and what happens past it, in a line.
    package let meaning: String
    package let kind: Kind

    /// The default as a value is written.
    package var defaultText: String { text(in: HTTPLimits()) }

    /// The value in `limits` as it is written.
    package func text(in limits: HTTPLimits) -> String {
        switch kind {
        case .count(let path, _): String(limits[keyPath: path])
        case .time(let path, _): limits[keyPath: path].ruleText
        }
    }

    /// What a value may be, in words.
    package var expected: String {
        switch kind {
        case .count(_, let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .time(_, let range): "a time from \(range.lowerBound.ruleText) to \(range.upperBound.ruleText)"
        }
    }

    /// Puts the value that `text` is into `limits`; false if it is none.
    func set(in limits: inout HTTPLimits, to text: String) -> Bool {
        switch kind {
        case .count(let path, let range):
            guard let count = Int(text), range.contains(count) else { return false }
            limits[keyPath: path] = count
        case .time(let path, let range):
            guard let time = Duration(ruleText: text), range.contains(time) else { return false }
            limits[keyPath: path] = time
        }
        return true
    }
}

extension Limit {
    private static let heads = 16...(16 * 1024 * 1024)
    private static let times = Duration.milliseconds(1)...Duration.seconds(24 * 60 * 60)

    /// All of them, in the order in which a request meets them.
    package static let all: [Limit] = [
        Limit(
            name: "connections-max", meaning: "open connections; more wait to be accepted",
            kind: .count(\.connectionsMax, 1...1_000_000)),
        Limit(
            name: "tls-buffers-max", meaning: "TLS connections that keep memory for records",
            kind: .count(\.tlsBuffersMax, 0...1_000_000)),
        Limit(
            name: "request-line-bytes-max", meaning: "bytes of a request line; one more is 414",
            kind: .count(\.requestLineBytesMax, heads)),
        Limit(
            name: "field-section-bytes-max", meaning: "bytes of a header or trailer section; one more is 431",
            kind: .count(\.fieldSectionBytesMax, heads)),
        Limit(
            name: "fields-max", meaning: "fields of a section; one more is 431",
            kind: .count(\.fieldsMax, 1...10_000)),
        Limit(
            name: "empty-lines-max", meaning: "empty lines before a request; one more is 400",
            kind: .count(\.emptyLinesMax, 0...1_000)),
        Limit(
            name: "chunk-extension-bytes-max", meaning: "bytes of a body's chunk extensions; one more is 400",
            kind: .count(\.chunkExtensionBytesMax, 0...(1024 * 1024))),
        Limit(
            name: "body-bytes-max", meaning: "bytes of a body; one more is 413",
            kind: .count(\.bodyBytesMax, 0...(1024 * 1024 * 1024))),
        Limit(
            name: "output-bytes-max", meaning: "bytes of answers not taken; past them no request is read",
            kind: .count(\.outputBytesMax, 1...(1024 * 1024 * 1024))),
        Limit(
            name: "streams-max", meaning: "open streams of an HTTP/2 connection; one more is refused",
            kind: .count(\.streamsMax, 1...10_000)),
        Limit(
            name: "stream-window-bytes", meaning: "bytes of a body on their way on an HTTP/2 stream",
            kind: .count(\.streamWindowBytes, 1...Int(Int32.max))),
        Limit(
            name: "stream-resets-max",
            meaning: "HTTP/2 streams reset in one go; one more ends the connection",
            kind: .count(\.streamResetsMax, 1...1_000_000)),
        Limit(
            name: "stream-resets-per-second", meaning: "and so many more each second",
            kind: .count(\.streamResetsPerSecond, 0...1_000_000)),
        Limit(
            name: "idle-frames-max",
            meaning: "HTTP/2 frames that ask for nothing, in one go; one more ends it",
            kind: .count(\.idleFramesMax, 1...1_000_000)),
        Limit(
            name: "idle-frames-per-second", meaning: "and so many more each second",
            kind: .count(\.idleFramesPerSecond, 0...1_000_000)),
        Limit(
            name: "answer-bytes-min", meaning: "bytes of answers an HTTP/2 client takes in an idle-timeout",
            kind: .count(\.answerBytesMin, 0...(1024 * 1024 * 1024))),
        Limit(
            name: "header-timeout", meaning: "time for a header section to arrive; then 408",
            kind: .time(\.headerTimeout, times)),
        Limit(
            name: "idle-timeout", meaning: "time without a byte either way; then a close",
            kind: .time(\.idleTimeout, times)),
        Limit(
            name: "linger-timeout", meaning: "time for a peer to close behind its last answer",
            kind: .time(\.lingerTimeout, times)),
        Limit(
            name: "linger-bytes-max", meaning: "bytes dropped behind a last answer; one more closes",
            kind: .count(\.lingerBytesMax, 0...(1024 * 1024 * 1024))),
        Limit(
            name: "drain-timeout", meaning: "time for what is in flight when stopping",
            kind: .time(\.drainTimeout, times)),
        Limit(
            name: "delay-max", meaning: "an injected delay; a longer one is cut to it",
            kind: .time(\.delayMax, times)),
        Limit(
            name: "stall-max", meaning: "an injected stall; then a close", kind: .time(\.stallMax, times)),
    ]
}
