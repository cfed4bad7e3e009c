/// One call from its request to its answer and its line in the log, as the server puts the steps together,
/// with a function, a backend and an authorizer that answer at once.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct InvocationFlowTests {
    private func api() throws -> DeployedAPI {
        try deployed(
            [
                "apiId": "abc123", "protocolType": "HTTP",
                "corsConfiguration": ["allowOrigins": ["https://shop.example.com"]],
            ],
            routes: [
                (
                    "r1",
                    [
                        "routeKey": "GET /pets/{id}", "target": "integrations/i1",
                        "authorizationType": "CUSTOM", "authorizerId": "a1",
                    ]
                ), ("r2", ["routeKey": "ANY /backend/{proxy+}", "target": "integrations/i2"]),
            ],
            integrations: [
                (
                    "i1",
                    [
                        "integrationType": "AWS_PROXY", "payloadFormatVersion": "2.0",
                        "integrationUri": "arn:aws:lambda:us-east-1:1:function:${stageVariables.fn}",
                        "requestParameters": ["append:header.x-user": "$context.authorizer.user"],
                        "responseParameters": ["201": ["append:header.x-stage": "$context.stage"]],
                    ]
                ),
                (
                    "i2",
                    [
                        "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
                        "integrationUri": "http://localhost:8080/{proxy}",
                    ]
                ),
            ],
            authorizers: [
                (
                    "a1",
                    [
                        "authorizerType": "REQUEST", "name": "gate",
                        "authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": true,
                        "identitySource": ["$request.header.Authorization"],
                    ]
                )
            ])
    }

    private func invocation(_ target: String, of api: DeployedAPI) throws -> Invocation {
        let host = "abc123.execute-api.localhost:4290"
        let request = try request(
            "GET", target,
            [("Host", host), ("Authorization", "t1"), ("Origin", "https://shop.example.com")])
        let path = RequestPath(request.target)
        let address = try #require(
            StageAddress(RequestAddress(request), path: path, host: host, scope: scope) { $0 == "dev" })
        var invocation = Invocation(
            request: request, caller: Caller(address: "127.0.0.1", port: 4290, isTLS: false),
            address: address,
            stageVariables: [StageVariable(name: "fn", value: "pets")], requestID: "JCJXri3_PHcEP_Q=",
            traceID: "Root=1-1-1", time: .seconds(1_893_456_000))
        invocation.match = api.table.match(request.method, address.path)
        return invocation
    }

    @Test func `a call of a function is authorized, mapped, answered and logged`() throws {
        let api = try api()
        var invocation = try invocation("/dev/pets/7", of: api)
        let match = try #require(invocation.match)
        let route = api.route(match)
        let integration = try #require(route.integration)
        guard case .function(let authorizer) = route.authorization,
            case .function(let uri, let format) = integration.kind
        else {
            Issue.record("\(route)")
            return
        }

        let identity = try authorizer.identity(of: invocation)
        let answer = try authorizer.answer(
            .answered(Array(#"{"isAuthorized":true,"context":{"user":"u1"}}"#.utf8)))
        invocation.authorization = try answer.authorization(of: invocation)
        let function = LambdaFunction(uri: invocation.stageVariables.substituted(in: uri))
        let event = try document(
            LambdaEvent.payload(invocation.mapped(by: integration.requestMappings), format))
        var response = LambdaOutcome.answered(Array(#"{"statusCode":201,"body":"hi"}"#.utf8))
            .reply(format: format).response
        response = response.mapped(by: integration.responseMappings[response.status] ?? [], invocation)
        api.cors?.apply(to: &response, for: invocation.request)
        response = response.finished(requestID: invocation.requestID)
        let line = AccessLogFormat("$context.routeKey $context.status $context.authorizer.user").line(
            invocation, InvocationOutcome(response, latency: .milliseconds(3)))

        #expect(identity == ["t1"])
        #expect(function?.name == "pets")
        #expect(event["headers"]?["x-user"] == "u1")
        #expect(event["rawPath"] == "/dev/pets/7")
        #expect(event["requestContext"]?["authorizer"] == ["lambda": ["user": "u1"]])
        #expect(response.status == 201)
        #expect(
            lines(response.fields) == [
                "X-Stage: dev", "Access-Control-Allow-Origin: https://shop.example.com", "Vary: origin",
                "Apigw-Requestid: JCJXri3_PHcEP_Q=",
            ])
        #expect(line == "GET /pets/{id} 201 u1")
    }

    @Test func `a call of a backend goes to its URL`() throws {
        let api = try api()
        let invocation = try invocation("/dev/backend/a%20b?c=1", of: api)
        let match = try #require(invocation.match)
        let integration = try #require(api.route(match).integration)
        guard case .http(let target) = integration.kind else {
            Issue.record("\(integration.kind)")
            return
        }

        let request = target.request(
            for: invocation, MappedRequest(invocation, integration.requestMappings),
            gatewayAddress: "127.0.0.1")

        #expect(request?.url == "http://localhost:8080/a%20b?c=1")
        #expect(request?.fields["Host"] == "localhost:8080")
    }

    @Test func `a path that no route takes is told with the nearest`() throws {
        let api = try api()
        let invocation = try invocation("/dev/pet/7", of: api)

        #expect(invocation.match == nil)
        #expect(
            api.table.missText(invocation.request.method, invocation.address.path, of: api.apiId)
                == "no route of abc123 matches GET /pet/7: GET /pets/{id} is the nearest")
    }
}
