/// Lines and columns of byte offsets, as an editor counts them.

import JSON
import Testing

struct TextPositionTests {
    @Test(arguments: [
        (0, 1, 1), (1, 1, 2), (2, 1, 3), (3, 2, 1), (5, 2, 2), (9, 2, 3), (10, 2, 4), (11, 2, 5), (12, 3, 1),
        (13, 4, 1),
    ])
    func `a column is one scalar and a line ends with its line feed`(offset: Int, line: Int, column: Int) {
        // Bytes: a b \n (3) é (5) 😀 (9) c \r \n (12) \n (13)
        let text = [UInt8]("ab\né😀c\r\n\n".utf8)

        #expect(TextPosition(ofByte: offset, in: text) == TextPosition(line: line, column: column))
    }

    @Test func `many positions are found at once in the order in which they are asked for`() throws {
        let document = try JSONDocument(parsing: [UInt8]("[1,\n 2,\n 3]".utf8))

        let positions = document.positions(ofBytes: [9, 0, 5, 9, 11])

        #expect(
            positions == [
                TextPosition(line: 3, column: 2), TextPosition(line: 1, column: 1),
                TextPosition(line: 2, column: 2), TextPosition(line: 3, column: 2),
                TextPosition(line: 3, column: 4),
            ])
        #expect(document.position(ofByte: 5) == TextPosition(line: 2, column: 2))
        #expect(document.positions(ofBytes: []) == [])
    }

    @Test func `the offset of an error can be found in a text that is no document`() throws {
        let text = "{\n  \"a\": [1,\n  2,]\n}"

        let error = try #require(refusal(text))

        #expect(
            TextPosition(ofByte: error.offset, in: [UInt8](text.utf8)) == TextPosition(line: 3, column: 4))
    }
}
