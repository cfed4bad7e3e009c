/// What a stage's members may be together: deployment and autoDeploy, logging, variables, description.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct StageSettingsTests {
    private let emulation = Emulation()

    @Test(
        arguments: [
            ["deploymentId": "ID"], ["deploymentId": "ID", "autoDeploy": true, "description": "d"],
        ] as [JSONObject])
    func `a stage that deploys itself is given no deployment, not even its own`(given: JSONObject) throws {
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /", of: api, target: emulation.integration(of: api))
        let path = "/v2/apis/\(api)/stages/prod"
        _ = try emulation.create(
            "/v2/apis/\(api)/stages", ["stageName": "prod", "autoDeploy": true], identifier: "stageName")
        let own = try emulation.call(.get, path).string("deploymentId")
        var body = given
        body["deploymentId"] = .string(own)
        let answer = try emulation.call(.patch, path, .object(body))
        #expect(answer.status == 400)
        #expect(
            answer.message == "Deployment ID cannot be set on this stage because AutoDeploy is enabled")
        body["autoDeploy"] = false
        #expect(try emulation.call(.patch, path, .object(body)).string("deploymentId") == own)
    }

    @Test(
        arguments: [
            ["defaultRouteSettings": ["loggingLevel": "ERROR"]],
            ["defaultRouteSettings": ["dataTraceEnabled": true]],
            ["routeSettings": ["GET /": ["loggingLevel": "OFF"]]],
            ["routeSettings": ["GET /": ["throttlingBurstLimit": 1, "dataTraceEnabled": true]]],
        ] as [JSON])
    func `an HTTP API's stage has no logging level, not even OFF`(body: JSON) throws {
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /", of: api)
        _ = try emulation.create(
            "/v2/apis/\(api)/stages", ["stageName": "prod"], identifier: "stageName")
        let answer = try emulation.call(.patch, "/v2/apis/\(api)/stages/prod", body)
        #expect(answer.status == 400)
        #expect(answer.message == "Execution logs are not supported on protocolType HTTP")
    }

    @Test(
        arguments: [
            (["a-b": "1"], "Invalid stage variable name: a-b.  Please use names with only word characters."),
            (["": "1"], nil), (["a_1": "https://a.example:1/b?c=d&e=f#g,~h i"], nil),
            (
                ["key": "a;b"],
                "Invalid stage variable value of key key.  Please use values with alphanumeric "
                    + "characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
            ),
        ] as [(JSON, String?)])
    func `stage variables have word characters and a few more in their values`(
        variables: JSON, message: String?
    ) throws {
        let api = try emulation.httpAPI()
        let answer = try emulation.call(
            .post, "/v2/apis/\(api)/stages", ["stageName": "prod", "stageVariables": variables])
        #expect(answer.status == (message == nil ? 201 : 400))
        #expect(answer.message == message)
    }

    @Test func `a description is changed by an update, but not emptied`() throws {
        let api = try emulation.httpAPI()
        _ = try emulation.create(
            "/v2/apis/\(api)/stages", ["stageName": "prod", "description": "first"], identifier: "stageName")
        let path = "/v2/apis/\(api)/stages/prod"
        #expect(try emulation.call(.patch, path, ["description": ""])["description"] == "first")
        #expect(try emulation.call(.patch, path, ["description": "second"])["description"] == "second")
    }

    @Test func `an update of a deployment answers 201`() throws {
        let api = try emulation.webSocketAPI()
        _ = try emulation.route("$default", of: api)
        let id = try emulation.create(
            "/v2/apis/\(api)/deployments", ["description": "a"], identifier: "deploymentId")
        let answer = try emulation.call(
            .patch, "/v2/apis/\(api)/deployments/\(id)", ["description": "b"])
        #expect(answer.status == 201)
        #expect(answer["description"] == "b")
    }
}
