/// The reasons why a call to another server has no answer. Each is a case for the caller, and a sentence for
/// a log.

/// The reason why a call failed.
package enum OutgoingFailure: Error, Sendable, Equatable {
    /// The request cannot be sent: its URL is malformed, or a field has a line break.
    case invalidRequest(String)
    /// libcurl cannot be loaded.
    case libraryMissing(String)
    /// No address: the server's name is unknown.
    case unknownName(String)
    /// No connection: there is no listener, or no way there.
    case unreachable(String)
    /// No connection within its timeout.
    case connectTimedOut(after: Duration)
    /// No whole answer within the timeout of the call.
    case timedOut(after: Duration)
    /// The connection ended within the answer, or before it.
    case brokeOff(String)
    /// The answer is not HTTP.
    case malformed(String)
    /// The answer's head has more bytes than allowed.
    case headTooLarge(bytesMax: Int)
    /// The answer's body has more bytes than allowed.
    case bodyTooLarge(bytesMax: Int)
    /// TLS: the certificate is not trusted, or the two ends have no common version.
    case refusedTLS(String)
    /// The server has reached its limit of calls (`SocketLimits.callsMax`).
    case tooManyCalls(max: Int)
    /// The request has reached its limit of calls (`SocketLimits.callsPerRequestMax`).
    case chainTooLong(max: Int)
    /// All calls together have reached the limit of bytes (`SocketLimits.invokeBytesMax`).
    case outOfRoom(bytesMax: Int)
    /// The server stops.
    case cancelled
}

extension OutgoingFailure {
    /// Whether the reason is a limit or the stop of this server, and the other one was not asked.
    package var isOfThisServer: Bool {
        switch self {
        case .tooManyCalls, .chainTooLong, .outOfRoom, .cancelled: true
        case .invalidRequest, .libraryMissing, .unknownName, .unreachable, .connectTimedOut, .timedOut,
            .brokeOff,
            .malformed, .headTooLarge, .bodyTooLarge, .refusedTLS:
            false
        }
    }
}

/// The end of a call: the other server's answer, or the reason why there is none.
package typealias OutgoingOutcome = Result<OutgoingResponse, OutgoingFailure>

extension OutgoingFailure: CustomStringConvertible {
    /// The failure as a sentence without its full stop.
    package var description: String {
        switch self {
        case .invalidRequest(let reason): "the request cannot be sent: \(reason)"
        case .libraryMissing(let reason):
            "calls to other servers need libcurl (Debian: libcurl4), which cannot be loaded: \(reason)"
        case .unknownName(let reason): "no address: \(reason)"
        case .unreachable(let reason): "no connection: \(reason)"
        case .connectTimedOut(let after): "no connection within \(after)"
        case .timedOut(let after): "no whole answer within \(after)"
        case .brokeOff(let reason): "the connection broke off: \(reason)"
        case .malformed(let reason): "the answer is not HTTP: \(reason)"
        case .headTooLarge(let max): "the answer's head is longer than \(max) bytes"
        case .bodyTooLarge(let max): "the answer's body is longer than \(max) bytes"
        case .refusedTLS(let reason): "TLS failed: \(reason)"
        case .tooManyCalls(let max): "\(max) calls are open already: --limit calls-max=… allows more"
        case .chainTooLong(let max):
            "one request led to \(max) calls already: --limit calls-per-request-max=… allows more"
        case .outOfRoom(let max):
            "all calls together hold \(max) bytes already: --limit invoke-bytes-max=… allows more"
        case .cancelled: "the server stops"
        }
    }
}
