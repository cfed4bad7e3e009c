/// APIs: defaults, refusals, updates, quick create and what goes with a deleted one.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct ApiTests {
    private let emulation = Emulation()

    @Test func `a new HTTP API has the service's defaults and nothing else`() throws {
        let answer = try emulation.call(.post, "/v2/apis", ["name": "orders", "protocolType": "HTTP"])
        let id = try answer.string("apiId")
        #expect(answer.status == 201)
        #expect(try /[a-z0-9]{10}/.wholeMatch(in: id) != nil)
        #expect(
            answer.body == [
                "apiEndpoint": .string("https://\(id).execute-api.us-east-1.amazonaws.com"),
                "apiId": .string(id),
                "apiKeySelectionExpression": "$request.header.x-api-key",
                "createdDate": "2030-01-01T00:00:00Z",
                "disableExecuteApiEndpoint": false, "ipAddressType": "ipv4", "name": "orders",
                "protocolType": "HTTP",
                "routeSelectionExpression": "$request.method $request.path", "tags": [:],
            ])
        #expect(try emulation.call(.get, "/v2/apis/\(id)").body == answer.body)
    }

    @Test func `a WebSocket API has an endpoint of its own scheme and keeps its expression unchecked`() throws
    {
        let answer = try emulation.call(
            .post, "/v2/apis",
            ["name": "c", "protocolType": "WEBSOCKET", "routeSelectionExpression": ".body.message"])
        #expect(try answer.string("apiEndpoint").hasPrefix("wss://"))
        #expect(answer["routeSelectionExpression"] == ".body.message")
    }

    @Test(
        arguments: [
            (["protocolType": "HTTP"], "Invalid API name specified"),
            (["name": "", "protocolType": "HTTP"], "Invalid API name specified"),
            (["name": "n", "protocolType": "WEBSOCKET"], "Invalid routeSelectionExpression"),
            (
                ["name": "n", "protocolType": "HTTP", "routeSelectionExpression": "x"],
                #"Route selection expression is currently limited to "${request.method} ${request.path}""#
            ),
            (
                [
                    "name": "n", "protocolType": "WEBSOCKET", "routeSelectionExpression": "x",
                    "corsConfiguration": ["maxAge": 1],
                ],
                "Cors is not supported for WEBSOCKET protocolType"
            ),
            (
                [
                    "name": "n", "protocolType": "HTTP",
                    "corsConfiguration": ["allowCredentials": true, "allowOrigins": ["*"]],
                ],
                "allow-credentials is not supported if 'allow-origin' is *"
            ),
            (
                ["name": "n", "protocolType": "HTPT"],
                "1 validation error detected: Value 'HTPT' at 'protocolType' failed to satisfy "
                    + "constraint: Member must "
                    + "satisfy enum value set: [WEBSOCKET, HTTP]"
            ),
            (
                ["name": "n", "protocolType": "HTTP", "version": ""],
                "1 validation error detected: Value '' at 'version' failed to satisfy constraint: "
                    + "Member must have length "
                    + "greater than or equal to 1"
            ),
        ] as [(JSON, String)])
    func `a create that the service refuses is refused in its words`(body: JSON, message: String) throws {
        let answer = try emulation.call(.post, "/v2/apis", body)
        #expect(answer.status == 400)
        #expect(answer.errorType == "BadRequestException")
        #expect(answer.message == message)
        #expect(try emulation.call(.get, "/v2/apis").identifiers("apiId") == [])
    }

    @Test func `a value of another type is the front end's refusal`() throws {
        let answer = try emulation.call(.post, "/v2/apis", ["name": true, "protocolType": "HTTP"])
        #expect(answer.status == 400)
        #expect(answer.errorType == "SerializationException")
    }

    @Test func `CORS settings lose empty lists and gain nothing`() throws {
        let answer = try emulation.call(
            .post, "/v2/apis",
            ["name": "n", "protocolType": "HTTP", "corsConfiguration": ["allowOrigins": [], "maxAge": 60]])
        #expect(answer["corsConfiguration"] == ["maxAge": 60])
        let id = try answer.string("apiId")
        #expect(try emulation.call(.delete, "/v2/apis/\(id)/cors").status == 204)
        #expect(try emulation.call(.get, "/v2/apis/\(id)")["corsConfiguration"] == nil)
    }

    @Test func `an update leaves alone what it does not name and clears what it names empty`() throws {
        let id = try emulation.create(
            "/v2/apis", ["name": "n", "protocolType": "HTTP", "description": "d", "version": "1"],
            identifier: "apiId")
        let answer = try emulation.call(
            .patch, "/v2/apis/\(id)", ["description": "", "name": "m", "protocolType": "X"])
        #expect(answer.status == 201)
        #expect(answer["description"] == nil)
        #expect(answer["version"] == "1")
        #expect(answer["name"] == "m")
        #expect(answer["protocolType"] == "HTTP")
    }

    @Test func `lists ascend by identifier and page by token`() throws {
        let ids = try (0..<5).map { _ in try emulation.httpAPI() }.sorted()
        #expect(try emulation.call(.get, "/v2/apis").identifiers("apiId") == ids)
        #expect(try emulation.call(.get, "/v2/apis")["nextToken"] == .null)
        let first = try emulation.call(.get, "/v2/apis?maxResults=2")
        #expect(first.identifiers("apiId") == Array(ids[..<2]))
        let token = try first.string("nextToken")
        let second = try emulation.call(.get, "/v2/apis?maxResults=2&nextToken=\(token)")
        #expect(second.identifiers("apiId") == Array(ids[2..<4]))
        let last = try emulation.call(.get, "/v2/apis?nextToken=\(try second.string("nextToken"))")
        #expect(last.identifiers("apiId") == Array(ids[4...]))
        #expect(last["nextToken"] == .null)
    }

    @Test func `a token holds when what it names is deleted, and is refused by another list`() throws {
        let ids = try (0..<3).map { _ in try emulation.httpAPI() }.sorted()
        let token = try emulation.call(.get, "/v2/apis?maxResults=1").string("nextToken")
        #expect(try emulation.call(.delete, "/v2/apis/\(ids[0])").status == 204)
        #expect(
            try emulation.call(.get, "/v2/apis?nextToken=\(token)").identifiers("apiId") == Array(ids[1...]))
        let other = try emulation.call(.get, "/v2/apis/\(ids[1])/routes?nextToken=\(token)")
        #expect(other.status == 400)
        #expect(other.message == "Invalid nextToken")
    }

    @Test(arguments: ["0", "501", "x", "-1"])
    func `a count that is none is refused`(count: String) throws {
        #expect(try emulation.call(.get, "/v2/apis?maxResults=\(count)").status == 400)
    }

    @Test func `the most that a page may have is taken`() throws {
        #expect(try emulation.call(.get, "/v2/apis?maxResults=500").status == 200)
    }

    @Test func `deleting an API deletes everything below it`() throws {
        let api = try emulation.httpAPI()
        let integration = try emulation.integration(of: api)
        _ = try emulation.route("GET /", of: api, target: integration)
        #expect(try emulation.call(.delete, "/v2/apis/\(api)").status == 204)
        #expect(emulation.service.store.recordCounts() == [:])
        #expect(try emulation.call(.delete, "/v2/apis/\(api)").status == 404)
    }

    @Test func `an account holds as many APIs as its quota and one more is refused with 429`() throws {
        let emulation = Emulation(quotas: .published(replacing: ["Api": 2]))
        _ = try emulation.httpAPI()
        _ = try emulation.httpAPI()
        let answer = try emulation.call(.post, "/v2/apis", ["name": "n", "protocolType": "HTTP"])
        #expect(answer.status == 429)
        #expect(answer.errorType == "TooManyRequestsException")
        #expect(
            answer.message
                == "Maximum number of APIs for this account has been reached. Please contact AWS if you need "
                + "additional APIs.")
    }
}

