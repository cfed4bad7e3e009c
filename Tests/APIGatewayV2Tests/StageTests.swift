/// Stages and the deployments that they point to.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct StageTests {
    private var emulation = Emulation()

    @Test func `a new stage of an HTTP API has the service's defaults and nothing else`() throws {
        let api = try emulation.httpAPI()
        let answer = try emulation.call(.post, "/v2/apis/\(api)/stages", ["stageName": "test"])
        #expect(answer.status == 201)
        #expect(
            answer.body == [
                "createdDate": "2030-01-01T00:00:00Z",
                "defaultRouteSettings": ["detailedMetricsEnabled": false],
                "lastUpdatedDate": "2030-01-01T00:00:00Z", "routeSettings": [:], "stageName": "test",
                "stageVariables": [:], "tags": [:],
            ])
    }

    @Test func `a reset of the authorizers' cache changes nothing of the stage`() throws {
        var emulation = Emulation()
        let api = try emulation.httpAPI()
        let path = "/v2/apis/\(api)/stages/test"
        #expect(try emulation.call(.post, "/v2/apis/\(api)/stages", ["stageName": "test"]).status == 201)
        let before = try emulation.call(.get, path)

        emulation.now += .seconds(60)
        let answer = try emulation.call(.delete, path + "/cache/authorizers")

        #expect(answer.status == 204)
        #expect(try emulation.call(.get, path).body == before.body)
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/stages/no/cache/authorizers").status == 404)
    }

    @Test func `a WebSocket API's default settings have three members`() throws {
        let answer = try emulation.call(
            .post, "/v2/apis/\(emulation.webSocketAPI())/stages",
            ["stageName": "test", "defaultRouteSettings": ["throttlingRateLimit": 2000]])
        #expect(
            answer["defaultRouteSettings"] == [
                "dataTraceEnabled": false, "detailedMetricsEnabled": false, "loggingLevel": "OFF",
                "throttlingRateLimit": .number(2000),
            ])
    }

    /// One that is written so already is kept as it stands; the others are put right.
    @Test(
        arguments: [
            #"{"destinationArn": "ARN:a", "format": "$context.requestId"}"#,
            #"{"format": "$context.requestId", "destinationArn": "ARN:a"}"#,
            #"{"destinationArn": "ARN:a", "unknown": 1, "format": "$context.requestId"}"#,
            #"{"destinationArn": "ARN:b", "format": "$context.requestId", "destinationArn": "ARN:a"}"#,
            #"{"destinationArn": "ARN:a", "format": "$context.requestId", "unknown": null}"#,
        ])
    func `the members of an object come back in the service's order, each once`(written: String) throws {
        let arn = "arn:aws:logs:us-east-1:1:log-group"
        let text = written.replacing("ARN", with: arn)
        let settings = try JSONDocument(parsing: Array(text.utf8)).root.json
        let api = try emulation.httpAPI()
        _ = try emulation.call(
            .post, "/v2/apis/\(api)/stages", ["stageName": "test", "accessLogSettings": settings])
        let answer = try emulation.call(.get, "/v2/apis/\(api)/stages/test")
        #expect(
            answer["accessLogSettings"] == [
                "destinationArn": .string("\(arn):a"), "format": "$context.requestId",
            ])
    }

    @Test func `an update moves the date, joins variables and strips the log group's star`() throws {
        var emulation = emulation
        let api = try emulation.httpAPI()
        _ = try emulation.create(
            "/v2/apis/\(api)/stages", ["stageName": "test", "stageVariables": ["a": "1", "b": "2"]],
            identifier: "stageName")
        emulation.now += .seconds(5)
        let answer = try emulation.call(
            .patch, "/v2/apis/\(api)/stages/test",
            [
                "stageVariables": ["a": "", "c": "3"],
                "accessLogSettings": [
                    "destinationArn": "arn:aws:logs:us-east-1:1:log-group:g:*",
                    "format": "$context.requestId",
                ],
            ])
        #expect(answer["stageVariables"] == ["b": "2", "c": "3"])
        #expect(answer["createdDate"] == "2030-01-01T00:00:00Z")
        #expect(answer["lastUpdatedDate"] == "2030-01-01T00:00:05Z")
        #expect(
            answer["accessLogSettings"] == [
                "destinationArn": "arn:aws:logs:us-east-1:1:log-group:g", "format": "$context.requestId",
            ])
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/stages/test/accesslogsettings").status == 204)
        #expect(try emulation.call(.get, "/v2/apis/\(api)/stages/test")["accessLogSettings"] == nil)
    }

    @Test(
        arguments: [
            (["stageName": "a b"], 400, "Stage name only allows a-zA-Z0-9_"),
            (["stageName": "é"], 400, "Stage name only allows a-zA-Z0-9_"),
            (["stageName": "t", "deploymentId": "nope"], 400, "Deployment id does not exist"),
            (
                ["stageName": "t", "defaultRouteSettings": ["loggingLevel": "INFO"]], 400,
                "Execution logs are not supported on protocolType HTTP"
            ),
            (
                ["stageName": "t", "routeSettings": ["GET /x": ["throttlingBurstLimit": 1]]], 404,
                "Unable to find Route by key GET /x within the provided RouteSettings"
            ),
            (["stageName": "taken"], 409, "Stage already exists"),
        ] as [(JSON, Int, String)])
    func `what the service refuses is refused in its words`(body: JSON, status: Int, message: String) throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/stages"
        #expect(try emulation.call(.post, path, ["stageName": "taken"]).status == 201)
        let answer = try emulation.call(.post, path, body)
        #expect(answer.status == status)
        #expect(answer.message == message)
    }

    @Test func `route settings go by route key and can be deleted by it`() throws {
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /pets", of: api)
        let settings: JSON = [
            "GET /pets": ["throttlingBurstLimit": 100, "throttlingRateLimit": .number(2000)]
        ]
        let answer = try emulation.call(
            .post, "/v2/apis/\(api)/stages", ["stageName": "t", "routeSettings": settings])
        #expect(answer["routeSettings"] == settings)
        #expect(answer.body.text.contains(#""throttlingRateLimit":2000.0"#))
        let path = "/v2/apis/\(api)/stages/t/routesettings/GET%20%2Fpets"
        #expect(try emulation.call(.delete, path).status == 204)
        #expect(try emulation.call(.get, "/v2/apis/\(api)/stages/t")["routeSettings"] == [:])
        #expect(try emulation.call(.delete, path).status == 404)
    }

    @Test func `the authorizers' cache of a stage can be reset`() throws {
        let api = try emulation.httpAPI()
        #expect(try emulation.call(.post, "/v2/apis/\(api)/stages", ["stageName": "t"]).status == 201)
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/stages/t/cache/authorizers").status == 204)
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/stages/u/cache/authorizers").status == 404)
    }
}

