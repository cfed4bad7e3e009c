/// When rules fire, by a clock that a test moves.

import APIGatewayV2Local
import Dispatch
import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

struct FaultTriggerTests {
    /// Which of `count` requests, from 1, the trigger fires on.
    private func firings(of when: FaultTrigger, among count: Int) throws -> [Int] {
        let emulator = try TestEmulator([FaultRule(when: when, then: .status(599))])
        return try (1...count).filter { _ in try emulator.send().status == 599 }
    }

    @Test(arguments: [
        (FaultTrigger.always, [1, 2, 3, 4, 5, 6, 7]), (.first(1), [1]), (.first(2), [1, 2]),
        (.first(8), [1, 2, 3, 4, 5, 6, 7]),
        (.after(1), [2, 3, 4, 5, 6, 7]), (.after(6), [7]), (.after(7), []),
        (.every(1), [1, 2, 3, 4, 5, 6, 7]),
        (.every(3), [3, 6]), (.every(8), []), (.rate(perSecond: 1, burst: 5), [6, 7]),
        (.probability(1), [1, 2, 3, 4, 5, 6, 7]), (.between(.zero..<(.seconds(1))), [1, 2, 3, 4, 5, 6, 7]),
        (.between(.nanoseconds(1)..<(.seconds(1))), []),
    ])
    func `a trigger fires on these of seven requests`(when: FaultTrigger, expected: [Int]) throws {
        #expect(try firings(of: when, among: 7) == expected)
    }

    @Test func `only requests that match are counted`() throws {
        let emulator = try TestEmulator([
            FaultRule(match: FaultMatch(apiId: "a1b2c3d4e5"), when: .first(1), then: .status(599))
        ])

        #expect(try emulator.send(.get, TestEmulator.otherIntegrationPath).status == 200)
        #expect(try emulator.send(.get, "/__admin/faults").status == 200)
        #expect(try emulator.send().status == 599)
        #expect(try emulator.send().status == 200)
    }

    @Test func `a rule does not count what an earlier rule answered`() throws {
        let emulator = try TestEmulator([
            FaultRule(when: .first(2), then: .status(591)), FaultRule(when: .first(2), then: .status(592)),
        ])

        let statuses = try (1...5).map { _ in try emulator.send().status }

        #expect(statuses == [591, 591, 592, 592, 200])
    }

    @Test func `ten a second with a burst of forty refuses the 41st and admits one 100 ms later`() throws {
        let emulator = try TestEmulator([FaultRule(rateLimit: "10/40")])

        let burst = try (1...41).map { _ in try emulator.send().status }
        emulator.clock.advance(by: .nanoseconds(99_999_999))
        let early = try emulator.send().status
        emulator.clock.advance(by: .nanoseconds(1))
        let next = try (1...2).map { _ in try emulator.send().status }

        #expect(burst == Array(repeating: 200, count: 40) + [429])
        #expect(early == 429)
        #expect(next == [200, 429])
    }

    @Test func `each account and each region has its own bucket`() throws {
        let emulator = try TestEmulator([FaultRule(when: .rate(perSecond: 0.2, burst: 1), then: .status(599))]
        )
        let clients = [
            authorization("111122223333"), authorization("444455556666"),
            authorization("111122223333", "eu-west-1"),
        ]

        let first = try clients.map { try emulator.send(.get, "/v2/apis", [$0]).status }
        let second = try clients.map { try emulator.send(.get, "/v2/apis", [$0]).status }
        emulator.clock.advance(by: .seconds(5))
        let third = try clients.map { try emulator.send(.get, "/v2/apis", [$0]).status }

        #expect(first == [200, 200, 200])
        #expect(second == [599, 599, 599])
        #expect(third == [200, 200, 200])
    }

