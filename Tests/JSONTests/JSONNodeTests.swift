/// Walking over a document: kinds, values, offsets, members by name, duplicates, excerpts for messages.

import JSON
import Testing

struct JSONNodeTests {
    @Test(arguments: [
        ("null", JSONNode.Kind.null), ("true", .bool), ("-7", .integer), ("1.5", .number), ("\"a\"", .string),
        ("[1]", .array), ("{\"a\":1}", .object),
    ])
    func `a value is what it is and gives nil for what it is not`(text: String, kind: JSONNode.Kind) throws {
        let node = try root(text)

        #expect(node.kind == kind)
        #expect(node.isNull == (kind == .null))
        #expect((node.bool != nil) == (kind == .bool))
        #expect((node.integer != nil) == (kind == .integer))
        #expect((node.number != nil) == (kind == .integer || kind == .number))
        #expect((node.string != nil) == (kind == .string))
        #expect(node.count == (kind == .array || kind == .object ? 1 : 0))
        #expect(node.elements.map(\.integer) == (kind == .array ? [1] : []))
        #expect(node.members.map(\.name) == (kind == .object ? ["a"] : []))
    }

    @Test func `an integer is a number too`() throws {
        #expect(try root("29000").number == 29000.0)
        #expect(try root("29000").integer == 29000)
        #expect(try root("false").bool == false)
    }

    @Test func `elements and members come in the order of the text with all they hold`() throws {
        let node = try root(#"{"b":[[1,2],{"x":[]},3],"a":{"y":{}},"c":null}"#)

        #expect(node.members.map(\.name) == ["b", "a", "c"])
        #expect(node.members.map(\.value.kind) == [.array, .object, .null])
        #expect(node["b"]?.elements.map(\.kind) == [.array, .object, .integer])
        #expect(node["b"]?.elements.map(\.count) == [2, 1, 0])
        #expect(node["a"]?["y"]?.kind == .object)
        #expect(node["a"]?["z"] == nil)
        #expect(node.count == 3)
    }

    @Test func `names and values know their offsets`() throws {
        let node = try root(#" { "ab" : [ 10, true ] }"#)

        let member = try #require(node.members.first { _ in true })

        #expect(node.offset == 1)
        #expect(member.nameOffset == 3)
        #expect(member.value.offset == 10)
        #expect(member.value.elements.map(\.offset) == [12, 16])
    }

    @Test func `a name is compared by what it means, byte for byte`() throws {
        let members = try root(#"{"apiId":1,"\u0061piId":2,"e\u0301":3,"apiIds":4}"#).members.map { $0 }

        #expect(members.map { $0.isNamed("apiId") } == [true, true, false, false])
        #expect(members.map { $0.isNamed("e\u{301}") } == [false, false, true, false])
        #expect(members.map { $0.isNamed("\u{E9}") } == [false, false, false, false])
    }

    @Test func `a string's bytes are appended without its escapes`() throws {
        var bytes = [UInt8]("> ".utf8)

        try root(#""\ta\u00e9\\😀b""#).appendUTF8(to: &bytes)
        try root("17").appendUTF8(to: &bytes)

        #expect(bytes == [UInt8]("> \ta\u{E9}\\😀b".utf8))
    }

    @Test func `the last of several members with one name is found`() throws {
        let node = try root(#"{"a":1,"b":2,"a":3}"#)

        #expect(node["a"]?.integer == 3)
        #expect(node.json == .object(["a": .integer(3), "b": .integer(2)]))
    }

    @Test(
        arguments: [
            (#"{}"#, nil),
            (#"{"a":1,"b":2}"#, nil),
            (#"{"a":{"a":1},"b":[{"a":1}]}"#, nil),
            (#"{"a":1,"b":2,"a":3,"b":4}"#, 13),
            (#"{"a":1,"\u0061":2}"#, 7),
            (#"{"":1,"":2}"#, 6),
            (#"["a","a"]"#, nil),
            ("{\"\u{E9}\":1,\"e\u{301}\":2}", nil),
        ] as [(String, Int?)])
    func `the first name that was used before is the duplicate`(text: String, offset: Int?) throws {
        #expect(try root(text).duplicateMember?.nameOffset == offset)
    }

    @Test(arguments: [2, 24, 25, 1000])
    func `a duplicate is found in objects of every size`(count: Int) throws {
        let names = (0..<count).map { "\"name\($0)\":0" }

        let unique = try root("{\(names.joined(separator: ","))}")
        let repeated = try root("{\(names.joined(separator: ",")),\"name\(count / 2)\":1}")

        #expect(unique.duplicateMember == nil)
        #expect(repeated.duplicateMember?.name == "name\(count / 2)")
        #expect(repeated.duplicateMember?.value.integer == 1)
    }

    @Test(arguments: [
        ("null", "null"), ("true", "true"), ("-12", "-12"), ("1.50", "1.50"), (#""HTPT""#, #""HTPT""#),
        (#""a\nb""#, #""a\nb""#), ("[1]", "an array"), ("{}", "an object"),
        (#""23456789 123456789 123456789 123456789""#, #""23456789 123456789 123456789 123456789""#),
        (#""23456789 123456789 123456789 123456789 ""#, #""23456789 123456789 123456789 123456789 …""#),
        ("12345678901234567890123456789012345678901", "1234567890123456789012345678901234567890…"),
        (
            #""éééééééééééééééééééééééééééééééééééééééééé""#,
            #""ééééééééééééééééééééééééééééééééééééééé…""#
        ),
    ])
    func `an excerpt is the value as it stands, of at most forty characters, or its kind`(
        text: String, excerpt: String
    ) throws {
        #expect(try root(text).excerpt == excerpt)
    }

    @Test func `a node stays valid without its document`() throws {
        let node = try {
            let document = try JSONDocument(parsing: [UInt8](#"{"a":"b"}"#.utf8))
            return document.root["a"]
        }()

        #expect(node?.string == "b")
    }
}
