/// Log events to lines on stderr, one write each, as text (`time level message name=value …`) or as JSON
/// objects. What a value holds is escaped, so that no request can forge a line.

internal import APIGatewayV2Local
internal import Logging

/// How a log line looks.
enum LogFormat: String, CaseIterable, Sendable {
    case text
    case json
}

/// The handler behind the command's logger.
struct LineLogHandler: LogHandler {
    /// Names that come first, in this order; others follow by alphabet.
    private static let order = [
        "method", "path", "operation", "status", "durationMs", "account", "region", "fault", "hint",
        "requestId",
    ]

    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(format: LogFormat, level: Logger.Level) {
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var members = metadata
        if let provided = metadataProvider?.get() { members.merge(provided) { $1 } }
        if let own = event.metadata { members.merge(own) { $1 } }
        var line = LogLine(
            format, time: logTime(), level: event.level.rawValue, message: event.message.description)
        for name in Self.order {
            guard let value = members.removeValue(forKey: name) else { continue }
            line.append(name, value)
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) { line.append(name, value) }
        SystemCalls.write(line.finished(), to: 2)
    }
}

/// A number in a log line: bare in both formats.
struct LogNumber: CustomStringConvertible, Sendable {
    let description: String

    init(_ number: Int) {
        description = String(number)
    }

    /// In milliseconds to the microsecond, such as `0.042`.
    init(milliseconds duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        let thousandths = String(microseconds % 1000)
        let padding = String(repeating: "0", count: 3 - thousandths.count)
        description = "\(microseconds / 1000).\(padding)\(thousandths)"
    }
}

/// One line while it is put together.
private struct LogLine {
    private let format: LogFormat
    private var bytes: [UInt8] = []

    init(_ format: LogFormat, time: String, level: String, message: String) {
        self.format = format
        bytes.reserveCapacity(320)
        switch format {
        case .text:
            bytes += time.utf8
            bytes.append(UInt8(ascii: " "))
            bytes += level.utf8
            bytes.append(UInt8(ascii: " "))
            appendPlain(message)
        case .json:
            bytes += #"{"time":""#.utf8
            bytes += time.utf8
            bytes += #"","level":""#.utf8
            bytes += level.utf8
            bytes += #"","message":"#.utf8
            appendQuoted(message)
        }
    }

    mutating func append(_ name: String, _ value: Logger.Metadata.Value) {
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
        if case .stringConvertible(let number as LogNumber) = value {
            bytes += number.description.utf8
            return
        }
        let text = value.description
        // Bare where that cannot be mistaken for anything else.
        if format == .text, !text.isEmpty,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") })
        {
            bytes += text.utf8
        } else {
            appendQuoted(text)
        }
    }

    consuming func finished() -> [UInt8] {
        if format == .json { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private mutating func appendPlain(_ text: String) {
        for byte in text.utf8 { bytes.append(byte < 0x20 || byte == 0x7f ? UInt8(ascii: " ") : byte) }
    }

    /// As a JSON string (RFC 8259 section 7).
    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20, 0x7f:
                bytes += #"\u00"#.utf8
                bytes.append(hexadecimalDigit(byte >> 4))
                bytes.append(hexadecimalDigit(byte & 0xf))
            default:
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
