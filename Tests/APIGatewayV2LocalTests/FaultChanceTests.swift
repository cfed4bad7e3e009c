/// Chance by seed: which requests a rule fires on, and how long it delays, in every run the same.

import APIGatewayV2Local
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct FaultChanceTests {
    private func pattern(
        _ rules: [FaultRule], name: String, count: Int, wait: Duration = .zero
    ) throws -> [Bool] {
        let emulator = try TestEmulator(rules)
        return try (1...count).map { _ in
            emulator.clock.advance(by: wait)
            try emulator.send()
            return emulator.summaries.all.last?.fault == name
        }
    }

    private func rule(_ probability: Double, seed: UInt64) -> FaultRule {
        FaultRule(name: "chance", when: .probability(probability, seed: seed), then: .status(599))
    }

    @Test func `the first twenty at one half with seed 7 fare like this`() throws {
        let fires = try pattern([rule(0.5, seed: 7)], name: "chance", count: 20)

        // Written down once, so that no change of the generator goes unnoticed.
        let text = fires.map { $0 ? "x" : "." }.joined()
        #expect(text == ".x.x...x..xx.x.....x")
    }

    @Test func `time and other rules make no difference`() throws {
        let alone = try pattern([rule(0.3, seed: 1)], name: "chance", count: 50)
        let later = try pattern([rule(0.3, seed: 1)], name: "chance", count: 50, wait: .milliseconds(17))
        let among = try pattern(
            [
                FaultRule(name: "elsewhere", when: .probability(0.3, seed: 1), then: .delay(.seconds(1))),
                rule(0.3, seed: 1),
            ], name: "chance", count: 50)

        #expect(alone == later)
        #expect(alone == among)
    }

    @Test func `another seed is another sequence, also the next one`() throws {
        let one = try pattern([rule(0.5, seed: 1)], name: "chance", count: 50)
        let two = try pattern([rule(0.5, seed: 2)], name: "chance", count: 50)

        #expect(one != two)
        #expect(one.dropFirst() != two.dropLast())
    }

    @Test(arguments: [(0.05, 36...64), (0.5, 455...545), (0.95, 936...964)])
    func `of a thousand about as many fire as the probability says`(
        probability: Double, expected: ClosedRange<Int>
    ) throws {
        // Three deviations to either side, give or take.
        let fired = try pattern([rule(probability, seed: 3)], name: "chance", count: 1000).count { $0 }

        #expect(expected.contains(fired))
    }

    /// The delays of so many requests.
    private func delays(_ delay: FaultDelay, count: Int) throws -> [Duration] {
        let emulator = try TestEmulator([FaultRule(then: .delay(delay))])
        return try (1...count).map { _ in try emulator.reply().delay }
    }

    @Test(arguments: [
        FaultDelay.uniform(.milliseconds(100)...(.milliseconds(300)), seed: 1),
        .normal(mean: .milliseconds(200), deviation: .milliseconds(50), seed: 1),
        .lognormal(median: .milliseconds(200), .p99(.seconds(2)), seed: 1),
    ])
    func `delays come again with their seed and differ with another`(delay: FaultDelay) throws {
        let other: FaultDelay =
            switch delay {
            case .fixed(let time): .fixed(time)
            case .uniform(let range, _): .uniform(range, seed: 2)
            case .normal(let mean, let deviation, _): .normal(mean: mean, deviation: deviation, seed: 2)
            case .lognormal(let median, let tail, _): .lognormal(median: median, tail, seed: 2)
            }

        let first = try delays(delay, count: 20)

        #expect(try delays(delay, count: 20) == first)
        #expect(try delays(other, count: 20) != first)
        #expect(Set(first).count == 20)
    }

    @Test func `a uniform delay is within its range and spread over it`() throws {
        let range = Duration.milliseconds(100)...(.milliseconds(300))

        let delays = try delays(.uniform(range), count: 1000)

        #expect(delays.allSatisfy(range.contains))
        #expect((460...540).contains(delays.count { $0 < .milliseconds(200) }))
        #expect(delays.contains { $0 < .milliseconds(102) } && delays.contains { $0 > .milliseconds(298) })
    }

    @Test func `a normal delay has its mean and deviation and is never below zero`() throws {
        let mean = Duration.milliseconds(200)
        let deviation = Duration.milliseconds(50)

        let delays = try delays(.normal(mean: mean, deviation: deviation), count: 1000)
        let early = try self.delays(.normal(mean: .zero, deviation: .seconds(1)), count: 200)

        let near = delays.count { (mean - deviation...mean + deviation).contains($0) }
        #expect((640...730).contains(near))
        #expect((460...540).contains(delays.count { $0 < mean }))
        #expect(early.allSatisfy { $0 >= .zero } && early.contains(.zero))
    }

    @Test(arguments: [
        (FaultDelay.Tail.p90(.seconds(1)), 880...920), (.p95(.seconds(1)), 935...965),
        (.p99(.seconds(1)), 981...997),
    ])
    func `a lognormal delay has its median and its percentile`(
        tail: FaultDelay.Tail, expected: ClosedRange<Int>
    ) throws {
        let delays = try delays(.lognormal(median: .milliseconds(200), tail), count: 1000)

        #expect((460...540).contains(delays.count { $0 <= .milliseconds(200) }))
        #expect(expected.contains(delays.count { $0 <= .seconds(1) }))
    }

    @Test func `no delay is longer than an hour`() throws {
        let delays = try delays(.normal(mean: .seconds(3600), deviation: .seconds(600)), count: 100)

        #expect(delays.max() == .seconds(3600))
        #expect(delays.contains { $0 < .seconds(3600) })
    }

    @Test func `whether a rule fires says nothing about how long it delays`() throws {
        let emulator = try TestEmulator([
            FaultRule(
                when: .probability(0.5, seed: 1),
                then: .delay(.uniform(.zero...(.seconds(1)), seed: 1)))
        ])

        let delays = try (1...400).map { _ in try emulator.reply().delay }.filter { $0 > .zero }

        // With one sequence for both, all would be below half a second.
        let short = Double(delays.count { $0 < .milliseconds(500) }) / Double(delays.count)
        #expect((0.4...0.6).contains(short))
    }
}
