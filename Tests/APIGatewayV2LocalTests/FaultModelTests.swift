/// The rule engine against a model of it that is too simple to be wrong and too slow to be used: 10,000
/// random sequences of requests, waits, changes of rules and resets. A failure prints its seed;
/// `APIGATEWAYV2_LOCAL_TEST_SEED` runs that one alone.

import APIGatewayV2
import APIGatewayV2Local
import Foundation
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct FaultModelTests {
    /// Sequences of one test; eight tests make the 10,000.
    private static let sequencesPerTest: UInt64 = 1250

    private static func seeds(_ part: UInt64) -> [UInt64] {
        if let given = ProcessInfo.processInfo.environment["APIGATEWAYV2_LOCAL_TEST_SEED"] {
            return part == 0 ? [UInt64(given) ?? 0] : []
        }
        return Array(part * sequencesPerTest + 1...(part + 1) * sequencesPerTest)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `the engine does what the model does`(part: UInt64) throws {
        let service = try TestEmulator.service()
        for seed in Self.seeds(part) {
            var random = SeededGenerator(seed: seed)
            let rules = (0..<Int.random(in: 0...4, using: &random)).map { RandomRule("start-\($0)", &random) }
            let emulator = try TestEmulator(rules.map(\.rule), service: service)
            var model = Model(rules)
            for step in 0..<Int.random(in: 1...12, using: &random) {
                let command = RandomCommand(&random)
                let (found, expected) = try (command.run(on: emulator), model.run(command))
                if found != expected {
                    let listed = emulator.faults.all
                    Issue.record(
                        "seed \(seed), step \(step): \(found), not \(expected): \(command) on \(listed)")
                    return
                }
            }
            let counts = emulator.faults.reports().map {
                "\($0.rule.match.account ?? "")/\($0.rule.name ?? "") \($0.matchedCount) \($0.firedCount)"
            }
            #expect(counts == model.counts, "seed \(seed)")
        }
    }
}

private struct RandomRequest {
    let api: String
    let isIntegration: Bool
    let method: HTTPMethod
    let attempt: Int
    let account: String
    let region: String
    let header: String?
    let version: HTTPVersion
    let connection: UInt64

    init(_ random: inout SeededGenerator) {
        api = ["a1b2c3d4e5", "f6g7h8i9j0", "zzz"].randomElement(using: &random) ?? ""
        isIntegration = Bool.random(using: &random)
        method = [.get, .get, .patch].randomElement(using: &random) ?? .get
        attempt = Int.random(in: 1...3, using: &random)
        account = RandomRule.accounts.randomElement(using: &random) ?? ""
        region = ["us-east-1", "eu-west-1"].randomElement(using: &random) ?? ""
        header = [nil, "red", "blue"].randomElement(using: &random) ?? nil
        version = [.http11, .http11, .http10, .http2].randomElement(using: &random) ?? .http11
        connection = UInt64.random(in: 1...2, using: &random)
    }

    var path: String { isIntegration ? "/v2/apis/\(api)/integrations/abc123d" : "/v2/apis/\(api)" }

    var operation: String { (method == .get ? "Get" : "Update") + (isIntegration ? "Integration" : "Api") }

    var fields: [(name: String, value: String)] {
        var fields = [
            authorization(account, region), ("amz-sdk-request", "attempt=\(attempt); max=3"),
        ]
        if let header { fields.append(("x-test", header)) }
        return fields
    }
}

/// A rule made of choices, each of which the model understands without the engine's help.
private struct RandomRule {
    static let accounts = ["111122223333", "444455556666"]

    let rule: FaultRule

    init(_ name: String, _ random: inout SeededGenerator) {
        var match = FaultMatch()
        // One condition or two: with more a rule would hardly ever match.
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            switch Int.random(in: 0..<9, using: &random) {
            case 0: match.operation = ["GetApi", "GetIntegration"].randomElement(using: &random)
            case 1: match.apiId = ["a1b2c3d4e5", "f6g7h8i9j0"].randomElement(using: &random)
            case 2:
                if match.operation == nil { match.method = ["GET", "PATCH"].randomElement(using: &random) }
            case 3: match.attempt = Int.random(in: 1...2, using: &random)
            case 4: match.account = Self.accounts.randomElement(using: &random)
            case 5: match.accessKeyId = Self.accounts.randomElement(using: &random)
            case 6: match.region = "eu-*"
            case 7: match.headers = ["X-Test": ["red", "b*"].randomElement(using: &random) ?? ""]
            default: match.httpVersion = [.http10, .http11, .http2].randomElement(using: &random)
            }
        }
        if match.operation != nil { match.method = nil }
        rule = FaultRule(name: name, match: match, when: Self.when(&random), then: Self.then(&random))
    }

    private static func when(_ random: inout SeededGenerator) -> FaultTrigger {
        let count = Int.random(in: 1...4, using: &random)
        let start = Int.random(in: 0...1500, using: &random)
        let per =
            FaultTrigger.RateKey.allCases.filter { $0.isOf(.control) }.randomElement(using: &random)
            ?? .account
        return switch Int.random(in: 0..<8, using: &random) {
        case 0: .always
        case 1: .first(count)
        case 2: .after(count)
        case 3: .every(count)
        case 4: .rate(perSecond: 10, burst: count, per: per)
        case 5: .rate(perSecond: 0.5, burst: count, per: per)
        case 6: .between(.milliseconds(start)..<(.milliseconds(start + 1000)))
        default: .probability(0.5, seed: UInt64.random(in: 1...2, using: &random))
        }
    }

    private static func then(_ random: inout SeededGenerator) -> FaultAction {
        let delay = FaultDelay.fixed(.milliseconds(Int.random(in: 1...3, using: &random) * 100))
        return switch Int.random(in: 0..<5, using: &random) {
        case 0: FaultAction(answer: .status(598), delay: delay)
        case 1: FaultAction(delay: delay)
        case 2: .connection(.reset())
        default: .status(599)
        }
    }
}

