/// Whose state a request sees. Accounts and regions share nothing (docs/architecture.md, "Identity").

/// One account in one region.
package struct Scope: Hashable, Sendable {
    /// Twelve digits.
    package let account: String
    /// Such as `us-east-1`.
    package let region: String

    package init(account: String, region: String) {
        self.account = account
        self.region = region
    }
}

extension Scope {
    /// What names in the region's part of the cloud end in.
    package var dnsSuffix: String { region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com" }

    /// The part of the cloud that ARNs begin with.
    package var partition: String {
        region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
    }

    /// The service's ARN of `path`. Those of later resources have the account, those of the first do not.
    func arn(_ path: String, hasAccount: Bool = false) -> String {
        "arn:\(partition):apigateway:\(region):\(hasAccount ? account : ""):\(path)"
    }
}
