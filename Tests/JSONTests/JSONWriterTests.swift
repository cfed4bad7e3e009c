/// What is written, byte for byte: compact, in order, with no escape that RFC 8259 does not demand.

import JSON
import Testing

struct JSONWriterTests {
    @Test(arguments: [
        (JSON.null, "null"), (.bool(true), "true"), (.bool(false), "false"), (.integer(0), "0"),
        (.integer(.min), "-9223372036854775808"), (.integer(.max), "9223372036854775807"),
        (.number(2000), "2000.0"),
        (.number(0.1), "0.1"), (.number(-0.0), "-0.0"), (.number(1e100), "1e+100"),
        (.number(.leastNonzeroMagnitude), "5e-324"),
        (.array([]), "[]"), (.array([.integer(1), .null]), "[1,null]"), (.object([:]), "{}"),
        (
            .object(["b": .integer(1), "a": .array([.object(["c": .string("d")])])]),
            #"{"b":1,"a":[{"c":"d"}]}"#
        ),
        (.object(["\"": .integer(1)]), #"{"\"":1}"#),
    ])
    func `a value is written compactly and in order`(value: JSON, text: String) {
        #expect(written(value) == text)
    }

    @Test(arguments: [
        ("", #""""#),
        ("a/b <é> \u{7F}\u{2028}😀", "\"a/b <é> \u{7F}\u{2028}😀\""),
        ("\"", #""\"""#),
        ("a\\b", #""a\\b""#),
        ("\u{8}\u{C}\n\r\t", #""\b\f\n\r\t""#),
        ("\u{0}\u{1}\u{B}\u{F}\u{10}\u{1F} ", #""\u0000\u0001\u000b\u000f\u0010\u001f ""#),
        ("{\"a\":\"b\"}", #""{\"a\":\"b\"}""#),
    ])
    func `only quotation marks, backslashes and control characters are escaped`(string: String, text: String)
    {
        #expect(written(.string(string)) == text)
    }

    @Test func `a value of a document is written as the same bytes as when it is taken out`() throws {
        let node = try root(
            #" { "a" : [ 1 , -0, 2.50, 1E2, true, null ] , "\u0062" : "\u00e9\/\"\n" , "" : { } } "#)
        var bytes: [UInt8] = []

        JSONWriter.append(node, to: &bytes)

        let text = #"{"a":[1,0,2.5,100.0,true,null],"b":"é/\"\n","":{}}"#
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(written(node.json) == text)
    }

    @Test func `what is written goes after what is there`() {
        var bytes = [UInt8]("x".utf8)

        JSONWriter.appendString("a", to: &bytes)
        JSONWriter.appendInteger(-1, to: &bytes)
        JSONWriter.appendNumber(1.5, to: &bytes)

        #expect(String(decoding: bytes, as: UTF8.self) == #"x"a"-11.5"#)
    }
}