/// Something that happens to the emulator.
private enum RandomCommand {
    case request(RandomRequest)
    case wait(milliseconds: Int)
    case add(FaultRule)
    case replace(FaultRule)
    case remove(name: String, account: String?)
    case removeAll(account: String?)
    case reset(account: String?)

    init(_ random: inout SeededGenerator) {
        let name = "r\(Int.random(in: 1...3, using: &random))"
        let account = [nil, RandomRule.accounts[0]].randomElement(using: &random) ?? nil
        switch Int.random(in: 0..<24, using: &random) {
        case 0: self = .remove(name: name, account: account)
        case 1: self = .removeAll(account: account)
        case 2: self = .reset(account: account)
        case 3, 4: self = .replace(RandomRule(name, &random).rule)
        case 5, 6: self = .add(RandomRule(name, &random).rule)
        case 7...10:
            self = .wait(milliseconds: [1, 50, 100, 333, 1000].randomElement(using: &random) ?? 0)
        default: self = .request(RandomRequest(&random))
        }
    }

    /// What is seen of it.
    func run(on emulator: TestEmulator) throws -> String {
        switch self {
        case .request(let request):
            let reply = try emulator.reply(
                request.method, request.path, request.fields, version: request.version,
                connection: request.connection)
            let status = reply.response.status
            let answer =
                reply.delivery == .whole ? (status >= 598 ? "\(status)" : "own") : "\(reply.delivery)"
            let name = emulator.summaries.all.last?.fault ?? "no rule"
            return "\(name): \(answer) after \(reply.delay.ruleText)"
        case .wait(let milliseconds):
            emulator.clock.advance(by: .milliseconds(milliseconds))
            return ""
        case .add(let rule):
            do throws(DocumentError) { try emulator.faults.add(rule) } catch { return "refused" }
            return "added"
        case .replace(let rule): return try emulator.faults.replace(rule) ? "replaced" : "added"
        case .remove(let name, let account):
            return emulator.faults.remove(named: name, account: account) ? "removed" : "none"
        case .removeAll(let account):
            if let account { emulator.faults.removeAll(of: account) } else { emulator.faults.removeAll() }
            return ""
        case .reset(let account):
            let path = "/__admin/reset" + (account.map { "?account=\($0)" } ?? "")
            return "\(try emulator.send(.post, path).status)"
        }
    }
}

/// By seed, whether the first 20 matches fire (x) at a probability of one half, as another program has it.
/// Match n fires if the highest bit of number n of SplitMix64 is 0. The seed of that sequence is number 1 of
/// a sequence whose seed is number 1 of the sequence of the rule's seed.
private let chances: [UInt64: String] = [1: "..x.x..xxxxx.x.xxx..", 2: "x..xxxxx.xxx...x...x"]

/// Counts on its fingers: for a rate it plays the whole history of admitted requests again, in milliseconds.
private struct Model {
    private struct Loaded {
        let rule: FaultRule
        var matched = 0
        var fired = 0
        /// For each account and what else has a bucket of its own, the milliseconds at which it admitted.
        var admitted: [String: [Int]] = [:]

        var name: String { rule.name ?? "" }
        var account: String? { rule.match.account }
    }

    private let start: [FaultRule]
    private var rules: [Loaded]
    private var now = 0
    private var origin = 0

    init(_ rules: [RandomRule]) {
        start = rules.map(\.rule)
        self.rules = start.map { Loaded(rule: $0) }
    }

    var counts: [String] { rules.map { "\($0.account ?? "")/\($0.name) \($0.matched) \($0.fired)" } }

    mutating func run(_ command: RandomCommand) -> String {
        switch command {
        case .request(let request): return answer(request)
        case .wait(let milliseconds):
            now += milliseconds
            return ""
        case .add(let rule):
            if index(rule.name, rule.match.account) != nil { return "refused" }
            rules.append(Loaded(rule: rule))
            return "added"
        case .replace(let rule):
            guard let index = index(rule.name, rule.match.account) else {
                rules.append(Loaded(rule: rule))
                return "added"
            }
            rules[index] = Loaded(rule: rule)
            return "replaced"
        case .remove(let name, let account):
            guard let index = index(name, account) else { return "none" }
            rules.remove(at: index)
            return "removed"
        case .removeAll(let account):
            rules.removeAll { account == nil || $0.account == account }
            return ""
        case .reset(nil):
            rules = start.map { Loaded(rule: $0) }
            origin = now
            return "204"
        case .reset(let account?):
            reset(account)
            return "204"
        }
    }

