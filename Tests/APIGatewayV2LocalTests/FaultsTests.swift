/// Rules as a Swift test sets them while the server runs.

import APIGatewayV2Local
import Dispatch
import HTTPWire
import Testing

struct FaultsTests {
    private let rule = FaultRule(when: .first(1), then: .status(599))

    @Test func `rules without a name are numbered`() throws {
        let faults = try Faults([rule, FaultRule(name: "rule-2", then: .status(500))])

        let added = try faults.add(rule)
        let more = try faults.add([rule, rule])

        #expect(added.name == "rule-3")
        #expect(more.map(\.name) == ["rule-4", "rule-5"])
        #expect(faults.all.map(\.name) == ["rule-1", "rule-2", "rule-3", "rule-4", "rule-5"])
    }

    @Test func `a number that became free is used again`() throws {
        let faults = try Faults([rule, rule])
        #expect(faults.remove(named: "rule-1"))

        #expect(try faults.add(rule).name == "rule-1")
        #expect(faults.all.map(\.name) == ["rule-2", "rule-1"])
    }

    @Test func `a rule is found by its name`() throws {
        let faults = try Faults([FaultRule(name: "a", then: .status(500))])

        #expect(faults.rule(named: "a") == FaultRule(name: "a", then: .status(500)))
        #expect(faults.rule(named: "b") == nil)
        #expect(!faults.remove(named: "b"))
    }

    @Test func `a name that is taken is refused and nothing is added`() throws {
        let faults = try Faults([FaultRule(name: "a", then: .status(500))])

        let error = #expect(throws: DocumentError.self) {
            try faults.add([
                rule, FaultRule(name: "a", then: .status(500)), FaultRule(name: "b", then: .status(1)),
            ])
        }

