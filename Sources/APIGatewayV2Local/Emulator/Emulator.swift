/// Everything that requests and tests change, in one object: the resources, the fault rules, the journal, the
/// clock and the counters. The admin API and the library reset it by the same function.

package import APIGatewayV2
internal import HTTPWire

/// The state of a server, apart from its connections.
package final class Emulator: Sendable {
    /// The version of this program.
    static let version = "0.1.0"

    package let service: Service
    package let faults: Faults
    package let journal: Journal
    package let clock: EmulatorClock
    package let accessKeyAccounts: AccessKeyAccounts
    /// The key sets of files.
    package let issuerKeys: IssuerKeys
    /// The functions and backends that may change.
    package let targets: TargetBook
    let metrics: Metrics
    /// The warnings about settings that no call can use.
    let storedSettings: StoredSettings
    /// The open connections of WebSocket APIs.
    let connections = ConnectionRegistry()
    /// The writer of the state file; nil without a state file.
    private let keeper: StateKeeper?

    package init(
        service: Service, faults: Faults, journal limits: JournalLimits = JournalLimits(),
        journalFile: JournalFile? = nil, clock: EmulatorClock,
        accessKeyAccounts: AccessKeyAccounts = AccessKeyAccounts(),
        issuerKeys: IssuerKeys = IssuerKeys(), targets: TargetBook = TargetBook(),
        keeper: StateKeeper? = nil, storedSettings: StoredSettings? = nil,
        meteredScopesMax: Int = Metrics.standardScopes
    ) {
        metrics = Metrics(scopesMax: meteredScopesMax)
        self.service = service
        self.faults = faults
        journal = Journal(limits: limits, file: journalFile) { [service] in service.route($0) }
        self.clock = clock
        self.accessKeyAccounts = accessKeyAccounts
        self.issuerKeys = issuerKeys
        self.targets = targets
        self.keeper = keeper
        self.storedSettings = storedSettings ?? StoredSettings(service)
    }

    /// The resources.
    package var store: Store { service.store }

    /// Returns the resources, the rules and the clock to their start, and empties the journal. With an
    /// `account` it does so for the resources, rules and journal entries of that account alone. The clock
    /// then stays, because all accounts share it.
    package func reset(account: String? = nil) {
        store.reset(account: account)
        if let account {
            faults.reset(account: account)
        } else {
            faults.reset()
            clock.reset()
            targets.reset()
        }
        journal.removeAll(account: account)
    }

    /// Replaces the resources, accounts, key sets and rules by those of `start`. Later resets return to them.
    /// With `keepingCreated`, created resources and added rules stay if the new ones leave room for them. The
    /// journal and the clock stay. Throws, and changes nothing, if the rules contradict each other.
    package func reload(
        _ start: EmulatorStart, keepingCreated: Bool
    ) throws(DocumentError) -> ReloadSummary {
        let formerTargets = targets.settings.file
        try targets.replaceFile(by: start.targets)
        let rules: (kept: Int, dropped: Int)
        do throws(DocumentError) {
            rules = try faults.reload(start.rules, keepingAdded: keepingCreated)
        } catch {
            try targets.replaceFile(by: formerTargets)
            throw error
        }
        if !keepingCreated { targets.reset() }
        let resources = store.reload(seed: start.resources, keepingCreated: keepingCreated)
        accessKeyAccounts.replace(with: start.accessKeyAccounts)
        issuerKeys.replace(with: start.keySets)
        return ReloadSummary(
            resources: start.resources.values.reduce(0) { $0 + $1.counts.values.reduce(0, +) },
            rules: start.rules.count, keptResources: resources.kept, keptRules: rules.kept,
            droppedResources: resources.dropped, droppedRules: rules.dropped)
    }

    /// Waits until the state file has every change that an answer may show.
    package func saveChanges() {
        keeper?.saveChanges()
    }

    /// Writes the last changes and closes the state file. Later changes are not written.
    package func close() {
        keeper?.close()
    }
}
