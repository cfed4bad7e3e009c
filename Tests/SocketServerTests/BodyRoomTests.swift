/// The room of bodies that several loops ask for at once: no two of them get the same.

import Dispatch
import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

struct BodyRoomTests {
    private static let loopCount = 4

    private func server(bytesMax: Int, _ handler: ReservingHandler) throws -> TestServer {
        var limits = SocketLimits()
        limits.invokeBytesMax = bytesMax
        let server = try TestServer(handler: handler, loopCount: Self.loopCount, limits: limits)
        handler.serve(server.server)
        return server
    }

    /// All loops stand in their handlers after they have asked, and none has counted its answer.
    @Test(arguments: [(79_999, 0), (80_000, 1), (159_999, 1), (160_000, 2), (320_000, 4)])
    func `loops that ask at once get the room that there is and no more`(bytesMax: Int, most: Int) throws {
        let handler = ReservingHandler()
        let server = try server(bytesMax: bytesMax, handler)
        let clients = try (0..<Self.loopCount).map { _ in try server.client() }

        for client in clients { try client.send(get("/")) }
        for _ in clients { handler.arrived.wait() }
        let held = server.server.heldCallBytes
        for _ in clients { handler.gate.signal() }
        let answers = try clients.map { try $0.receiveResponse() }

        #expect(held == most * 80_000)
        #expect(answers.count { $0.head.hasPrefix("HTTP/1.1 200 ") && $0.body.count == 80_000 } == most)
        #expect(answers.count { $0.head.hasPrefix("HTTP/1.1 503 ") } == Self.loopCount - most)
        waitUntil { server.server.heldCallBytes == 0 }
    }

    /// The answer to a HEAD has no body, so that no connection counts it.
    @Test func `room that no connection counts is given back at the end of the turn`() throws {
        let handler = ReservingHandler()
        let server = try server(bytesMax: 80_000, handler)
        let client = try server.client()

        for _ in 0..<3 {
            handler.gate.signal()
            try client.send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n")
            handler.arrived.wait()
            waitUntil { server.server.heldCallBytes == 0 }
        }

        #expect(handler.grants == [true, true, true])
    }

    @Test func `a thread that is no loop is told whether there is room, and takes none`() throws {
        let server = try server(bytesMax: 80_000, ReservingHandler())

        #expect(server.server.reserve(forAnswer: 80_000))
        #expect(!server.server.reserve(forAnswer: 80_001))
        #expect(server.server.heldCallBytes == 0)
    }

    @Test(arguments: [(139_999, false), (140_000, true)])
    func `a body that arrives has room beside another, or its client is told`(
        bytesMax: Int, fits: Bool
    ) throws {
        let handler = ReservingHandler()
        let server = try server(bytesMax: bytesMax, handler)
        let (first, second) = (try server.client(), try server.client())
        let part =
            "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 70001\r\n\r\n"
            + String(repeating: "x", count: 70_000)

        try first.send(part)
        waitUntil { server.server.heldCallBytes == 70_000 }
        try second.send(part)
        if fits {
            waitUntil { server.server.heldCallBytes == 140_000 }
        } else {
            #expect(try second.receiveResponse().head.hasPrefix("HTTP/1.1 503 "))
        }
        #expect(server.server.heldCallBytes <= bytesMax)
    }
}

/// Reserves room for an answer of 80,000 bytes, and stands at a gate before it answers.
private final class ReservingHandler: RequestHandler {
    let arrived = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    private let reserve = Mutex<@Sendable (Int) -> Bool>({ _ in false })
    private let granted = Mutex<[Bool]>([])

    var grants: [Bool] { granted.withLock { $0 } }

    /// The server owns its handler, so that the handler does not own the server.
    func serve(_ server: Server) {
        reserve.withLock { $0 = { [weak server] in server?.reserve(forAnswer: $0) ?? false } }
    }

    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        let isGranted = reserve.withLock { $0 }(80_000)
        granted.withLock { $0.append(isGranted) }
        arrived.signal()
        gate.wait()
        let body = [UInt8](repeating: UInt8(ascii: "y"), count: isGranted ? 80_000 : 0)
        var reply = Reply(HTTPResponse(status: isGranted ? 200 : 503, body: body))
        reply.hasRoom = true
        return .reply(reply)
    }
}
