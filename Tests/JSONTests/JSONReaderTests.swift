/// What the reader accepts and refuses, with the offset and the wording of each refusal written out, and its
/// two bounds.

import JSON
import Testing

struct JSONReaderTests {
    @Test(arguments: [
        ("null", JSON.null),
        ("true", .bool(true)),
        ("false", .bool(false)),
        ("\"\"", .string("")),
        ("[]", .array([])),
        ("{}", .object([:])),
        (" \t\r\n[ 1 , 2 ]\n", .array([.integer(1), .integer(2)])),
        ("{ \"a\" : { \"b\" : [ ] } }", .object(["a": .object(["b": .array([])])])),
        ("[[],{},[[null]]]", .array([.array([]), .object([:]), .array([.array([.null])])])),
        ("{\"\":0}", .object(["": .integer(0)])),
        ("\"\u{7F}é\u{FFFF}😀\"", .string("\u{7F}é\u{FFFF}😀")),
    ])
    func `a JSON text is accepted`(text: String, value: JSON) {
        #expect(parsed(text) == value)
    }

    @Test(arguments: [
        ("0", JSON.integer(0)),
        ("-0", .integer(0)),
        ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
        ("100000000000000000000", .number(1e20)),
        ("1.0", .number(1)),
        ("1e0", .number(1)),
        ("-0.0", .number(-0.0)),
        ("12.5E-1", .number(1.25)),
        ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
        ("1e-999", .number(0)),
    ])
    func `a number is an integer when it is written as one and fits Int`(text: String, value: JSON) {
        #expect(parsed(text) == value)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""a\u0000z""#, "a\u{0}z"),
        (#""\u00e9\u00E9""#, "éé"),
        (#""\uFFFF\u2028""#, "\u{FFFF}\u{2028}"),
        (#""\ud83d\ude00!""#, "😀!"),
        (#""\uD800\uDC00\uDBFF\uDFFF""#, "\u{10000}\u{10FFFF}"),
    ])
    func `an escape stands for its character`(text: String, string: String) {
        #expect(parsed(text) == .string(string))
    }

    @Test(arguments: [
        ("", 0, "the end of the text", "a value"),
        (" \n", 2, "the end of the text", "a value"),
        ("[1,]", 2, "a trailing comma", "a value"),
        ("{\"a\":1,}", 6, "a trailing comma", "a member"),
        ("[,1]", 1, "a comma", "a value"),
        ("[1 2]", 3, "'2'", "',' or ']'"),
        ("[1", 2, "the end of the text", "',' or ']'"),
        ("{\"a\":1]", 6, "']'", "',' or '}'"),
        ("{\"a\" 1}", 5, "'1'", "':' after the name"),
        ("{a:1}", 1, "'a'", "a name in double quotation marks"),
        ("{'a':1}", 1, "a single quotation mark", "a name in double quotation marks"),
        ("{\"a\":}", 5, "'}'", "a value"),
        ("{\"a\":1 \"b\":2}", 7, "a string", "',' or '}'"),
        ("[True]", 1, "'True'", "a value"),
        ("[nul]", 1, "'nul'", "a value"),
        ("NaN", 0, "'NaN'", "a value"),
        ("// a", 0, "a comment or '/'", "a value"),
        ("{} x", 3, "'x'", "the end of the text"),
        ("truer", 4, "'r'", "the end of the text"),
        ("]", 0, "']'", "a value"),
        ("\u{FEFF}{}", 0, "a byte order mark", "a value"),
        ("[\u{A0}]", 1, "the byte 0xC2", "a value"),
        ("[\u{B}]", 1, "the control character U+000B", "a value"),
    ])
    func `a text out of order is refused where the order ends`(
        text: String, offset: Int, found: String, expected: String
    ) {
        #expect(refusal(text) == JSONError(offset: offset, found: found, expected: expected))
    }

    @Test(arguments: [
        ("01", 0, "a leading zero", "a number without one"),
        ("-01", 1, "a leading zero", "a number without one"),
        ("-", 1, "the end of the text", "a digit"),
        ("-a", 1, "'a'", "a digit"),
        ("+1", 0, "'+'", "a value"),
        (".5", 0, "'.'", "a value"),
        ("1.", 2, "the end of the text", "a digit after the decimal point"),
        ("[1.e1]", 3, "'e'", "a digit after the decimal point"),
        ("[1e]", 3, "']'", "a digit in the exponent"),
        ("1e+", 3, "the end of the text", "a digit in the exponent"),
        ("1e309", 0, "a number too large to hold", "one that fits 64-bit floating point"),
        ("[-1e309]", 1, "a number too large to hold", "one that fits 64-bit floating point"),
    ])
    func `a malformed number is refused`(text: String, offset: Int, found: String, expected: String) {
        #expect(refusal(text) == JSONError(offset: offset, found: found, expected: expected))
    }

    @Test(arguments: [
        (#""a"#, 2, "the end of the text", "'\"' at the end of the string"),
        ("\"a\nb\"", 2, "the control character U+000A", #"it escaped in a string (\n, \t, \u0000)"#),
        ("\"\u{1F}\"", 1, "the control character U+001F", #"it escaped in a string (\n, \t, \u0000)"#),
        (#""\"#, 2, "the end of the text", "the rest of an escape"),
        (#""\x41""#, 1, "an unknown escape", #"one of \" \\ \/ \b \f \n \r \t \u0000"#),
        (#""\u12g4""#, 1, "an incomplete escape", #"four hexadecimal digits after \u"#),
        (#""\u123"#, 1, "an incomplete escape", #"four hexadecimal digits after \u"#),
        (#""\ud83d""#, 1, "half of a surrogate pair", "both halves, the leading one first"),
        (#""\ud83d\u0041""#, 1, "half of a surrogate pair", "both halves, the leading one first"),
        (#""\ude00\ud83d""#, 1, "half of a surrogate pair", "both halves, the leading one first"),
    ])
    func `a malformed string is refused`(text: String, offset: Int, found: String, expected: String) {
        #expect(refusal(text) == JSONError(offset: offset, found: found, expected: expected))
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0xBF],
            [0xE1, 0x80],
            [0xE1, 0x80, 0x41], [0xED, 0xA0, 0x80], [0xEF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF1, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
        ] as [[UInt8]])
    func `a string that is not UTF-8 is refused, closed or cut off`(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let error = JSONError(offset: 2, found: "bytes that are not UTF-8", expected: "a string in UTF-8")

        #expect(refusal([quote, 0x61] + bytes + [quote]) == error)
        #expect(refusal([quote, 0x61] + bytes) == error)
    }

    @Test(
        arguments: [
            [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
            [0xEF, 0xBF, 0xBF],
            [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]])
    func `the first and last scalars of each length are accepted`(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")

        #expect(parsed([quote] + bytes + [quote]) == .string(String(decoding: bytes, as: UTF8.self)))
    }

    @Test func `nesting is accepted up to the depth limit and refused one level past it`() {
        let limit = JSONDocument.depthMaxDefault
        let atLimit = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        let pastLimit =
            String(repeating: "{\"a\":", count: limit) + "[]" + String(repeating: "}", count: limit)

        #expect(refusal(atLimit) == nil)
        #expect(
            refusal(pastLimit)
                == JSONError(
                    offset: 5 * limit, found: "nesting deeper than 512 levels", expected: "at most 512"))
    }

    @Test func `many containers beside each other are no depth`() {
        let text = "[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]"

        #expect(refusal([UInt8](text.utf8), depthMax: 2) == nil)
        #expect(refusal([UInt8](text.utf8), depthMax: 1)?.offset == 1)
    }

    @Test func `a million open arrays are refused at the depth limit`() {
        let text = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)

        #expect(refusal(text)?.offset == 512)
    }

    @Test func `a text is accepted up to the size limit and refused one byte past it`() throws {
        let text = [UInt8]("[1,2]".utf8)

        _ = try JSONDocument(parsing: text, bytesMax: 5)
        #expect(throws: JSONError(offset: 4, found: "a text of 5 bytes", expected: "at most 4")) {
            try JSONDocument(parsing: text, bytesMax: 4)
        }
    }

    @Test func `an error reads as found and expected`() {
        #expect(refusal("[1,]")?.description == "found a trailing comma, expected a value")
    }
}
