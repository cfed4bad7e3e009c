/// A fault of the connection, instead of an answer or while it is sent. The value, its JSON, its checks, and
/// the delivery that the server performs.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON
internal import SocketServer

/// A fault of the connection rather than of the answer.
public enum FaultConnection: Sendable, Hashable {
    /// A TCP RST, without a byte of an answer or after its head. Without a byte the operation is not
    /// performed.
    case reset(afterHead: Bool = false)
    /// An orderly close without a byte of an answer. The operation is not performed.
    case close
    /// No answer, until the client gives up or ten minutes have passed. The operation is not performed.
    case stall
    /// The head, and at most `bytes` bytes of the body, then a close.
    case truncate(bytes: Int)
    /// The answer at this rate.
    case slow(bytesPerSecond: Int)
    /// On HTTP/2 a GOAWAY, then the answer; on HTTP/1.1 the answer with `Connection: close`.
    case goaway
    /// On HTTP/2 RST_STREAM with REFUSED_STREAM. On HTTP/1.1 the same as `close`. The operation is not
    /// performed.
    case refuseStream
    /// On HTTP/2 the stream ends with this code, and the connection goes on; on HTTP/1.1 the same as `reset`.
    /// The operation is not performed.
    case resetStream(StreamError)
    /// On a WebSocket connection a close frame with this code and reason instead of the message.
    case closeFrame(code: Int, reason: String = "")

    /// The codes of HTTP/2 that may end a stream (RFC 9113 section 7), by the names of the RFC.
    public enum StreamError: String, Sendable, Hashable, CaseIterable {
        case noError = "NO_ERROR"
        case protocolError = "PROTOCOL_ERROR"
        case internalError = "INTERNAL_ERROR"
        case flowControlError = "FLOW_CONTROL_ERROR"
        case settingsTimeout = "SETTINGS_TIMEOUT"
        case streamClosed = "STREAM_CLOSED"
        case frameSizeError = "FRAME_SIZE_ERROR"
        case refusedStream = "REFUSED_STREAM"
        case cancel = "CANCEL"
        case compressionError = "COMPRESSION_ERROR"
        case connectError = "CONNECT_ERROR"
        case enhanceYourCalm = "ENHANCE_YOUR_CALM"
        case inadequateSecurity = "INADEQUATE_SECURITY"
        case http11Required = "HTTP_1_1_REQUIRED"
    }
}

extension FaultConnection {
    private static let plain: [(name: String, fault: FaultConnection)] = [
        ("reset", .reset()), ("reset-after-head", .reset(afterHead: true)), ("close", .close),
        ("stall", .stall), ("goaway", .goaway), ("refuse-stream", .refuseStream),
    ]
    /// The last one is a word too.
    private static let members = ["truncate", "slow", "reset-stream", "close"]

    /// Reads `"reset"` and similar words, `{"truncate": bytes}`, `{"slow": bytesPerSecond}` or
    /// `{"reset-stream": code}`, or `{"close": code, "reason": text}`. Nil for another value.
    init?(reading place: DocumentPlace, into problems: inout DocumentProblems) {
        let names = Self.plain.map(\.name)
        if let text = place.node.string {
            if let found = Self.plain.first(where: { $0.name == text }) {
                self = found.fault
                return
            }
            problems.note(
                place, expected: "one of \((names + Self.members.dropLast()).joined(separator: ", "))",
                suggestion: nearestName(to: text, among: names + Self.members))
            return nil
        }
        guard problems.isObject(place, members: Self.members + ["reason"], or: names) else { return nil }
        let found = Self.members.compactMap { name in place[name].map { (name, $0) } }
        guard let (name, value) = found.first else {
            if place.node.count == 0 {
                problems.note(
                    place, found: "an empty object",
                    expected: "one of \(Self.members.joined(separator: ", "))")
            }
            return nil
        }
        if let (other, second) = found.dropFirst().first {
            problems.note(second, found: "\(other) beside \(name)", expected: "one of them")
            return nil
        }
        if let reason = place["reason"], name != "close" {
            problems.note(reason, found: "reason beside \(name)", expected: "close beside it")
            return nil
        }
        switch name {
        case "close":
            self = .closeFrame(
                code: problems.integer(value, in: FaultLimits.closeCodes)
                    ?? FaultLimits.closeCodes.lowerBound,
                reason: place["reason"].flatMap { problems.string($0) } ?? "")
        case "truncate":
            self = .truncate(bytes: problems.integer(value, in: FaultLimits.truncatedBytes) ?? 0)
        case "slow":
            self = .slow(bytesPerSecond: problems.integer(value, in: FaultLimits.bytesPerSecond) ?? 1)
        default:
            guard let code: StreamError = problems.choice(value) else { return nil }
            self = .resetStream(code)
        }
    }

