/// The delay of a rule before an answer: fixed, or drawn from a distribution. The file has the value, its
/// JSON and its checks. The n-th firing of a rule has the same delay in every run
/// (`FaultDelay+Drawing.swift`).

internal import APIGatewayV2
internal import JSON

/// A time before the answer, on the emulator's clock. The seed and the number of the firing decide on it. It
/// is never below zero or above an hour.
public enum FaultDelay: Sendable, Hashable {
    /// A percentile, which tells the width of a distribution.
    public enum Tail: Sendable, Hashable {
        /// 90 of 100 delays are at most this.
        case p90(Duration)
        /// 95 of 100 delays are at most this.
        case p95(Duration)
        /// 99 of 100 delays are at most this.
        case p99(Duration)
    }

    /// Always the same time.
    case fixed(Duration)
    /// Any time of the range with the same probability.
    case uniform(ClosedRange<Duration>, seed: UInt64 = 0)
    /// A normal distribution: two thirds of the delays are within one deviation of the mean.
    case normal(mean: Duration, deviation: Duration, seed: UInt64 = 0)
    /// A distribution like that of latencies: half are at most the median, and few are much longer.
    case lognormal(median: Duration, Tail, seed: UInt64 = 0)
}

extension FaultDelay.Tail {
    fileprivate static let names = ["p90", "p95", "p99"]

    fileprivate init?(_ name: String, _ time: Duration) {
        switch name {
        case "p90": self = .p90(time)
        case "p95": self = .p95(time)
        case "p99": self = .p99(time)
        default: return nil
        }
    }

    /// The name and time of the percentile, and its distance from the mean of a normal distribution in
    /// deviations.
    var parts: (name: String, time: Duration, deviations: Double) {
        switch self {
        case .p90(let time): ("p90", time, 1.281_551_565_544_6)
        case .p95(let time): ("p95", time, 1.644_853_626_951_47)
        case .p99(let time): ("p99", time, 2.326_347_874_040_84)
        }
    }
}

extension FaultDelay {
    private static let members = ["uniform", "normal", "lognormal", "seed"]

    /// Reads `"3s"`, `{"uniform": ["100ms", "300ms"]}`, `{"normal": {"mean": "1s", "deviation": "200ms"}}` or
    /// `{"lognormal": {"median": "200ms", "p99": "2s"}}`, with a `seed` or without.
    init(reading place: DocumentPlace, into problems: inout DocumentProblems) {
        self = .fixed(.zero)
        if place.node.kind == .string {
            self = .fixed(problems.duration(place) ?? .zero)
            return
        }
        let countBefore = problems.count
        guard problems.isObject(place, members: Self.members, or: ["a time"]) else { return }
        let seed = place["seed"].map { problems.seed($0) } ?? 0
        switch (place["uniform"], place["normal"], place["lognormal"]) {
        case (let value?, nil, nil):
            guard let (low, high) = problems.durations(value) else { return }
            guard low <= high else {
                problems.note(
                    value, found: "\(low.ruleText) to \(high.ruleText)", expected: "the shorter time first")
                return
            }
            self = .uniform(low...high, seed: seed)
        case (nil, let value?, nil):
            guard problems.isObject(value, members: ["mean", "deviation"]),
                let mean = problems.duration("mean", of: value),
                let deviation = problems.duration("deviation", of: value)
            else { return }
            self = .normal(mean: mean, deviation: deviation, seed: seed)
        case (nil, nil, let value?):
            guard problems.isObject(value, members: ["median"] + Tail.names),
                let median = problems.duration("median", of: value)
            else { return }
            let given = Tail.names.filter { value[$0] != nil }
            guard given.count == 1, let name = given.first else {
                problems.note(
                    value, found: "\(given.isEmpty ? "no percentile" : given.joined(separator: " beside "))",
                    expected: "one of \(Tail.names.joined(separator: ", "))")
                return
            }
            guard let time = problems.duration(name, of: value), let tail = Tail(name, time) else { return }
            self = .lognormal(median: median, tail, seed: seed)
        default:
            guard problems.count == countBefore else { return }
            problems.note(
                place, found: "\(place.node.count == 0 ? "no" : "more than one") distribution",
                expected: "one of uniform, normal, lognormal")
        }
    }

    var json: JSON {
        switch self {
        case .fixed(let time): return .string(time.ruleText)
        case .uniform(let range, let seed):
            return Self.json(
                "uniform", [.string(range.lowerBound.ruleText), .string(range.upperBound.ruleText)], seed)
        case .normal(let mean, let deviation, let seed):
            return Self.json(
                "normal", ["mean": .string(mean.ruleText), "deviation": .string(deviation.ruleText)], seed)
        case .lognormal(let median, let tail, let seed):
            let (name, time, _) = tail.parts
            return Self.json(
                "lognormal", ["median": .string(median.ruleText), name: .string(time.ruleText)], seed)
        }
    }

    private static func json(_ name: String, _ value: JSON, _ seed: UInt64) -> JSON {
        var object = JSONObject([JSONObject.Member(name: name, value: value)])
        if seed != 0 { object["seed"] = .integer(Int(clamping: seed)) }
        return .object(object)
    }

    func check(at path: [PathStep], into problems: inout DocumentProblems) {
        let delays = FaultLimits.delays
        switch self {
        case .fixed(let time): problems.check(time, in: delays, at: path)
        case .uniform(let range, let seed):
            let path = path + [.member("uniform")]
            problems.check(range.lowerBound, in: delays, at: path + [.element(0)])
            problems.check(range.upperBound, in: delays, at: path + [.element(1)])
            problems.check(seed: seed, at: path.dropLast())
        case .normal(let mean, let deviation, let seed):
            let path = path + [.member("normal")]
            problems.check(mean, in: delays, at: path + [.member("mean")])
            problems.check(deviation, in: delays, at: path + [.member("deviation")])
            problems.check(seed: seed, at: path.dropLast())
        case .lognormal(let median, let tail, let seed):
            let path = path + [.member("lognormal")]
            let (name, time, _) = tail.parts
            // The median is not zero, because zero has no logarithm.
            let medians = .nanoseconds(1)...delays.upperBound
            problems.check(median, in: medians, at: path + [.member("median")])
            if medians.contains(median) {
                problems.check(time, in: median...delays.upperBound, at: path + [.member(name)])
            }
            problems.check(seed: seed, at: path.dropLast())
        }
    }
}
