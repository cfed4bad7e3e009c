/// An answer of a function, a backend or the gateway on its way to the client, with the cause if the gateway
/// answers itself.

package import HTTPWire

/// An answer on its way to the client. Response mapping, CORS and the request's identifier follow later.
package struct GatewayReply: Sendable {
    package var response: HTTPResponse
    /// The gateway's own answer; nil for the integration's.
    package let answer: GatewayAnswer?
    /// The cause of the gateway's own answer, in plain words; nil for the integration's.
    package let cause: String?
    /// A line for each part of a function's answer that no answer can have. Nearly always empty.
    package var leftOut: [String] = []

    /// An integration's answer.
    package init(_ response: HTTPResponse) {
        self.response = response
        answer = nil
        cause = nil
    }

    /// A gateway's answer with more than the usual fields, or with a status of this program's own.
    package init(_ response: HTTPResponse, cause: String) {
        self.response = response
        answer = GatewayAnswer(rawValue: response.status)
        self.cause = cause
    }

    package init(_ answer: GatewayAnswer, cause: String) {
        response = answer.response
        self.answer = answer
        self.cause = cause
    }
}
