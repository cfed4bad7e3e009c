/// The request rates that AWS publishes for the control plane, as rules. The developer guide ("Amazon API
/// Gateway quotas") gives the rate of all operations together and lower rates of eleven operations. Every
/// other operation has the rate of all operations alone, because AWS publishes no other.

/// The rate of one operation for an account in a region: `requests` in each `time`.
private struct PublishedRate {
    let operation: String
    let requests: Int
    let time: Duration

    static let all = [
        PublishedRate(operation: "CreateDeployment", requests: 1, time: .seconds(5)),
        PublishedRate(operation: "CreateDomainName", requests: 1, time: .seconds(30)),
        PublishedRate(operation: "DeleteDomainName", requests: 1, time: .seconds(30)),
        PublishedRate(operation: "UpdateDomainName", requests: 1, time: .seconds(30)),
        PublishedRate(operation: "CreateVpcLink", requests: 1, time: .seconds(15)),
        PublishedRate(operation: "DeleteVpcLink", requests: 1, time: .seconds(30)),
        PublishedRate(operation: "CreatePortal", requests: 1, time: .seconds(3)),
        PublishedRate(operation: "UpdatePortal", requests: 2, time: .seconds(60)),
        PublishedRate(operation: "PublishPortal", requests: 2, time: .seconds(60)),
        PublishedRate(operation: "GetPortal", requests: 10, time: .seconds(1)),
        PublishedRate(operation: "ListPortals", requests: 10, time: .seconds(1)),
    ]
}

extension FaultRule {
    /// Reads `aws`, the published rates of the real service, or `aws*10`, ten times each rate.
    public static func throttle(_ text: String) throws(DocumentError) -> [FaultRule] {
        let parts = text.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0] == "aws", let factor = parts.count == 1 ? 1 : plainDecimal(parts[1]) else {
            throw DocumentError(
                found: quoted(text), expected: "aws, or aws*10 for ten times the quotas")
        }
        guard FaultLimits.throttleFactor.contains(factor) else {
            throw DocumentError(found: "a factor of \(parts[1])", expected: "0.01 to 1000")
        }
        let thousandths = Int64((factor * 1000).rounded())
        let operations = PublishedRate.all.map { rate in
            FaultRule(
                name: "throttle-\(rate.operation)", match: FaultMatch(operation: rate.operation),
                when: .rate(
                    RequestRate(rate.requests, in: rate.time).scaled(byThousandths: thousandths),
                    // Bursts are not published. The burst is the requests of one period.
                    burst: scaled(rate.requests, thousandths)),
                then: .error(.tooManyRequests))
        }
        let total = FaultRule(
            name: "throttle",
            when: .rate(
                RequestRate(10, in: .seconds(1)).scaled(byThousandths: thousandths),
                burst: scaled(40, thousandths)), then: .error(.tooManyRequests))
        return operations + [total]
    }

    private static func scaled(_ count: Int, _ thousandths: Int64) -> Int {
        max(1, (count * Int(thousandths) + 500) / 1000)
    }
}
