/// On which of the requests that match a rule fires: the value, its JSON, its checks, and what it counts.
/// Counting is exact under any number of threads: a `first: 2` fires twice.

internal import APIGatewayV2
internal import JSON
internal import Synchronization

/// When a rule fires.
public enum FaultTrigger: Sendable, Hashable {
    /// On every request that matches.
    case always
    /// On the first so many.
    case first(Int)
    /// On all but the first so many.
    case after(Int)
    /// On every so-many-th: `every(3)` on the third, the sixth, the ninth…
    case every(Int)
    /// On those that come faster than the rate, by a token bucket for each account and region. A request on
    /// which it fires takes no token.
    case rate(RequestRate, burst: Int)

    /// On requests beyond `perSecond` a second, after a burst of `burst`.
    public static func rate(perSecond: Double, burst: Int) -> FaultTrigger {
        .rate(RequestRate(perSecond: perSecond), burst: burst)
    }
}

extension FaultTrigger {
    private static let members = ["always", "first", "after", "every", "rate"]
    private static let rateMembers = ["perSecond", "burst"]

    init(reading place: RulePlace, into problems: inout RuleProblems) {
        self = .always
        if place.node.isString("always") { return }
        let countBefore = problems.count
        guard problems.isObject(place, members: Self.members) else { return }
        let given = place.members.filter { Self.members.contains($0.name) }
        guard let trigger = given.first else {
            // A trigger that is spelt wrong has been told.
            guard problems.count == countBefore else { return }
            problems.note(
                place, found: "an object without a trigger",
                expected: "one of \(Self.members.joined(separator: ", "))")
            return
        }
        if let second = given.dropFirst().first(where: { $0.name != trigger.name }) {
            problems.note(
                second.value, found: "\(second.name) beside \(trigger.name)", expected: "one trigger")
        }
        switch trigger.name {
        case "first": self = .first(problems.integer(trigger.value, in: FaultLimits.counts) ?? 1)
        case "after": self = .after(problems.integer(trigger.value, in: FaultLimits.counts) ?? 1)
        case "every": self = .every(problems.integer(trigger.value, in: FaultLimits.counts) ?? 1)
        case "rate": self = Self.rate(reading: trigger.value, into: &problems)
        default: if trigger.value.node.bool != true { problems.note(trigger.value, expected: "true") }
        }
    }

    private static func rate(reading place: RulePlace, into problems: inout RuleProblems) -> FaultTrigger {
        guard problems.isObject(place, members: rateMembers) else { return .always }
        var rate = RequestRate(perSecond: 1)
        if let value = place["perSecond"] {
            if let number = value.node.number, FaultLimits.ratePerSecond.contains(number) {
                rate = RequestRate(perSecond: number)
            } else {
                problems.note(value, expected: expectedRate)
            }
        } else {
            problems.note(place, found: "no member perSecond", expected: "it")
        }
        guard let value = place["burst"] else { return .rate(rate, burst: rate.defaultBurst) }
        return .rate(rate, burst: problems.integer(value, in: FaultLimits.bursts) ?? 1)
    }

    var json: JSON {
        switch self {
        case .always: .string("always")
        case .first(let count): .object(["first": .integer(count)])
        case .after(let count): .object(["after": .integer(count)])
        case .every(let count): .object(["every": .integer(count)])
        case .rate(let rate, let burst):
            .object(["rate": .object(["perSecond": rate.json, "burst": .integer(burst)])])
        }
    }

    /// Notes numbers out of bounds.
    func check(at path: [PathStep], into problems: inout RuleProblems) {
        switch self {
        case .always: break
        case .first(let count): problems.check(count, in: FaultLimits.counts, at: path + [.member("first")])
        case .after(let count): problems.check(count, in: FaultLimits.counts, at: path + [.member("after")])
        case .every(let count): problems.check(count, in: FaultLimits.counts, at: path + [.member("every")])
        case .rate(let rate, let burst):
            let path = path + [.member("rate")]
            problems.check(burst, in: FaultLimits.bursts, at: path + [.member("burst")])
            guard !FaultLimits.ratePerSecond.contains(rate.perSecond) else { return }
            problems.note(
                path + [.member("perSecond")], found: "\(rate.perSecond)", expected: Self.expectedRate)
        }
    }

    private static let expectedRate = "requests a second, from 0.0001 to 1000000"
}

extension RequestRate {
    /// What a second brings, one at least.
    var defaultBurst: Int { max(1, Int(perSecond.rounded(.up))) }

    fileprivate var json: JSON {
        Int(exactly: perSecond).map(JSON.integer) ?? .number(perSecond)
    }
}

/// What a trigger has seen so far. One for each rule that is loaded.
final class TriggerState: Sendable {
    fileprivate struct Progress {
        /// Requests that matched.
        var matched = 0
        var buckets: [Scope: TokenBucket] = [:]
    }

    private let progress = Mutex(Progress())

    /// Counts one request that matches and tells whether `trigger` fires on it.
    func fires(_ trigger: FaultTrigger, on facts: RequestFacts, now: () -> Duration) -> Bool {
        switch trigger {
        case .always: return true
        case .first(let count): return nextMatch() <= count
        case .after(let count): return nextMatch() > count
        case .every(let count): return nextMatch().isMultiple(of: count)
        case .rate(let rate, let burst):
            let now = now()
            return progress.withLock { !$0.admit(facts.scope, rate, burst: burst, at: now) }
        }
    }

    /// The number of this match, from 1.
    private func nextMatch() -> Int {
        progress.withLock {
            $0.matched += 1
            return $0.matched
        }
    }
}

extension TriggerState.Progress {
    fileprivate mutating func admit(_ scope: Scope, _ rate: RequestRate, burst: Int, at now: Duration) -> Bool
    {
        if buckets[scope] == nil, buckets.count >= FaultLimits.bucketsPerRuleMax { forgetOne(at: now) }
        return buckets[scope, default: TokenBucket(rate, capacity: burst, at: now)].admit(at: now)
    }

    /// Drops the buckets that are full, which are as good as new ones; if there is none, the fullest.
    private mutating func forgetOne(at now: Duration) {
        buckets = buckets.filter { entry in
            var bucket = entry.value
            return !bucket.isFull(at: now)
        }
        guard buckets.count >= FaultLimits.bucketsPerRuleMax else { return }
        if let fullest = buckets.max(by: { $0.value.fullness < $1.value.fullness }) {
            buckets[fullest.key] = nil
        }
    }
}
