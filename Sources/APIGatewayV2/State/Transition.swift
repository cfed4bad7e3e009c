/// A change that a record goes through by itself when its time has come.

package import JSON

/// One change to come.
package struct Transition: Sendable, Equatable {
    /// What the change leaves.
    package enum Outcome: Sendable, Equatable {
        /// These members replace those that are there; null removes one.
        case becomes(JSONObject)
        case vanishes
    }

    /// Since 1970.
    package let due: Duration
    package let outcome: Outcome

    package init(due: Duration, _ outcome: Outcome) {
        self.due = due
        self.outcome = outcome
    }
}
