/// The ends that a call of a function may come to, and the answer of the API to each. The function's own
/// answer passes. A failure within the function is a 500; the integration's timeout and throttling are a
/// 503. Recorded: docs/fidelity-invoke.md, "Answers".

package import HTTPWire

/// The end of one call of a function.
package enum LambdaOutcome: Sendable, Equatable {
    /// The function's payload.
    case answered([UInt8])
    /// The function raised, crashed or ran into its own timeout. The text is for the log.
    case failed(String)
    /// Nothing is configured for the function, or it may not be invoked.
    case notInvocable(String)
    case throttled
    /// The integration's own timeout.
    case timedOut
    /// The event has more bytes than a function takes, so that it was not called.
    case eventTooLarge(bytes: Int)

    /// Bytes of an event and of an answer (Lambda quotas, synchronous payloads).
    package static let payloadBytesMax = 6 * 1024 * 1024

    /// Of an answer of the Invoke operation. `functionError` is the value of `X-Amz-Function-Error`.
    package init(invokeStatus status: Int, functionError: String?, body: [UInt8]) {
        let excerpt = String(decoding: body.prefix(Self.excerptBytes), as: UTF8.self)
        switch (status, functionError) {
        case (200...299, nil) where body.count > Self.payloadBytesMax:
            self = .failed(
                "the answer has \(body.count) bytes, and a function may give \(Self.payloadBytesMax)")
        case (200...299, nil): self = .answered(body)
        case (200...299, let error?): self = .failed("\(error): \(excerpt)")
        case (429, _): self = .throttled
        default: self = .notInvocable("Invoke answered \(status): \(excerpt)")
        }
    }

    /// Enough for an error's type and message.
    private static let excerptBytes = 300

    /// The answer to the client, and the cause where the gateway made it itself.
    package func reply(format: PayloadFormat) -> GatewayReply {
        switch self {
        case .answered(let payload):
            do throws(LambdaResult.Problem) {
                return GatewayReply(try LambdaResult.response(to: payload, format: format))
            } catch {
                return GatewayReply(.internalServerError, cause: "the function's answer: \(error.text)")
            }
        case .failed(let text):
            return GatewayReply(.internalServerError, cause: "the function failed: \(text)")
        case .notInvocable(let text): return GatewayReply(.internalServerError, cause: text)
        case .throttled: return GatewayReply(.unavailable, cause: "the function is throttled")
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

/// An answer on its way to the client. Response mapping, CORS and the request's identifier are still to come.
package struct GatewayReply: Sendable {
    package var response: HTTPResponse
    /// The gateway's own answer; nil where the integration answered.
    package let answer: GatewayAnswer?
    /// The reason, in plain words, for which the gateway made the answer itself; nil where it did not.
    package let cause: String?

    /// An integration's answer.
    package init(_ response: HTTPResponse) {
        self.response = response
        answer = nil
        cause = nil
    }

    package init(_ answer: GatewayAnswer, cause: String) {
        response = answer.response
        self.answer = answer
        self.cause = cause
    }
}