    private func index(_ name: String?, _ account: String?) -> Int? {
        rules.firstIndex { $0.name == name && $0.account == account }
    }

    private mutating func reset(_ account: String) {
        rules.removeAll { $0.account == account }
        for index in rules.indices where rules[index].account == nil {
            rules[index].admitted = rules[index].admitted.filter { !$0.key.hasPrefix(account) }
        }
        var place = 0
        for rule in start {
            if rule.match.account == account {
                rules.insert(Loaded(rule: rule), at: place)
                place += 1
            } else if let found = index(rule.name, rule.match.account), found >= place {
                place = found + 1
            }
        }
    }

    private mutating func answer(_ request: RandomRequest) -> String {
        var delay = 0
        var name = "no rule"
        var admitted: [(index: Int, key: String)] = []
        for index in rules.indices where isAbout(rules[index].rule.match, request) {
            rules[index].matched += 1
            let rule = rules[index].rule
            if case .rate(let rate, let burst, let per) = rule.when {
                let key = key(per, request)
                if admits(rules[index].admitted[key, default: []], rate, burst) {
                    rules[index].admitted[key, default: []].append(now)
                    admitted.append((index, key))
                    continue
                }
            } else if !fires(rules[index]) {
                continue
            }
            rules[index].fired += 1
            name = rules[index].name
            if case .fixed(let time)? = rule.then.delay { delay += Int(time / .milliseconds(1)) }
            guard rule.then.answer != nil || rule.then.connection != nil else { continue }
            if case .rate = rule.when {
                for (index, key) in admitted { rules[index].admitted[key]?.removeLast() }
            }
            return described(name, rule.then, delay)
        }
        return described(name, nil, delay)
    }

    private func described(_ name: String, _ then: FaultAction?, _ delay: Int) -> String {
        let answer =
            switch (then?.answer, then?.connection) {
            case (.status(let status, _, _, _)?, _): "\(status)"
            case (_, .reset?): "reset(afterHead: false)"
            default: "own"
            }
        return "\(name): \(answer) after \(Duration.milliseconds(delay).ruleText)"
    }

    private func isAbout(_ match: FaultMatch, _ request: RandomRequest) -> Bool {
        let versions: [FaultMatch.HTTPVersion: HTTPVersion] = [
            .http10: .http10, .http11: .http11, .http2: .http2,
        ]
        let isNamed = match.operation == nil || match.operation == request.operation
        let isOfApi = match.apiId == nil || match.apiId == request.api
        let isMethod = match.method == nil || match.method == request.method.rawValue
        let isAttempt = match.attempt == nil || match.attempt == request.attempt
        let isAccount = match.account == nil || match.account == request.account
        let isKey = match.accessKeyId == nil || match.accessKeyId == request.account
        let isRegion = match.region == nil || request.region.hasPrefix("eu-")
        let pattern = match.headers["X-Test"]
        let isHeader = pattern == nil || request.header?.first == pattern?.first
        let isVersion = match.httpVersion.map { versions[$0] == request.version } ?? true
        return isNamed && isOfApi && isMethod && isAttempt && isAccount && isKey && isRegion && isHeader
            && isVersion
    }

    private func fires(_ loaded: Loaded) -> Bool {
        switch loaded.rule.when {
        case .always: return true
        case .first(let count): return loaded.matched <= count
        case .after(let count): return loaded.matched > count
        case .every(let count): return loaded.matched % count == 0
        case .probability(_, let seed): return chances[seed]?.dropFirst(loaded.matched - 1).first == "x"
        case .between(let range):
            let elapsed = Duration.milliseconds(now - origin)
            return range.lowerBound <= elapsed && elapsed < range.upperBound
        case .rate: return false
        }
    }

    private func key(_ per: FaultTrigger.RateKey, _ request: RandomRequest) -> String {
        let part =
            switch per {
            case .account: ""
            case .connection: "\(request.connection)"
            case .accessKeyId: request.account
            case .apiId: request.api
            case .operation: request.operation
            // Rules of the control plane have neither.
            case .stage, .route: ""
            }
        return [request.account, request.region, part].joined(separator: " ")
    }

    private func admits(_ moments: [Int], _ rate: RequestRate, _ burst: Int) -> Bool {
        // Thousandths of a token, of which a millisecond brings as many as the rate has tokens a second.
        let full = Double(burst) * 1000
        var level = full
        var last = 0
        for moment in moments {
            level = min(full, level + Double(moment - last) * rate.perSecond) - 1000
            last = moment
        }
        return min(full, level + Double(now - last) * rate.perSecond) >= 1000
    }
}
