/// A function that is a closure of the program that holds the server, such as a Swift test. It runs off the
/// event loops, several calls at a time, so that it may wait.

internal import APIGatewayV2Invoke
internal import Dispatch
internal import JSON
package import SocketServer

/// One call of a function that is a closure.
public struct FunctionEvent: Sendable {
    /// The function's name.
    public let function: String
    /// The alias or version that was called; nil for none.
    public let qualifier: String?
    /// The event as JSON text, of the integration's payload format.
    public let payload: [UInt8]
    /// The identifier of the call.
    public let requestID: String
    /// The time after which nobody waits for the result.
    public let timeout: Duration
}

/// A function: an event in, a result as JSON text out. An error counts as the function's own failure.
public typealias FunctionHandler = @Sendable (FunctionEvent) throws -> String

/// Calls a closure.
package final class HandlerFunction: FunctionTarget {
    private let handler: FunctionHandler
    private let queue = DispatchQueue(label: "apigatewayv2-local.handler", attributes: .concurrent)

    package init(_ handler: @escaping FunctionHandler) {
        self.handler = handler
    }

    package func answer(
        to call: FunctionCall, then: @escaping FunctionEnd
    ) -> Answer {
        let ticket = Ticket()
        queue.async { [handler] in
            let outcome = Self.outcome(of: call, handler)
            ticket.complete { then(outcome, call.requestID) }
        }
        return .wait(
            Wait(for: ticket, atMost: call.timeout, outlastsStop: true) { failure in
                then(LambdaOutcome(failure), call.requestID)
            })
    }

    private static func outcome(of call: FunctionCall, _ handler: FunctionHandler) -> LambdaOutcome {
        let event = FunctionEvent(
            function: call.function.name, qualifier: call.function.qualifier, payload: call.payload,
            requestID: call.requestID, timeout: call.timeout)
        do {
            return .answered(Array(try handler(event).utf8))
        } catch {
            var payload: [UInt8] = []
            let members: JSONObject = [
                "errorMessage": .string("\(error)"), "errorType": .string("\(type(of: error))"),
            ]
            JSONWriter.append(members, to: &payload)
            return .raised("\(error)", payload: payload)
        }
    }
}
