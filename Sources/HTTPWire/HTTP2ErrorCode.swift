/// The reason why a stream or a connection ends, in the codes of RFC 9113 section 7, as RST_STREAM and GOAWAY
/// carry them.

/// An error code of HTTP/2.
package enum HTTP2ErrorCode: UInt32, Sendable {
    case noError = 0
    case protocolError = 1
    case internalError = 2
    case flowControlError = 3
    case settingsTimeout = 4
    case streamClosed = 5
    case frameSizeError = 6
    case refusedStream = 7
    case cancel = 8
    case compressionError = 9
    case connectError = 10
    case enhanceYourCalm = 11
    case inadequateSecurity = 12
    case http11Required = 13

    /// Whether the peer causes the error by malformed frames. STREAM_CLOSED is counted when its cause
    /// arrives.
    var isProvoked: Bool {
        switch self {
        case .protocolError, .flowControlError, .frameSizeError, .compressionError: true
        default: false
        }
    }
}
