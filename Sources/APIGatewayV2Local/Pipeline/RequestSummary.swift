/// A short form of a request and its answer, for logs.

/// One request and its answer, made when the answer is ready to be sent.
public struct RequestSummary: Sendable, Hashable {
    /// The method, such as `GET`.
    public let method: String
    /// Path and query as sent.
    public let target: String
    /// The operation's name in the service's model; nil for a request without an operation.
    public let operation: String?
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
    /// For a 404, the other account and region that have the resource; else nil.
    public let hint: String?
}
