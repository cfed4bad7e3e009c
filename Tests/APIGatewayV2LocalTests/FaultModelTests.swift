/// The rule engine against a model of it that is too simple to be wrong and too slow to be used, over random
/// rules, requests and waits. A failure prints the seed; `APIGATEWAYV2_LOCAL_TEST_SEED` runs that one alone.

import APIGatewayV2Local
import Foundation
import HTTPWire
import Testing

struct FaultModelTests {
    private static var seeds: [UInt64] {
        let given = ProcessInfo.processInfo.environment["APIGATEWAYV2_LOCAL_TEST_SEED"].flatMap { UInt64($0) }
        return given.map { [$0] } ?? Array(1...400)
    }

    @Test func `the engine fires as the model does`() throws {
        let service = try Emulator.service()
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let rules = (0..<Int.random(in: 1...6, using: &random)).map { RandomRule($0, &random) }
            let emulator = try Emulator(rules.map(\.rule), service: service)
            var model = Model(rules: rules)

            for step in 0..<60 {
                let wait = Duration.milliseconds(
                    [0, 0, 50, 100, 333, 1000].randomElement(using: &random) ?? 0)
                emulator.clock.advance(by: wait)
                let request = RandomRequest(&random)
                let expected = model.firing(on: request, after: wait)

                let fields = [
                    authorization(request.account), ("amz-sdk-request", "attempt=\(request.attempt); max=3"),
                ]
                try emulator.send(request.method, request.path, fields)

                let fired = emulator.summaries.all.last?.fault
                #expect(
                    fired == expected, "seed \(seed), step \(step): \(request) against \(rules.map(\.rule))")
                if fired != expected { return }
            }
        }
    }
}

private struct RandomRequest {
    let api: String
    let isIntegration: Bool
    let method: HTTPMethod
    let attempt: Int
    let account: String

    init(_ random: inout SeededGenerator) {
        api = ["a1b2c3d4e5", "f6g7h8i9j0", "zzz"].randomElement(using: &random) ?? ""
        isIntegration = Bool.random(using: &random)
        method = [.get, .get, .patch].randomElement(using: &random) ?? .get
        attempt = Int.random(in: 1...3, using: &random)
        account = ["111122223333", "444455556666"].randomElement(using: &random) ?? ""
    }

    var path: String { isIntegration ? "/v2/apis/\(api)/integrations/abc123d" : "/v2/apis/\(api)" }

    var operation: String { (method == .get ? "Get" : "Update") + (isIntegration ? "Integration" : "Api") }
}

/// A rule made of choices, each of which the model understands without the engine's help.
private struct RandomRule {
    let name: String
    let operation: String?
    let api: String?
    let method: String?
    let attempt: Int?
    let when: FaultTrigger

    init(_ number: Int, _ random: inout SeededGenerator) {
        name = "r\(number)"
        operation = [nil, nil, "GetApi", "GetIntegration"].randomElement(using: &random) ?? nil
        api = [nil, "a1b2c3d4e5", "f6g7h8i9j0"].randomElement(using: &random) ?? nil
        method = operation == nil ? [nil, "GET", "PATCH"].randomElement(using: &random) ?? nil : nil
        attempt = [nil, nil, 1, 2].randomElement(using: &random) ?? nil
        let count = Int.random(in: 1...4, using: &random)
        let triggers: [FaultTrigger] = [
            .always, .first(count), .after(count), .every(count), .rate(perSecond: 10, burst: count),
            .rate(perSecond: 0.5, burst: count),
        ]
        when = triggers.randomElement(using: &random) ?? .always
    }

    var rule: FaultRule {
        FaultRule(
            name: name, match: FaultMatch(operation: operation, method: method, apiId: api, attempt: attempt),
            when: when, then: .status(599))
    }

    func isAbout(_ request: RandomRequest) -> Bool {
        (operation == nil || operation == request.operation) && (api == nil || api == request.api)
            && (method == nil || method == request.method.rawValue)
            && (attempt == nil || attempt == request.attempt)
    }
}

/// Counts on its fingers: for a rate it plays the whole history of admitted requests again, in milliseconds.
private struct Model {
    let rules: [RandomRule]
    private var now = 0
    private var matched: [String: Int] = [:]
    /// For each rule and account the milliseconds at which requests were admitted.
    private var admitted: [String: [Int]] = [:]

    init(rules: [RandomRule]) { self.rules = rules }

    mutating func firing(on request: RandomRequest, after wait: Duration) -> String? {
        now += Int(wait / .milliseconds(1))
        for rule in rules where rule.isAbout(request) {
            if fires(rule, on: request) { return rule.name }
        }
        return nil
    }

    private mutating func fires(_ rule: RandomRule, on request: RandomRequest) -> Bool {
        let number = matched[rule.name, default: 0] + 1
        matched[rule.name] = number
        switch rule.when {
        case .always: return true
        case .first(let count): return number <= count
        case .after(let count): return number > count
        case .every(let count): return number % count == 0
        case .rate(let rate, let burst):
            let key = rule.name + request.account
            // Thousandths of a token, of which a millisecond brings as many as the rate has tokens a second.
            let perMillisecond = rate.perSecond
            var level = Double(burst) * 1000
            var last = 0
            for moment in admitted[key, default: []] {
                level = min(Double(burst) * 1000, level + Double(moment - last) * perMillisecond) - 1000
                last = moment
            }
            level = min(Double(burst) * 1000, level + Double(now - last) * perMillisecond)
            if level < 1000 { return true }
            admitted[key, default: []].append(now)
            return false
        }
    }
}
