/// A JSON text that was read once. It keeps the position of every name and value, so that messages can point
/// at them. Reading refuses text that RFC 8259 does not allow, and text that is nested too deeply, with
/// `JSONError`.

/// A whole text, valid from its first byte to its last. Cheap to copy: copies share one tape.
package struct JSONDocument: Sendable {
    /// The levels of arrays and objects in a text. The deepest document of the service, an OpenAPI import,
    /// stays far below. Code that walks a value recursively fits the stack at this depth.
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
