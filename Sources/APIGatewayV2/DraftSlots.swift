/// The values of a draft's members. One that a document gave stays a place in that document until somebody
/// asks for it: most are only written out again, byte for byte.

package import JSON

/// A slot for each field of a table; nil where the member is absent.
package struct DraftSlots: RandomAccessCollection, MutableCollection, Sendable {
    private enum Slot: Sendable {
        case absent
        case value(JSON)
        case written(JSONNode)
    }

    private var slots: [Slot]

    init(count: Int) {
        slots = Array(repeating: .absent, count: count)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { slots.count }

    package subscript(slot: Int) -> JSON? {
        get {
            switch slots[slot] {
            case .absent: nil
            case .value(let value): value
            case .written(let node): node.json
            }
        }
        set { slots[slot] = newValue.map(Slot.value) ?? .absent }
    }

    func isPresent(_ slot: Int) -> Bool {
        if case .absent = slots[slot] { false } else { true }
    }

    /// Keeps `node` as it is written.
    mutating func setWritten(_ node: JSONNode, at slot: Int) {
        slots[slot] = .written(node)
    }

    /// Appends the value as JSON; nothing where it is absent.
    func append(_ slot: Int, to bytes: inout [UInt8]) {
        switch slots[slot] {
        case .absent: break
        case .value(let value): JSONWriter.append(value, to: &bytes)
        case .written(let node): JSONWriter.append(node, to: &bytes)
        }
    }
}