        #expect(
            error?.lines == [
                "/2/then/status: found 1, expected 200 to 599",
                #"/1/name: found the name "a" of a rule that is loaded, expected another, or a PUT that "#
                    + #"replaces the rule"#,
            ])
        #expect(faults.all.map(\.name) == ["a"])
    }

    @Test(arguments: [
        (
            FaultRule(match: FaultMatch(operation: "GetIntegratio"), then: .status(500)),
            #"/match/operation: found "GetIntegratio", expected the name of an operation of the service; "#
                + "did you mean GetIntegration?"
        ),
        (
            FaultRule(match: FaultMatch(parameters: ["apiID": "a"]), then: .status(500)),
            "/match/apiID: found an unknown member, expected a path parameter of the service; did you mean "
                + "apiId?"
        ),
        (
            FaultRule(when: .rate(perSecond: 0, burst: 1), then: .status(500)),
            "/when/rate/perSecond: found 0.0, expected requests a second, from 0.0001 to 1000000"
        ),
        (
            FaultRule(then: .error(.conflict, detail: "x")),
            "/then: found a detail, expected none: ConflictException has a message alone"
        ),
        (
            FaultRule(then: .error(.conflict, retryAfter: .seconds(-1))),
            "/then/retryAfter: found -1.0 seconds, expected 0s to 86400s"
        ),
    ])
    func `a rule that makes no sense is refused with its place`(rule: FaultRule, line: String) throws {
        let faults = try Faults()

        let error = #expect(throws: DocumentError.self) { try faults.add(rule) }

        #expect(error?.lines == [line])
        #expect(error?.description == line)
        #expect(faults.all == [])
    }

    @Test(arguments: [
        FaultRule(match: FaultMatch(attempt: 1), when: .first(1), then: .status(200)),
        FaultRule(match: FaultMatch(attempt: 1000), when: .first(1_000_000_000), then: .status(599)),
        FaultRule(when: .rate(perSecond: 0.0001, burst: 1), then: .error(.conflict, retryAfter: .zero)),
        FaultRule(
            when: .rate(perSecond: 1_000_000, burst: 1_000_000),
            then: .error(.conflict, retryAfter: .seconds(86_400))),
    ])
    func `numbers at their bounds are taken`(rule: FaultRule) throws {
        #expect(try Faults([rule]).all.count == 1)
    }

    @Test(arguments: [
        FaultRule(match: FaultMatch(attempt: 0), then: .status(500)),
        FaultRule(match: FaultMatch(attempt: 1001), then: .status(500)),
        FaultRule(when: .every(0), then: .status(500)),
        FaultRule(when: .after(1_000_000_001), then: .status(500)),
        FaultRule(when: .rate(perSecond: 0.000_099, burst: 1), then: .status(500)),
        FaultRule(when: .rate(perSecond: 1_000_000.1, burst: 1), then: .status(500)),
        FaultRule(when: .rate(perSecond: 1, burst: 1_000_001), then: .status(500)),
        FaultRule(then: .status(600)),
        FaultRule(then: .error(.conflict, retryAfter: .seconds(86_400) + .nanoseconds(1))),
    ])
    func `numbers one past their bounds are refused`(rule: FaultRule) throws {
        let error = #expect(throws: DocumentError.self) { try Faults([rule]) }

        #expect(error?.lines.count == 1)
    }

    @Test(arguments: [nil, 1, 3])
    func `as many rules as the limit are taken and no more`(limit: Int?) throws {
        var limits = FaultLimits()
        limits.rulesMax = limit ?? limits.rulesMax
        let most = limits.rulesMax
        let faults = try Faults(Array(repeating: rule, count: most - 1), limits: limits)
        try faults.add(rule)

        let error = #expect(throws: DocumentError.self) { try faults.add(rule) }

        #expect(error?.lines == ["/: found \(most + 1) rules in all, expected at most \(most)"])
        #expect(faults.all.count == limit ?? 1_000)
    }

    @Test func `a body as long as the limit is taken and no longer`() throws {
        let faults = try Faults()
        let body = String(repeating: "x", count: FaultLimits.bodyBytesMax)
        try faults.add(FaultRule(then: .status(500, body: body)))

        let error = #expect(throws: DocumentError.self) {
            try faults.add(FaultRule(then: .status(500, body: body + "x")))
        }

        #expect(error?.lines == ["/then/body: found 10485761 bytes, expected at most 10485760"])
    }

    @Test func `other rules go on counting when one is added, replaced or removed`() throws {
        let emulator = try TestEmulator([FaultRule(name: "twice", when: .first(2), then: .status(599))])
        #expect(try emulator.send().status == 599)

        try emulator.faults.add(FaultRule(name: "other", when: .after(9), then: .status(500)))
        #expect(try emulator.faults.replace(FaultRule(name: "other", when: .after(8), then: .status(500))))
        #expect(try emulator.send().status == 599)
        #expect(emulator.faults.remove(named: "other"))

        #expect(try emulator.send().status == 200)
    }

    @Test func `a rule that replaces another keeps its place and counts anew`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "a", when: .first(1), then: .status(591)),
            FaultRule(name: "b", then: .status(592)),
        ])
        #expect(try emulator.send().status == 591)
        #expect(try emulator.send().status == 592)

        #expect(try emulator.faults.replace(FaultRule(name: "a", when: .first(1), then: .status(593))))
        #expect(try !emulator.faults.replace(FaultRule(name: "c", then: .status(594))))

        #expect(emulator.faults.all.map(\.name) == ["a", "b", "c"])
        #expect(try emulator.send().status == 593)
        #expect(try emulator.send().status == 592)
    }

    @Test func `reset brings back the rules of the start, counting anew`() throws {
        let emulator = try TestEmulator([rule])
        #expect(try emulator.send().status == 599)
        #expect(try emulator.send().status == 200)
        emulator.faults.removeAll()
        try emulator.faults.add(FaultRule(name: "late", then: .status(500)))

        emulator.faults.reset()

        #expect(emulator.faults.all.map(\.name) == ["rule-1"])
        #expect(try emulator.send().status == 599)
    }

    @Test func `no change is lost when eight threads make changes`() throws {
        let faults = try Faults()

        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<10 {
                let name = "\(thread)-\(number)"
                do {
                    try faults.add(
                        FaultRule(name: name, match: FaultMatch(operation: "GetApi"), then: .status(500)))
                    if number.isMultiple(of: 2) { faults.remove(named: name) }
                } catch {
                    Issue.record(error)
                }
            }
        }

        let expected = (0..<8).flatMap { thread in [1, 3, 5, 7, 9].map { "\(thread)-\($0)" } }
        #expect(Set(faults.all.compactMap(\.name)) == Set(expected))
        #expect(faults.all.count == 40)
    }
}
