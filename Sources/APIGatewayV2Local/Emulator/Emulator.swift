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
    let metrics = Metrics()
    /// Nil for resources that are kept in memory alone.
    private let keeper: StateKeeper?

    package init(
        service: Service, faults: Faults, journal limits: JournalLimits = JournalLimits(),
        clock: EmulatorClock, accessKeyAccounts: AccessKeyAccounts = AccessKeyAccounts(),
        keeper: StateKeeper? = nil
    ) {
        self.service = service
        self.faults = faults
        journal = Journal(limits: limits) { [service] in service.route($0) }
        self.clock = clock
        self.accessKeyAccounts = accessKeyAccounts
        self.keeper = keeper
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
        }
        journal.removeAll(account: account)
    }

    /// Puts the resources, accounts and rules of `start` in the place of those that there are. From now on a
    /// reset returns to them. With `keepingCreated`, resources that requests created and rules that were
    /// added stay where the new ones leave room. The journal and the clock stay. Throws, and changes
    /// nothing, if the rules contradict each other.
    package func reload(
        _ start: EmulatorStart, keepingCreated: Bool
    ) throws(DocumentError) -> ReloadSummary {
        let rules = try faults.reload(start.rules, keepingAdded: keepingCreated)
        let resources = store.reload(seed: start.resources, keepingCreated: keepingCreated)
        accessKeyAccounts.replace(with: start.accessKeyAccounts)
        return ReloadSummary(
            resources: start.resources.values.reduce(0) { $0 + $1.counts.values.reduce(0, +) },
            rules: start.rules.count, keptResources: resources.kept, keptRules: rules.kept,
            droppedResources: resources.dropped, droppedRules: rules.dropped)
    }

    /// Returns when every change that an answer may tell of is in the state file.
    package func keep() {
        keeper?.keep()
    }

    /// Keeps the last changes and lets go of the state file. Later changes are not kept.
    package func close() {
        keeper?.close()
    }
}
