/// A short form of a request and its answer, for logs.

/// One request and its answer, made when the answer is ready to be sent.
public struct RequestSummary: Sendable, Hashable {
    /// The method, such as `GET`.
    public let method: String
    /// Path and query as sent, with `***` for a signature in the query.
    public let target: String
    /// The operation's name in the service's model; nil for a request without an operation.
    public let operation: String?
    /// The key of the route that an invocation matched, such as `GET /pets`; nil for every other request.
    public let route: String?
    /// The status of the answer.
    public let status: Int
    /// The time from the whole request to the whole answer, without the delay of a fault.
    public let duration: Duration
    /// The account of the request.
    public let account: String
    /// The region of the request.
    public let region: String
    /// The name of the fault rule that fired; nil for none.
    public let fault: String?
    /// The answer's `x-amzn-RequestId`; nil for the admin API.
    public let requestID: String?
    /// The reason for an answer, in plain words. An invocation that the gateway answered itself has one, and
    /// a 404 whose resource another account or region has. Nil otherwise.
    public let hint: String?

    init(
        method: String, target: String, operation: String?, route: String? = nil, status: Int,
        duration: Duration, account: String, region: String, fault: String?, requestID: String?, hint: String?
    ) {
        self.method = method
        self.target = redactedTarget(target)
        self.operation = operation
        self.route = route
        self.status = status
        self.duration = duration
        self.account = account
        self.region = region
        self.fault = fault
        self.requestID = requestID
        self.hint = hint
    }
}
