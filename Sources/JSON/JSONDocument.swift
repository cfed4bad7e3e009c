/// A JSON text, checked and indexed. It keeps the position of every name and value for messages. Refuses text
/// that RFC 8259 does not allow, or that is nested too deeply, with `JSONError`.

/// A whole valid text. Copies are cheap, because they share one tape.
package struct JSONDocument: Sendable {
    /// The most levels of arrays and objects in a text. The deepest document of the service, an OpenAPI
    /// import, has far fewer. Recursive code over a value fits the stack at this depth.
    package static let depthMaxDefault = 512
    /// The most bytes of a text, because offsets have 32 bits.
    package static let bytesMaxDefault = Int(UInt32.max) - 1

    private let tape: JSONTape

    /// Reads `bytes`, which must be one JSON value in UTF-8, with only white space around it.
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

    /// The line and column of the byte at `offset`. It scans the text up to there.
    package func position(ofByte offset: Int) -> TextPosition {
        TextPosition(ofByte: offset, in: tape.text)
    }

    /// The lines and columns of many bytes in one scan, for a document with many errors.
    package func positions(ofBytes offsets: [Int]) -> [TextPosition] {
        TextPosition.positions(ofBytes: offsets, in: tape.text)
    }
}
