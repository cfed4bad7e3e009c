/// The JSON Schema Test Suite (github.com/json-schema-org/JSON-Schema-Test-Suite, MIT License) for draft 4:
/// every document, every schema, every value.

import APIGatewayV2Invoke
import Foundation
import JSON
import Testing

struct JSONSchemaTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "JSONSchemaTestSuite/draft4")

    private static func documents(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    }

    private static func member(_ value: JSON, _ name: String) throws -> JSON {
        guard case .object(let object) = value else { throw CocoaError(.coderInvalidValue) }
        return try #require(object[name])
    }

    private static func elements(_ value: JSON) throws -> [JSON] {
        guard case .array(let list) = value else { throw CocoaError(.coderInvalidValue) }
        return list
    }

    /// The descriptions of the tests whose result is another one, and the number of all tests.
    private func failures(in file: URL) throws -> (failed: [String], count: Int) {
        var failed: [String] = []
        var count = 0
        let root = try JSONDocument(parsing: Array(try Data(contentsOf: file))).root.json
        for group in try Self.elements(root) {
            let schema = try JSONSchema(try Self.member(group, "schema"))
            for test in try Self.elements(try Self.member(group, "tests")) {
                count += 1
                let problem = schema.problem(in: try Self.member(test, "data"))
                let isValid = try Self.member(test, "valid") == .bool(true)
                if (problem == nil) != isValid {
                    failed.append(
                        "\(file.lastPathComponent): \(try Self.member(group, "description")) "
                            + "\(try Self.member(test, "description")): \(problem ?? "valid")")
                }
            }
        }
        return (failed, count)
    }

    @Test func `every document of the test suite gives its results`() throws {
        var count = 0
        for file in try Self.documents(in: Self.folder)
            + Self.documents(in: Self.folder.appending(path: "optional"))
        {
            let result = try failures(in: file)
            #expect(result.failed == [])
            count += result.count
        }
        #expect(count == 701)
    }

    /// Expected results of ECMA 262, tried in a browser's engine.
    @Test(arguments: [
        (#"^[\Sx]$"#, "y", true), (#"^[\S ]$"#, " ", true), (#"^[\S ]$"#, "\u{A0}", false),
        (#"^[^\S]$"#, "\u{3000}", true), (#"^[^\S ]$"#, " ", false), (#"^[^\S ]$"#, "\t", true),
        (#"^[^\S ]$"#, "y", false), (#"^[\s,]+$"#, ", \u{FEFF}", true), ("a[]", "a", false),
        ("^a[^]b$", "a\nb", true), ("^[[]$", "[", true), ("^[[:a]+$", "[:a", true), (#"^\v$"#, "\u{B}", true),
        (#"^\v$"#, "\n", false), (#"^\0$"#, "\0", true), (#"^\u0041$"#, "A", true),
        (#"^\uD83D\uDC36$"#, "🐶", true),
        (#"^\u{1F436}$"#, "🐶", true), (#"^\h\R\z$"#, "hRz", true), (#"^\p{Lu}$"#, "É", true),
        (#"^\p{gc=Uppercase_Letter}$"#, "É", true), (#"^\P{Letter}$"#, "é", false),
        (#"^\p{Script=Greek}$"#, "λ", true), (#"^(a)\1$"#, "aa", true), (#"^\/$"#, "/", true),
    ])
    func `a pattern is one of ECMA 262`(pattern: String, text: String, isFound: Bool) throws {
        let schema = try JSONSchema(JSON.object(["pattern": .string(pattern)]))

        #expect((schema.problem(in: .string(text)) == nil) == isFound)
    }

    @Test(arguments: ["[a", "[", "[^", #"[\S"#, "a\\", #"\p{None}"#, #"\p{"#])
    func `a pattern with a mistake is refused`(pattern: String) {
        #expect(throws: JSONSchema.Problem.self) {
            try JSONSchema(JSON.object(["pattern": .string(pattern)]))
        }
    }

    @Test(arguments: [
        #"{"$ref": "http://localhost:1234/integer.json"}"#, ##"{"$ref": "other.json#/definitions/a"}"##,
        ##"{"$ref": "#/definitions/none"}"##, #"{"type": "text"}"#, #"{"pattern": "("}"#,
        #"{"minLength": -1}"#, #"{"properties": {"a": 1}}"#, #"[]"#, #"{"#,
    ])
    func `a schema that cannot be compiled is refused`(text: String) {
        #expect(throws: JSONSchema.Problem.self) { try JSONSchema(parsing: text) }
    }

    @Test func `the schema of draft 4 itself is known`() throws {
        let schema = try JSONSchema(parsing: ##"{"$ref": "http://json-schema.org/draft-04/schema#"}"##)

        #expect(schema.problem(in: ["minLength": 1]) == nil)
        #expect(schema.problem(in: ["minLength": "x"]) != nil)
    }

    @Test func `a schema without an end is invalid and does not run on`() throws {
        let schema = try JSONSchema(parsing: ##"{"$ref": "#"}"##)

        #expect(schema.problem(in: 1) == "#: the check takes more steps than are allowed")
    }

    @Test func `schemas within each other have a bound`() throws {
        var limits = JSONSchema.Limits()
        limits.depthMax = 3
        let most: JSON = ["not": ["not": [:]]]

        #expect(try JSONSchema(most, limits: limits).problem(in: 1) == nil)
        #expect(throws: JSONSchema.Problem(text: "schemas are more than 3 deep")) {
            try JSONSchema(["not": most], limits: limits)
        }
    }

    @Test func `a document has a bound of schemas`() throws {
        var limits = JSONSchema.Limits()
        limits.schemasMax = 2

        #expect(try JSONSchema(["not": [:]], limits: limits).problem(in: 1) != nil)
        #expect(throws: JSONSchema.Problem(text: "the document has more than 2 schemas")) {
            try JSONSchema(["allOf": [[:], [:]]], limits: limits)
        }
    }

    @Test func `a check has a bound of steps`() throws {
        var limits = JSONSchema.Limits()
        limits.stepsMax = 4
        let schema = try JSONSchema(["items": ["type": "integer"]], limits: limits)

        #expect(schema.problem(in: [1, 2, 3]) == nil)
        #expect(schema.problem(in: [1, 2, 3, 4]) == "#/3: the check takes more steps than are allowed")
    }

    @Test func `the steps from a value into the next have a bound`() throws {
        var limits = JSONSchema.Limits()
        limits.depthMax = 3
        let schema = try JSONSchema(parsing: ##"{"additionalProperties": {"$ref": "#"}}"##, limits: limits)

        #expect(schema.problem(in: ["a": 1]) == nil)
        #expect(
            schema.problem(in: ["a": ["a": 1]]) == "#/a/a: the check takes more steps than are allowed")
    }

    @Test func `the bound of depth counts schemas and not the objects around them`() throws {
        var limits = JSONSchema.Limits()
        limits.depthMax = 2

        let schema = try JSONSchema(
            parsing: #"{"properties": {"a": {"enum": [[[1]]]}}}"#, limits: limits)

        #expect(schema.problem(in: ["a": [[1]]]) == nil)
        #expect(schema.problem(in: ["a": [[2]]]) != nil)
    }

    @Test(
        arguments: [
            (["not": ["type": "string"]], 2), (["anyOf": [["type": "string"], ["type": "integer"]]], 3),
            (["oneOf": [["type": "integer"], ["type": "string"]]], 3),
        ] as [(JSON, Int)])
    func `a value is invalid past a bound whatever is around it`(schema: JSON, steps: Int) throws {
        var limits = JSONSchema.Limits()

        limits.stepsMax = steps
        #expect(try JSONSchema(schema, limits: limits).problem(in: 1) == nil)
        limits.stepsMax = steps - 1
        #expect(
            try JSONSchema(schema, limits: limits).problem(in: 1)
                == "#: the check takes more steps than are allowed")
    }
}
