/// Deliveries as a client sees them over a real socket, and many that wait at once: what they cost, whom they
/// keep waiting, and that nothing of them stays.

import Dispatch
import Glibc
import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

struct FaultTests {
    private func connectionReset() -> ClientError { ClientError(call: "recv", errno: ECONNRESET) }

    @Test(arguments: [1, 2], [false, true])
    func `a delayed reply comes when the clock has moved and others come meanwhile`(
        loopCount: Int, isTLS: Bool
    ) throws {
        let server = try TestServer(
            faults: ["/late": Fault(delay: .seconds(5))], loopCount: loopCount, isTLS: isTLS)
        let late = try server.client()
        let other = try server.client()
        try late.send(get("/before") + get("/late") + get("/behind"))
        let before = try late.receive(answer("/before").utf8.count)

        try other.send(get("/other"))
        _ = try other.receiveResponse()
        server.advanceEmulated(by: .seconds(5) - .nanoseconds(1))
        try other.send(get("/other"))
        _ = try other.receiveResponse()
        let isEarly = late.isReadable(within: 0)
        server.advanceEmulated(by: .nanoseconds(1))
        let expected = answer("/late", after: 5) + answer("/behind", after: 5)
        let received = try late.receive(expected.utf8.count)

        #expect(String(decoding: before, as: UTF8.self) == answer("/before"))
        #expect(!isEarly)
        #expect(String(decoding: received, as: UTF8.self) == expected)
    }

    @Test func `a clock that runs brings delayed and slow replies by itself and never early`() throws {
        let clock = SystemClock()
        let faults = [
            "/late": Fault(delay: .milliseconds(50)), "/slow": Fault(delivery: .slow(bytesPerSecond: 10_000)),
        ]
        let server = try Server.start(
            Server.Configuration(host: "127.0.0.1", port: 0, loopCount: 1),
            handler: RecordingHandler(faults: faults), clock: clock)
        let client = try ClientSocket(port: server.port)

        let start = clock.monotonicTime()
        try client.send(get("/late"))
        _ = try client.receiveResponse()
        let delayed = clock.monotonicTime()
        try client.send(get("/slow"))
        let (head, body) = try client.receiveResponse()
        let dripped = clock.monotonicTime()
        server.stop()

        #expect(delayed - start >= .milliseconds(50))
        #expect(dripped - delayed >= .seconds(head.utf8.count + body.count) / 10_000)
    }

    @Test(arguments: [false, true])
    func `a clock that stands is not watched for a delayed reply`(isTLS: Bool) throws {
        let server = try TestServer(faults: ["/late": Fault(delay: .milliseconds(1))], isTLS: isTLS)
        let client = try server.client()
        try client.send(get("/before") + get("/late"))
        _ = try client.receiveResponse()

        let readingsBefore = server.clock.readings
        let isReadable = client.isReadable(within: 100)
        let readings = server.clock.readings - readingsBefore

        #expect(readings <= 1)
        #expect(!isReadable)
    }

    @Test(arguments: [false, true])
    func `a reset before the head is a reset to the client`(isTLS: Bool) throws {
        let server = try TestServer(
            faults: ["/fault": Fault(delivery: .reset(afterHead: false))], isTLS: isTLS)
        let client = try server.client()

        try client.send(get("/before") + get("/fault") + get("/behind"))
        _ = try client.receiveResponse()

        #expect(throws: connectionReset()) { try client.receive(1) }
        waitUntil { server.server.openConnectionCount == 0 }
    }

    @Test(arguments: [false, true])
    func `a reset after the head is a reset behind the head to the client`(isTLS: Bool) throws {
        let server = try TestServer(
            faults: ["/fault": Fault(delivery: .reset(afterHead: true))], isTLS: isTLS)
        let client = try server.client()

        try client.send(get("/fault"))
        let head = try client.receiveResponse(hasBody: false).head

        #expect(head == String(answer("/fault").dropLast("/fault".count)))
        #expect(throws: connectionReset()) { try client.receive(1) }
    }

