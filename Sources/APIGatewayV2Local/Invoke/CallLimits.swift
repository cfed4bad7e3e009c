/// The bounds of one call of a deployed API that the service's quotas set, and the sentences for the log
/// about calls beyond them. The sizes are those of HTTP/1.1 for every protocol.

internal import APIGatewayV2Invoke
internal import HTTPWire

/// The quotas of one call.
package struct CallLimits: Sendable {
    /// Bytes of the request line and of the header values together (developer guide, "Quotas for HTTP APIs").
    package var headBytesMax = 10_240
    /// Bytes of the body of a backend's or a service's answer (the same page: 10 MB).
    package var backendBodyBytesMax = 10 * 1024 * 1024
    /// Bytes of a handshake's URL (developer guide, "Quotas for WebSocket APIs": 4096 characters).
    package var webSocketURLBytesMax = 4_096
    /// Bytes of the answer of a WebSocket API's authorizer (the same page: 8 KB).
    package var webSocketAuthorizerBytesMax = 8 * 1024

    package init() {}

    /// The reason to refuse the call of an HTTP API; nil for nearly all of them.
    func excess(ofHead request: HTTPRequest) -> String? {
        let line = request.method.rawValue.utf8.count + request.target.text.utf8.count + versionBytes
        // The values are a part of these bytes, so that most calls are not looked at further.
        guard line + request.fields.bytes.count > headBytesMax else { return nil }
        let count = request.fields.lines.reduce(line) { $0 + Int($1.valueEnd - $1.valueStart) }
        guard count > headBytesMax else { return nil }
        return "the request line and the header values have \(count) bytes, and \(headBytesMax) are allowed "
            + "(--limit call-head-bytes-max)"
    }

    /// The reason to refuse a handshake; nil for nearly all of them.
    func excess(ofURL request: HTTPRequest) -> String? {
        let count =
            "wss://".utf8.count + (request.authority ?? "").utf8.count + request.target.text.utf8.count
        guard count > webSocketURLBytesMax else { return nil }
        return "the URL has \(count) bytes, and \(webSocketURLBytesMax) are allowed "
            + "(--limit websocket-url-bytes-max)"
    }

    /// The reason to refuse the answer of a handshake's authorizer; nil for nearly all of them.
    func excess(ofAuthorizer outcome: LambdaOutcome) -> String? {
        guard case .answered(let payload) = outcome, payload.count > webSocketAuthorizerBytesMax else {
            return nil
        }
        return "the authorizer's answer has \(payload.count) bytes, and \(webSocketAuthorizerBytesMax) are "
            + "allowed (--limit websocket-authorizer-bytes-max)"
    }
}

/// A space, a space and `HTTP/1.1`.
private let versionBytes = 10
