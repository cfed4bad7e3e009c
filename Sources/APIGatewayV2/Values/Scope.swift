/// The owner of a part of the state. Accounts and regions share nothing (docs/architecture.md, "Identity").

/// One account in one region.
package struct Scope: Hashable, Sendable {
    /// The account, twelve digits.
    package let account: String
    /// The region, such as `us-east-1`.
    package let region: String

    package init(account: String, region: String) {
        self.account = account
        self.region = region
    }
}

extension Scope {
    /// The suffix of host names in the region's partition.
    package var dnsSuffix: String { region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com" }

    /// The partition in ARNs of the region.
    package var partition: String {
        region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
    }

    /// The service's ARN of `path`. ARNs of newer resources have the account, older ones do not.
    func arn(_ path: String, hasAccount: Bool = false) -> String {
        "arn:\(partition):apigateway:\(region):\(hasAccount ? account : ""):\(path)"
    }
}
