/// The changes of a resource some time after a write, without a request. A VPC link is made and can then be
/// used; it is being deleted and then gone. No timer runs. A transition is stored with its time, and each
/// operation first makes the due ones (`Store.makeTransitions`). Every operation therefore sees the state of
/// its time, and a GET stays a look-up.

package import JSON

/// A step that takes the service a while.
package enum LifecycleStep: String, Sendable, CaseIterable {
    case vpcLinkCreation, vpcLinkDeletion
    case portalPublication, portalDisabling, portalPreview
}

/// The time of each step on the emulator's clock.
package struct LifecycleDelays: Sendable, Equatable {
    private var delays: [LifecycleStep: Duration]

    /// A step that is not in `delays` is over at the next request.
    package init(_ delays: [LifecycleStep: Duration] = [:]) {
        self.delays = delays
    }

    package subscript(step: LifecycleStep) -> Duration {
        get { delays[step] ?? .zero }
        set { delays[step] = newValue }
    }
}

/// The life cycle of a resource in its table.
package struct Lifecycle: Sendable {
    /// A step, and the members of a resource at its end or during it.
    package struct Phase: Sendable {
        package let step: LifecycleStep
        package let members: JSONObject

        package init(_ step: LifecycleStep, _ members: JSONObject) {
            self.step = step
            self.members = members
        }
    }

    /// The phase of a new resource after the step.
    package let afterCreation: Phase
    /// The phase of a resource during its deletion.
    package let duringDeletion: Phase

    package init(afterCreation: Phase, duringDeletion: Phase) {
        self.afterCreation = afterCreation
        self.duringDeletion = duringDeletion
    }
}

extension Catalogue {
    /// The record of a resource after a transition's changes.
    package func revised(_ record: Record, of id: ResourceID, by changes: JSONObject) -> Record {
        var members = Members(self[id], record)
        members.replace(changes)
        return members.record
    }
}
