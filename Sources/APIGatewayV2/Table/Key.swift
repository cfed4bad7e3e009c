/// The name of a member in code. Rules and operations use the key, so that no name is written twice.

internal import Synchronization

/// The name of one member of one resource, and its type in code. It is a class, because it remembers the
/// member's slot: a CreateIntegration uses forty keys, and each look-up by name would compare texts.
package final class Key<Value: MemberValue>: Sendable {
    let resource: ResourceID
    let name: String
    /// The slot; below zero before its first use. Tables have keys, so a key cannot have its slot at the
    /// start.
    private let slot = Atomic<Int>(-1)

    package init(_ name: String, in resource: ResourceID) {
        self.name = name
        self.resource = resource
    }

    func slot(in resource: Resource) -> Int {
        precondition(self.resource == resource.id, "\(name) was read from another resource than its own.")
        let known = slot.load(ordering: .relaxed)
        if known >= 0 { return known }
        guard let found = resource.slot(of: name) else {
            preconditionFailure("\(resource.noun) has no member called \(name).")
        }
        slot.store(found, ordering: .relaxed)
        return found
    }
}

extension ProtocolType {
    /// The member with the kind of an API, on which tables depend.
    package static let key = Key<ProtocolType>("protocolType", in: .api)
}
