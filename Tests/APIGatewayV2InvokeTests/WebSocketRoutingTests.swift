/// Routes of messages: selection expressions, models, and required parameters of the handshake.

import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct WebSocketRoutingTests {
    private static let routes: [(String, JSON)] = [
        "send", "join/room", "[item1, item2]", "$default", "$connect", "$disconnect", "7", "true",
    ].map { ($0, ["routeId": .string($0), "routeKey": .string($0)]) }

    @Test(arguments: [
        ("$request.body.action", #"{"action":"send"}"#, "send"),
        ("${request.body.action}", #"{"action":"send"}"#, "send"),
        ("${request.body.a}/${request.body.b}", #"{"a":"join","b":"room"}"#, "join/room"),
        ("$request.body.a.b[1]", #"{"a":{"b":["x","send"]}}"#, "send"),
        ("$request.body.action", #"{"action":["item1","item2"]}"#, "[item1, item2]"),
        ("$request.body.action", #"{"action":7}"#, "7"),
        ("$request.body.action", #"{"action":true}"#, "true"),
        ("$request.body.action", #"{"action":"SEND"}"#, "$default"),
        ("$request.body.action", #"{"action":"other"}"#, "$default"),
        ("$request.body.action", #"{}"#, "$default"), ("$request.body.action", "send", "$default"),
        ("$request.body.action", "[1]", "$default"), ("$request.body.action", "", "$default"),
        ("$request.body.action", #"{"action":"$connect"}"#, "$default"),
        ("$request.body.action", #"{"action":"$disconnect"}"#, "$default"), ("send", "no JSON", "send"),
        ("\\$default", "x", "$default"),
    ])
    func `an expression chooses the route by an exact match`(
        expression: String, body: String, key: String
    ) throws {
        let api = try webSocketAPI(expression, routes: Self.routes)

        #expect(try api.route(for: message(body))?.routeKey == key)
    }

    @Test func `without a match and without a default there is no route`() throws {
        let api = try webSocketAPI(routes: Array(Self.routes.prefix(1)))

        #expect(try api.route(for: message("x")) == nil)
        #expect(try api.route(for: message(#"{"action":"send"}"#))?.routeKey == "send")
    }

    @Test func `an expression that is not read is not honoured`() throws {
        let api = try webSocketAPI("${request.body.a[}", routes: Self.routes)

        #expect(api.unsupported.map(\.member) == ["routeSelectionExpression"])
    }

    @Test func `a message must fit the model that its route names`() throws {
        let schema = #"{"type":"object","required":["text"],"properties":{"text":{"type":"string"}}}"#
        let route = try route(
            to: ["integrationId": "i1", "integrationType": "MOCK"],
            members: ["requestModels": ["$default": "Message"]],
            models: [("m1", ["modelId": "m1", "name": "Message", "schema": .string(schema)])])

        #expect(try route.modelProblem(of: message(#"{"text":"x"}"#)) == nil)
        #expect(
            try route.modelProblem(of: message(#"{"text":1}"#))
                == "[#/text: integer found, string expected]")
        #expect(
            try route.modelProblem(of: message("{}")) == "[#: is missing but it is required: text]")
        #expect(try route.modelProblem(of: message("text")) == "[the message is no JSON]")
    }

    @Test func `the model selection expression chooses among the models of a route`() throws {
        let route = try route(
            to: ["integrationId": "i1", "integrationType": "MOCK"],
            members: [
                "requestModels": ["a": "Number", "b": "Text"],
                "modelSelectionExpression": "$request.body.kind",
            ],
            models: [
                ("m1", ["modelId": "m1", "name": "Number", "schema": #"{"required":["n"]}"#]),
                ("m2", ["modelId": "m2", "name": "Text", "schema": #"{"required":["t"]}"#]),
            ])

        #expect(try route.modelProblem(of: message(#"{"kind":"a","n":1}"#)) == nil)
        #expect(try route.modelProblem(of: message(#"{"kind":"b","n":1}"#)) != nil)
        // Developer guide, "Request validation for WebSocket APIs": without a match and $default it fails.
        #expect(
            try route.modelProblem(of: message(#"{"kind":"c"}"#))
                == #"[no model has the key "c", and there is no $default]"#)
    }

    @Test func `a model that cannot be compiled is not honoured`() throws {
        let route = try route(
            to: ["integrationId": "i1", "integrationType": "MOCK"],
            members: ["requestModels": ["$default": "Message"]],
            models: [("m1", ["modelId": "m1", "name": "Message", "schema": #"{"$ref":"other.json"}"#])])

        #expect(
            route.unsupported.map(\.message) == [
                "requestModels of route $default names Message, which is not honoured by this local "
                    + "stand-in, so that the request is not let through: $ref other.json "
                    + "names another document, and no document is fetched"
            ])
    }

    @Test func `a handshake must have the required parameters`() throws {
        let api = try webSocketAPI(routes: [
            (
                "r1",
                [
                    "routeId": "r1", "routeKey": "$connect",
                    "requestParameters": [
                        "route.request.header.Auth": ["required": true],
                        "route.request.querystring.room": ["required": true],
                        "route.request.header.Other": ["required": false],
                    ],
                ]
            )
        ])
        let route = try #require(api.route("$connect"))
        func missing(_ request: HTTPRequest) throws -> String? {
            route.missingParameter(in: event(.connect(request), "$connect", of: try connection(request)))
        }

        #expect(try missing(handshake("/develop?room=1", [("auth", "x")])) == nil)
        #expect(try missing(handshake("/develop?room=1")) == "route.request.header.Auth")
        #expect(try missing(handshake("/develop", [("auth", "x")])) == "route.request.querystring.room")
    }

    @Test func `a route is two-way by its expression and its route response together`() throws {
        let members: JSON = [
            "routeId": "r1", "routeKey": "a", "routeResponseSelectionExpression": "$default",
        ]
        let response: [(String, JSON)] = [("rr", ["routeResponseId": "rr", "routeResponseKey": "$default"])]

        #expect(try webSocketAPI(routes: [("r1", members)]).route("a")?.isTwoWay == false)
        #expect(
            try webSocketAPI(routes: [("r1", members)], routeResponses: ["r1": response]).route("a")?
                .isTwoWay == true)
        #expect(
            try webSocketAPI(
                routes: [("r1", ["routeId": "r1", "routeKey": "a"])], routeResponses: ["r1": response]
            ).route("a")?.isTwoWay == false)
    }
}
