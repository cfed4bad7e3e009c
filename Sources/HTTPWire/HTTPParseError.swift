/// The mistakes of a peer on the wire, with the status of each. After each of them the connection closes,
/// because the start of the next request is uncertain (RFC 9112 section 11.2).

/// A mistake of a peer. `reason` is a sentence for the peer and the log.
package struct HTTPParseError: Error, Equatable, Sendable {
    /// The status of the answer: 400, 408, 413, 414, 417, 426, 431, 501, 503 or 505.
    package let status: Int
    package let reason: String

    package init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }

    package static func badRequest(_ reason: String) -> HTTPParseError {
        HTTPParseError(status: 400, reason: reason)
    }
}
