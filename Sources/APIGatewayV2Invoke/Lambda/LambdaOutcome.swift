/// The possible ends of a call of a function, and the API's answer to each. The function's own answer passes.
/// A failure within the function is a 500; the integration's timeout and throttling are a 503. Recorded:
/// docs/fidelity-invoke.md, "Answers".

/// The end of one call of a function.
package enum LambdaOutcome: Sendable, Equatable {
    /// The function's payload.
    case answered([UInt8])
    /// The function raised an error, of which Lambda gave this payload. The text is for the log.
    case raised(String, payload: [UInt8])
    /// The function crashed, timed out or raised an error without a payload. The text is for the log.
    case failed(String)
    /// The function has no configuration, or may not be invoked.
    case notInvocable(String)
    case throttled
    /// The integration's own timeout.
    case timedOut
    /// This server stops, or has no room for the call. The text is for the log.
    case unavailable(String)
    /// The event has too many bytes for a function, which was therefore not called.
    case eventTooLarge(bytes: Int)

    /// The most bytes of an event and of an answer (Lambda quotas, synchronous payloads). Fixed by the
    /// service.
    package static let payloadBytesMax = 6 * 1024 * 1024

    /// The outcome of an answer of the Invoke operation. `functionError` is the value of
    /// `X-Amz-Function-Error`.
    package init(invokeStatus status: Int, functionError: String?, body: [UInt8]) {
        let excerpt = String(decoding: body.prefix(Self.excerptBytes), as: UTF8.self)
        switch (status, functionError) {
        case (200...299, nil) where body.count > Self.payloadBytesMax:
            self = .failed(
                "the answer has \(body.count) bytes, and a function may give \(Self.payloadBytesMax)")
        case (200...299, nil): self = .answered(body)
        case (200...299, let error?): self = .raised("\(error): \(excerpt)", payload: body)
        case (429, _): self = .throttled
        default: self = .notInvocable("Invoke answered \(status): \(excerpt)")
        }
    }

    /// The bytes of an excerpt, enough for an error's type and message.
    private static let excerptBytes = 300

    /// The answer to the client, with the cause if the gateway made it.
    package func reply(format: PayloadFormat) -> GatewayReply {
        switch self {
        case .answered(let payload):
            do throws(LambdaResult.Problem) {
                var leftOut: [String] = []
                let response = try LambdaResult.response(to: payload, format: format) { leftOut.append($0) }
                var reply = GatewayReply(response)
                if !leftOut.isEmpty { reply.leftOut = leftOut.map { "the function's answer: " + $0 } }
                return reply
            } catch {
                return GatewayReply(.internalServerError, cause: "the function's answer: \(error.text)")
            }
        case .raised(let text, _), .failed(let text):
            return GatewayReply(.internalServerError, cause: "the function failed: \(text)")
        case .notInvocable(let text): return GatewayReply(.internalServerError, cause: text)
        case .throttled: return GatewayReply(.unavailable, cause: "the function is throttled")
        case .unavailable(let text): return GatewayReply(.unavailable, cause: text)
        case .eventTooLarge(let bytes):
            return GatewayReply(
                .tooLarge, cause: "the event has \(bytes) bytes, and a function takes \(Self.payloadBytesMax)"
            )
        case .timedOut:
            return GatewayReply(
                .unavailable, cause: "the function did not answer within the integration's timeout")
        }
    }
}
