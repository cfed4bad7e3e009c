/// Tests of the lines of a function's output: ends, pieces, and the bound.

import APIGatewayV2Local
import Testing

struct LineCutterTests {
    /// The lines of `text`, which arrives in pieces of `count` bytes, and the rest.
    private func lines(of text: String, inPiecesOf count: Int, lineBytesMax: Int) -> [String] {
        var cutter = LineCutter(lineBytesMax: lineBytesMax)
        var bytes = Array(text.utf8)[...]
        var lines: [String] = []
        while !bytes.isEmpty {
            lines += cutter.lines(appending: Array(bytes.prefix(count)))
            bytes = bytes.dropFirst(count)
        }
        return lines + (cutter.flush().map { [$0] } ?? [])
    }

    @Test(arguments: 1...12)
    func `lines are the same in pieces of any size`(count: Int) {
        let text = "one\ntwo\r\n\nthree\rfour\r\rfive"

        let found = lines(of: text, inPiecesOf: count, lineBytesMax: 100)

        #expect(found == ["one", "two", "", "three", "four", "", "five"])
    }

    @Test func `a line of the largest size is whole, and one of one byte more is two`() {
        #expect(lines(of: "abcdefgh\n", inPiecesOf: 9, lineBytesMax: 8) == ["abcdefgh"])
        #expect(lines(of: "abcdefghi\n", inPiecesOf: 10, lineBytesMax: 8) == ["abcdefgh", "i"])
    }

    @Test(arguments: 1...9)
    func `a long line is divided between characters`(count: Int) {
        #expect(lines(of: "abcdé\n", inPiecesOf: count, lineBytesMax: 5) == ["abcd", "é"])
        #expect(lines(of: "ab🐈cd\n", inPiecesOf: count, lineBytesMax: 5) == ["ab", "🐈c", "d"])
    }

    @Test func `bytes that are no text are divided too`() {
        var cutter = LineCutter(lineBytesMax: 4)

        let lines = cutter.lines(appending: [UInt8](repeating: 0x80, count: 9))

        #expect(lines.count == 2)
        #expect(cutter.flush() != nil)
        #expect(cutter.flush() == nil)
    }
}
