/// The rates that AWS publishes for the control plane, as rules. From the developer guide, "Amazon API
/// Gateway quotas": the total of all operations, and the operations that are slower than it. Which other
/// operation has a rate of its own is not published; they have the total alone.

/// How often an account may call an operation in a region.
private struct PublishedQuota {
    let operation: String
    let requests: Int
    let time: Duration

    static let all = [
        PublishedQuota(operation: "CreateDeployment", requests: 1, time: .seconds(5)),
        PublishedQuota(operation: "CreateDomainName", requests: 1, time: .seconds(30)),
        PublishedQuota(operation: "DeleteDomainName", requests: 1, time: .seconds(30)),
        PublishedQuota(operation: "UpdateDomainName", requests: 1, time: .seconds(30)),
        PublishedQuota(operation: "CreateVpcLink", requests: 1, time: .seconds(15)),
        PublishedQuota(operation: "DeleteVpcLink", requests: 1, time: .seconds(30)),
        PublishedQuota(operation: "CreatePortal", requests: 1, time: .seconds(3)),
        PublishedQuota(operation: "UpdatePortal", requests: 2, time: .seconds(60)),
        PublishedQuota(operation: "PublishPortal", requests: 2, time: .seconds(60)),
        PublishedQuota(operation: "GetPortal", requests: 10, time: .seconds(1)),
        PublishedQuota(operation: "ListPortals", requests: 10, time: .seconds(1)),
    ]
}

extension FaultRule {
    /// `aws` for the published quotas of the real service, `aws*10` for ten times as much of each.
    public static func throttle(_ text: String) throws(FaultRuleError) -> [FaultRule] {
        let parts = text.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0] == "aws", let factor = parts.count == 1 ? 1 : plainDecimal(parts[1]) else {
            throw FaultRuleError(
                found: quoted(text), expected: "aws, or aws*10 for ten times the quotas")
        }
        guard FaultLimits.throttleFactor.contains(factor) else {
            throw FaultRuleError(found: "a factor of \(parts[1])", expected: "0.01 to 1000")
        }
        let thousandths = Int64((factor * 1000).rounded())
        let operations = PublishedQuota.all.map { quota in
            FaultRule(
                name: "throttle-\(quota.operation)", match: FaultMatch(operation: quota.operation),
                when: .rate(
                    RequestRate(quota.requests, in: quota.time).scaled(byThousandths: thousandths),
                    // Their bursts are not published: what one period brings.
                    burst: scaled(quota.requests, thousandths)),
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
