/// A change of a record at a later time, without a request.

package import JSON

/// One coming change.
package struct Transition: Sendable, Equatable {
    /// The result of the change.
    package enum Outcome: Sendable, Equatable {
        /// These members replace the present ones; null removes one.
        case becomes(JSONObject)
        case vanishes
    }

    /// The time of the change, since 1970.
    package let due: Duration
    package let outcome: Outcome

    package init(due: Duration, _ outcome: Outcome) {
        self.due = due
        self.outcome = outcome
    }
}
