/// The counts and last firings of a rule, for a test that checks whether its fault occurred.

internal import APIGatewayV2
package import JSON

/// One firing of a rule.
public struct FaultFiring: Sendable, Hashable {
    /// The time of the request since 1970, on the emulator's clock.
    public let time: Duration
    /// The `x-amzn-RequestId` or `Apigw-Requestid` of the answer, even of one that was not sent.
    public let requestID: String
    /// The request's method.
    public let method: String
    /// Path and query as sent.
    public let target: String
    /// The operation's name in the service's model; nil for a request without an operation.
    public let operation: String?
    /// The account of the request.
    public let account: String
    /// The region of the request.
    public let region: String
    /// The attempt of the client's call, from 1.
    public let attempt: Int
    /// The time that the rule added to the answer.
    public let delay: Duration
    /// The API that was called; nil in the control plane.
    public let api: String?
    /// The stage that was called; nil in the control plane.
    public let stage: String?
    /// The key of the route that was called; nil in the control plane.
    public let route: String?

    init(
        time: Duration, requestID: String, method: String, target: String, operation: String?,
        account: String,
        region: String, attempt: Int, delay: Duration, invoked: InvokedPlace?
    ) {
        self.time = time
        self.requestID = requestID
        self.method = method
        self.target = target
        self.operation = operation
        self.account = account
        self.region = region
        self.attempt = attempt
        self.delay = delay
        api = invoked?.api
        stage = invoked?.stage
        route = invoked?.route
    }
}

/// A rule and its counts since it was loaded.
public struct FaultReport: Sendable, Hashable {
    /// The rule.
    public let rule: FaultRule
    /// The number of matching requests that no earlier rule had answered.
    public let matchedCount: Int
    /// The number of requests on which the rule fired.
    public let firedCount: Int
    /// The last firings, oldest first; at most twenty.
    public let lastFirings: [FaultFiring]
}

/// The last firings. A new one replaces the oldest.
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

    /// The rule with its counts and its last firings.
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
        object["api"] = api.map(JSON.string)
        object["stage"] = stage.map(JSON.string)
        object["route"] = route.map(JSON.string)
        object["account"] = .string(account)
        object["region"] = .string(region)
        object["attempt"] = .integer(attempt)
        if delay > .zero { object["delay"] = .string(delay.ruleText) }
        return .object(object)
    }
}
