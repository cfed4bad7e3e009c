/// The rate at which tokens come back to a bucket; its JSON, and its checks. It has two whole numbers, so
/// that one request in thirty seconds is exact.

internal import APIGatewayV2
internal import JSON

/// A number of requests in a number of nanoseconds, in lowest terms.
public struct RequestRate: Sendable, Hashable {
    /// The numbers are at most 10^15 and 10^18, so that their products with any time and burst fit 128 bits.
    let requests: Int64
    let nanoseconds: Int64

    /// `perSecond` requests a second, to a billionth: 0.2 is one in exactly five seconds.
    public init(perSecond: Double) {
        // Here a value out of bounds only must not trap. Adding the rule refuses it.
        let bounded =
            perSecond.isFinite ? min(max(perSecond, 0), FaultLimits.ratePerSecond.upperBound * 2) : 0
        self.init(billionths: Int64((bounded * 1e9).rounded()), in: Self.billion * Self.billion)
    }

    /// `requests` requests in `time`, spread evenly: `RequestRate(1, in: .seconds(30))`.
    public init(_ requests: Int, in time: Duration) {
        let (seconds, attoseconds) = max(.zero, min(time, FaultLimits.ratePeriods.upperBound * 2)).components
        self.init(
            billionths: Int64(max(0, min(requests, FaultLimits.rateRequests.upperBound * 2))),
            in: max(1, seconds * Self.billion + attoseconds / Self.billion))
    }

    private init(billionths: Int64, in nanoseconds: Int64) {
        let divisor = greatestCommonDivisor(billionths, nanoseconds)
        requests = billionths / divisor
        self.nanoseconds = nanoseconds / divisor
    }

    /// The requests a second, as the nearest `Double`.
    public var perSecond: Double {
        let billionths = Int128(requests) * Int128(Self.billion) * Int128(Self.billion) / Int128(nanoseconds)
        return Double(billionths) / 1e9
    }

    /// This rate times `thousandths` thousandths.
    func scaled(byThousandths thousandths: Int64) -> RequestRate {
        RequestRate(billionths: requests * thousandths, in: nanoseconds * 1000)
    }

    /// The tokens of one second, at least one.
    var defaultBurst: Int { max(1, Int(perSecond.rounded(.up))) }

    private static let billion: Int64 = 1_000_000_000
}

extension RequestRate {
    /// The members of a rule's `rate` for its speed.
    static let members = ["perSecond", "requests", "in"]
    private static let expected = "requests a second, from 0.0001 to 1000000"

    /// Reads `"perSecond": 10`, or `"requests": 1, "in": "30s"` for a rate without a decimal form.
    init(reading place: DocumentPlace, into problems: inout DocumentProblems) {
        self.init(perSecond: 1)
        switch (place["perSecond"], place["requests"], place["in"]) {
        case (let value?, nil, nil):
            if let number = value.node.number, FaultLimits.ratePerSecond.contains(number) {
                self.init(perSecond: number)
            } else {
                problems.note(value, expected: Self.expected)
            }
        case (nil, let count?, let time?):
            guard let requests = problems.integer(count, in: FaultLimits.rateRequests),
                let period = problems.duration(time)
            else { return }
            problems.check(requests, in: FaultLimits.rateRequests, at: count.path)
            problems.check(period, in: FaultLimits.ratePeriods, at: time.path)
            guard FaultLimits.rateRequests.contains(requests), FaultLimits.ratePeriods.contains(period) else {
                return
            }
            self.init(requests, in: period)
        case (let value?, _, _):
            problems.note(
                value, found: "perSecond beside requests or in", expected: "either perSecond or both of these"
            )
        case (nil, nil, nil):
            problems.note(place, found: "an object without perSecond", expected: "one with it")
        case (nil, nil, _?): problems.note(place, found: "in without requests", expected: "both")
        case (nil, _?, nil): problems.note(place, found: "requests without in", expected: "both")
        }
    }

    /// Writes the members that are read again as the same rate.
    func write(to object: inout JSONObject) {
        if RequestRate(perSecond: perSecond) == self {
            object["perSecond"] = Int(exactly: perSecond).map(JSON.integer) ?? .number(perSecond)
        } else {
            object["requests"] = .integer(Int(requests))
            object["in"] = .string(Duration.nanoseconds(nanoseconds).ruleText)
        }
    }

    func check(at path: [PathStep], into problems: inout DocumentProblems) {
        guard !FaultLimits.ratePerSecond.contains(perSecond) else { return }
        problems.note(path + [.member("perSecond")], found: "\(perSecond)", expected: Self.expected)
    }
}

private func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
}
