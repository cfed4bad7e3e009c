/// Routes: forms of keys, targets, authorization and conflicts.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct RouteTests {
    private let emulation = Emulation()

    @Test func `a new route has the service's defaults and nothing else`() throws {
        let api = try emulation.httpAPI()
        let answer = try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": "GET /pets"])
        #expect(answer.status == 201)
        #expect(
            answer.body == [
                "apiKeyRequired": false, "authorizationType": "NONE",
                "routeId": .string(try answer.string("routeId")),
                "routeKey": "GET /pets",
            ])
    }

    @Test(arguments: [
        "$default", "ANY /", "GET /a", "POST /a/b", "DELETE /a/{id}", "PATCH /a/{id}/b", "OPTIONS /{proxy+}",
        "HEAD /a-b_c.d~e", "PUT /a/{petId}/b/{proxy+}",
    ])
    func `a well-formed key is taken`(key: String) throws {
        let api = try emulation.httpAPI()
        #expect(try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": .string(key)]).status == 201)
    }

    @Test(arguments: [
        "GET", "get /a", "TRACE /a", "/a", "GET a", "GET  /a", "GET /a b", "$connect", "GET\t/a",
    ])
    func `a key of another form is refused`(key: String) throws {
        let api = try emulation.httpAPI()
        let answer = try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": .string(key)])
        #expect(answer.status == 400)
        #expect(
            answer.message
                == "The provided route key is not formatted properly for HTTP protocol. Format should be "
                + #""[HTTP METHOD] /[RESOURCE PATH]" or "$default""#)
    }

    @Test(arguments: [
        "GET /{id}.json", "GET /a//b", "GET /a/", "GET /{a+}/b", "GET /{}", "GET /{a b", "GET /a}",
    ])
    func `a path part that is none is refused`(key: String) throws {
        let api = try emulation.httpAPI()
        let answer = try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": .string(key)])
        #expect(answer.status == 400)
    }

    @Test(arguments: ["$connect", "$disconnect", "$default", "sendMessage", "GET /a", "anything at all"])
    func `a WebSocket API takes any key`(key: String) throws {
        let api = try emulation.webSocketAPI()
        #expect(try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": .string(key)]).status == 201)
    }

    @Test func `a key is required`() throws {
        let answer = try emulation.call(.post, "/v2/apis/\(emulation.httpAPI())/routes", [:])
        #expect(answer.message == "Route key is required")
    }

    @Test func `a key that is taken conflicts, on create and on update`() throws {
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /a", of: api)
        let other = try emulation.route("GET /b", of: api)
        let created = try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": "GET /a"])
        let updated = try emulation.call(.patch, "/v2/apis/\(api)/routes/\(other)", ["routeKey": "GET /a"])
        for answer in [created, updated] {
            #expect(answer.status == 409)
            #expect(answer.message == "Route with key GET /a already exists for this API")
        }
        #expect(
            try emulation.call(.patch, "/v2/apis/\(api)/routes/\(other)", ["routeKey": "GET /b"]).status
                == 200)
    }

    @Test func `a deleted route's key is free again`() throws {
        let api = try emulation.httpAPI()
        let route = try emulation.route("GET /a", of: api)
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/routes/\(route)").status == 204)
        _ = try emulation.route("GET /a", of: api)
    }

    @Test func `one level's variable has one name`() throws {
        let api = try emulation.httpAPI()
        _ = try emulation.route("GET /a/{c}", of: api)
        let answer = try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": "GET /a/{b}"])
        #expect(answer.status == 409)
        #expect(
            answer.message
                == "The provided route key \"GET /a/{b}\" has a conflicting variable on the same "
                + "hierarchical "
                + "level as \"GET /a/{c}\"")
        _ = try emulation.route("GET /a/{c}/{d}", of: api)
        _ = try emulation.route("GET /b/{b}", of: api)
    }

    @Test func `a target has a form and must exist`() throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/routes"
        let malformed = try emulation.call(.post, path, ["routeKey": "GET /", "target": "integration/x"])
        #expect(malformed.status == 400)
        #expect(
            malformed.message == "Unexpected or malformed target in route. Correct format should be "
                + "integrations/<integration_id>.")
        #expect(
            try emulation.call(.post, path, ["routeKey": "GET /", "target": "integrations/nope"]).status
                == 404)
    }

    @Test(
        arguments: [
            (
                ["routeKey": "GET /", "apiKeyRequired": true],
                "ApiKeyRequired is not currently supported for HTTP APIs."
            ),
            (
                ["routeKey": "GET /", "authorizationScopes": ["s"]],
                "Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization type"
            ),
            (
                ["routeKey": "GET /", "authorizationType": "JWT"],
                "Invalid authorizer ID specified. Setting the authorization "
                    + "type to JWT requires a valid JWT authorizer."
            ),
        ] as [(JSON, String)])
    func `what an HTTP API's route may not have is refused`(body: JSON, message: String) throws {
        let answer = try emulation.call(.post, "/v2/apis/\(emulation.httpAPI())/routes", body)
        #expect(answer.status == 400)
        #expect(answer.message == message)
    }

    @Test func `authorization of a WebSocket API is for its connection alone`() throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/routes"
        let refused = try emulation.call(.post, path, ["routeKey": "send", "authorizationType": "AWS_IAM"])
        #expect(refused.message == "Currently, authorization is restricted to the $connect route only")
        #expect(
            try emulation.call(.post, path, ["routeKey": "$connect", "authorizationType": "AWS_IAM"]).status
                == 201)
    }

    @Test func `an authorizer leaves a route with the type NONE and cannot be deleted before`() throws {
        let api = try emulation.httpAPI()
        let authorizer = try emulation.create(
            "/v2/apis/\(api)/authorizers",
            [
                "authorizerType": "JWT", "name": "tokens",
                "identitySource": ["$request.header.Authorization"],
                "jwtConfiguration": ["audience": ["a"], "issuer": "https://issuer.example.com"],
            ], identifier: "authorizerId")
        let route = try emulation.create(
            "/v2/apis/\(api)/routes",
            [
                "routeKey": "GET /", "authorizationType": "JWT", "authorizerId": .string(authorizer),
                "authorizationScopes": ["s"],
            ], identifier: "routeId")
        let refused = try emulation.call(.delete, "/v2/apis/\(api)/authorizers/\(authorizer)")
        #expect(refused.status == 409)
        #expect(refused.message == "Cannot delete authorizer 'tokens', is referenced in route: GET /")
        let updated = try emulation.call(
            .patch, "/v2/apis/\(api)/routes/\(route)",
            ["authorizationType": "NONE", "authorizationScopes": []])
        #expect(updated.status == 200)
        #expect(updated["authorizerId"] == nil)
        #expect(updated["authorizationScopes"] == nil)
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/authorizers/\(authorizer)").status == 204)
    }

    @Test func `a request parameter can be deleted by its key`() throws {
        let api = try emulation.webSocketAPI()
        let route = try emulation.create(
            "/v2/apis/\(api)/routes",
            ["routeKey": "$connect", "requestParameters": ["route.request.header.x": ["required": true]]],
            identifier: "routeId")
        let path = "/v2/apis/\(api)/routes/\(route)/requestparameters/route.request.header.x"
        #expect(try emulation.call(.delete, path).status == 204)
        #expect(try emulation.call(.get, "/v2/apis/\(api)/routes/\(route)")["requestParameters"] == nil)
        #expect(try emulation.call(.delete, path).status == 404)
    }
}
