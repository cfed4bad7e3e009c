/// The values of a resource's members. One that a document gave stays a place in that document until somebody
/// asks for it: most are only written out again, byte for byte.

package import JSON

/// A value for each field of a table, by slot: the place of the field in its table, counted from 0. Nil where
/// the member is absent.
package struct MemberValues: RandomAccessCollection, MutableCollection, Sendable {
    private enum Entry: Sendable {
        case absent
        case value(JSON)
        /// The number of a node in the document: a node itself would be a reference to count in each copy.
        case written(Int)
    }

    private var entries: [Entry]
    /// The root of the document that values are written in; nil before the first.
    private var document: JSONNode?
    /// The offsets in the document of the first and of the last of these values.
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

    /// About as many bytes as the members take as JSON: those of the part of the document in which they are
    /// written, and room for the last of them and for others.
    var byteCountHint: Int { writtenFrom < writtenTo ? writtenTo - writtenFrom + 384 : 384 }

    func value<Value: MemberValue>(at slot: Int) -> Value? {
        switch entries[slot] {
        case .absent: nil
        case .value(let value): Value(value)
        case .written(let index): document.flatMap { Value($0.node(at: index)) }
        }
    }

    /// Whether the value is this string, found without building one.
    func isString(_ text: String, at slot: Int) -> Bool {
        switch entries[slot] {
        case .absent: false
        case .value(let value): value == .string(text)
        case .written(let index): document?.isString(text, at: index) ?? false
        }
    }

    /// Shows `body` the bytes of a string, without building one; nil where the value is none.
    func withUTF8<Result>(at slot: Int, _ body: (Span<UInt8>) -> Result) -> Result? {
        switch entries[slot] {
        case .absent: nil
        case .value(.string(let text)): body(text.utf8.span)
        case .value: nil
        case .written(let index): document?.withUTF8(at: index, body)
        }
    }

    func isPresent(_ slot: Int) -> Bool {
        if case .absent = entries[slot] { false } else { true }
    }

    /// Keeps `node` as it is written. All come from one document.
    mutating func setWritten(_ node: JSONNode, at slot: Int) {
        if document == nil { document = node.node(at: 0) }
        precondition(document?.isInSameDocument(as: node) == true, "A members is made of one document.")
        entries[slot] = .written(node.index)
        writtenFrom = Swift.min(writtenFrom, node.offset)
        writtenTo = Swift.max(writtenTo, node.offset)
    }

    /// Appends the value as JSON; nothing where it is absent.
    func append(_ slot: Int, to bytes: inout [UInt8]) {
        switch entries[slot] {
        case .absent: break
        case .value(let value): JSONWriter.append(value, to: &bytes)
        case .written(let index):
            if let document { JSONWriter.append(document, at: index, to: &bytes) }
        }
    }
}
