/// Models: names, and schemas that are JSON Schema draft 4.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct ModelTests {
    private let emulation = Emulation()

    private static let beginning = "Invalid model specified: Validation Result: warnings : [], errors : "

    @Test(arguments: [
        "", "{", "not JSON", "[]", "true", #""string""#, #"{"type": "String"}"#, #"{"type": []}"#,
        #"{"type": ["string", "string"]}"#, #"{"minLength": "1"}"#, #"{"maxItems": -1}"#,
        #"{"minItems": 1.5}"#,
        #"{"required": []}"#, #"{"required": ["a", "a"]}"#, #"{"required": true}"#, #"{"enum": []}"#,
        #"{"enum": ["A", "A"]}"#, #"{"multipleOf": 0}"#, #"{"exclusiveMinimum": true}"#,
        #"{"maximum": 1, "exclusiveMaximum": 2}"#, #"{"properties": {"a": []}}"#, #"{"items": []}"#,
        #"{"allOf": {}}"#, #"{"not": 1}"#, #"{"additionalProperties": "no"}"#,
        #"{"definitions": {"a": {"id": 1}}}"#,
        #"{"dependencies": {"a": []}}"#, #"{"pattern": 1}"#, #"{"$ref": 1}"#,
        #"{"title": "a", "title": "b"}"#,
    ])
    func `a schema with a fault is refused, on create and on update`(schema: String) throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/models"
        let model = try emulation.create(
            path, ["name": "A", "contentType": "application/json", "schema": "{}"], identifier: "modelId")
        let created = try emulation.call(
            .post, path, ["name": "B", "contentType": "application/json", "schema": .string(schema)])
        let updated = try emulation.call(.patch, "\(path)/\(model)", ["schema": .string(schema)])
        for answer in [created, updated] {
            #expect(answer.status == 400)
            #expect(answer.message == Self.beginning + "[Invalid model schema specified]")
        }
    }

    @Test func `each fault is told, and unknown keywords are named`() throws {
        let schema =
            #"{"example": 1, "$id": "a", "type": "text", "#
            + #""properties": {"a": {"nullable": true, "minimum": "1"}}}"#
        let answer = try emulation.call(
            .post, "/v2/apis/\(emulation.webSocketAPI())/models",
            ["name": "A", "contentType": "application/json", "schema": .string(schema)])
        #expect(answer.status == 400)
        #expect(
            answer.message == Self.beginning
                + "[Invalid model schema specified, Invalid model schema specified, "
                + #"Invalid model schema specified. Unsupported keyword(s): ["nullable"], "#
                + #"Invalid model schema specified. Unsupported keyword(s): ["example", "$id"]]"#)
    }

    @Test(arguments: [
        "{}",
        #"{"$schema": "http://json-schema.org/draft-04/schema#", "id": "a", "title": "A", "#
            + #""description": "b", "type": ["object", "null"], "required": ["a"], "#
            + #""minProperties": 0, "maxProperties": 2.0, "#
            + #""properties": {"a": {"type": "integer", "minimum": 1, "exclusiveMinimum": true, "#
            + #""multipleOf": 0.5}}, "patternProperties": {"^b": {"format": "date", "pattern": "a+"}}, "#
            + #""additionalProperties": false}"#,
        ##"{"items": [{"enum": [1, "1", null]}, {"$ref": "#/definitions/a", "anything": 1}], "##
            + #""uniqueItems": true, "additionalItems": {"not": {}}, "#
            + #""definitions": {"a": {"default": {"b": 1}}}, "#
            + #""dependencies": {"a": ["b"], "c": {"oneOf": [{}]}}}"#,
    ])
    func `a schema of draft 4 is kept as it was sent`(schema: String) throws {
        let answer = try emulation.call(
            .post, "/v2/apis/\(emulation.webSocketAPI())/models",
            ["name": "A", "contentType": "application/json", "schema": .string(schema)])
        #expect(answer.status == 201)
        #expect(answer["schema"] == .string(schema))
    }

    @Test func `a schema is nested 128 deep at most`() throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/models"
        let statuses = try [128, 129].map { depth in
            let schema =
                String(repeating: #"{"not":"#, count: depth - 1) + "{}"
                + String(repeating: "}", count: depth - 1)
            return try emulation.call(
                .post, path,
                ["name": .string("A\(depth)"), "contentType": "application/json", "schema": .string(schema)]
            ).status
        }
        #expect(statuses == [201, 400])
    }

    @Test(arguments: [nil, "text/plain", "text/x-json"])
    func `a schema of another content type is let in`(type: String?) throws {
        var body: JSONObject = ["name": "A", "schema": "{"]
        body["contentType"] = type.map(JSON.string)
        let path = "/v2/apis/\(try emulation.webSocketAPI())/models"
        #expect(try emulation.call(.post, path, .object(body)).status == 201)
    }

    @Test(arguments: ["a_b", "a b", "", "ä", "A."])
    func `a name is letters and digits`(name: String) throws {
        let answer = try emulation.call(
            .post, "/v2/apis/\(emulation.webSocketAPI())/models", ["name": .string(name), "schema": "{}"])
        #expect(answer.status == 400)
        #expect(name.isEmpty || answer.message == "Model name must be alphanumeric: \(name)")
    }
}
