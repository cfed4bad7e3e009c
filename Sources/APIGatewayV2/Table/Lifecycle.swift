/// What becomes of a resource by itself some time after a write: a VPC link is made, then can be used; is
/// being deleted, then gone. No timer runs: a transition is kept with the time it is due, and before each
/// operation those that are due are made (`Store.makeTransitions`), so that every operation sees the state of
/// its own time and a GET stays a look-up.

package import JSON

/// What takes the service a while.
package enum LifecycleStep: String, Sendable, CaseIterable {
    case vpcLinkCreation, vpcLinkDeletion
    case portalPublication, portalDisabling, portalPreview
}

/// How long each step takes, on the emulator's clock.
package struct LifecycleDelays: Sendable, Equatable {
    private var delays: [LifecycleStep: Duration]

    /// A step that `delays` does not name is over by the next request.
    package init(_ delays: [LifecycleStep: Duration] = [:]) {
        self.delays = delays
    }

    package subscript(step: LifecycleStep) -> Duration {
        get { delays[step] ?? .zero }
        set { delays[step] = newValue }
    }
}

/// The part of a resource's life that its table tells.
package struct Lifecycle: Sendable {
    /// A step and the members that a resource has when (or while) it is made.
    package struct Phase: Sendable {
        package let step: LifecycleStep
        package let members: JSONObject

        package init(_ step: LifecycleStep, _ members: JSONObject) {
            self.step = step
            self.members = members
        }
    }

    /// What a new one becomes after the step.
    package let afterCreation: Phase
    /// What one is during the step that ends with its being gone.
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
