/// Delays and connection faults as the pipeline hands them to the server, and what becomes of the operation.

import APIGatewayV2Local
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct FaultDeliveryTests {
    @Test(arguments: [
        (FaultConnection.reset(), Delivery.reset(afterHead: false)),
        (.reset(afterHead: true), .reset(afterHead: true)), (.close, .close), (.stall, .stall),
        (.truncate(bytes: 10), .truncate(bytes: 10)), (.slow(bytesPerSecond: 7), .slow(bytesPerSecond: 7)),
        (.goaway, .goaway), (.refuseStream, .refuseStream),
    ])
    func `a connection fault is a delivery`(connection: FaultConnection, delivery: Delivery) throws {
        let emulator = try TestEmulator([FaultRule(name: "r", then: .connection(connection))])

        let reply = try emulator.reply()

        #expect(reply.delivery == delivery)
        #expect(reply.delay == .zero)
        #expect(emulator.summaries.all.last?.fault == "r")
    }

    @Test(arguments: [
        (FaultConnection.reset(), 0), (.close, 0), (.stall, 0), (.refuseStream, 0),
        (.reset(afterHead: true), 1),
        (.truncate(bytes: 0), 1), (.slow(bytesPerSecond: 1), 1), (.goaway, 1),
    ])
    func `an operation of whose answer nothing is sent is not done`(
        connection: FaultConnection, made: Int
    )
        throws
    {
        let emulator = try TestEmulator([
            FaultRule(match: FaultMatch(operation: "CreateApi"), then: .connection(connection))
        ])
        let body = #"{"name": "new", "protocolType": "HTTP"}"#

        try emulator.reply(.post, "/v2/apis", body: body)

        let apis = try emulator.send(.get, "/v2/apis").text
        #expect(apis.ranges(of: #""name":"new""#).count == made)
    }

    @Test func `an injected answer may be cut, slow and late`() throws {
        let then = FaultAction(
            answer: .error(.tooManyRequests), delay: .fixed(.seconds(2)), connection: .truncate(bytes: 5))

        let reply = try TestEmulator([FaultRule(then: then)]).reply()

        #expect(reply.response.status == 429)
        #expect(reply.delay == .seconds(2))
        #expect(reply.delivery == .truncate(bytes: 5))
    }

    @Test func `rules that only delay let later ones fire, and their delays add up`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "a", then: .delay(.seconds(1))),
            FaultRule(name: "never", match: FaultMatch(attempt: 9), then: .delay(.seconds(100))),
            FaultRule(name: "b", when: .first(1), then: .delay(.milliseconds(500))),
            FaultRule(name: "c", when: .first(1), then: .status(599)),
            FaultRule(name: "d", then: .delay(.seconds(7))),
        ])

        let first = try emulator.reply()
        let second = try emulator.reply()

        #expect([first.response.status, second.response.status] == [599, 200])
        #expect([first.delay, second.delay] == [.milliseconds(1500), .seconds(8)])
        #expect(emulator.summaries.all.map(\.fault) == ["c", "d"])
        #expect(emulator.faults.report(on: "d")?.matchedCount == 1)
    }

    /// Each is about GetIntegration of abc123d, signed for 111122223333, first attempt.
    private static let matches = [
        FaultMatch(), FaultMatch(operation: "Get*"), FaultMatch(method: "GET"),
        FaultMatch(path: "/v2/apis/*"), FaultMatch(apiId: "a1b2c3d4e5"),
        FaultMatch(parameters: ["integrationId": "abc*"]), FaultMatch(attempt: 1),
        FaultMatch(account: "000000000000"), FaultMatch(accessKeyId: "KEY*"), FaultMatch(region: "us-*"),
        FaultMatch(headers: ["X-Test": "red"]), FaultMatch(httpVersion: .http11),
    ]
    /// Each with those of five requests, a second apart, on which it fires.
    private static let triggers: [(when: FaultTrigger, fires: [Bool])] = [
        (.always, [true, true, true, true, true]), (.first(2), [true, true, false, false, false]),
        (.after(3), [false, false, false, true, true]), (.every(2), [false, true, false, true, false]),
        (.rate(perSecond: 0.25, burst: 1), [false, true, true, true, false]),
        (.rate(perSecond: 0.25, burst: 1, per: .apiId), [false, true, true, true, false]),
        (.between(.seconds(1)..<(.seconds(3))), [false, true, true, false, false]),
        (.probability(1, seed: 4), [true, true, true, true, true]),
    ]
    private static let actions: [(then: FaultAction, status: Int, delay: Duration, delivery: Delivery)] = [
        (.error(.tooManyRequests), 429, .zero, .whole), (.error(.throttling), 400, .zero, .whole),
        (.error(.notFound, retryAfter: .seconds(1)), 404, .zero, .whole),
        (.status(503, body: "busy"), 503, .zero, .whole), (.delay(.seconds(3)), 200, .seconds(3), .whole),
        (.delay(.uniform(.seconds(1)...(.seconds(1)))), 200, .seconds(1), .whole),
        (FaultAction(answer: .status(500), delay: .fixed(.seconds(1))), 500, .seconds(1), .whole),
        (.connection(.reset(afterHead: true)), 200, .zero, .reset(afterHead: true)),
        (.connection(.truncate(bytes: 3)), 200, .zero, .truncate(bytes: 3)),
        (.connection(.slow(bytesPerSecond: 9)), 200, .zero, .slow(bytesPerSecond: 9)),
        (.connection(.goaway), 200, .zero, .goaway),
        (
            FaultAction(answer: .status(502), connection: .slow(bytesPerSecond: 9)), 502, .zero,
            .slow(bytesPerSecond: 9)
        ),
    ]

    @Test(arguments: matches, triggers.indices)
    func `every match works with every trigger and every action`(match: FaultMatch, trigger: Int) throws {
        let (when, fires) = Self.triggers[trigger]
        for (then, status, delay, delivery) in Self.actions {
            let emulator = try TestEmulator([FaultRule(name: "r", match: match, when: when, then: then)])

            let replies = try fires.map { _ in
                defer { emulator.clock.advance(by: .seconds(1)) }
                return try emulator.reply(
                    .get, TestEmulator.integrationPath, [authorization("KEY1"), ("X-Test", "red")])
            }

            #expect(replies.map(\.response.status) == fires.map { $0 ? status : 200 })
            #expect(replies.map(\.delay) == fires.map { $0 ? delay : .zero })
            #expect(replies.map(\.delivery) == fires.map { $0 ? delivery : .whole })
            #expect(emulator.summaries.all.map(\.fault) == fires.map { $0 ? "r" : nil })
            let report = emulator.faults.report(on: "r", account: match.account)
            #expect(report?.matchedCount == 5)
            #expect(report?.firedCount == fires.count { $0 })
            #expect(report?.lastFirings.count == fires.count { $0 })
        }
    }
}
