/// The name of a member in code. Rules and operations reach a member through its key, so that no name is
/// spelt twice.

internal import Synchronization

/// Names one member of one resource and the type it is read as. A class, because it remembers where the
/// member is in its table: a CreateIntegration asks for forty, and looking each up by its name took a tenth
/// of all its instructions.
package final class Key<Value: MemberValue>: Sendable {
    let resource: ResourceID
    let name: String
    /// Below zero until it is asked for: tables name keys, so a key cannot wait for its table.
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
    /// The member of an API that has it: tables decide by it.
    package static let key = Key<ProtocolType>("protocolType", in: .api)
}
