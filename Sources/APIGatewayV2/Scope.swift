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
