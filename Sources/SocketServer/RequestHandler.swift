/// The contract between a server and the program behind it: requests in, answers out. An answer is data,
/// which the loop performs: no handler waits, closes a socket or knows that there is one.

package import HTTPWire

/// The answer of a handler to one request.
package enum Answer: Sendable {
    /// The reply is known.
    case reply(Reply)
    /// The reply is not known yet. On HTTP/1.1 answers behind it wait too, because they must keep their
    /// order; other streams of HTTP/2 do not.
    case wait(Wait)
}

extension Answer {
    /// The same answer with a listener. `record` is told once: the reply as soon as it is known, or nil if
    /// the client goes before.
    package func recorded(_ record: @escaping @Sendable (Reply?) -> Void) -> Answer {
        switch self {
        case .reply(let reply):
            record(reply)
            return self
        case .wait(let wait):
            return .wait(wait.recorded(record))
        }
    }
}

/// Answers requests. Called on the thread of the connection's event loop, so it must neither wait nor fail.
package protocol RequestHandler: Sendable {
    func handle(_ request: HTTPRequest, from connection: ConnectionID) -> Answer
    /// Called before bytes of any reply leave, so that a handler writes to a disk first what the bytes say.
    /// May wait for the disk; must cost nothing when there is nothing to write.
    func persistBeforeSending()
}

extension RequestHandler {
    package func persistBeforeSending() {}
}
