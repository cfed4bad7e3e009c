/// The contract between an invocation and the place where its function runs: a call goes out, an outcome
/// comes back. An answer is data of the seam, so that no thread waits.

package import APIGatewayV2Invoke
package import SocketServer

/// One call of a function.
package struct FunctionCall: Sendable {
    package let function: LambdaFunction
    /// The event, as JSON text.
    package let payload: [UInt8]
    /// The longest time for the answer: the integration's or the authorizer's timeout.
    package let timeout: Duration
    /// The identifier of the call, which the function sees as its request id.
    package let requestID: String
    /// The value of X-Amzn-Trace-Id.
    package let traceID: String

    package init(
        function: LambdaFunction, payload: [UInt8], timeout: Duration, requestID: String, traceID: String
    ) {
        self.function = function
        self.payload = payload
        self.timeout = timeout
        self.requestID = requestID
        self.traceID = traceID
    }
}

/// The end of a call, and the place's own identifier of the call; nil if it told none.
package typealias FunctionEnd = @Sendable (LambdaOutcome, _ requestID: String?) -> Answer

/// A place where a function runs.
package protocol FunctionTarget: Sendable {
    /// `then` is told once how the call ended, on the thread of the connection's loop; not at all if the
    /// client goes.
    func answer(to call: FunctionCall, then: @escaping FunctionEnd) -> Answer
}

extension LambdaOutcome {
    /// The outcome of a wait for a function that did not answer.
    init(_ failure: Wait.Failure) {
        switch failure {
        case .timedOut: self = .timedOut
        case .refused: self = .throttled
        case .stopped: self = .unavailable("the server stopped before the function answered")
        }
    }
}