struct DeploymentTests {
    private let emulation = Emulation()

    private func routedAPI() throws -> String {
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /", of: api, target: emulation.integration(of: api))
        return api
    }

    @Test func `an API is deployed when it has a route with a target`() throws {
        let api = try emulation.httpAPI()
        let path = "/v2/apis/\(api)/deployments"
        #expect(
            try emulation.call(.post, path, [:]).message
                == "Unable to deploy API because no routes exist in this API")
        let route = try emulation.route("GET /", of: api)
        #expect(
            try emulation.call(.post, path, [:]).message
                == "Unable to deploy API because no valid routes exist in this API")
        let integration = try emulation.integration(of: api)
        #expect(
            try emulation.call(
                .patch, "/v2/apis/\(api)/routes/\(route)", ["target": .string("integrations/\(integration)")]
            ).status == 201)
        let answer = try emulation.call(.post, path, ["description": "first"])
        #expect(answer.status == 201)
        #expect(
            answer.body == [
                "autoDeployed": false, "createdDate": "2030-01-01T00:00:00Z",
                "deploymentId": .string(try answer.string("deploymentId")), "deploymentStatus": "DEPLOYED",
                "description": "first",
            ])
    }

    @Test func `a WebSocket API needs a route`() throws {
        let api = try emulation.webSocketAPI()
        let path = "/v2/apis/\(api)/deployments"
        #expect(
            try emulation.call(.post, path, [:]).message
                == "At least one route is required before deploying the Api")
        _ = try emulation.route("$default", of: api)
        #expect(try emulation.call(.post, path, [:]).status == 201)
    }

    @Test func `a deployment moves the stage it names and is then in use`() throws {
        let api = try routedAPI()
        #expect(try emulation.call(.post, "/v2/apis/\(api)/stages", ["stageName": "t"]).status == 201)
        let path = "/v2/apis/\(api)/deployments"
        let id = try emulation.create(path, ["stageName": "t"], identifier: "deploymentId")
        #expect(try emulation.call(.get, "/v2/apis/\(api)/stages/t")["deploymentId"] == .string(id))
        let refused = try emulation.call(.delete, "\(path)/\(id)")
        #expect(refused.status == 400)
        #expect(refused.message == "Active stages pointing to this deployment must be moved or deleted")
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/stages/t").status == 204)
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 204)
        #expect(
            try emulation.call(.post, path, ["stageName": "u"]).message
                == "Invalid stage identifier specified")
    }

    @Test func `a stage with autoDeploy gets a deployment with every change`() throws {
        let api = try routedAPI()
        #expect(
            try emulation.call(.post, "/v2/apis/\(api)/stages", ["stageName": "t", "autoDeploy": true])[
                "deploymentId"]
                == nil)
        let first = try emulation.call(.get, "/v2/apis/\(api)/stages/t").string("deploymentId")
        _ = try emulation.route("GET /more", of: api)
        let second = try emulation.call(.get, "/v2/apis/\(api)/stages/t").string("deploymentId")
        #expect(first != second)
        #expect(
            try emulation.call(.get, "/v2/apis/\(api)/deployments").identifiers("deploymentId")
                == [first, second].sorted())
    }

    @Test func `a stage with autoDeploy of an API without routes says why it is not deployed`() throws {
        let api = try emulation.httpAPI()
        #expect(
            try emulation.call(.post, "/v2/apis/\(api)/stages", ["stageName": "t", "autoDeploy": true]).status
                == 201)
        #expect(
            try emulation.call(.get, "/v2/apis/\(api)/stages/t")["lastDeploymentStatusMessage"]
                == "Deployment attempt failed: Unable to deploy API because no routes exist in this API")
    }
}
