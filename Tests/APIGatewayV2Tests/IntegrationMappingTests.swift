/// Parameter mappings through the service: on create, on update and on import, in fixtures, and a WebSocket
/// integration's against what its routes declare.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct IntegrationMappingTests {
    private let emulation = Emulation()

    private static func message(_ errors: String..., of expression: String = "mapping") -> String {
        "Invalid \(expression) expression specified: Validation Result: warnings : [], errors : ["
            + errors.joined(separator: ", ") + "]"
    }

    private static let cases: [(members: JSONObject, message: String)] = [
        (
            [
                "requestParameters": [
                    "set:querystring.page": "1", "append:path": "/a", "append:header.b": "c",
                ]
            ],
            message(
                "Invalid Request Actioned Parameter destination specified: set:querystring.page",
                "Invalid Request Actioned Parameter destination specified: append:path")
        ),
        (
            ["requestParameters": ["overwrite:header.Via": "x"]],
            message("Operations on header Via are restricted")
        ),
        (
            ["requestParameters": ["overwrite:path": "$request.paths"]],
            message("Invalid source: $request.paths specified for destination: overwrite:path")
        ),
        (
            ["responseParameters": ["404": ["append:querystring.a": "1"], "500": ["put:header.b": "2"]]],
            message(
                "Invalid Response Actioned Parameter destination specified: append:querystring.a",
                "Invalid Response Actioned Parameter destination specified: put:header.b")
        ),
        (
            [
                "responseParameters": [
                    "200": ["bad": "1"], "600": ["append:header.a": "1"], "0": ["append:header.a": "1"],
                ]
            ],
            message("Status Code 600 is not valid.")
        ),
        (["responseParameters": ["2xx": ["append:header.a": "1"]]], message("Status Code 2xx is not valid.")),
    ]

    @Test(arguments: cases.indices)
    func `a bad mapping is refused on create, on update and on import`(index: Int) throws {
        let (members, message) = Self.cases[index]
        let api = try emulation.httpAPI()
        var body: JSONObject = [
            "integrationType": "HTTP_PROXY", "integrationMethod": "POST",
            "integrationUri": "https://example.com", "payloadFormatVersion": "1.0",
        ]
        for member in members.members { body[member.name] = member.value }

        let created = try emulation.call(.post, "/v2/apis/\(api)/integrations", .object(body))
        let id = try emulation.integration(of: api)
        let updated = try emulation.call(.patch, "/v2/apis/\(api)/integrations/\(id)", .object(members))
        var declared: JSONObject = [
            "type": "http_proxy", "httpMethod": "POST", "uri": "https://example.com",
            "payloadFormatVersion": "1.0",
        ]
        for member in members.members { declared[member.name] = member.value }
        let imported = try emulation.importing(
            .object(document(["x-amazon-apigateway-integration": .object(declared)])))

        for answer in [created, updated] {
            #expect(answer.status == 400)
            #expect(answer.errorType == "BadRequestException")
            #expect(answer.message == message)
        }
        guard case .array(let warnings) = imported["warnings"], case .string(let warning) = warnings.first
        else { throw Missing() }
        #expect(warning.contains(message.hasSuffix(".") ? String(message.dropLast()) : message))
    }

    private struct Missing: Error {}

    @Test func `only what is removed may be empty`() throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/integrations"
        var body: JSONObject = [
            "integrationType": "HTTP_PROXY", "integrationMethod": "GET",
            "integrationUri": "https://example.com", "payloadFormatVersion": "1.0",
            "requestParameters": ["remove:header.a": "", "remove:querystring.b": "''"],
            "responseParameters": ["200": ["remove:header.c": ""]],
        ]
        let created = try emulation.call(.post, path, .object(body))
        #expect(created.status == 201)
        #expect(created["requestParameters"] == body["requestParameters"])
        #expect(created["responseParameters"] == body["responseParameters"])

        body["requestParameters"] = ["remove:header.a": "", "append:header.b": ""]
        let refused = try emulation.call(.post, path, .object(body))
        #expect(refused.status == 400)
        #expect(refused.message?.contains("requestParameters.append:header.b") == true)
    }

    @Test func `a service action's values are expressions too, its names are not`() throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/integrations"
        var body: JSONObject = [
            "integrationType": "AWS_PROXY", "integrationSubtype": "StepFunctions-StartExecution",
            "payloadFormatVersion": "1.0", "credentialsArn": "arn:aws:iam::1:role/r",
            "requestParameters": ["StateMachineArn": "arn", "Input": "$response.body"],
        ]
        let refused = try emulation.call(.post, path, .object(body))
        #expect(
            refused.message
                == Self.message(
                    "Invalid source: $response.body specified for destination: Input", of: "selection"))

        body["requestParameters"] = [
            "StateMachineArn": "$stageVariables.machine", "Input": #"{"a": "${request.body.a}"}"#,
        ]
        #expect(try emulation.call(.post, path, .object(body)).status == 201)
    }

    @Test func `a WebSocket integration's mappings are of the older grammar`() throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/integrations"
        let refused = try emulation.call(
            .post, path,
            [
                "integrationType": "MOCK",
                "requestParameters": [
                    "overwrite:header.a": "'1'", "integration.request.querystring.b": "static",
                    "integration.request.path.c": "context.stage",
                ],
            ])
        #expect(refused.status == 400)
        #expect(
            refused.message
                == Self.message(
                    "Invalid mapping expression parameter specified: overwrite:header.a",
                    "Invalid mapping expression specified: static"))

        let mock = try emulation.create(path, ["integrationType": "MOCK"], identifier: "integrationId")
        let response = try emulation.call(
            .post, "\(path)/\(mock)/integrationresponses",
            [
                "integrationResponseKey": "$default",
                "responseParameters": ["method.response.header.a": "$response.header.b"],
            ])
        #expect(
            response.message
                == Self.message("Invalid mapping expression specified: $response.header.b"))
    }

    @Test func `a route declares what its integration maps, whichever of the two comes last`() throws {
        let api = try emulation.webSocketAPI()
        let path = "/v2/apis/\(api)"
        let integration = try emulation.create(
            "\(path)/integrations", ["integrationType": "MOCK"], identifier: "integrationId")
        let route = try emulation.create(
            "\(path)/routes",
            [
                "routeKey": "$connect", "target": .string("integrations/\(integration)"),
                "requestParameters": ["route.request.querystring.a": ["required": false]],
            ], identifier: "routeId")
        let sentence =
            "Error while validating the connection between the integration \(integration) and the route "

        let known: JSON = ["integration.request.header.a": "route.request.querystring.a"]
        #expect(
            try emulation.call(.patch, "\(path)/integrations/\(integration)", ["requestParameters": known])
                .status
                == 200)
        let unknown = try emulation.call(
            .patch, "\(path)/integrations/\(integration)",
            ["requestParameters": ["integration.request.header.b": "route.request.querystring.b"]])
        #expect(unknown.status == 400)
        #expect(
            unknown.message
                == sentence
                + "\(route): Invalid mapping expression parameter specified: route.request.querystring.b")

        let undeclared = try emulation.call(
            .delete, "\(path)/routes/\(route)/requestparameters/route.request.querystring.a")
        #expect(
            undeclared.message
                == sentence
                + "\(route): Invalid mapping expression parameter specified: route.request.querystring.a")
        let another = try emulation.call(
            .post, "\(path)/routes",
            ["routeKey": "send", "target": .string("integrations/\(integration)")])
        #expect(
            another.message
                == sentence
                + "null: Invalid mapping expression parameter specified: route.request.querystring.a")
        #expect(
            try emulation.call(.post, "\(path)/routes", ["routeKey": "send"]).status == 201)
    }

    @Test func `what a message's body or context gives is not declared`() throws {
        let api = try emulation.webSocketAPI()
        let integration = try emulation.create(
            "/v2/apis/\(api)/integrations",
            [
                "integrationType": "MOCK",
                "requestParameters": [
                    "integration.request.header.a": "route.request.body.a",
                    "integration.request.header.b": "context.connectionId",
                    "integration.request.header.c": "'route.request.header.c'",
                ],
            ], identifier: "integrationId")
        _ = try emulation.route("send", of: api, target: integration)
    }
}