    var json: JSON {
        switch self {
        case .truncate(let bytes): .object(["truncate": .integer(bytes)])
        case .slow(let bytesPerSecond): .object(["slow": .integer(bytesPerSecond)])
        case .resetStream(let code): .object([name: .string(code.rawValue)])
        case .closeFrame(let code, ""): .object(["close": .integer(code)])
        case .closeFrame(let code, let reason):
            .object(["close": .integer(code), "reason": .string(reason)])
        case .reset, .close, .stall, .goaway, .refuseStream: .string(name)
        }
    }

    private var name: String {
        switch self {
        case .reset(afterHead: false): "reset"
        case .reset(afterHead: true): "reset-after-head"
        case .close, .closeFrame: "close"
        case .stall: "stall"
        case .truncate: "truncate"
        case .slow: "slow"
        case .goaway: "goaway"
        case .refuseStream: "refuse-stream"
        case .resetStream: "reset-stream"
        }
    }

    /// Notes a fault that contradicts the rest of the rule. `hasAnswer` is true if the rule has an error or a
    /// status.
    func check(hasAnswer: Bool, at path: [PathStep], into problems: inout DocumentProblems) {
        switch self {
        case .truncate(let bytes):
            problems.check(bytes, in: FaultLimits.truncatedBytes, at: path + [.member("truncate")])
        case .slow(let bytesPerSecond):
            problems.check(bytesPerSecond, in: FaultLimits.bytesPerSecond, at: path + [.member("slow")])
        case .closeFrame(let code, let reason):
            Self.check(code, reason, at: path, into: &problems)
        case .reset, .close, .stall, .goaway, .refuseStream, .resetStream: break
        }
        if hasAnswer, !sendsAnswer {
            problems.note(path, found: "\(name) beside an answer", expected: "one: it sends none")
        }
    }

    private static func check(
        _ code: Int, _ reason: String, at path: [PathStep], into problems: inout DocumentProblems
    ) {
        if !(UInt16(exactly: code).map { WebSocketCloseCode(rawValue: $0).mayBeSent } ?? false) {
            problems.note(
                path + [.member("close")], found: "\(code)",
                expected: "a close code that may be sent, such as 1000 or 4000")
        }
        if reason.utf8.count > FaultLimits.closeReasonBytesMax {
            problems.note(
                path + [.member("reason")], found: "\(reason.utf8.count) bytes",
                expected: "at most \(FaultLimits.closeReasonBytesMax)")
        }
    }

    /// Whether the fault sends a part of an answer, so that there must be one.
    var sendsAnswer: Bool { delivery.sendsHead }

    var delivery: Delivery {
        switch self {
        case .reset(let afterHead): .reset(afterHead: afterHead)
        case .close, .closeFrame: .close
        case .stall: .stall
        case .truncate(let bytes): .truncate(bytes: bytes)
        case .slow(let bytesPerSecond): .slow(bytesPerSecond: bytesPerSecond)
        case .goaway: .goaway
        case .refuseStream: .refuseStream
        case .resetStream(let code): .resetStream(code.wireCode)
        }
    }
}

extension FaultConnection.StreamError {
    fileprivate var wireCode: HTTP2ErrorCode {
        switch self {
        case .noError: .noError
        case .protocolError: .protocolError
        case .internalError: .internalError
        case .flowControlError: .flowControlError
        case .settingsTimeout: .settingsTimeout
        case .streamClosed: .streamClosed
        case .frameSizeError: .frameSizeError
        case .refusedStream: .refusedStream
        case .cancel: .cancel
        case .compressionError: .compressionError
        case .connectError: .connectError
        case .enhanceYourCalm: .enhanceYourCalm
        case .inadequateSecurity: .inadequateSecurity
        case .http11Required: .http11Required
        }
    }
}
