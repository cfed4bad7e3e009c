/// A parsed text: its bytes, and one flat array of tokens that point into them. There is no tree, and no
/// value is decoded. Fixtures therefore take their own bytes, and 12 bytes for each name, value and bracket
/// pair.

/// One name or value. Tokens have the order of the text: a container before its content, a name before its
/// value.
struct JSONToken: Sendable {
    /// The offset of the first byte, which for a string is its quotation mark.
    let start: UInt32
    /// For a container, the index of the first token after its content. Else the offset after the last byte.
    var end: UInt32
    let kind: JSONNode.Kind
    /// Whether a string has escapes to decode.
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

    /// The index of the first token after the token at `index` and its content.
    func index(after index: Int) -> Int {
        let token = tokens[index]
        return switch token.kind {
        case .array, .object: Int(token.end)
        case .null, .bool, .integer, .number, .string: index + 1
        }
    }
}
