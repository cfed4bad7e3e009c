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
    let metrics = Metrics()
    /// Nil for resources that are kept in memory alone.
    private let keeper: StateKeeper?

    package init(
        service: Service, faults: Faults, journal limits: JournalLimits = JournalLimits(),
        clock: EmulatorClock, keeper: StateKeeper? = nil
    ) {
        self.service = service
        self.faults = faults
        journal = Journal(limits: limits) { [service] in service.route($0) }
        self.clock = clock
        self.keeper = keeper
    }

    /// The resources.
    package var store: Store { service.store }

    /// Returns the resources, the rules and the clock to their start, and empties the journal. With an
    /// `account` it does so for the resources, rules and journal entries of that account alone. The clock
    /// then stays, because all accounts share it.
    package func reset(account: String? = nil) {
        if let account {
            store.reset(account: account)
            faults.reset(account: account)
        } else {
            store.reset()
            faults.reset()
            clock.reset()
        }
        journal.removeAll(account: account)
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
