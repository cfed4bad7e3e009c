/// ImportApi: what becomes of each part of a document.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct OpenAPIImportTests {
    private let emulation = Emulation()

    @Test func `a document becomes an API with a route and an integration for each operation`() throws {
        let answer = try emulation.importing(
            """
            {"openapi": "3.0.1",
             "info": {"title": "pets", "description": "All of them.", "version": "v1.0"},
             "tags": [{"name": "team", "x-amazon-apigateway-tag-value": "blue"}, {"name": "bare"}],
             "paths": {"/pets/{petId}": {
               "parameters": [{"name": "petId", "in": "path", "required": true}],
               "get": {"responses": {"default": {"description": "d"}},
                 "x-amazon-apigateway-integration": {"type": "http_proxy", "httpMethod": "GET",
                   "uri": "https://example.com/{petId}", "payloadFormatVersion": "1.0"}}}}}
            """)

        let api = try answer.string("apiId")
        #expect(answer.status == 201)
        #expect(
            answer.body == [
                "apiEndpoint": .string("https://\(api).execute-api.us-east-1.amazonaws.com"),
                "apiId": .string(api),
                "apiKeySelectionExpression": "$request.header.x-api-key",
                "createdDate": "2030-01-01T00:00:00Z",
                "description": "All of them.",
                "disableExecuteApiEndpoint": false,
                "importInfo": [
                    "paths./pets/{petId}.get: key [responses] will be ignored by API Gateway",
                    "paths./pets/{petId}: key [parameters] will be ignored by API Gateway",
                ],
                "ipAddressType": "ipv4",
                "name": "pets",
                "protocolType": "HTTP",
                "routeSelectionExpression": "$request.method $request.path",
                "tags": ["team": "blue", "bare": ""],
                "version": "v1.0",
            ])
        #expect(
            try emulation.integrations(of: api) == [
                [
                    "connectionType": "INTERNET", "integrationMethod": "GET", "integrationType": "HTTP_PROXY",
                    "integrationUri": "https://example.com/{petId}", "payloadFormatVersion": "1.0",
                    "timeoutInMillis": 30_000,
                ]
            ])
    }

    @Test func `a route has the operation's name and calls its integration, and no stage is made`() throws {
        let api = try emulation.importing(
            .object(document(["operationId": "GetPets", "x-amazon-apigateway-integration": proxy]))
        ).string("apiId")

        let route = try #require(try emulation.routes(of: api)["GET /pets"])
        let integration = try #require(
            try emulation.call(.get, "/v2/apis/\(api)/integrations").identifiers("integrationId").first)
        #expect(
            route == [
                "apiKeyRequired": false, "authorizationType": "NONE", "operationName": "GetPets",
                "routeId": try #require(route["routeId"]), "routeKey": "GET /pets",
                "target": .string("integrations/\(integration)"),
            ])
        #expect(try emulation.call(.get, "/v2/apis/\(api)/stages").identifiers("stageName") == [])
    }

    @Test func `what was said of the document is not part of the API`() throws {
        let imported = try emulation.importing(.object(document(["tags": ["a"]])))
        #expect(imported["importInfo"] != nil)

        let api = try emulation.call(.get, "/v2/apis/\(try imported.string("apiId"))")
        #expect(api["importInfo"] == nil)
        #expect(api["warnings"] == nil)
    }

    @Test func `YAML is read as well, with its anchors`() throws {
        let answer = try emulation.importing(
            """
            openapi: 3.0.1
            info: {title: pets, version: 1.0}
            x-integration: &integration
              type: aws_proxy
              uri: arn:aws:lambda:us-east-1:000000000000:function:pets
              payloadFormatVersion: "2.0"
            paths:
              /pets:
                x-amazon-apigateway-any-method:
                  responses: {200: {description: fine}}
                  x-amazon-apigateway-integration: *integration
            """)

        #expect(answer["version"] == "1.0")
        #expect(answer["warnings"] == nil)
        let api = try answer.string("apiId")
        #expect(try emulation.routes(of: api).keys.sorted() == ["ANY /pets"])
        #expect(
            try emulation.integrations(of: api) == [
                [
                    "connectionType": "INTERNET", "integrationMethod": "POST", "integrationType": "AWS_PROXY",
                    "integrationUri": "arn:aws:lambda:us-east-1:000000000000:function:pets",
                    "payloadFormatVersion": "2.0", "timeoutInMillis": 30_000,
                ]
            ])
    }

    @Test func `every member of the integration extension is taken`() throws {
        let hidden: JSON = [
            "type": "HTTP_PROXY", "httpMethod": "ANY", "payloadFormatVersion": "1.0",
            "uri": "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/lb/1/2",
            "connectionType": "vpc_link", "connectionId": "abc123", "timeoutInMillis": "5000",
            "requestParameters": ["append:querystring.page": 1, "overwrite:path": "$request.path"],
            "responseParameters": ["200": ["append:header.x": "$context.requestId"]],
            "tlsConfig": ["serverNameToVerify": "example.com", "insecureSkipVerification": true],
            "passthroughBehavior": "when_no_match", "cacheNamespace": "c",
        ]
        let service: JSON = [
            "integrationSubtype": "SQS-SendMessage", "type": "aws_proxy", "payloadFormatVersion": "1.0",
            "credentials": "arn:aws:iam::000000000000:role/queue",
            "requestParameters": ["QueueUrl": "https://q", "MessageBody": "$request.body"],
        ]
        var both = document(["x-amazon-apigateway-integration": hidden])
        both["paths"] = [
            "/a": ["get": ["responses": [:], "x-amazon-apigateway-integration": hidden]],
            "/b": ["get": ["responses": [:], "x-amazon-apigateway-integration": service]],
        ]

        let answer = try emulation.importing(.object(both))

        #expect(answer["warnings"] == nil)
        let integrations = try emulation.integrations(of: try answer.string("apiId"))
        #expect(integrations.count == 2)
        #expect(
            integrations.contains([
                "connectionId": "abc123", "connectionType": "VPC_LINK", "integrationMethod": "ANY",
                "integrationType": "HTTP_PROXY",
                "integrationUri": "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/lb/1/2",
                "payloadFormatVersion": "1.0",
                "requestParameters": ["append:querystring.page": "1", "overwrite:path": "$request.path"],
                "responseParameters": ["200": ["append:header.x": "$context.requestId"]],
                "timeoutInMillis": 5000, "tlsConfig": ["serverNameToVerify": "example.com"],
            ]))
        #expect(
            integrations.contains([
                "connectionType": "INTERNET", "credentialsArn": "arn:aws:iam::000000000000:role/queue",
                "integrationSubtype": "SQS-SendMessage", "integrationType": "AWS_PROXY",
                "payloadFormatVersion": "1.0",
                "requestParameters": ["QueueUrl": "https://q", "MessageBody": "$request.body"],
                "timeoutInMillis": 30_000,
            ]))
    }

    @Test(arguments: [
        ("/pets", "get", "GET /pets"), ("/pets", "put", "PUT /pets"), ("/pets", "post", "POST /pets"),
        ("/pets", "delete", "DELETE /pets"), ("/pets", "options", "OPTIONS /pets"),
        ("/pets", "head", "HEAD /pets"), ("/pets", "patch", "PATCH /pets"),
        ("/pets", "x-amazon-apigateway-any-method", "ANY /pets"), ("/", "get", "GET /"),
        ("/{proxy+}", "x-amazon-apigateway-any-method", "ANY /{proxy+}"),
        ("/$default", "x-amazon-apigateway-any-method", "$default"),
        ("$default", "x-amazon-apigateway-any-method", "$default"),
    ])
    func `a method and a path make a route key`(path: String, method: String, key: String) throws {
        let answer = try emulation.importing(.object(document(path: path, method: method)))

        #expect(try emulation.routes(of: try answer.string("apiId")).keys.sorted() == [key])
    }

    @Test func `an operation that is the default route is it at any path`() throws {
        let answer = try emulation.importing(
            .object(
                document(["isDefaultRoute": true], path: "/all", method: "x-amazon-apigateway-any-method")))

        #expect(try emulation.routes(of: try answer.string("apiId")).keys.sorted() == ["$default"])
    }

    @Test func `a referenced integration is made once, one in an operation is its own`() throws {
        let reference: JSON = ["$ref": "#/components/x-amazon-apigateway-integrations/one~1two"]
        var imported = document()
        imported["components"] = ["x-amazon-apigateway-integrations": ["one/two": proxy, "unused": proxy]]
        imported["paths"] = [
            "/a": ["get": ["responses": [:], "x-amazon-apigateway-integration": reference]],
            "/b": ["get": ["responses": [:], "x-amazon-apigateway-integration": reference]],
            "/c": ["get": ["responses": [:], "x-amazon-apigateway-integration": proxy]],
            "/d": ["get": ["responses": [:], "x-amazon-apigateway-integration": proxy]],
            "/e": ["get": ["responses": [:]]],
        ]

        let api = try emulation.importing(.object(imported)).string("apiId")

        let targets = try emulation.routes(of: api).mapValues { $0["target"] }
        #expect(targets["GET /a"] == targets["GET /b"])
        #expect(targets["GET /c"] != targets["GET /d"])
        #expect(targets["GET /e"] == .some(nil))
        #expect(try emulation.integrations(of: api).count == 4)
    }

    @Test(arguments: [
        ("ignore", ["GET /", "GET /e"]), ("prepend", ["GET /a/b/c", "GET /a/b/c/e"]),
        ("split", ["GET /b/c", "GET /b/c/e"]),
    ])
    func `the base path is ignored, comes first, or loses its stage`(mode: String, keys: [String]) throws {
        let bases: [JSON] = [
            [["url": "https://x/{basePath}", "variables": ["basePath": ["default": "/a/b/c"]]]],
            [["url": "https://x/"], ["url": "https://y", "variables": ["basePath": ["default": "a/b/c/"]]]],
            [["url": "https://x/a/b/c"]], [["url": "/a/b/c"]],
        ]
        for servers in bases {
            var imported = document(path: "/")
            imported["paths"] = [
                "/": ["get": ["responses": [:]]], "/e": ["get": ["responses": [:]]],
                "/$default": ["x-amazon-apigateway-any-method": [:]],
            ]
            imported["servers"] = servers

            let answer = try emulation.importing(.object(imported), query: "?basepath=\(mode)")

            #expect(
                try emulation.routes(of: try answer.string("apiId")).keys.sorted() == ["$default"] + keys,
                "\(servers)")
        }
    }

    @Test(arguments: [
        (#"{"payloadFormatVersion": 2.0, "timeoutInMillis": 5000.0}"#, "2.0"),
        (#"{"payloadFormatVersion": 1.0, "timeoutInMillis": 5000}"#, "1.0"),
        (#"{"payloadFormatVersion": "2.0", "timeoutInMillis": "5000"}"#, "2.0"),
    ])
    func `a version without quotation marks is what is written`(members: String, version: String) throws {
        let more = #""type": "aws_proxy", "uri": "arn:aws:lambda:us-east-1:1:function:f"}"#
        let integration = members.dropLast() + ", " + more
        let json =
            #"{"openapi": "3.0.1", "info": {"title": "t", "version": 1.0}, "paths": {"/a": {"put": {"#
            + #""responses": {}, "x-amazon-apigateway-integration": \#(integration)}}}}"#
        let yaml =
            "openapi: 3.0.1\n"
            + json.dropFirst(#"{"openapi": "3.0.1", "#.count).dropLast()
            .replacing(#""info":"#, with: "info:").replacing(#", "paths":"#, with: "\npaths:")

        for text in [json, String(yaml)] {
            let answer = try emulation.importing(text, query: "?failOnWarnings=true")
            #expect(answer.status == 201, "\(text)")
            #expect(answer["version"] == "1.0")
            let made = try emulation.integrations(of: try answer.string("apiId"))
            guard case .object(let integration) = made.first else { throw Missing() }
            #expect(integration["payloadFormatVersion"] == .string(version))
            #expect(integration["timeoutInMillis"] == 5000)
        }
    }

    private struct Missing: Error {}

    @Test func `an authorizer's version without quotation marks is what is written`() throws {
        let answer = try emulation.importing(
            """
            openapi: 3.0.1
            info: {title: t, version: 2.10}
            paths: {}
            components:
              securitySchemes:
                guard:
                  type: apiKey
                  name: a
                  in: header
                  x-amazon-apigateway-authorizer:
                    type: request
                    identitySource: $request.header.a
                    authorizerUri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations
                    authorizerPayloadFormatVersion: 2.0
                    authorizerResultTtlInSeconds: 60.0
                    enableSimpleResponses: true
            """, query: "?failOnWarnings=true")

        let authorizers = try emulation.call(
            .get, "/v2/apis/\(try answer.string("apiId"))/authorizers")
        guard case .array(let items) = authorizers["items"], case .object(let authorizer) = items.first else {
            throw Missing()
        }
        #expect(authorizer["authorizerPayloadFormatVersion"] == "2.0")
        #expect(authorizer["authorizerResultTtlInSeconds"] == 60)
    }

    @Test func `AWS variables stand for the account and region of the import`() throws {
        var integration: JSONObject = ["type": "aws_proxy", "payloadFormatVersion": "2.0"]
        integration["uri"] = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f"
        integration["credentials"] = "${AWS::URLSuffix} ${other}"

        let answer = try emulation.importing(
            .object(document(["x-amazon-apigateway-integration": .object(integration)])))

        guard case .object(let made) = try emulation.integrations(of: try answer.string("apiId")).first else {
            Issue.record("no integration")
            return
        }
        #expect(made["integrationUri"] == "arn:aws:lambda:us-east-1:000000000000:function:f")
        #expect(made["credentialsArn"] == "amazonaws.com ${other}")
    }

    @Test func `a server may disable the default endpoint and open it to both families of addresses`() throws
    {
        var imported = document()
        imported["servers"] = [
            [
                "url": "https://x",
                "x-amazon-apigateway-endpoint-configuration": [
                    "disableExecuteApiEndpoint": true, "ipAddressType": "dualstack", "vpcEndpointIds": [],
                ],
            ]
        ]

        let answer = try emulation.importing(.object(imported))

        #expect(answer["disableExecuteApiEndpoint"] == true)
        #expect(answer["ipAddressType"] == "dualstack")
    }

    @Test func `CORS is kept as it was sent, without empty lists`() throws {
        var imported = document()
        imported["x-amazon-apigateway-cors"] = [
            "allowOrigins": ["*"], "allowMethods": ["GET", "post"], "allowHeaders": [],
        ]

        let answer = try emulation.importing(.object(imported))

        #expect(answer["corsConfiguration"] == ["allowMethods": ["GET", "post"], "allowOrigins": ["*"]])
    }

    @Test func `an import counts against the quotas as its parts do, and makes none of them`() throws {
        let emulation = Emulation(quotas: .published(replacing: ["Route": 2]))
        var imported = document()
        var paths = JSONObject()
        for number in 1...3 { paths["/\(number)"] = ["get": ["responses": [:]]] }
        imported["paths"] = .object(paths)

        let answer = try emulation.importing(.object(imported))

        #expect(answer.status == 429)
        #expect(
            answer.message == "Maximum number of Routes for this API has been reached. "
                + "Please contact AWS if you need additional Routes.")
        #expect(try emulation.apiCount() == 0)
        #expect(emulation.service.store.recordCounts().values.allSatisfy { $0 == 0 })
    }
}
