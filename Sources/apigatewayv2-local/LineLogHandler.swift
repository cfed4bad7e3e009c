/// Log events to lines on stderr, one write each, as text (`time level message name=value …`) or as JSON
/// objects. Values are escaped, so that no request can forge a line.

internal import APIGatewayV2Local
internal import Logging

/// The form of a log line.
enum LogFormat: String, CaseIterable, Sendable {
    case text
    case json
}

/// A request as metadata. It is one value and not a dictionary of ten, because a busy server writes thousands
/// of such lines a second.
struct LoggedRequest: CustomStringConvertible, Sendable {
    /// The key of the metadata.
    static let key = "request"

    let summary: RequestSummary

    var description: String { "\(summary.method) \(summary.target) \(summary.status)" }
}

/// The handler of the command's logger.
struct LineLogHandler: LogHandler {
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let time = LogTime()

    init(format: LogFormat, level: Logger.Level) {
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = LogLine(format, time: time, level: event.level, message: event.message.description)
        for own in [metadata, metadataProvider?.get() ?? [:], event.metadata ?? [:]]
        where !own.isEmpty {
            for (name, value) in own.sorted(by: { $0.key < $1.key }) {
                if case .stringConvertible(let request as LoggedRequest) = value {
                    line.append(request.summary)
                } else {
                    line.append(name, value.description)
                }
            }
        }
        LineOutput.log.write(line.finished())
    }
}

/// A line under construction.
private struct LogLine {
    private let format: LogFormat
    private var bytes: [UInt8] = []

    init(_ format: LogFormat, time: LogTime, level: Logger.Level, message: String) {
        self.format = format
        bytes.reserveCapacity(512)
        switch format {
        case .text:
            time.append(to: &bytes)
            bytes.append(UInt8(ascii: " "))
            bytes += level.rawValue.utf8
            bytes.append(UInt8(ascii: " "))
            for byte in message.utf8 { bytes.append(isControl(byte) ? UInt8(ascii: " ") : byte) }
        case .json:
            bytes += #"{"time":""#.utf8
            time.append(to: &bytes)
            bytes += #"","level":""#.utf8
            bytes += level.rawValue.utf8
            bytes += #"","message":"#.utf8
            appendQuoted(message)
        }
    }

    mutating func append(_ request: RequestSummary) {
        append("method", request.method)
        append("path", request.target)
        if let operation = request.operation { append("operation", operation) }
        appendName("status")
        bytes += String(request.status).utf8
        appendName("durationMs")
        appendMilliseconds(request.duration)
        append("account", request.account)
        append("region", request.region)
        if let fault = request.fault { append("fault", fault) }
        if let requestID = request.requestID { append("requestId", requestID) }
        if let hint = request.hint { append("hint", hint) }
    }

    mutating func append(_ name: String, _ value: String) {
        appendName(name)
        // Without quotation marks if the value cannot be mistaken for something else.
        if format == .text, !value.isEmpty, value.utf8.allSatisfy(isPlain) {
            bytes += value.utf8
        } else {
            appendQuoted(value)
        }
    }

    consuming func finished() -> [UInt8] {
        if format == .json { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private mutating func appendName(_ name: String) {
        switch format {
        case .text:
            bytes.append(UInt8(ascii: " "))
            bytes += name.utf8
            bytes.append(UInt8(ascii: "="))
        case .json:
            bytes += #",""#.utf8
            bytes += name.utf8
            bytes += #"":"#.utf8
        }
    }

    /// Appends milliseconds with three decimals, such as `0.042`.
    private mutating func appendMilliseconds(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        bytes += String(microseconds / 1000).utf8
        bytes.append(UInt8(ascii: "."))
        // The 1 keeps the zeros behind it.
        bytes += String(1000 + microseconds % 1000).utf8.dropFirst()
    }

    /// Appends a JSON string (RFC 8259 section 7).
    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy(isPlain) {
            bytes += text.utf8
        } else {
            for byte in text.utf8 { appendEscaped(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        if isControl(byte) {
            bytes += (byte < 16 ? #"\u000"# : #"\u00"#).utf8
            bytes += String(byte, radix: 16).utf8
        } else {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
    }
}

private func isControl(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7f
}

/// Whether the byte is visible ASCII that JSON need not escape.
private func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
}
