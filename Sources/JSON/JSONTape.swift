/// A parsed text: the text itself, and one flat array of tokens that point into it. No tree is built and no
/// value is decoded. 50 MB of fixtures therefore cost their bytes and 12 more for each name, value and
/// bracket pair.

/// One name or value. Tokens stand in the order of the text: a container before what it holds, a name before
/// its value.
struct JSONToken: Sendable {
    /// The offset of the first byte; for a string, of its opening quotation mark.
    let start: UInt32
    /// For a container the index of the first token after everything it holds; else the offset after the last
    /// byte.
    var end: UInt32
    let kind: JSONNode.Kind
    /// True for a string whose bytes are not its value as they stand.
    let hasEscapes: Bool
}

/// A text and its tokens, shared by a document and all its nodes.
final class JSONTape: Sendable {
    let text: [UInt8]
    let tokens: [JSONToken]

    init(text: [UInt8], tokens: [JSONToken]) {
        self.text = text
        self.tokens = tokens
    }

    /// The index of the token that follows the one at `index` and everything which that one holds.
    func index(after index: Int) -> Int {
        let token = tokens[index]
        return switch token.kind {
        case .array, .object: Int(token.end)
        case .null, .bool, .integer, .number, .string: index + 1
        }
    }
}
