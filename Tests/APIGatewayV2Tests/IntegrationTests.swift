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
        var body: JSONObject = ["integrationType": .string(type)]
        body["integrationUri"] = type == "MOCK" ? nil : "https://example.com"
        body["integrationMethod"] = type == "HTTP_PROXY" ? "GET" : nil
        let answer = try created(.object(body), of: emulation.webSocketAPI())
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
                "payloadFormatVersion": "1.0", "integrationMethod": "GET", "tlsConfig": tls,
            ], of: api)
        let linked = try created(
            [
                "integrationType": "HTTP_PROXY", "payloadFormatVersion": "1.0", "tlsConfig": tls,
                "integrationMethod": "PUT",
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
                [
                    "integrationType": "HTTP_PROXY", "integrationUri": "https://example.com/a",
                    "payloadFormatVersion": "1.0",
                ], "HttpMethod parameter method must be specified for integrationType HTTPPROXY"
            ),
            (
                ["integrationType": "AWS_PROXY", "integrationUri": "", "payloadFormatVersion": "2.0"],
                "Invalid integration URI specified"
            ),
            (
                [
                    "integrationType": "AWS_PROXY", "payloadFormatVersion": "2.0",
                    "integrationUri": .string(String(repeating: "u", count: 2049)),
                ], "Invalid integration URI specified"
            ),
            (
                [
                    "integrationType": "AWS_PROXY", "integrationSubtype": "Kinesis-PutRecord",
                    "payloadFormatVersion": "1.0", "credentialsArn": "arn:aws:iam::1:role/r",
                    "requestParameters": ["StreamName": "s"],
                ],
                "Operation: Kinesis-PutRecord requires enabling passthrough, or defining all of the "
                    + "following parameters in the parameter mapping: [StreamName, Data, PartitionKey]"
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

    @Test(arguments: [0, 49, 29_001, 30_000, 30_001, 100_000])
    func `a WebSocket API's timeout ends a second earlier`(timeout: Int) throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/integrations"
        let refused = try emulation.call(
            .post, path, ["integrationType": "MOCK", "timeoutInMillis": .integer(timeout)])
        #expect(refused.status == 400)
        #expect(refused.message == "Timeout should be between 50 ms and 29000 ms")
        for bound in [50, 29_000] {
            let answer = try emulation.call(
                .post, path, ["integrationType": "MOCK", "timeoutInMillis": .integer(bound)])
            #expect(answer["timeoutInMillis"] == .integer(bound))
        }
    }

    @Test func `a WebSocket API's payload format is 1 dot 0`() throws {
        let format = try emulation.call(
            .post, "/v2/apis/\(emulation.webSocketAPI())/integrations",
            ["integrationType": "MOCK", "payloadFormatVersion": "2.0"])
        #expect(format.message == "Unsupported PayloadFormatVersion: 2.0")
    }

    @Test(arguments: ["", "https://example.com"])
    func `a mock has no URI, not even an empty one`(uri: String) throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/integrations"
        let created = try emulation.call(
            .post, path, ["integrationType": "MOCK", "integrationUri": .string(uri)])
        #expect(created.status == 400)
        #expect(created.message == "Integration URI is not supported for MOCK integrations")

        let mock = try emulation.create(path, ["integrationType": "MOCK"], identifier: "integrationId")
        let updated = try emulation.call(.patch, "\(path)/\(mock)", ["integrationUri": .string(uri)])
        #expect(updated.message == "Integration URI is not supported for MOCK integrations")
    }

    @Test func `an integration that becomes a mock loses its URI`() throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/integrations"
        let id = try emulation.create(
            path,
            [
                "integrationType": "HTTP", "integrationMethod": "GET",
                "integrationUri": "https://example.com",
            ], identifier: "integrationId")
        let answer = try emulation.call(.patch, "\(path)/\(id)", ["integrationType": "MOCK"])
        #expect(answer.status == 200)
        #expect(answer["integrationUri"] == nil)
    }

    @Test(
        arguments: [
            ["description": "d"], ["timeoutInMillis": 60], ["requestParameters": ["Name": "n"]],
        ] as [JSON])
    func `an update of a service action names it again`(members: JSON) throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/integrations"
        let id = try emulation.create(
            path,
            [
                "integrationType": "AWS_PROXY", "integrationSubtype": "StepFunctions-StartExecution",
                "payloadFormatVersion": "1.0", "credentialsArn": "arn:aws:iam::1:role/r",
                "requestParameters": ["StateMachineArn": "arn"],
            ], identifier: "integrationId")
        let refused = try emulation.call(.patch, "\(path)/\(id)", members)
        #expect(refused.status == 400)
        #expect(refused.message == "Invalid integration URI specified")

        guard case .object(var full) = members else { return }
        full["integrationSubtype"] = "StepFunctions-StartExecution"
        #expect(try emulation.call(.patch, "\(path)/\(id)", .object(full)).status == 200)

        full["requestParameters"] = ["Input": ""]
        #expect(
            try emulation.call(.patch, "\(path)/\(id)", .object(full)).message
                == "Invalid selection expression specified: Validation Result: warnings : [], errors : "
                + "[Mapping expression missing source or destination]")
    }

    @Test func `a WebSocket API takes no VPC link of this service's version`() throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/integrations"
        let link = try emulation.create(
            "/v2/vpclinks", ["name": "n", "subnetIds": ["subnet-7"]], identifier: "vpcLinkId")
        var body: JSONObject = [
            "integrationType": "HTTP", "integrationMethod": "POST", "connectionType": "VPC_LINK",
            "integrationUri": "http://inside.example.com", "connectionId": .string(link),
        ]
        let refused = try emulation.call(.post, path, .object(body))
        #expect(refused.status == 400)
        #expect(refused.errorType == "BadRequestException")

        body["connectionId"] = "v1link"
        let older = try emulation.create(path, .object(body), identifier: "integrationId")
        #expect(
            try emulation.call(.patch, "\(path)/\(older)", ["connectionId": .string(link)]).status == 400)
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
                "integrationMethod": "GET", "payloadFormatVersion": "1.0", "description": "d",
                "requestParameters": ["append:header.a": "1", "append:header.b": "2"],
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
