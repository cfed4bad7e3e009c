/// The counts of a rule and its last firings, for a test that checks whether a fault was met.

internal import APIGatewayV2
package import JSON

/// One firing of a rule.
public struct FaultFiring: Sendable, Hashable {
    /// When the request came, since 1970, on the emulator's clock.
    public let time: Duration
    /// The `x-amzn-RequestId` of the answer, also of one that was not sent.
    public let requestID: String
    /// The request's method.
    public let method: String
    /// Path and query as sent.
    public let target: String
    /// The operation's name in the service's model; nil when the request is none.
    public let operation: String?
    /// The account that the request was answered for.
    public let account: String
    /// The region that the request was answered for.
    public let region: String
    /// The attempt of the client's call, from 1.
    public let attempt: Int
    /// The time that the rule added to the answer.
    public let delay: Duration
}

/// A rule and what it has counted since it was loaded.
public struct FaultReport: Sendable, Hashable {
    /// The rule.
    public let rule: FaultRule
    /// Requests that the rule was about, and that no rule before it had answered.
    public let matchedCount: Int
    /// Requests on which it fired.
    public let firedCount: Int
    /// The last firings, oldest first; at most twenty.
    public let lastFirings: [FaultFiring]
}

/// The last firings, overwriting the oldest.
struct RecentFirings: Sendable {
    private var firings: [FaultFiring] = []
    private var oldest = 0

    mutating func append(_ firing: FaultFiring) {
        if firings.count < FaultLimits.firingsPerRuleMax {
            firings.append(firing)
        } else {
            firings[oldest] = firing
            oldest = (oldest + 1) % firings.count
        }
    }

    var inOrder: [FaultFiring] { Array(firings[oldest...] + firings[..<oldest]) }
}

extension FaultReport {
    /// The rule with its counts.
    package var summary: JSON { .object(summaryObject) }

    /// The same with the last firings.
    package var json: JSON {
        var object = summaryObject
        object["lastFirings"] = .array(lastFirings.map(\.json))
        return .object(object)
    }

    private var summaryObject: JSONObject {
        var object = rule.jsonObject
        object["matched"] = .integer(matchedCount)
        object["fired"] = .integer(firedCount)
        return object
    }
}

extension FaultFiring {
    fileprivate var json: JSON {
        var object = JSONObject()
        object["time"] = .string(Timestamp.text(time))
        object["requestId"] = .string(requestID)
        object["method"] = .string(method)
        object["target"] = .string(target)
        object["operation"] = operation.map(JSON.string)
        object["account"] = .string(account)
        object["region"] = .string(region)
        object["attempt"] = .integer(attempt)
        if delay > .zero { object["delay"] = .string(delay.ruleText) }
        return .object(object)
    }
}
