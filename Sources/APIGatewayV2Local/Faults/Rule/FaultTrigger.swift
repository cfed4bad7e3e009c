/// The choice of matching requests on which a rule fires: the value, its JSON and its checks. `RuleState` has
/// its counts.

internal import APIGatewayV2
internal import JSON

/// The choice of matching requests on which a rule fires.
public enum FaultTrigger: Sendable, Hashable {
    /// The part of requests that shares a token bucket, always within an account and a region.
    public enum RateKey: String, Sendable, Hashable, CaseIterable {
        /// All requests of the account and region.
        case account
        /// Each connection.
        case connection
        /// Each access key id.
        case accessKeyId
        /// Each API, in the paths of requests or as it is called.
        case apiId
        /// Each operation.
        case operation
        /// Each stage of each API. For rules of invocations alone.
        case stage
        /// Each route of each stage. For rules of invocations alone.
        case route
    }

    /// On every request that matches.
    case always
    /// On this number of first requests.
    case first(Int)
    /// On all requests after this number of first ones.
    case after(Int)
    /// On every n-th request: `every(3)` on the third, the sixth, the ninth…
    case every(Int)
    /// On each request with this probability, above 0 and at most 1. Only the seed and the number of the
    /// match decide, so that the same requests in the same order have the same result.
    case probability(Double, seed: UInt64 = 0)
    /// On requests beyond the rate, by a token bucket for each `per`. A request takes no token if this rule
    /// fires, or if the rate of a later rule refuses it.
    case rate(RequestRate, burst: Int, per: RateKey = .account)
    /// On requests while the emulator's clock is within the range, without its end. The clock counts from the
    /// server's start or its last reset.
    case between(Range<Duration>)

    /// On requests beyond `perSecond` a second, after a burst of `burst`.
    public static func rate(perSecond: Double, burst: Int, per: RateKey = .account) -> FaultTrigger {
        .rate(RequestRate(perSecond: perSecond), burst: burst, per: per)
    }
}

extension FaultTrigger {
    private static let members = ["always", "first", "after", "every", "probability", "rate", "between"]

    init(reading place: DocumentPlace, of plane: Plane, into problems: inout DocumentProblems) {
        self = .always
        if place.node.isString("always") { return }
        let countBefore = problems.count
        guard problems.isObject(place, members: Self.members + ["seed"]) else { return }
        let given = place.members.filter { Self.members.contains($0.name) }
        guard let trigger = given.first else {
            // A misspelt trigger was noted before.
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
        if let seed = place["seed"], trigger.name != "probability" {
            problems.note(seed, found: "seed beside \(trigger.name)", expected: "it beside probability")
        }
        let value = trigger.value
        switch trigger.name {
        case "first": self = .first(problems.integer(value, in: FaultLimits.counts) ?? 1)
        case "after": self = .after(problems.integer(value, in: FaultLimits.counts) ?? 1)
        case "every": self = .every(problems.integer(value, in: FaultLimits.counts) ?? 1)
        case "probability": self = Self.probability(reading: value, place["seed"], into: &problems)
        case "rate": self = Self.rate(reading: value, of: plane, into: &problems)
        case "between": self = Self.between(reading: value, into: &problems)
        default: if value.node.bool != true { problems.note(value, expected: "true") }
        }
    }

    private static func probability(
        reading value: DocumentPlace, _ seed: DocumentPlace?, into problems: inout DocumentProblems
    ) -> FaultTrigger {
        let number = value.node.number
        if number == nil { problems.note(value, expected: expectedProbability) }
        let seed = seed.map { problems.seed($0) } ?? 0
        return .probability(number ?? 1, seed: seed)
    }

    private static func rate(
        reading place: DocumentPlace, of plane: Plane, into problems: inout DocumentProblems
    ) -> FaultTrigger {
        guard problems.isObject(place, members: RequestRate.members + ["burst", "per"]) else {
            return .always
        }
        let rate = RequestRate(reading: place, into: &problems)
        let per: RateKey = place["per"].flatMap { problems.rateKey($0, of: plane) } ?? .account
        guard let value = place["burst"] else { return .rate(rate, burst: rate.defaultBurst, per: per) }
        return .rate(rate, burst: problems.integer(value, in: FaultLimits.bursts) ?? 1, per: per)
    }

    private static func between(
        reading place: DocumentPlace, into problems: inout DocumentProblems
    ) -> FaultTrigger {
        guard let (start, end) = problems.durations(place) else { return .always }
        guard start < end else {
            problems.note(
                place, found: "\(start.ruleText) to \(end.ruleText)", expected: "a start before the end")
            return .always
        }
        return .between(start..<end)
    }

    var json: JSON {
        switch self {
        case .always: return .string("always")
        case .first(let count): return .object(["first": .integer(count)])
        case .after(let count): return .object(["after": .integer(count)])
        case .every(let count): return .object(["every": .integer(count)])
        case .probability(let probability, let seed):
            return .object(["probability": .number(probability), "seed": .integer(Int(clamping: seed))])
        case .rate(let rate, let burst, let per):
            var object = JSONObject()
            rate.write(to: &object)
            object["burst"] = .integer(burst)
            if per != .account { object["per"] = .string(per.rawValue) }
            return .object(["rate": .object(object)])
        case .between(let range):
            return .object([
                "between": [.string(range.lowerBound.ruleText), .string(range.upperBound.ruleText)]
            ])
        }
    }
}

extension FaultTrigger {
    private static let expectedProbability = "a probability above 0, at most 1"

    /// Notes numbers that are out of bounds.
    func check(at path: [PathStep], into problems: inout DocumentProblems) {
        switch self {
        case .always: break
        case .first(let count): problems.check(count, in: FaultLimits.counts, at: path + [.member("first")])
        case .after(let count): problems.check(count, in: FaultLimits.counts, at: path + [.member("after")])
        case .every(let count): problems.check(count, in: FaultLimits.counts, at: path + [.member("every")])
        case .probability(let probability, let seed):
            if !(probability > 0 && probability <= 1) {
                problems.note(
                    path + [.member("probability")], found: "\(probability)",
                    expected: Self.expectedProbability)
            }
            problems.check(seed: seed, at: path)
        case .rate(let rate, let burst, _):
            let path = path + [.member("rate")]
            problems.check(burst, in: FaultLimits.bursts, at: path + [.member("burst")])
            rate.check(at: path, into: &problems)
        case .between(let range):
            let path = path + [.member("between")]
            problems.check(range.lowerBound, in: FaultLimits.times, at: path + [.element(0)])
            problems.check(range.upperBound, in: FaultLimits.times, at: path + [.element(1)])
            if range.isEmpty {
                problems.note(path, found: "an empty range", expected: "a start before the end")
            }
        }
    }
}
