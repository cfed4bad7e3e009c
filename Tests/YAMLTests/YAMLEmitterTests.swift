/// JSON values and the YAML text that they are written as, which reads as the same value.

import JSON
import Testing
import YAML

struct YAMLEmitterTests {
    @Test func `a document has the form of the service's exports`() {
        let value: JSON = [
            "openapi": "3.0.1",
            "servers": [["url": "https://x/{basePath}", "variables": ["basePath": ["default": ""]]]],
            "paths": [
                "/pets/{id}": [
                    "get": [
                        "responses": ["200": ["description": "two words"], "default": [:]],
                        "security": [["jwt": []], ["other": ["a", "b"]]],
                        "timeoutInMillis": 12_000, "rate": .number(2.5), "on": true, "nothing": .null,
                    ]
                ]
            ],
            "x-amazon-apigateway-importexport-version": "1.0",
        ]

        let text = String(decoding: YAMLEmitter.bytes(of: value), as: UTF8.self)

        #expect(
            text == """
                openapi: "3.0.1"
                servers:
                - url: "https://x/{basePath}"
                  variables:
                    basePath:
                      default: ""
                paths:
                  /pets/{id}:
                    get:
                      responses:
                        200:
                          description: "two words"
                        default: {}
                      security:
                      - jwt: []
                      - other:
                        - "a"
                        - "b"
                      timeoutInMillis: 12000
                      rate: 2.5
                      on: true
                      nothing: null
                x-amazon-apigateway-importexport-version: "1.0"

                """)
    }

    @Test(
        arguments: [
            "", "a", "true", "12", "null", "~", "a: b", "- a", "# a", "{a}", "[a", "*a", "&a", "!a", "|", ">",
            "'", "\"", "\\", "%a", "@a", "`a", "a #b", "a:", " a ", "a\nb", "a\tb", "\u{0}", "\u{7F}",
            "\u{85}",
            "\u{2028}", "\u{FEFF}", "é", "😀", "=", "<<", "---", "...", "? a", "-", "?", ":",
            String(repeating: "long ", count: 100), String(repeating: "x", count: 2000),
        ])
    func `a string comes back as it was, as a name and as a value`(string: String) throws {
        let value = JSON.object([string: .string(string), "list": [.string(string)]])

        let bytes = YAMLEmitter.bytes(of: value)

        #expect(try YAMLParser.value(of: bytes) == value, "\(String(decoding: bytes, as: UTF8.self))")
    }

    @Test(
        arguments: [
            .null, true, 0, .integer(.min), .integer(.max), .number(1), .number(-2.5e-300), .number(1e300),
            "text",
            [], [:], [[]], [[:]], [["a": [[], ["b": [:]]]]],
        ] as [JSON])
    func `any value comes back as it was`(value: JSON) throws {
        #expect(try YAMLParser.value(of: YAMLEmitter.bytes(of: value)) == value)
    }
}
