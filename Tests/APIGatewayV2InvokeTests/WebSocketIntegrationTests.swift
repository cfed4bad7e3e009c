/// The requests and responses of integrations of WebSocket APIs: parameters, templates, passthrough, content
/// handling, and the choice of integration responses.

import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct WebSocketIntegrationTests {
    private func integration(
        _ members: [String: JSON], responses: [(String, JSON)] = []
    ) throws -> WebSocketIntegration {
        var object: JSONObject = ["integrationId": "i1"]
        for (name, value) in members { object[name] = value }
        return try #require(try route(to: .object(object), responses: responses).integration)
    }

    private func body(_ members: [String: JSON], _ message: String) throws -> String {
        let event = try APIGatewayV2InvokeTests.message(message)
        return text(try integration(members).request(for: event).body)
    }

    @Test func `the template that the message chooses makes the body`() throws {
        let members: [String: JSON] = [
            "integrationType": "HTTP", "integrationUri": "http://example.com",
            "templateSelectionExpression": "${request.body.kind}",
            "requestTemplates": [
                "a": #"{"a":$input.json('$.x'),"id":"$context.connectionId"}"#, "$default": "other",
            ],
        ]

        #expect(try body(members, #"{"kind":"a","x":[1]}"#) == #"{"a":[1],"id":"TXzPWdnOjoECGjA="}"#)
        #expect(try body(members, #"{"kind":"b"}"#) == "other")
        #expect(try body(members, "no JSON") == "other")
    }

    @Test(arguments: [
        ("WHEN_NO_MATCH", true, true), ("WHEN_NO_TEMPLATES", true, false), ("NEVER", true, false),
        ("WHEN_NO_MATCH", false, true), ("WHEN_NO_TEMPLATES", false, true), ("NEVER", false, false),
    ])
    func `passthrough decides about messages without a template`(
        behavior: String, hasOther: Bool, passes: Bool
    ) throws {
        var members: [String: JSON] = [
            "integrationType": "HTTP", "integrationUri": "http://example.com",
            "passthroughBehavior": .string(behavior), "templateSelectionExpression": "fixed",
        ]
        if hasOther { members["requestTemplates"] = ["other": "x"] }
        let integration = try integration(members)
        let event = try message("as it is")

        if passes {
            #expect(text(try integration.request(for: event).body) == "as it is")
        } else {
            let failure = #expect(throws: WebSocketFailure.self) { try integration.request(for: event) }
            #expect(failure?.kind == .noTemplate)
        }
    }

    @Test func `a request has the parameters of its mappings`() throws {
        let integration = try integration([
            "integrationType": "HTTP_PROXY", "integrationMethod": "PUT",
            "integrationUri": "https://example.com/${stageVariables.base}/{id}?a=1",
            "requestParameters": [
                "integration.request.header.ConnectionId": "context.connectionId",
                "integration.request.querystring.x": "route.request.body.x",
                "integration.request.path.id": "'a/b'",
                "integration.request.header.Missing": "route.request.body.none",
            ],
        ])
        let connection = try connection(variables: [StageVariable(name: "base", value: "v1")])
        let event = try message(#"{"x":"1 2"}"#, "$default", connection)

        guard case .http(let uri, isProxy: true) = integration.kind else {
            Issue.record("\(integration.kind)")
            return
        }
        let mapped = try integration.request(for: event)
        let request = try #require(integration.backendRequest(mapped, for: event, uri: uri))

        #expect(request.method == HTTPMethod(rawValue: "PUT"))
        #expect(request.url == "https://example.com/v1/a%2Fb?a=1&x=1%202")
        #expect(
            lines(request.fields) == [
                "Host: example.com", "ConnectionId: TXzPWdnOjoECGjA=",
                "User-Agent: AmazonAPIGateway_abc123",
                "X-Amzn-Trace-Id: Root=1-65d3012e-0a4b2ad6361ab9f2153e8b8a",
                "Content-Type: application/json", "Content-Length: 11",
            ])
        #expect(text(request.body) == #"{"x":"1 2"}"#)
    }

    @Test func `a body becomes binary for the endpoint where the integration says so`() throws {
        let members: [String: JSON] = [
            "integrationType": "HTTP_PROXY", "integrationUri": "http://example.com",
            "contentHandlingStrategy": "CONVERT_TO_BINARY",
        ]

        #expect(try body(members, "aGVsbG8=") == "hello")
        #expect(throws: WebSocketFailure.self) { try body(members, "{") }
    }

    @Test func `the first response whose pattern takes the status makes the message`() throws {
        let integration = try integration(
            [
                "integrationType": "HTTP", "integrationUri": "http://example.com",
                "integrationResponseSelectionExpression": "${integration.response.statuscode}",
            ],
            responses: [
                ("a", ["integrationResponseKey": "$default"]),
                (
                    "b",
                    [
                        "integrationResponseKey": #"/2\d\d/"#,
                        "responseTemplates": ["$default": "ok $input.json('$.n') $context.status"],
                    ]
                ),
                ("c", ["integrationResponseKey": "404", "responseTemplates": ["$default": "none"]]),
                (
                    "d",
                    ["integrationResponseKey": "/5../", "contentHandlingStrategy": "CONVERT_TO_BINARY"]
                ),
            ])
        func output(_ status: Int, _ body: String) throws -> WebSocketOutput {
            try integration.output(
                of: EndpointAnswer(status: status, body: Array(body.utf8)), for: message("{}"))
        }

        #expect(try output(201, #"{"n":7}"#) == .text(Array("ok 7 201".utf8)))
        #expect(try output(404, "x") == .text(Array("none".utf8)))
        #expect(try output(503, "aGk=") == .binary(Array("hi".utf8)))
        #expect(try output(300, "as it is") == .text(Array("as it is".utf8)))
        #expect(try output(300, "") == WebSocketOutput.none)
    }

    @Test func `an answer that no response takes is an error`() throws {
        let integration = try integration(
            [
                "integrationType": "MOCK",
                "integrationResponseSelectionExpression": "${integration.response.statuscode}",
            ],
            responses: [("a", ["integrationResponseKey": "200"])])

        let failure = #expect(throws: WebSocketFailure.self) {
            try integration.output(of: EndpointAnswer(status: 400, body: []), for: message("{}"))
        }
        #expect(failure?.cause == "no integration response of integration i1 takes \"400\"")
    }

    @Test func `a function's error chooses the response by its text`() throws {
        let integration = try integration(
            [
                "integrationType": "AWS",
                "integrationUri": "arn:aws:lambda:eu-west-1:123456789012:function:f",
                "integrationResponseSelectionExpression": "${integration.response.body.errorMessage}",
            ],
            responses: [
                ("a", ["integrationResponseKey": "/bad.*/", "responseTemplates": ["$default": "sorry"]]),
                ("b", ["integrationResponseKey": "$default"]),
            ])
        let raised = try #require(LambdaOutcome.failed("ValueError: bad thing").endpointAnswer)
        let answered = try #require(LambdaOutcome.answered(Array(#"{"a":1}"#.utf8)).endpointAnswer)

        #expect(try integration.output(of: raised, for: message("{}")) == .text(Array("sorry".utf8)))
        #expect(try integration.output(of: answered, for: message("{}")) == .text(Array(#"{"a":1}"#.utf8)))
    }

    @Test func `a mock answers with the output of its template`() throws {
        let integration = try integration([
            "integrationType": "MOCK", "requestTemplates": ["$default": #"{"statusCode": 202}"#],
        ])
        let request = try integration.request(for: message("{}"))

        #expect(try integration.mockAnswer(to: request).status == 202)
        let none = EndpointRequest(body: Array("{}".utf8))
        #expect(throws: WebSocketFailure.self) { try integration.mockAnswer(to: none) }
    }

    @Test(arguments: [
        (#"{"statusCode":200,"body":"hi"}"#, 200, WebSocketOutput.text(Array("hi".utf8))),
        (#"{"statusCode":"404"}"#, 404, .none), (#"{"statusCode":200,"body":""}"#, 200, .none),
        (#"{"statusCode":200,"body":"aGk=","isBase64Encoded":true}"#, 200, .binary(Array("hi".utf8))),
    ])
    func `a function's result has a status and a message`(
        payload: String, status: Int, output: WebSocketOutput
    ) throws {
        let result = try #require(WebSocketLambdaResult(Array(payload.utf8)))

        #expect(result.status == status)
        #expect(result.output == output)
    }

    @Test(arguments: ["null", "\"ok\"", "{}", #"{"statusCode":0}"#, #"{"statusCode":"x"}"#, ""])
    func `a result without a status is malformed`(payload: String) {
        #expect(WebSocketLambdaResult(Array(payload.utf8)) == nil)
    }

    @Test func `of a result's headers only the subprotocol counts`() {
        let payload = #"{"statusCode":200,"headers":{"x":"y","sec-websocket-protocol":"chat"}}"#

        #expect(WebSocketLambdaResult(Array(payload.utf8))?.subprotocol == "chat")
    }

    @Test(arguments: [
        (
            "arn:aws:apigateway:us-east-1:kinesis:action/PutRecord", "kinesis", "/",
            "Kinesis_20131202.PutRecord"
        ),
        ("arn:aws:apigateway:us-east-1:sqs:path/123/queue", "sqs", "/123/queue", nil),
        ("arn:aws:apigateway:us-east-1:sns:action/Publish", "sns", "/?Action=Publish", nil),
    ])
    func `the URI of a service names an action or a path`(
        uri: String, service: String, target: String, header: String?
    ) throws {
        let parsed = try #require(ServiceURI(uri))

        #expect(parsed.service == service)
        #expect(parsed.target == target)
        #expect(parsed.fields.first { $0.name == "X-Amz-Target" }?.value == header)
    }
}
