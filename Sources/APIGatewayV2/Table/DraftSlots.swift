/// The values of a draft's members. One that a document gave stays a place in that document until somebody
/// asks for it: most are only written out again, byte for byte.

package import JSON

/// A slot for each field of a table; nil where the member is absent.
package struct DraftSlots: RandomAccessCollection, MutableCollection, Sendable {
    private enum Slot: Sendable {
        case absent
        case value(JSON)
        /// The number of a node in the document: a node itself would be a reference to count in each copy.
        case written(Int)
    }

    private var slots: [Slot]
    /// The root of the document that slots are written in; nil before the first.
    private var document: JSONNode?
    /// The offsets in the document of the first and of the last value that a slot is written in.
    private var (writtenFrom, writtenTo) = (Int.max, 0)

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
            case .written(let index): document?.node(at: index).json
            }
        }
        set { slots[slot] = newValue.map(Slot.value) ?? .absent }
    }

    /// About as many bytes as the members take as JSON: those of the part of the document in which they are
    /// written, and room for the last of them and for others.
    var byteCountHint: Int { writtenFrom < writtenTo ? writtenTo - writtenFrom + 384 : 384 }

    func value<Value: SlotValue>(at slot: Int) -> Value? {
        switch slots[slot] {
        case .absent: nil
        case .value(let value): Value(value)
        case .written(let index): document.flatMap { Value($0.node(at: index)) }
        }
    }

    /// Whether the value is this string, found without building one.
    func isString(_ text: String, at slot: Int) -> Bool {
        switch slots[slot] {
        case .absent: false
        case .value(let value): value == .string(text)
        case .written(let index): document?.node(at: index).isString(text) ?? false
        }
    }

    func isPresent(_ slot: Int) -> Bool {
        if case .absent = slots[slot] { false } else { true }
    }

    /// Keeps `node` as it is written. All come from one document.
    mutating func setWritten(_ node: JSONNode, at slot: Int) {
        if document == nil { document = node.node(at: 0) }
        precondition(document?.isInSameDocument(as: node) == true, "A draft is made of one document.")
        slots[slot] = .written(node.index)
        writtenFrom = Swift.min(writtenFrom, node.offset)
        writtenTo = Swift.max(writtenTo, node.offset)
    }

    /// Appends the value as JSON; nothing where it is absent.
    func append(_ slot: Int, to bytes: inout [UInt8]) {
        switch slots[slot] {
        case .absent: break
        case .value(let value): JSONWriter.append(value, to: &bytes)
        case .written(let index):
            if let document { JSONWriter.append(document.node(at: index), to: &bytes) }
        }
    }
}
