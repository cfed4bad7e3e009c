/// ReimportApi: what an import replaces, what it leaves, and that it is all or nothing.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct OpenAPIReimportTests {
    private let emulation = Emulation()

    /// An API with one of everything.
    private func existing() throws -> String {
        let api = try emulation.create(
            "/v2/apis",
            [
                "name": "old", "protocolType": "HTTP", "description": "old", "version": "0",
                "tags": ["team": "blue"], "disableExecuteApiEndpoint": true,
                "corsConfiguration": ["allowOrigins": ["https://old"]],
            ], identifier: "apiId")
        let authorizer = try emulation.create(
            "/v2/apis/\(api)/authorizers",
            [
                "name": "old", "authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
                "jwtConfiguration": ["audience": ["a"], "issuer": "https://issuer.example.com"],
            ], identifier: "authorizerId")
        let integration = try emulation.integration(of: api)
        _ = try emulation.create(
            "/v2/apis/\(api)/routes",
            [
                "routeKey": "GET /old", "target": .string("integrations/\(integration)"),
                "authorizationType": "JWT", "authorizerId": .string(authorizer),
            ], identifier: "routeId")
        return api
    }

    private let replacement = """
        openapi: 3.0.1
        info: {title: new, version: "1"}
        paths:
          /new:
            get:
              responses: {}
              security: [{new: []}]
              x-amazon-apigateway-integration:
                {type: http_proxy, httpMethod: GET, uri: "https://new", payloadFormatVersion: "1.0"}
        components:
          securitySchemes:
            new:
              type: oauth2
              x-amazon-apigateway-authorizer:
                type: jwt
                identitySource: $request.header.Authorization
                jwtConfiguration: {audience: [a], issuer: "https://issuer.example.com"}
        """

    @Test func `authorizers, integrations, routes, CORS and description are replaced`() throws {
        let api = try existing()

        let answer = try emulation.reimporting(api, replacement)

        #expect(answer.status == 201)
        #expect(answer["apiId"] == .string(api))
        #expect(answer["name"] == "new")
        #expect(answer["description"] == nil)
        #expect(answer["version"] == "1")
        #expect(answer["corsConfiguration"] == nil)
        #expect(answer["tags"] == ["team": "blue"])
        #expect(answer["disableExecuteApiEndpoint"] == true)
        let route = try #require(try emulation.routes(of: api)["GET /new"])
        #expect(try emulation.routes(of: api).count == 1)
        #expect(route["authorizationType"] == "JWT")
        #expect(
            try emulation.integrations(of: api) == [
                [
                    "connectionType": "INTERNET", "integrationMethod": "GET", "integrationType": "HTTP_PROXY",
                    "integrationUri": "https://new", "payloadFormatVersion": "1.0",
                    "timeoutInMillis": 30_000,
                ]
            ])
        guard case .object(let authorizer) = try emulation.authorizers(of: api).first else {
            Issue.record("no authorizer")
            return
        }
        #expect(authorizer["name"] == "new")
    }

    @Test func `a document without a title or tags leaves both, one with tags replaces them`() throws {
        let api = try existing()

        let untitled = try emulation.reimporting(api, "openapi: 3.0.1\npaths: {}")
        #expect(untitled["name"] == "old")
        #expect(untitled["tags"] == ["team": "blue"])

        let tagged = try emulation.reimporting(api, "openapi: 3.0.1\npaths: {}\ntags: [{name: a}]")
        #expect(tagged["tags"] == ["a": ""])
    }

    @Test func `stages and deployments stay`() throws {
        let api = try existing()
        let deployment = try emulation.create(
            "/v2/apis/\(api)/deployments", ["description": "kept"], identifier: "deploymentId")
        _ = try emulation.create(
            "/v2/apis/\(api)/stages",
            ["stageName": "prod", "deploymentId": .string(deployment), "stageVariables": ["a": "b"]],
            identifier: "stageName")
        let before = try emulation.call(.get, "/v2/apis/\(api)/stages/prod")

        #expect(try emulation.reimporting(api, replacement).status == 201)

        #expect(try emulation.call(.get, "/v2/apis/\(api)/stages/prod").body == before.body)
        #expect(
            try emulation.call(.get, "/v2/apis/\(api)/deployments").identifiers("deploymentId") == [
                deployment
            ])
    }

    @Test func `a stage with autoDeploy gets one deployment of the whole import`() throws {
        let api = try existing()
        _ = try emulation.create(
            "/v2/apis/\(api)/stages", ["stageName": "prod", "autoDeploy": true], identifier: "stageName")
        let before = try emulation.call(.get, "/v2/apis/\(api)/deployments").identifiers("deploymentId")

        #expect(try emulation.reimporting(api, replacement).status == 201)

        let after = try emulation.call(.get, "/v2/apis/\(api)/deployments").identifiers("deploymentId")
        let made = Set(after).subtracting(before)
        #expect(made.count == 1)
        let stage = try emulation.call(.get, "/v2/apis/\(api)/stages/prod")
        #expect(stage["deploymentId"] == made.first.map(JSON.string))
        #expect(try emulation.exporting(api, "outputType=JSON&stageName=prod").text.contains("\"/new\""))
    }

    @Test func `what a quick create manages is replaced as well`() throws {
        let api = try emulation.create(
            "/v2/apis", ["name": "quick", "protocolType": "HTTP", "target": "https://example.com"],
            identifier: "apiId")

        #expect(try emulation.reimporting(api, replacement).status == 201)

        #expect(try emulation.routes(of: api).keys.sorted() == ["GET /new"])
        #expect(try emulation.call(.get, "/v2/apis/\(api)/stages").identifiers("stageName") == ["$default"])
    }

    @Test(arguments: [
        ("?failOnWarnings=true", "openapi: 3.0.1\npaths: {}", 400),
        ("", "openapi: 3.0.1\npaths: {/1: {get: {}}, /2: {get: {}}, /3: {get: {}}}", 429),
        ("", "swagger: 2.0", 400),
        ("", "openapi: 3.0.1\nx-amazon-apigateway-cors: {maxAge: 100000}", 400),
    ])
    func `a refused import changes nothing`(query: String, text: String, status: Int) throws {
        let emulation = Emulation(quotas: .published(replacing: ["Route": 2]))
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /old", of: api, target: try emulation.integration(of: api))
        _ = try emulation.create(
            "/v2/apis/\(api)/stages", ["stageName": "prod", "autoDeploy": true], identifier: "stageName")
        let paths = ["", "/routes", "/integrations", "/authorizers", "/stages", "/deployments"]
        let before = try paths.map { try emulation.call(.get, "/v2/apis/\(api)\($0)").body }

        let answer = try emulation.reimporting(api, text, query: query)

        #expect(answer.status == status)
        #expect(try paths.map { try emulation.call(.get, "/v2/apis/\(api)\($0)").body } == before)
        let created = try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": "GET /old"])
        #expect(created.message == "Route with key GET /old already exists for this API")
    }

    @Test func `only HTTP APIs that exist can be replaced`() throws {
        let unknown = try emulation.reimporting("none", replacement)
        #expect(unknown.status == 404)
        #expect(unknown.message == "Invalid API identifier specified 000000000000:none")

        let webSocket = try emulation.reimporting(try emulation.webSocketAPI(), replacement)
        #expect(webSocket.status == 400)
        #expect(webSocket.message == "Import is not supported for APIs with a protocol type of WEBSOCKET")
    }
}
