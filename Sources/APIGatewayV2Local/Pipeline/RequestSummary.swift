/// A request and its answer in few words, for logs.

/// One request and its answer, told when the answer is ready to be sent.
public struct RequestSummary: Sendable, Hashable {
    /// The method, such as `GET`.
    public let method: String
    /// Path and query as sent.
    public let target: String
    /// The operation's name in the service's model; nil when the request is none.
    public let operation: String?
    /// The status of the answer.
    public let status: Int
    /// The time from the whole request to the whole answer, without the delay of a fault.
    public let duration: Duration
    /// The account that the request was answered for.
    public let account: String
    /// The region that the request was answered for.
    public let region: String
    /// The name of the fault rule that fired; nil for none.
    public let fault: String?
    /// The answer's `x-amzn-RequestId`; nil for the admin API.
    public let requestID: String?
    /// The account and region that have the resource, when the answer is a 404 because the request named
    /// others; nil otherwise.
    public let hint: String?
}
