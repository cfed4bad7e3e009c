/// Connections that wait to be accepted: a turn of a loop takes as many as `acceptsPerTurnMax`, and then
/// serves the others. The test holds the loop within a request, and counts in the next one.

import Dispatch
import HTTPWire
import SocketServer
import Synchronization
import Testing

struct AcceptTests {
    /// Holds the loop at `/hold` until it may go, and answers every request with the number of connections.
    private final class CountingHandler: RequestHandler {
        let isHeld = DispatchSemaphore(value: 0)
        let mayGo = DispatchSemaphore(value: 0)
        private let server = Mutex<Server?>(nil)

        func set(_ server: Server) { self.server.withLock { $0 = server } }

        func handle(_ request: HTTPRequest, from client: Client) -> Answer {
            if request.target.text == "/hold" {
                isHeld.signal()
                mayGo.wait()
            }
            let count = server.withLock { $0?.openConnectionCount } ?? 0
            return .reply(Reply(HTTPResponse(status: 200, body: Array("\(count)".utf8))))
        }
    }

    @Test(arguments: [(most: 3, waiting: 2), (3, 3), (3, 4), (1, 5), (64, 5)])
    func `a turn accepts so many connections before it serves others`(most: Int, waiting: Int) throws {
        var limits = SocketLimits()
        limits.acceptsPerTurnMax = most
        let handler = CountingHandler()
        let server = try TestServer(handler: handler, limits: limits)
        handler.set(server.server)
        let (first, second) = (try server.client(), try server.client())
        try second.send(get("/accepted"))
        _ = try second.receiveResponse()
        try first.send(get("/hold"))
        handler.isHeld.wait()

        // The system completes these connections while the loop is held. The next request comes behind them.
        let others = try (0..<waiting).map { _ in try server.client() }
        try second.send(get("/count"))
        handler.mayGo.signal()
        _ = try first.receiveResponse()
        let counted = String(decoding: try second.receiveResponse().body, as: UTF8.self)

        #expect(counted == "\(2 + min(most, waiting))")
        for client in others {
            try client.send(get("/late"))
            #expect(try client.receiveResponse().head.hasPrefix("HTTP/1.1 200 "))
        }
        #expect(server.server.openConnectionCount == 2 + waiting)
    }
}