struct QuickCreateTests {
    private let emulation = Emulation()

    private func quickCreate(target: String, routeKey: String? = nil) throws -> String {
        var body: JSONObject = ["name": "n", "protocolType": "HTTP", "target": .string(target)]
        body["routeKey"] = routeKey.map(JSON.string)
        let answer = try emulation.call(.post, "/v2/apis", .object(body))
        #expect(answer.status == 201)
        #expect(answer["target"] == nil)
        #expect(answer["tags"] == nil)
        return try answer.string("apiId")
    }

    @Test func `an HTTP target makes a managed integration, route and stage`() throws {
        let api = try quickCreate(target: "https://example.com")
        let integration = try #require(
            try emulation.call(.get, "/v2/apis/\(api)/integrations").identifiers("integrationId").first)
        #expect(
            try emulation.call(.get, "/v2/apis/\(api)/integrations/\(integration)").body == [
                "apiGatewayManaged": true, "connectionType": "INTERNET",
                "integrationId": .string(integration),
                "integrationMethod": "ANY", "integrationType": "HTTP_PROXY",
                "integrationUri": "https://example.com",
                "payloadFormatVersion": "1.0", "timeoutInMillis": 30000,
            ])
        let route = try #require(
            try emulation.call(.get, "/v2/apis/\(api)/routes").identifiers("routeId").first)
        #expect(
            try emulation.call(.get, "/v2/apis/\(api)/routes/\(route)").body == [
                "apiGatewayManaged": true, "apiKeyRequired": false, "authorizationType": "NONE",
                "routeId": .string(route),
                "routeKey": "$default", "target": .string("integrations/\(integration)"),
            ])
        let stage = try emulation.call(.get, "/v2/apis/\(api)/stages/%24default")
        let deployment = try stage.string("deploymentId")
        #expect(stage["autoDeploy"] == true)
        #expect(stage["apiGatewayManaged"] == true)
        #expect(
            stage["lastDeploymentStatusMessage"]
                == .string("Successfully deployed stage with deployment ID '\(deployment)'"))
        #expect(try emulation.call(.get, "/v2/apis/\(api)/deployments/\(deployment)")["autoDeployed"] == true)
    }

    @Test func `a function's ARN makes a Lambda proxy under the key that was asked for`() throws {
        let api = try quickCreate(target: "arn:aws:lambda:us-east-1:1:function:f", routeKey: "GET /f")
        let integrations = try emulation.call(.get, "/v2/apis/\(api)/integrations")
        guard case .array(let items) = integrations["items"], case .object(let integration) = items[0] else {
            Issue.record("no integration: \(integrations)")
            return
        }
        #expect(integration["integrationType"] == "AWS_PROXY")
        #expect(integration["integrationMethod"] == "POST")
        #expect(integration["payloadFormatVersion"] == "2.0")
        #expect(
            try emulation.call(.get, "/v2/apis/\(api)/routes").body.text.contains(#""routeKey":"GET /f""#))
    }

    @Test func `what it made can be changed and not deleted`() throws {
        let api = try quickCreate(target: "https://example.com")
        let integration = try emulation.call(.get, "/v2/apis/\(api)/integrations").identifiers(
            "integrationId")[0]
        let route = try emulation.call(.get, "/v2/apis/\(api)/routes").identifiers("routeId")[0]
        let path = "/v2/apis/\(api)/integrations/\(integration)"
        #expect(try emulation.call(.patch, path, ["description": "d"]).status == 200)
        #expect(try emulation.call(.delete, path).status == 400)
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/routes/\(route)").status == 400)
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/stages/%24default").status == 400)
    }

    @Test func `an update of the API changes the target and the key of what it made`() throws {
        let api = try quickCreate(target: "https://example.com")
        #expect(
            try emulation.call(
                .patch, "/v2/apis/\(api)", ["target": "https://example.org", "routeKey": "GET /"]
            ).status
                == 201)
        #expect(
            try emulation.call(.get, "/v2/apis/\(api)/integrations").body.text.contains(
                #""integrationUri":"https://example.org""#))
        #expect(try emulation.call(.get, "/v2/apis/\(api)/routes").body.text.contains(#""routeKey":"GET /""#))
    }
}

extension JSON {
    /// The value as compact text.
    var text: String {
        var bytes: [UInt8] = []
        JSONWriter.append(self, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
