/// What becomes of a resource by itself some time after a write: a VPC link is made, then can be used; is
/// being deleted, then gone. No timer runs: a transition is kept with the time it is due, and before each
/// operation those that are due are made (`Store.settle`), so that every operation sees the state of its
/// own time and a GET stays a look-up.

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

extension Members {
    /// Puts `members`, which must be in the table, in the place of those that are there; null removes one.
    mutating func replace(_ members: JSONObject) {
        for member in members.members {
            guard let slot = resource.slot(of: member.name) else {
                preconditionFailure("\(resource.noun) has no member called \(member.name).")
            }
            values[slot] = member.value == .null ? nil : member.value
        }
    }
}

extension Tables {
    /// Makes the transitions that are due at `now`: record by record, those of a record in their order.
    mutating func settle(at now: Duration) {
        while let key = firstRecord(dueAt: now) {
            let transitions = scheduled[key] ?? []
            let due = transitions.filter { $0.due <= now }.sorted { $0.due < $1.due }
            unschedule(key.identifier, in: key.collection)
            for transition in transitions where transition.due > now {
                schedule(transition, for: key.identifier, in: key.collection)
            }
            for transition in due { make(transition, of: key) }
        }
    }

    private mutating func make(_ transition: Transition, of key: RecordKey) {
        guard let record = record(key.identifier, in: key.collection) else { return }
        switch transition.outcome {
        case .becomes(let changes):
            var members = Members(Catalogue.resource(key.collection.resource), record)
            members.replace(changes)
            insert(members.record, as: key.identifier, in: key.collection)
        case .vanishes:
            remove(key.identifier, from: key.collection)
        }
    }
}