    @Test(arguments: [Delivery.close, .refuseStream], [false, true])
    func `a close is the end of the stream and no reset although the client sends on`(
        delivery: Delivery, isTLS: Bool
    ) throws {
        let server = try TestServer(faults: ["/fault": Fault(delivery: delivery)], isTLS: isTLS)
        let client = try server.client()

        try client.send(get("/fault") + get("/behind"))
        try client.send(Array(repeating: 0, count: 1_000_000))
        let received = try client.receiveToEnd()
        client.close()

        #expect(received.isEmpty)
        waitUntil { server.server.openConnectionCount == 0 }
    }

    @Test(arguments: [false, true])
    func `a truncated answer is shorter than it says and ends without a reset`(isTLS: Bool) throws {
        let server = try TestServer(
            faults: ["/size/1000": Fault(delivery: .truncate(bytes: 400))], isTLS: isTLS)
        let client = try server.client()

        try client.send(get("/size/1000") + get("/behind"))
        let head = try client.receiveResponse(hasBody: false).head
        let body = try client.receiveToEnd()

        #expect(head.contains("\r\nContent-Length: 1000\r\n"))
        #expect(body == Array(repeating: UInt8(ascii: "x"), count: 400))
    }

    @Test(arguments: [false, true])
    func `a stalled answer holds until the limit and then the stream ends`(isTLS: Bool) throws {
        let server = try TestServer(faults: ["/fault": Fault(delivery: .stall)], isTLS: isTLS)
        let client = try server.client()
        try client.send(get("/before") + get("/fault"))
        _ = try client.receiveResponse()

        server.advance(by: SocketLimits().stallMax - .nanoseconds(1))
        let other = try server.client()
        try other.send(get("/other"))
        _ = try other.receiveResponse()
        let isEarly = client.isReadable(within: 0)
        server.advance(by: .nanoseconds(1))
        let received = try client.receiveToEnd()

        #expect(!isEarly)
        #expect(received.isEmpty)
    }

    @Test(arguments: [false, true])
    func `a slow answer comes as the clock moves`(isTLS: Bool) throws {
        let size = 3_000_000
        let path = "/size/\(size)"
        let server = try TestServer(
            faults: [path: Fault(delivery: .slow(bytesPerSecond: 1_000_000))], isTLS: isTLS)
        let client = try server.client()
        try client.send(get("/before") + get(path))
        _ = try client.receiveResponse()

        server.advanceEmulated(by: .seconds(1))
        let first = try client.receive(1_000_000)
        let isMore = client.isReadable(within: 0)
        server.advanceEmulated(by: .seconds(60))
        let rest = try client.receive(size + answer("").utf8.count - 1 + String(size).utf8.count - 1_000_000)
        try client.send(get("/behind"))
        let behind = try client.receiveResponse()

        #expect(!isMore)
        #expect(first.count + rest.count > size)
        #expect(String(decoding: behind.body, as: UTF8.self) == "/behind")
    }

    @Test(
        arguments: [
            Fault(delay: .seconds(5)), Fault(delivery: .stall), Fault(delivery: .slow(bytesPerSecond: 1)),
        ], [false, true])
    func `a peer that resets while its reply waits is let go of at once`(fault: Fault, isTLS: Bool) throws {
        let server = try TestServer(faults: ["/fault": fault], isTLS: isTLS)
        let witness = try server.client()
        let clients = try (0..<20).map { _ in try server.client() }
        for client in clients {
            try client.send(get("/before") + get("/fault"))
            _ = try client.receiveResponse()
        }

        for client in clients { try client.reset() }

        waitUntil { server.server.openConnectionCount == 1 }
        try witness.send(get("/witness"))
        #expect(String(decoding: try witness.receiveResponse().body, as: UTF8.self) == "/witness")
        // What was let go of does not come back on a descriptor that is used again.
        let next = try server.client()
        server.advanceEmulated(by: .seconds(10))
        try next.send(get("/next"))
        #expect(String(decoding: try next.receiveResponse().body, as: UTF8.self) == "/next")
    }

