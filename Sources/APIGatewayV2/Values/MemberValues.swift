/// The values of a resource's members. A value of a document stays a place in that document until somebody
/// reads it, because most values are only written out again.

package import JSON

/// A value for each field of a table, by slot, the index of the field; nil for an absent member.
package struct MemberValues: RandomAccessCollection, MutableCollection, Sendable {
    private enum Entry: Sendable {
        case absent
        case value(JSON)
        /// The index of a node in the document. A `JSONNode` would hold a reference to count in each copy.
        case written(Int)
    }

    private var entries: [Entry]
    /// The root of the document with the values; nil before the first.
    private var document: JSONNode?
    /// The offsets of the first and the last of these values in the document.
    private var (writtenFrom, writtenTo) = (Int.max, 0)

    init(count: Int) {
        entries = Array(repeating: .absent, count: count)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { entries.count }

    package subscript(slot: Int) -> JSON? {
        get {
            switch entries[slot] {
            case .absent: nil
            case .value(let value): value
            case .written(let index): document?.node(at: index).json
            }
        }
        set { entries[slot] = newValue.map(Entry.value) ?? .absent }
    }

    /// About the number of bytes of the members as JSON: those of their part of the document, and room for
    /// further values.
    var byteCountHint: Int { writtenFrom < writtenTo ? writtenTo - writtenFrom + 384 : 384 }

    func value<Value: MemberValue>(at slot: Int) -> Value? {
        switch entries[slot] {
        case .absent: nil
        case .value(let value): Value(value)
        case .written(let index): document.flatMap { Value($0.node(at: index)) }
        }
    }

    /// Whether the value is the string `text`. No String is made.
    func isString(_ text: String, at slot: Int) -> Bool {
        switch entries[slot] {
        case .absent: false
        case .value(let value): value == .string(text)
        case .written(let index): document?.isString(text, at: index) ?? false
        }
    }

    /// The result of `body` for the bytes of a string, without a String; nil for another value.
    func withUTF8<Result>(at slot: Int, _ body: (Span<UInt8>) -> Result) -> Result? {
        switch entries[slot] {
        case .absent: nil
        case .value(.string(let text)): body(text.utf8.span)
        case .value: nil
        case .written(let index): document?.withUTF8(at: index, body)
        }
    }

    /// The map at the slot; nil for another value.
    func map(at slot: Int) -> TextMap? {
        switch entries[slot] {
        case .absent: nil
        case .value(let value): TextMap(value)
        case .written(let index): document.flatMap { TextMap($0.node(at: index)) }
        }
    }

    func isPresent(_ slot: Int) -> Bool {
        if case .absent = entries[slot] { false } else { true }
    }

    /// Keeps `node` in its written form. All nodes must be of one document.
    mutating func setWritten(_ node: JSONNode, at slot: Int) {
        if document == nil { document = node.node(at: 0) }
        precondition(document?.isInSameDocument(as: node) == true, "A members is made of one document.")
        entries[slot] = .written(node.index)
        writtenFrom = Swift.min(writtenFrom, node.offset)
        writtenTo = Swift.max(writtenTo, node.offset)
    }

    /// Appends the value as JSON; nothing if it is absent.
    func append(_ slot: Int, to bytes: inout [UInt8]) {
        switch entries[slot] {
        case .absent: break
        case .value(let value): JSONWriter.append(value, to: &bytes)
        case .written(let index):
            if let document { JSONWriter.append(document, at: index, to: &bytes) }
        }
    }
}
