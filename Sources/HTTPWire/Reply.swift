/// What a handler gives back: the response, and how it is to be delivered. Delivery is data, performed by the
/// connection: no handler waits, closes a socket or knows that there is one.

/// A response and its delivery.
package struct Reply: Sendable {
    package var response: HTTPResponse

    package init(_ response: HTTPResponse) {
        self.response = response
    }
}

/// Answers requests. Called on the thread of the connection's event loop, so it must neither wait nor fail.
package protocol RequestHandler: Sendable {
    func handle(_ request: HTTPRequest, from connection: ConnectionID) -> Reply
}