    @Test(arguments: [
        (Fault(delay: .seconds(5)), SocketLimits().lingerTimeout), (Fault(delivery: .stall), .zero),
        (Fault(delivery: .slow(bytesPerSecond: 1)), SocketLimits().lingerTimeout),
    ])
    func `a peer that closes while its reply waits is let go of in time`(
        fault: Fault, time: Duration
    ) throws {
        let server = try TestServer(faults: ["/fault": fault])
        let witness = try server.client()
        let client = try server.client()
        try client.send(get("/before") + get("/fault"))
        _ = try client.receiveResponse()

        client.close()
        // An answer that came behind the close proves that the close was seen.
        try witness.send(get("/witness"))
        _ = try witness.receiveResponse()
        server.clock.advanceReal(by: time)
        server.server.clockMoved()

        waitUntil { server.server.openConnectionCount == 1 }
    }

    @Test(arguments: [
        (Fault(delay: .seconds(5)), true), (Fault(delivery: .slow(bytesPerSecond: 1)), true),
        (Fault(delivery: .stall), false),
    ])
    func `a server that stops waits for no clock`(fault: Fault, isAnswered: Bool) throws {
        let server = try TestServer(faults: ["/fault": fault], loopCount: 2)
        let clients = try (0..<8).map { _ in try server.client() }
        for client in clients {
            try client.send(get("/before") + get("/fault") + get("/behind"))
            _ = try client.receiveResponse()
        }

        server.server.stop()

        for client in clients {
            let received = try client.receiveTextToEnd()
            #expect(received.hasSuffix("\r\n/fault") == isAnswered)
            #expect(received.isEmpty != isAnswered)
        }
        #expect(server.server.openConnectionCount == 0)
    }

    @Test(arguments: [(32, 32), (33, 33), (31, 31), (1, 1)])
    func `replies that are due at once take turns with the others`(limit: Int, first: Int) throws {
        var limits = SocketLimits()
        limits.dueRepliesPerTurnMax = limit
        let handler = GateHandler()
        let server = try TestServer(handler: handler, limits: limits)
        let waiting = try (0..<33).map { _ in try server.client() }
        let blocking = try server.client()
        let witness = try server.client()
        for client in waiting + [witness] {
            try client.send(get("/before") + (client === witness ? "" : get("/late") + get("/behind")))
            _ = try client.receiveResponse()
        }
        try blocking.send(get("/gate"))
        handler.arrived.wait()

        // All are due in the turn that stands in the handler; the witness is seen in the next.
        server.advanceEmulated(by: .seconds(5))
        try witness.send(get("/witness"))
        handler.gate.signal()
        for client in waiting { for _ in 0..<2 { _ = try client.receiveResponse() } }
        _ = try witness.receiveResponse()

        let paths = handler.paths.drop { $0 != "/gate" }.dropFirst()
        #expect(paths.prefix { $0 == "/behind" }.count == first)
        #expect(paths.dropFirst(first).first == "/witness")
        #expect(paths.filter { $0 == "/behind" }.count == 33)
    }

    @Test(arguments: Waiting.allCases)
    fileprivate func `five thousand replies that wait cost little and no thread`(kind: Waiting) async {
        await #expect(processExitsWith: .success) { [kind] in
            let handler = RecordingHandler(faults: ["/size/600": kind.fault])
            let server = try TestServer(handler: handler)
            var crowd = try Crowd(of: server)

            try crowd.ask(for: "/size/600") { handler.paths.count == 2 * Crowd.count }
            server.advanceEmulated(by: .seconds(10))

            if kind != .stalled {
                for client in crowd.clients { #expect(try client.receiveResponse().body.count == 600) }
            }
            crowd.leave()
        }
    }
}

/// The ways of a reply to wait, as a value that can be handed to another process.
private enum Waiting: String, CaseIterable, Codable {
    case delayed, slow, stalled

    var fault: Fault {
        switch self {
        case .delayed: Fault(delay: .seconds(5))
        case .slow: Fault(delivery: .slow(bytesPerSecond: 1_000))
        case .stalled: Fault(delivery: .stall)
        }
    }
}

/// Delays `/late`, remembers all, and stands in the handler for `/gate`, as no real one may, until it opens.
private final class GateHandler: RequestHandler {
    let arrived = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    private let recording = RecordingHandler(faults: ["/late": Fault(delay: .seconds(5))])

    var paths: [String] { recording.paths }

    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        if request.target.text == "/gate" {
            arrived.signal()
            gate.wait()
        }
        return recording.handle(request, from: client)
    }
}
