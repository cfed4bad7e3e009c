/// The contract between a server and the program behind it: requests in, answers out. An answer is data,
/// which the loop performs. No handler waits, calls, closes a socket or knows a socket.

package import HTTPWire

/// The answer of a handler to one request.
package enum Answer: Sendable {
    /// The reply is known.
    case reply(Reply)
    /// The reply is not known yet. On HTTP/1.1 later answers wait too, because they must keep their order; on
    /// HTTP/2 other streams do not wait.
    case wait(Wait)
    /// The reply depends on another server's. On HTTP/1.1 later answers wait too, as for a wait.
    case call(OutgoingCall)
    /// The connection goes on as a WebSocket. Only a request that `isWebSocketUpgrade` may get this answer,
    /// also at the end of its waits and calls.
    case upgrade(WebSocketUpgrade)
    /// The head is known, and the body comes in pieces without a known end. Only a request of HTTP/1.1 or
    /// HTTP/2 may get this answer. On HTTP/1.1 later answers wait until the end of the body.
    case stream(BodyStream)
    /// The second answer. The first is one without a client, which begins with it, and whose reply nobody
    /// reads.
    indirect case aside(Answer, Answer)
}

extension Answer {
    /// The same answer, whose reply `revise` changes before anybody hears of it. Calls, upgrades and streams
    /// stay as they are.
    package func revised(_ revise: @escaping @Sendable (Reply) -> Reply) -> Answer {
        switch self {
        case .reply(let reply): .reply(revise(reply))
        case .wait(let wait): .wait(wait.revised(revise))
        case .aside(let alone, let answer): .aside(alone, answer.revised(revise))
        case .call, .upgrade, .stream: self
        }
    }

    /// The same answer with a listener. `record` is called once: with the reply as soon as it is known, or
    /// with nil if the client goes before. An upgrade is recorded as an empty reply with the status 101. A
    /// stream is recorded as its head.
    package func recorded(_ record: @escaping @Sendable (Reply?) -> Void) -> Answer {
        switch self {
        case .reply(let reply):
            record(reply)
            return self
        case .wait(let wait):
            return .wait(wait.recorded(record))
        case .call(let call):
            return .call(call.recorded(record))
        case .upgrade:
            record(Reply(HTTPResponse(status: 101)))
            return self
        case .stream(let stream):
            record(Reply(stream.head))
            return self
        case .aside(let alone, let answer): return .aside(alone, answer.recorded(record))
        }
    }
}

/// Answers requests. Called on the thread of the connection's event loop, so it must neither wait nor fail.
package protocol RequestHandler: Sendable {
    func handle(_ request: HTTPRequest, from client: Client) -> Answer
    /// The answer to a request that the server refuses itself. `request` is the known part of it, without its
    /// body; nil if not even its first line is known. The answer is the last of an HTTP/1 connection.
    func refuse(_ error: HTTPParseError, of request: HTTPRequest?, from client: Client) -> HTTPResponse
    /// Called before bytes of any reply leave, so that a handler first writes its changes to disk. May wait
    /// for the disk. Must cost nothing if there is nothing to write.
    func persistBeforeSending()
    /// Called when a connection has ended, on its loop's thread, also if it sent no request. Waits of the
    /// connection have ended before.
    func connectionEnded(_ connection: ConnectionID)
}

extension RequestHandler {
    package func refuse(
        _ error: HTTPParseError, of request: HTTPRequest?, from client: Client
    ) -> HTTPResponse { HTTPResponse(refusing: error) }

    package func persistBeforeSending() {}
    package func connectionEnded(_ connection: ConnectionID) {}
}
