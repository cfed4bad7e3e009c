/// The state in which an emulator starts, and to which a reset returns it.

package import APIGatewayV2
package import APIGatewayV2Invoke

/// The resources, accounts and rules of the fixtures, files and options.
package struct EmulatorStart: Sendable {
    package let resources: State
    /// The accounts by access key id.
    package let accessKeyAccounts: [String: String]
    package let rules: [FaultRule]
    /// The key sets of files, by issuer.
    package let keySets: [String: JWKS]
    /// The functions and backends of a file.
    package let targets: TargetSettings

    package init(
        resources: State, accessKeyAccounts: [String: String], rules: [FaultRule],
        keySets: [String: JWKS] = [:], targets: TargetSettings = TargetSettings()
    ) {
        self.resources = resources
        self.accessKeyAccounts = accessKeyAccounts
        self.rules = rules
        self.keySets = keySets
        self.targets = targets
    }
}
