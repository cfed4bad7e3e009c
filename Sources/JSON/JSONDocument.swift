/// A JSON text that was read once and keeps the position of every name and value, for messages that point at
/// them. Reading refuses with `JSONError` what RFC 8259 does not allow, and what is nested too deeply to be
/// meant.

/// A whole text, valid from its first byte to its last. Cheap to copy: copies share one tape.
package struct JSONDocument: Sendable {
    /// Deep enough for every document of the service (an OpenAPI import is the deepest), far below what would
    /// exhaust the stack of code that walks a value recursively.
    package static let depthMaxDefault = 512
    /// Offsets are kept in 32 bits.
    package static let bytesMaxDefault = Int(UInt32.max) - 1

    private let tape: JSONTape

    /// Reads `bytes`, which must be one JSON value in UTF-8 with nothing but white space around it.
    package init(
        parsing bytes: [UInt8],
        depthMax: Int = JSONDocument.depthMaxDefault,
        bytesMax: Int = JSONDocument.bytesMaxDefault
    ) throws(JSONError) {
        precondition(bytesMax <= Self.bytesMaxDefault, "Offsets must fit the 32 bits of a token.")
        guard bytes.count <= bytesMax else {
            throw JSONError(
                offset: bytesMax, found: "a text of \(bytes.count) bytes", expected: "at most \(bytesMax)")
        }
        tape = JSONTape(text: bytes, tokens: try JSONReader.tokens(of: bytes, depthMax: depthMax))
    }

    package var root: JSONNode { JSONNode(tape: tape, index: 0) }

    /// The line and column of the byte at `offset`, found by scanning the text up to there.
    package func position(ofByte offset: Int) -> TextPosition {
        TextPosition(ofByte: offset, in: tape.text)
    }

    /// The lines and columns of many bytes in one scan, for a document with many errors.
    package func positions(ofBytes offsets: [Int]) -> [TextPosition] {
        TextPosition.positions(ofBytes: offsets, in: tape.text)
    }
}
