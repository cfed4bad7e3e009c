/// Fields as code writes and reads them: the bytes that go over the wire, and names without regard to case.
/// What a peer may send is in fixtures/wire/fields.http.

import HTTPWire
import Testing

struct HTTPFieldsTests {
    @Test func `fields are written as lines in the order of appending`() {
        var fields = HTTPFields()
        fields.append("x-amzn-RequestId", "5f1b11f8-de5c-4135-95fb-8a5ddb73e045")
        fields.append("X-Empty", "")

        let text = String(decoding: fields.bytes, as: UTF8.self)

        #expect(text == "x-amzn-RequestId: 5f1b11f8-de5c-4135-95fb-8a5ddb73e045\r\nX-Empty: \r\n")
        #expect(fields.count == 2)
    }

    @Test func `a name is found in any case, and the first of several answers`() {
        var fields = HTTPFields()
        fields.append("Accept", "a")
        fields.append("aCCEPT", "b")
        fields.append("Accept-Encoding", "c")

        #expect(fields["ACCEPT"] == "a")
        #expect(fields.values(of: "accept") == ["a", "b"])
        #expect(fields.contains("accept-encoding"))
        #expect(fields["Accep"] == nil)
        #expect(fields.name(at: 1) == "aCCEPT")
        #expect(fields.value(at: 2) == "c")
    }

    @Test func `only letters have two cases`() {
        var fields = HTTPFields()
        fields.append("a^[`", "1")

        #expect(fields.contains("A^[`"))
        #expect(!fields.contains("a~{@"))
    }

    @Test func `bytes that are not UTF-8 are read as Latin-1`() throws {
        let bytes = [UInt8](ascii: "GET / HTTP/1.1\r\nHost: a\r\nX: b") + [0xff] + [UInt8](ascii: "c\r\n\r\n")

        let fields = try #require(Transcript(of: bytes).requests.first).fields

        #expect(fields["x"] == "b\u{ff}c")
    }

    @Test func `a line of another section is copied byte by byte, under its name or another`() {
        let bytes = [UInt8](ascii: "x: b") + [0xe9] + [UInt8](ascii: "\r\n")
        let other = HTTPFields(bytes: bytes, lines: [HTTPFields.Line(name: 0..<1, value: 3..<5)])
        var fields = HTTPFields()

        fields.append(lineAt: 0, of: other)
        fields.append(lineAt: 0, of: other, named: "Y")

        #expect(
            fields.bytes == bytes + [UInt8](ascii: "Y: b") + [0xe9] + [UInt8](ascii: "\r\n"))
        #expect(fields["y"] == "b\u{e9}")
    }
}
