/// The fields of a document's members, by their names on the wire.

package import JSON

extension JSONNode.Member {
    /// Whether the member has the name of `field`, in the wire's casing or in the AWS CLI's.
    func isNamed(_ field: Field) -> Bool {
        isNamed(field.name) || isNamed(field.capitalizedName)
    }

    /// Whether the member has the name `name`, in the wire's casing or in the AWS CLI's.
    package func isNamedOnWire(_ name: String) -> Bool {
        isNamed(name) || isNamed(name.prefix(1).uppercased() + name.dropFirst())
    }
}

extension [Field] {
    /// The names of the fields that a stored resource of an API of this kind can have.
    func names(in protocolType: ProtocolType?) -> [String] {
        filter { field in
            !field.isInputOnly && (field.onlyIn == nil || protocolType == nil || field.onlyIn == protocolType)
        }.map(\.name)
    }

    /// The index of the field with the name of `member` in the wire's casing. The search begins at `guess`.
    /// It goes by index, because an element taken out of the array retains all its parts.
    func index(named member: JSONNode.Member, guess: Int) -> Int? {
        let byteCount = member.plainNameByteCount
        func isNamed(_ slot: Int) -> Bool {
            // The length tells most names apart, and is cheaper to compare.
            if let byteCount, byteCount != self[slot].nameByteCount { return false }
            return member.isNamed(self[slot].name)
        }
        for slot in guess..<Swift.max(guess, count) where isNamed(slot) { return slot }
        for slot in 0..<Swift.min(guess, count) where isNamed(slot) { return slot }
        return nil
    }

    /// The index of the field of `member`. It looks first at `guess`, because most documents have the table's
    /// order.
    func index(of member: JSONNode.Member, guess: Int) -> Int? {
        for slot in guess..<Swift.max(guess, count) where member.isNamed(self[slot]) { return slot }
        return firstIndex { member.isNamed($0) }
    }
}

extension JSONNode {
    /// The value of the member `name`, in the wire's casing or in the AWS CLI's.
    package func wireMember(_ name: String) -> JSONNode? {
        self[name] ?? self[name.prefix(1).uppercased() + name.dropFirst()]
    }
}
