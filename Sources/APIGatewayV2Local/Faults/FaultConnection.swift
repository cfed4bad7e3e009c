/// What becomes of the connection instead of, or while, an answer is sent: the value, its JSON, its checks,
/// and the delivery that the server performs.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

/// A fault of the connection rather than of the answer.
public enum FaultConnection: Sendable, Hashable {
    /// Broken off by a TCP RST: without a byte of an answer, or behind its head. Without a byte the operation
    /// is not done.
    case reset(afterHead: Bool = false)
    /// Closed in order without a byte of an answer. The operation is not done.
    case close
    /// No answer, until the client gives up or ten minutes have passed. The operation is not done.
    case stall
    /// The head, and at most so many bytes of the body that it promises, then closed.
    case truncate(bytes: Int)
    /// The answer at so many bytes a second.
    case slow(bytesPerSecond: Int)
    /// On HTTP/2 a GOAWAY, then the answer; on HTTP/1.1 the answer with `Connection: close`.
    case goaway
    /// On HTTP/2 the stream is refused: RST_STREAM with REFUSED_STREAM. On HTTP/1.1 the same as `close`. The
    /// operation is not done.
    case refuseStream
}

extension FaultConnection {
    private static let plain: [(name: String, fault: FaultConnection)] = [
        ("reset", .reset()), ("reset-after-head", .reset(afterHead: true)), ("close", .close),
        ("stall", .stall), ("goaway", .goaway), ("refuse-stream", .refuseStream),
    ]
    private static let members = ["truncate", "slow"]

    /// `"reset"` and its like, `{"truncate": bytes}` or `{"slow": bytesPerSecond}`. Nil for anything else.
    init?(reading place: RulePlace, into problems: inout RuleProblems) {
        let names = Self.plain.map(\.name)
        if let text = place.node.string {
            if let found = Self.plain.first(where: { $0.name == text }) {
                self = found.fault
                return
            }
            problems.note(
                place, expected: "one of \((names + Self.members).joined(separator: ", "))",
                suggestion: nearestName(to: text, among: names + Self.members))
            return nil
        }
        guard problems.isObject(place, members: Self.members, or: names) else { return nil }
        switch (place["truncate"], place["slow"]) {
        case (let bytes?, nil):
            self = .truncate(bytes: problems.integer(bytes, in: FaultLimits.truncatedBytes) ?? 0)
        case (nil, let rate?):
            self = .slow(bytesPerSecond: problems.integer(rate, in: FaultLimits.bytesPerSecond) ?? 1)
        case (_?, let rate?):
            problems.note(rate, found: "slow beside truncate", expected: "one of them")
            return nil
        case (nil, nil):
            if place.node.count == 0 {
                problems.note(place, found: "an empty object", expected: "truncate or slow")
            }
            return nil
        }
    }

    var json: JSON {
        switch self {
        case .truncate(let bytes): .object(["truncate": .integer(bytes)])
        case .slow(let bytesPerSecond): .object(["slow": .integer(bytesPerSecond)])
        case .reset, .close, .stall, .goaway, .refuseStream: .string(name)
        }
    }

    private var name: String {
        switch self {
        case .reset(afterHead: false): "reset"
        case .reset(afterHead: true): "reset-after-head"
        case .close: "close"
        case .stall: "stall"
        case .truncate: "truncate"
        case .slow: "slow"
        case .goaway: "goaway"
        case .refuseStream: "refuse-stream"
        }
    }

    /// `hasAnswer` says whether the rule has an error or a status to send.
    func check(hasAnswer: Bool, at path: [PathStep], into problems: inout RuleProblems) {
        switch self {
        case .truncate(let bytes):
            problems.check(bytes, in: FaultLimits.truncatedBytes, at: path + [.member("truncate")])
        case .slow(let bytesPerSecond):
            problems.check(bytesPerSecond, in: FaultLimits.bytesPerSecond, at: path + [.member("slow")])
        case .reset, .close, .stall, .goaway, .refuseStream: break
        }
        if hasAnswer, !sendsAnswer {
            problems.note(path, found: "\(name) beside an answer", expected: "one: it sends none")
        }
    }

    /// Whether anything of an answer is sent, so that there must be one.
    var sendsAnswer: Bool {
        switch self {
        case .reset(let afterHead): afterHead
        case .close, .stall, .refuseStream: false
        case .truncate, .slow, .goaway: true
        }
    }

    var delivery: Delivery {
        switch self {
        case .reset(let afterHead): .reset(afterHead: afterHead)
        case .close: .close
        case .stall: .stall
        case .truncate(let bytes): .truncate(bytes: bytes)
        case .slow(let bytesPerSecond): .slow(bytesPerSecond: bytesPerSecond)
        case .goaway: .goaway
        case .refuseStream: .refuseStream
        }
    }
}
