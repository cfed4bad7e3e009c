/// The state in which an emulator starts, and to which a reset returns it.

package import APIGatewayV2

/// Resources, accounts and rules, as fixtures, files and options give them.
package struct EmulatorStart: Sendable {
    package let resources: State
    /// Accounts by access key id.
    package let accessKeyAccounts: [String: String]
    package let rules: [FaultRule]

    package init(resources: State, accessKeyAccounts: [String: String], rules: [FaultRule]) {
        self.resources = resources
        self.accessKeyAccounts = accessKeyAccounts
        self.rules = rules
    }
}
