/// YAML texts and the JSON values they mean; what is refused, and where.

import JSON
import Testing
import YAML

struct YAMLParserTests {
    @Test(
        arguments: [
            ("---", .null), ("~", .null), ("null", .null), ("NULL", .null), ("nULL", "nULL"),
            ("true", true), ("False", false), ("TRUE", true), ("yes", "yes"), ("on", "on"), ("n", "n"),
            ("0", 0), ("-12", -12), ("+7", 7), ("007", 7), ("0o17", 15), ("0x1F", 31), ("0b1", "0b1"),
            ("9223372036854775807", .integer(.max)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("1.0", .number(1)), ("-.5", .number(-0.5)), ("1e3", .number(1000)), ("2.E-1", .number(0.2)),
            ("1.2.3", "1.2.3"), ("1e", "1e"), (".", "."), ("-", .array([.null])), ("+", "+"), ("0x", "0x"),
            ("0x-1", "0x-1"), ("--1", "--1"), ("1_000", "1_000"), ("12:30", "12:30"),
            ("2020-04-01", "2020-04-01"), ("a b", "a b"), ("\"1\"", "1"), ("'true'", "true"),
            ("\"\"", ""), ("\"\\u00e9\\n\"", "é\n"), ("'it''s'", "it's"), ("!!str 1", "1"), ("! 1", "1"),
            ("!!int 1", 1), ("!!float 1", .number(1)), ("!!bool true", true), ("!!null ''", .null),
            ("|\n  a\n  b\n", "a\nb\n"), (">-\n  a\n  b\n", "a b"), ("# nothing\n---\n1\n...\n", 1),
        ] as [(String, JSON)])
    func `a scalar has the type of the core schema`(text: String, value: JSON) throws {
        #expect(try YAMLParser.value(of: Array(text.utf8)) == value)
    }

    @Test func `mappings, sequences and flow text nest in any way`() throws {
        let text = """
            openapi: 3.0.1
            info: {title: "a, b", version: '1.0'}
            paths:
              /pets/{id}:
                get:
                  tags: [one, "two"]
                  responses:
                    200:
                      description: fine # a comment
                  security:
                  - jwt: []
                  - {}
            """

        let value = try YAMLParser.value(of: Array(text.utf8))

        #expect(
            value == [
                "openapi": "3.0.1",
                "info": ["title": "a, b", "version": "1.0"],
                "paths": [
                    "/pets/{id}": [
                        "get": [
                            "tags": ["one", "two"],
                            "responses": ["200": ["description": "fine"]],
                            "security": [["jwt": []], [:]],
                        ]
                    ]
                ],
            ])
    }

    @Test(arguments: ["200", "true", "null", "~", "1.0", "'200'", "\"200\"", "2020-04-01"])
    func `a name is always a string`(name: String) throws {
        let value = try YAMLParser.value(of: Array("\(name): 1".utf8))

        let unquoted = String(name.filter { $0 != "'" && $0 != "\"" })
        #expect(value == .object([unquoted: 1]))
    }

