/// Integrations: defaults by kind, refusals, merges and what keeps one from being deleted.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct IntegrationTests {
    private let emulation = Emulation()

    private func created(_ body: JSON, of api: String) throws -> Answer {
        let answer = try emulation.call(.post, "/v2/apis/\(api)/integrations", body)
        try #require(answer.status == 201, "\(answer)")
        #expect(
            try emulation.call(.get, "/v2/apis/\(api)/integrations/\(answer.string("integrationId"))").body
                == answer.body)
        return answer
    }

    /// The members besides the identifier.
    private func members(_ answer: Answer) -> JSON {
        guard case .object(var object) = answer.body else { return answer.body }
        object["integrationId"] = nil
        return .object(object)
    }

    @Test func `an HTTP proxy of an HTTP API has a connection type and a timeout and no WebSocket member`()
        throws
    {
        let answer = try created(
            [
                "integrationType": "HTTP_PROXY", "integrationMethod": "GET",
                "integrationUri": "https://example.com",
                "payloadFormatVersion": "1.0", "passthroughBehavior": "NEVER",
            ], of: emulation.httpAPI())
        #expect(
            members(answer) == [
                "connectionType": "INTERNET", "integrationMethod": "GET", "integrationType": "HTTP_PROXY",
                "integrationUri": "https://example.com", "payloadFormatVersion": "1.0",
                "timeoutInMillis": 30000,
            ])
        #expect(try /[a-z0-9]{7}/.wholeMatch(in: answer.string("integrationId")) != nil)
    }

    @Test func `a Lambda proxy is called with POST unless told otherwise`() throws {
        let answer = try created(
            [
                "integrationType": "AWS_PROXY", "integrationUri": "arn:aws:lambda:us-east-1:1:function:f",
                "payloadFormatVersion": "2.0",
            ], of: emulation.httpAPI())
        #expect(answer["integrationMethod"] == "POST")
    }

    @Test func `a service action has neither method nor URI`() throws {
        let answer = try created(
            [
                "integrationType": "AWS_PROXY", "integrationSubtype": "SQS-SendMessage",
                "payloadFormatVersion": "1.0",
                "credentialsArn": "arn:aws:iam::1:role/r",
                "requestParameters": ["QueueUrl": "q", "MessageBody": "$request.body"],
            ], of: emulation.httpAPI())
        #expect(answer["integrationMethod"] == nil)
        #expect(answer["integrationUri"] == nil)
        #expect(answer["timeoutInMillis"] == 30000)
    }

    @Test(
        arguments: [
            ("AWS_PROXY", nil), ("AWS", "${integration.response.body.errorMessage}"),
            ("HTTP", "${integration.response.statuscode}"), ("MOCK", "${integration.response.statuscode}"),
            ("HTTP_PROXY", nil),
        ] as [(String, JSON?)])
    func `a WebSocket integration has its kind's selection expression`(type: String, expression: JSON?) throws
    {
        let answer = try created(
            ["integrationType": .string(type), "integrationUri": "u"], of: emulation.webSocketAPI())
        #expect(answer["integrationResponseSelectionExpression"] == expression)
        #expect(answer["passthroughBehavior"] == "WHEN_NO_MATCH")
        #expect(answer["payloadFormatVersion"] == "1.0")
        #expect(answer["timeoutInMillis"] == 29000)
    }

    @Test func `a TLS configuration is kept with a VPC link only`() throws {
        let api = try emulation.httpAPI()
        let tls: JSON = ["serverNameToVerify": "example.com"]
        let open = try created(
            [
                "integrationType": "HTTP_PROXY", "integrationUri": "https://example.com",
                "payloadFormatVersion": "1.0",
                "tlsConfig": tls,
            ], of: api)
        let linked = try created(
            [
                "integrationType": "HTTP_PROXY", "payloadFormatVersion": "1.0", "tlsConfig": tls,
                "integrationUri": "arn:aws:elasticloadbalancing:us-east-1:1:listener/app/a/b/c",
                "connectionType": "VPC_LINK", "connectionId": "l4er5c",
            ], of: api)
        #expect(open["tlsConfig"] == nil)
        #expect(linked["tlsConfig"] == tls)
    }

    @Test(
        arguments: [
            (
                ["integrationType": "MOCK", "payloadFormatVersion": "1.0"],
                "Currently, an API with a protocol type of HTTP may "
                    + "only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)"
            ),
            (
                ["integrationType": "HTTP_PROXY", "integrationUri": "u"],
                "PayloadFormatVersion is a required parameter for integration"
            ),
            (
                ["integrationType": "HTTP_PROXY", "integrationUri": "u", "payloadFormatVersion": "3.0"],
                "Unsupported PayloadFormatVersion: 3.0"
            ),
            (
                ["integrationType": "HTTP_PROXY", "integrationUri": "u", "payloadFormatVersion": "2.0"],
                "PayloadFormatVersion 2.0 is not supported for integration of type HTTP_PROXY"
            ),
            (
                ["integrationType": "HTTP_PROXY", "payloadFormatVersion": "1.0"],
                "Invalid integration URI specified"
            ),
            (
                [
                    "integrationType": "HTTP_PROXY", "integrationUri": "u", "payloadFormatVersion": "1.0",
                    "timeoutInMillis": 49,
                ],
                "Timeout should be between 50 ms and 30000 ms"
            ),
            (
                [
                    "integrationType": "HTTP_PROXY", "integrationUri": "u", "payloadFormatVersion": "1.0",
                    "timeoutInMillis": 30001,
                ], "Timeout should be between 50 ms and 30000 ms"
            ),
            (
                [
                    "integrationType": "HTTP_PROXY", "integrationUri": "u", "payloadFormatVersion": "1.0",
                    "connectionType": "VPC_LINK",
                ], "ConnectionId must be set to vpcLinkId for ConnectionType VPC_LINK"
            ),
            (
                [
                    "integrationType": "HTTP_PROXY", "integrationUri": "u", "payloadFormatVersion": "1.0",
                    "connectionType": "VPC_LINK", "connectionId": "x",
                ],
                "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a "
                    + "valid Cloud Map service ARN."
            ),
            (
                [
                    "integrationType": "AWS_PROXY", "integrationSubtype": "SQS-Send",
                    "payloadFormatVersion": "1.0",
                ],
                "Operation: SQS-Send is not supported."
            ),
            (
                [
                    "integrationType": "AWS_PROXY", "integrationSubtype": "SQS-PurgeQueue",
                    "payloadFormatVersion": "1.0",
                ],
                "Role ARN must be specified for AWS integration configuration with Subtype: SQS-PurgeQueue"
            ),
            (
                ["payloadFormatVersion": "1.0"],
                "1 validation error detected: Value null at 'integrationType' failed to satisfy "
                    + "constraint: Member must not be null"
            ),
        ] as [(JSON, String)])
    func `what an HTTP API does not take is refused in the service's words`(
        body: JSON, message: String
    ) throws {
        let answer = try emulation.call(.post, "/v2/apis/\(emulation.httpAPI())/integrations", body)
        #expect(answer.status == 400)
        #expect(answer.errorType == "BadRequestException")
        #expect(answer.message == message)
    }

    @Test func `a WebSocket API's timeout ends a second earlier and its payload format is 1 dot 0`() throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/integrations"
        let late = try emulation.call(.post, path, ["integrationType": "MOCK", "timeoutInMillis": 29001])
        #expect(late.message == "Timeout should be between 50 ms and 29000 ms")
        let format = try emulation.call(
            .post, path, ["integrationType": "MOCK", "payloadFormatVersion": "2.0"])
        #expect(format.message == "Unsupported PayloadFormatVersion: 2.0")
        #expect(
            try emulation.call(.post, path, ["integrationType": "MOCK", "timeoutInMillis": 29000]).status
                == 201)
    }

    @Test func `an unknown API is told before anything is stored`() throws {
        let answer = try emulation.call(
            .post, "/v2/apis/nope/integrations",
            ["integrationType": "HTTP_PROXY", "payloadFormatVersion": "1.0"])
        #expect(answer.status == 404)
        #expect(answer.message == "Invalid API identifier specified 000000000000:nope")
    }

    @Test func `an update joins parameters, drops empty ones and keeps the rest`() throws {
        let api = try emulation.httpAPI()
        let id = try created(
            [
                "integrationType": "HTTP_PROXY", "integrationUri": "https://example.com",
                "payloadFormatVersion": "1.0",
                "description": "d", "requestParameters": ["append:header.a": "1", "append:header.b": "2"],
                "responseParameters": [
                    "200": ["overwrite:header.x": "y"], "404": ["overwrite:statuscode": "200"],
                ],
            ], of: api
        ).string("integrationId")
        let answer = try emulation.call(
            .patch, "/v2/apis/\(api)/integrations/\(id)",
            [
                "requestParameters": ["append:header.c": "3"], "responseParameters": ["404": [:]],
                "timeoutInMillis": 51,
            ])
        #expect(answer.status == 200)
        #expect(
            answer["requestParameters"] == [
                "append:header.a": "1", "append:header.b": "2", "append:header.c": "3",
            ])
        #expect(answer["responseParameters"] == ["200": ["overwrite:header.x": "y"]])
        #expect(answer["timeoutInMillis"] == 51)
        #expect(answer["description"] == "d")
    }

    @Test func `one that routes use cannot be deleted until they are gone`() throws {
        let api = try emulation.httpAPI()
        let integration = try emulation.integration(of: api)
        let routes = try [
            emulation.route("GET /a", of: api, target: integration),
            emulation.route("GET /b", of: api, target: integration),
        ].sorted()
        let path = "/v2/apis/\(api)/integrations/\(integration)"
        let refused = try emulation.call(.delete, path)
        #expect(refused.status == 409)
        #expect(refused.errorType == "ConflictException")
        #expect(
            refused.message
                == "Cannot delete Integration because it is referenced by the following Routes with Ids: "
                + "[\(routes.joined(separator: ", "))]")
        for route in routes {
            #expect(try emulation.call(.delete, "/v2/apis/\(api)/routes/\(route)").status == 204)
        }
        #expect(try emulation.call(.delete, path).status == 204)
        #expect(try emulation.call(.get, path).status == 404)
    }
}
