/// Byte offsets in, lines and columns out, for messages that an editor can jump to. A position is computed
/// when a message needs it.

/// The place of a byte in a text. Both numbers count from 1. A column is one Unicode scalar. A line ends with
/// a line feed. A carriage return before it is the last column of its line.
package struct TextPosition: Sendable, Hashable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The position of the byte at `offset`, which may also be the end of `text`.
    package init(ofByte offset: Int, in text: [UInt8]) {
        self = Self.positions(ofBytes: [offset], in: text)[0]
    }

    /// The positions of many bytes in one pass over `text`, in the order in which the offsets are given.
    package static func positions(ofBytes offsets: [Int], in text: [UInt8]) -> [TextPosition] {
        let bytes = text.span
        var positions = Array(repeating: TextPosition(line: 1, column: 1), count: offsets.count)
        var scanned = 0
        var line = 1
        var column = 1
        for wanted in offsets.indices.sorted(by: { offsets[$0] < offsets[$1] }) {
            precondition(
                offsets[wanted] >= 0 && offsets[wanted] <= bytes.count, "The offset is not in the text.")
            while scanned < offsets[wanted] {
                if bytes[scanned] == UInt8(ascii: "\n") {
                    line += 1
                    column = 1
                } else if bytes[scanned] & 0xC0 != 0x80 {
                    // The later bytes of a scalar belong to the column of its first.
                    column += 1
                }
                scanned += 1
            }
            positions[wanted] = TextPosition(line: line, column: column)
        }
        return positions
    }
}