    @Test func `an alias is a copy of what it names`() throws {
        let text = """
            one: &one {type: aws_proxy, list: &list [1, 2]}
            two: *one
            three: *list
            &name key: *name
            """

        let value = try YAMLParser.value(of: Array(text.utf8))

        #expect(
            value == [
                "one": ["type": "aws_proxy", "list": [1, 2]],
                "two": ["type": "aws_proxy", "list": [1, 2]],
                "three": [1, 2],
                "key": "key",
            ])
    }

    @Test func `a merge adds what is not there, the first mapping first`() throws {
        let text = """
            base: &base {type: aws_proxy, uri: u}
            other: &other {uri: v, method: POST}
            one: {<<: *base, uri: own}
            two:
              <<: [*base, *other]
            three: {"<<": 1}
            """

        let value = try YAMLParser.value(of: Array(text.utf8))

        #expect(
            value == [
                "base": ["type": "aws_proxy", "uri": "u"],
                "other": ["uri": "v", "method": "POST"],
                "one": ["uri": "own", "type": "aws_proxy"],
                "two": ["type": "aws_proxy", "uri": "u", "method": "POST"],
                "three": ["<<": 1],
            ])
    }

    @Test(
        arguments: [
            ("", 1, 1, "found no document"),
            ("# nothing", 1, 1, "found no document"),
            ("a: 1\n---\nb: 2", 2, 1, "found a second document"),
            ("a: 1\nb: 2\na: 3", 3, 1, "found the name a a second time"),
            ("{a: 1, 'a': 2}", 1, 8, "found the name a a second time"),
            ("1: a\n\"1\": b", 2, 1, "found the name 1 a second time"),
            ("? [a]\n: 1", 1, 3, "found a name that is no string"),
            ("a: &x [1]\n*x : 1", 2, 1, "found a name that is no string"),
            ("a: *b", 1, 4, "found an alias to what is not anchored before it"),
            ("a: &a [*a]", 1, 8, "found an alias to what is not anchored before it"),
            ("a: .inf", 1, 4, "found a value that JSON cannot hold, or not of its tag"),
            ("a: -.INF", 1, 4, "found a value that JSON cannot hold, or not of its tag"),
            ("a: .nan", 1, 4, "found a value that JSON cannot hold, or not of its tag"),
            ("a: 1e400", 1, 4, "found a value that JSON cannot hold, or not of its tag"),
            ("a: !!int x", 1, 4, "found a value that JSON cannot hold, or not of its tag"),
            ("a: !Sub x", 1, 4, "found a value that JSON cannot hold, or not of its tag"),
            ("a: !Join [a]", 1, 4, "found the unknown tag !Join"),
            ("a: !!seq {}", 1, 4, "found the unknown tag tag:yaml.org,2002:seq"),
            ("<<: 1", 1, 5, "found a merge of what is no mapping"),
            ("<<: [1]", 1, 5, "found a merge of what is no mapping"),
            ("a: [1", 2, 1, "did not find expected ',' or ']'"),
            ("a:\n\tb: 1", 2, 1, "found character that cannot start any token"),
            ("a: \"b", 1, 6, "found unexpected end of stream"),
            ("a: b: c", 1, 5, "mapping values are not allowed in this context"),
        ] as [(String, Int, Int, String)])
    func `what is no document is refused with its place`(
        text: String, line: Int, column: Int, problem: String
    ) throws {
        #expect(throws: YAMLError(line: line, column: column, problem: problem)) {
            try YAMLParser.value(of: Array(text.utf8))
        }
    }

    @Test(arguments: [[0xFF], [0x61, 0x3A, 0x20, 0xC3], [0x61, 0x00], [0xED, 0xA0, 0x80]] as [[UInt8]])
    func `bytes that are no text are refused`(bytes: [UInt8]) {
        #expect(throws: YAMLError.self) { try YAMLParser.value(of: bytes) }
    }

    @Test func `a byte order mark is no part of the text`() throws {
        #expect(try YAMLParser.value(of: [0xEF, 0xBB, 0xBF] + Array("a: 1".utf8)) == ["a": 1])
    }

    // MARK: Bounds

    @Test func `the deepest nesting is read and one level more is refused`() throws {
        let most = YAMLLimits.depthMax
        var value = try YAMLParser.value(of: nested(levels: most))
        var levels = 0
        while case .array(let elements) = value {
            levels += 1
            value = elements.first ?? .null
        }
        #expect(levels == most)

        #expect(throws: YAMLError(line: 1, column: most + 1, problem: "found more than \(most) levels")) {
            try YAMLParser.value(of: nested(levels: most + 1))
        }
    }

    private func nested(levels: Int) -> [UInt8] {
        Array(repeating: UInt8(ascii: "["), count: levels)
            + Array(repeating: UInt8(ascii: "]"), count: levels)
    }

    @Test func `the longest text is read and one byte more is refused`() throws {
        let text = Array("a: 1\n#".utf8)
        let longest = text + Array(repeating: UInt8(ascii: "x"), count: YAMLLimits.bytesMax - text.count)
        #expect(try YAMLParser.value(of: longest) == ["a": 1])

        #expect(
            throws: YAMLError(line: 1, column: 1, problem: "found more than \(YAMLLimits.bytesMax) bytes")
        ) {
            try YAMLParser.value(of: longest + [UInt8(ascii: "x")])
        }
    }

    @Test func `aliases may stand for the expanded size at most`() throws {
        // The sequence is 1, its first element 1 + length, each alias as much.
        let most = YAMLLimits.expandedSizeMax
        let length = most / 4 - 1
        let scalar = String(repeating: "x", count: length)
        let fitting = "[&a \(scalar), *a, *a]"
        #expect(
            try YAMLParser.value(of: Array(fitting.utf8))
                == .array(Array(repeating: .string(scalar), count: 3)))

        // 1 + 4 * (most / 4) is one more than there may be.
        let tooLarge = "[&a \(scalar), *a, *a, *a]"
        #expect(throws: YAMLError.self) { try YAMLParser.value(of: Array(tooLarge.utf8)) }
    }

    @Test func `a billion laughs are refused`() {
        var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }

        #expect {
            try YAMLParser.value(of: Array(text.utf8))
        } throws: { error in
            (error as? YAMLError)?.problem
                == "found more than \(YAMLLimits.expandedSizeMax) bytes with every alias written out"
        }
    }

    @Test(arguments: ["[", "{", "- ", "? ", "&a ", "*a ", "!!", "|\n", "\"", "a: ", "\t", "%", ": ", "[a,"])
    func `a megabyte of one sign ends soon`(sign: String) {
        let text = String(repeating: sign, count: 1_000_000 / sign.utf8.count)
        #expect(throws: YAMLError.self) { try YAMLParser.value(of: Array(text.utf8)) }
    }

    @Test(arguments: 0..<200)
    func `damaged documents are read or refused, never worse`(seed: Int) {
        let document = Array(
            """
            openapi: "3.0.1"
            x: &x {a: [1, 2.5, null], "b": 'c'}
            y: [*x, {<<: *x, d: |
              text
            }]
            """.utf8)
        var damaged = document
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        for _ in 0..<3 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            damaged[Int(state >> 33) % damaged.count] = UInt8(truncatingIfNeeded: state >> 24)
        }

        do throws(YAMLError) {
            let value = try YAMLParser.value(of: damaged)
            #expect(throws: Never.self) { try YAMLParser.value(of: YAMLEmitter.bytes(of: value)) }
        } catch {
            #expect(error.line >= 1 && error.column >= 1)
        }
    }
}
