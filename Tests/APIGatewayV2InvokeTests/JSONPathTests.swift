/// JSON paths, on the document of RFC 9535 (section 1.5) and its examples.

import APIGatewayV2Invoke
import JSON
import Testing
import VTL

struct JSONPathTests {
    private static let stepsMax = TemplateLimits().pathStepsMax

    private static let store = """
        {"store": {"book": [
          {"category": "reference", "author": "Nigel Rees", "title": "Sayings", "price": 8.95},
          {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword", "price": 12.99},
          {"category": "fiction", "author": "Herman Melville", "title": "Moby",
           "isbn": "0-553", "price": 8.99}],
          "bicycle": {"color": "red", "price": 399}}}
        """

    private func value(_ path: String) throws -> String? {
        let document = try JSONDocument(parsing: Array(Self.store.utf8)).root.json
        return try #require(JSONPath(path, stepsMax: Self.stepsMax)).value(in: document)?.text
    }

    @Test(arguments: [
        ("$.store.bicycle.color", "\"red\""),
        ("$['store']['bicycle']['color']", "\"red\""),
        ("store.bicycle.price", "399"),
        ("$.store.book[*].author", #"["Nigel Rees","Evelyn Waugh","Herman Melville"]"#),
        ("$..author", #"["Nigel Rees","Evelyn Waugh","Herman Melville"]"#),
        ("$.store..price", "[8.95,12.99,8.99,399]"),
        ("$.store.book[2].title", "\"Moby\""),
        ("$.store.book[-1].title", "\"Moby\""),
        ("$.store.book[0,1].title", #"["Sayings","Sword"]"#),
        ("$.store.book[:2].title", #"["Sayings","Sword"]"#),
        ("$.store.book[1:3:9223372036854775807].title", #"["Sword"]"#),
        ("$.store.book[::2].title", #"["Sayings","Moby"]"#),
        ("$.store.book[?(@.isbn)].title", #"["Moby"]"#),
        ("$.store.book[?(@.price < 10)].title", #"["Sayings","Moby"]"#),
        ("$.store.book[?(@.price < 10 && @.category == 'fiction')].title", #"["Moby"]"#),
        ("$.store.book[?(!(@.isbn) || @.price > 12)].title", #"["Sayings","Sword"]"#),
        ("$.store.book[?(@.price < $.store.bicycle.price)].price", "[8.95,12.99,8.99]"),
        ("$.store.book.length()", "3"),
        ("$.store.book[0]['title','price']", #"["Sayings",8.95]"#),
        ("$.store.nothing[*]", "[]"),
    ])
    func `a path gives its value`(path: String, json: String) throws {
        #expect(try value(path) == json)
    }

    @Test func `a path without a value gives none`() throws {
        #expect(try value("$.store.car.color") == nil)
        #expect(try value("$.store.book[7]") == nil)
    }

    @Test(arguments: ["$.", "$[", "$[1", "$['a", "$[?(@.a ==)]", "$.a b", "$[1:2:0]", "", "$[?("])
    func `a text that is no path is refused`(path: String) {
        #expect(JSONPath(path, stepsMax: Self.stepsMax) == nil)
    }

    @Test(arguments: [
        ("store.bicycle.color", "\"red\""), ("['store']['bicycle']['price']", "399"),
        ("store.book[:2].title", #"["Sayings","Sword"]"#), ("store.*.price", "[399]"), ("store.$id", nil),
    ])
    func `a parameter mapping has a path without its dollar`(path: String, json: String?) throws {
        let document = try JSONDocument(parsing: Array(Self.store.utf8)).root.json

        #expect(
            try #require(JSONPath(mapping: path, stepsMax: Self.stepsMax)).value(in: document)?.text == json)
    }

    @Test(arguments: [
        "store..price", "a[?(@.isbn)]", "[?(@.isbn)]", "a.length()", "a[0,1]", "a['b','c']", "a[::2]", "..a",
        "", "a[", "a.", "$.a.*b",
    ])
    func `a parameter mapping has neither descent nor filters nor selections`(path: String) {
        #expect(JSONPath(mapping: path, stepsMax: Self.stepsMax) == nil)
    }

    @Test func `a path that visits too many values has none`() throws {
        let deep = String(repeating: "[", count: 60) + "1" + String(repeating: "]", count: 60)
        let document = try JSONDocument(parsing: Array(deep.utf8)).root.json
        let descents = try #require(
            JSONPath("$" + String(repeating: "..*", count: 8), stepsMax: Self.stepsMax))
        let filters = try #require(JSONPath("$..[?(@..[?(@..[?(@..[?($..x)])])])]", stepsMax: Self.stepsMax))

        #expect(descents.value(in: document) == nil)
        #expect(filters.value(in: document) == nil)
        #expect(try #require(JSONPath("$..*..*", stepsMax: Self.stepsMax)).value(in: document) != nil)
    }

    @Test func `a path visits a million values and no more`() throws {
        func list(_ count: Int) throws -> JSON {
            let text = "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]"
            return try JSONDocument(parsing: Array(text.utf8)).root.json
        }
        // The document, the list and its elements, and all of these once more: 2 n + 3.
        let path = try #require(JSONPath("$..*", stepsMax: Self.stepsMax))

        #expect(try path.value(in: list(499_998)) != nil)
        #expect(try path.value(in: list(499_999)) == nil)
    }

    @Test(arguments: [
        // A value for each name: the one that has it.
        ("$.store.bicycle.price", 3),
        // The same for two names and the list, three books with a path each, and the one book that is left.
        ("$.store.book[?(@.price > 9)].title", 10),
    ])
    func `a path has a value at its bound and none below`(path: String, steps: Int) throws {
        let document = try JSONDocument(parsing: Array(Self.store.utf8)).root.json

        #expect(try #require(JSONPath(path, stepsMax: steps)).value(in: document) != nil)
        #expect(try #require(JSONPath(path, stepsMax: steps - 1)).value(in: document) == nil)
    }

    @Test func `filters within each other are bounded`() {
        let inner = String(repeating: "(", count: 40) + "@.a" + String(repeating: ")", count: 40)

        #expect(JSONPath("$[?\(inner)]", stepsMax: Self.stepsMax) == nil)
        #expect(JSONPath("$[?((((@.a))))]", stepsMax: Self.stepsMax) != nil)
    }
}

extension JSON {
    fileprivate var text: String {
        var bytes: [UInt8] = []
        JSONWriter.append(self, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