    @Test(arguments: [nil, 2, 5])
    func `a rule remembers as many buckets as the limit, and forgets the fullest first`(limit: Int?) throws {
        var limits = FaultLimits()
        limits.bucketsPerRuleMax = limit ?? limits.bucketsPerRuleMax
        let most = limits.bucketsPerRuleMax
        let emulator = try TestEmulator(
            [FaultRule(when: .rate(perSecond: 1, burst: 2), then: .status(599))], faultLimits: limits)
        func send(_ number: Int) throws -> Int {
            let digits = String(number)
            let account = String(repeating: "0", count: 12 - digits.count) + digits
            return try emulator.send(.get, "/v2/apis", [authorization(account)]).status
        }
        // Account 1 has spent its burst; all the others have a token left.
        #expect(try [send(1), send(1), send(1)] == [200, 200, 599])

        for number in 2...most { #expect(try send(number) == 200) }
        #expect(try send(1) == 599)
        #expect(try send(most + 1) == 200)

        #expect(try send(1) == 599)
    }

    @Test(arguments: FaultTrigger.RateKey.allCases.filter { $0.isOf(.control) })
    func `a bucket for each key is shared by nothing else`(per: FaultTrigger.RateKey) throws {
        let emulator = try TestEmulator([
            FaultRule(when: .rate(perSecond: 1, burst: 1, per: per), then: .status(599))
        ])
        /// Each differs from the first in one thing.
        let requests: [(key: FaultTrigger.RateKey?, path: String, accessKey: String, connection: UInt64)] = [
            (nil, "/v2/apis/a1b2c3d4e5", "KEY1", 1), (.connection, "/v2/apis/a1b2c3d4e5", "KEY1", 2),
            (.accessKeyId, "/v2/apis/a1b2c3d4e5", "KEY2", 1), (.apiId, "/v2/apis/f6g7h8i9j0", "KEY1", 1),
            (.operation, "/v2/apis/a1b2c3d4e5/routes", "KEY1", 1),
        ]

        for (key, path, accessKey, connection) in requests {
            let reply = try emulator.reply(.get, path, [authorization(accessKey)], connection: connection)

            let isRefused = reply.response.status == 599
            let sharesBucket = key != nil && key != per
            #expect(isRefused == sharesBucket, "\(String(describing: key))")
        }
    }

    @Test func `a request that one rate refuses takes no token of another`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "wide", when: .rate(perSecond: 1, burst: 3), then: .status(598)),
            FaultRule(
                name: "narrow", match: FaultMatch(operation: "GetIntegration"),
                when: .rate(perSecond: 1, burst: 1), then: .status(599)),
        ])

        // Were they to take tokens, the second and third would leave none for the last two.
        let narrow = try (1...3).map { _ in try emulator.send().status }
        let wide = try (1...3).map { _ in try emulator.send(.get, "/v2/apis").status }

        #expect(narrow == [200, 599, 599])
        #expect(wide == [200, 200, 598])
    }

    @Test func `a request that another fault answers has taken its token`() throws {
        let emulator = try TestEmulator([
            FaultRule(when: .rate(perSecond: 1, burst: 1), then: .status(598)), FaultRule(then: .status(599)),
        ])

        #expect(try [emulator.send().status, emulator.send().status] == [599, 598])
    }

    @Test(arguments: [(1999, 200), (2000, 599), (4999, 599), (5000, 200)])
    func `between holds from its start to just before its end`(milliseconds: Int, status: Int) throws {
        let emulator = try TestEmulator([
            FaultRule(when: .between(.seconds(2)..<(.seconds(5))), then: .status(599))
        ])

        emulator.clock.advance(by: .milliseconds(milliseconds))

        #expect(try emulator.send().status == status)
    }

    @Test func `between counts from the last reset`() throws {
        let emulator = try TestEmulator([
            FaultRule(when: .between(.zero..<(.seconds(1))), then: .status(599))
        ])
        emulator.clock.advance(by: .seconds(1))
        #expect(try emulator.send().status == 200)

        try emulator.send(.post, "/__admin/reset")

        #expect(try emulator.send().status == 599)
    }

    @Test(arguments: [FaultTrigger.first(200), .every(5), .after(800), .rate(perSecond: 1, burst: 800)])
    func `counting is exact when eight threads ask at once`(when: FaultTrigger) throws {
        let emulator = try TestEmulator([FaultRule(when: when, then: .status(599))])

        // Of 1,000 requests each of these fires on 200.
        #expect(firings(in: emulator, ofRequestsPerThread: 125) == 200)
    }

    @Test func `a first of two fires twice under eight threads`() throws {
        let emulator = try TestEmulator([FaultRule(when: .first(2), then: .status(599))])

        #expect(firings(in: emulator, ofRequestsPerThread: 100) == 2)
    }

    /// How often the rule fired on what eight threads sent at once.
    private func firings(in emulator: TestEmulator, ofRequestsPerThread count: Int) -> Int {
        let fired = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            do {
                for _ in 0..<count where try emulator.send().status == 599 { fired.withLock { $0 += 1 } }
            } catch {
                Issue.record(error)
            }
        }
        return fired.withLock { $0 }
    }
}
