/// A deployment's snapshot and a stage's settings, compiled.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct DeployedAPITests {
    private let functionARN = "arn:aws:lambda:us-east-1:123456789012:function:f"

    @Test func `a route finds its integration and its authorizer`() throws {
        let api = try deployed(
            routes: [
                (
                    "r1",
                    [
                        "routeKey": "GET /me", "target": "integrations/i1", "authorizationType": "JWT",
                        "authorizerId": "a1", "authorizationScopes": ["read"],
                    ]
                )
            ],
            integrations: [
                (
                    "i1",
                    [
                        "integrationType": "AWS_PROXY", "integrationUri": .string(functionARN),
                        "payloadFormatVersion": "2.0", "timeoutInMillis": 1500,
                    ]
                )
            ],
            authorizers: [
                (
                    "a1",
                    [
                        "authorizerType": "JWT", "name": "tokens",
                        "identitySource": ["$request.header.Authorization"],
                        "jwtConfiguration": ["issuer": "https://i.example.com/", "audience": ["shop"]],
                    ]
                )
            ])

        let route = api.route(try #require(api.table.match(.get, try path("/me"))))

        #expect(route.routeId == "r1")
        let integration = try #require(route.integration)
        #expect(integration.timeout == .milliseconds(1500))
        guard case .function(functionARN, .version2) = integration.kind else {
            Issue.record("\(integration.kind)")
            return
        }
        guard case .jwt(let authorizer, ["read"]) = route.authorization else {
            Issue.record("\(route.authorization)")
            return
        }
        #expect(authorizer.issuer == "https://i.example.com/")
        #expect(authorizer.audience == ["shop"])
        #expect(route.unsupported == [])
    }

    @Test func `a route whose authorizer is missing lets nobody in`() throws {
        let api = try deployed(routes: [("r1", ["routeKey": "$default", "authorizationType": "CUSTOM"])])

        guard case .unusable = api.routes[0].authorization else {
            Issue.record("\(api.routes[0].authorization)")
            return
        }
        #expect(api.routes[0].integration == nil)
    }

    @Test func `a WebSocket API has its own routes, and none of an HTTP API`() throws {
        let api = try deployed(["apiId": "abc123", "protocolType": "WEBSOCKET"])

        #expect(api.unsupported.isEmpty && api.webSocket != nil && api.routes.isEmpty)
    }

    @Test func `a mapping that cannot be read is named, not passed over`() throws {
        let api = try deployed(
            routes: [("r1", ["routeKey": "$default", "target": "integrations/i1"])],
            integrations: [
                (
                    "i1",
                    [
                        "integrationType": "HTTP_PROXY", "integrationUri": "https://example.com",
                        "requestParameters": ["append:cookie.a": "b"],
                    ]
                )
            ])

        #expect(
            api.routes[0].unsupported.map(\.message) == [
                "requestParameters of integration i1 is refused by this local stand-in, so that the request "
                    + "is not let through: Invalid Request Actioned Parameter destination specified: "
                    + "append:cookie.a"
            ])
    }

    @Test(arguments: ["$request.body.a[0,1]", "$request.body.a[?]", "$request.body.a[0:9:2]"])
    func `a JSON path that nobody reads is named`(source: String) throws {
        func unsupported(_ integration: JSON) throws -> [String] {
            try deployed(
                routes: [("r1", ["routeKey": "$default", "target": "integrations/i1"])],
                integrations: [("i1", integration)]
            ).routes[0].unsupported.map(\.member)
        }
        let proxy: JSON = [
            "integrationType": "HTTP_PROXY", "integrationUri": "https://example.com",
            "requestParameters": ["append:header.a": .string(source)],
        ]
        let service: JSON = [
            "integrationType": "AWS_PROXY", "integrationSubtype": "SQS-PurgeQueue",
            "requestParameters": ["QueueUrl": .string(source)],
        ]

        #expect(try unsupported(proxy) == ["requestParameters"])
        #expect(try unsupported(service) == ["requestParameters"])
    }

    @Test func `an API's own host may be switched off`() throws {
        // repost.aws, knowledge-center/api-gateway-disable-endpoint.
        let off: JSON = ["apiId": "abc123", "protocolType": "HTTP", "disableExecuteApiEndpoint": true]

        #expect(try deployed(off).isEndpointDisabled)
        #expect(try !deployed().isEndpointDisabled)
    }

    @Test func `limits are those of the quotas`() throws {
        // Developer guide, "Quotas for configuring and running an HTTP API"; Lambda quotas.
        let integration = try deployed(
            routes: [("r1", ["routeKey": "$default", "target": "integrations/i1"])],
            integrations: [("i1", ["integrationType": "HTTP_PROXY", "integrationUri": "https://x"])]
        ).routes[0].integration

        #expect(integration?.timeout == .seconds(30))
        #expect(LambdaAuthorizer.timeout == .seconds(10))
        #expect(JWKS.timeout == .milliseconds(1500))
        #expect(JWKS.documentBytesMax == 150_000)
        #expect(JWKS.timeToLive == .seconds(7200))
        #expect(LambdaOutcome.payloadBytesMax == 6_291_456)
    }

    @Test func `a stage's settings are read`() {
        let settings = StageSettings(
            record(
                .stage,
                [
                    "stageName": "dev", "deploymentId": "d1", "stageVariables": ["b": "2", "a": "1"],
                    "defaultRouteSettings": ["throttlingRateLimit": 0, "throttlingBurstLimit": 0],
                    "routeSettings": [
                        "GET /x": ["throttlingRateLimit": .number(1.5)],
                        "GET /y": ["detailedMetricsEnabled": true],
                    ],
                    "accessLogSettings": ["format": "$context.requestId", "destinationArn": "arn"],
                ]))

        #expect(settings.variables.map(\.name) == ["a", "b"])
        #expect(settings.defaultThrottle.rateLimit == 0)
        #expect(settings.defaultThrottle.burstLimit == 0)
        #expect(Array(settings.routeThrottles.keys) == ["GET /x"])
        #expect(settings.routeThrottles["GET /x"]?.rateLimit == 1.5)
        #expect(settings.accessLog != nil)
        #expect(settings.deploymentId == "d1")
    }
}
