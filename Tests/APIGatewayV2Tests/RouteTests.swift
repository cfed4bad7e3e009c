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
        "HEAD /a-b_c.d:e", "PUT /a/{petId}/b/{proxy+}",
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
        "GET /{id}.json", "GET /a//b", "GET /a/", "GET /{}", "GET /{+}", "GET /{a b", "GET /a}", "GET /a~b",
        "PUT /*", "POST /a%2Fb", "GET /a,b", "GET /@me", "GET /{a*}", "GET /{a}{b}", "GET /ä",
    ])
    func `a path part of other characters is refused`(key: String) throws {
        let api = try emulation.httpAPI()
        let answer = try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": .string(key)])
        #expect(answer.status == 400)
        let isFormat = key.split(separator: " ").count > 2
        #expect(
            isFormat
                || answer.message
                    == "One or more path parts appear to be invalid. Parts are validated against this "
                    + #"regular expression: ^(\{[\w.:-]+\+?\}|[a-zA-Z0-9.:_-]+)$"#
        )
    }

    @Test func `a greedy variable stands at the end, on create and on update`() throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/routes"
        let route = try emulation.create(path, ["routeKey": "GET /a/{rest+}"], identifier: "routeId")
        let created = try emulation.call(.post, path, ["routeKey": "GET /{rest+}/a"])
        let updated = try emulation.call(.patch, "\(path)/\(route)", ["routeKey": "GET /{rest+}/a"])
        for answer in [created, updated] {
            #expect(answer.status == 400)
            #expect(
                answer.message
                    == "Cannot create a child of a resource with a greedy path variable: {rest+}")
        }
    }

    @Test(arguments: ["$connect", "$disconnect", "$default", "sendMessage", "GET /a", "a $b"])
    func `a WebSocket API takes the service's own keys and any other word`(key: String) throws {
        let api = try emulation.webSocketAPI()
        #expect(try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": .string(key)]).status == 201)
    }

    @Test(arguments: ["$", "$Connect", "$default2", "$message"])
    func `other keys that begin with a dollar are not for a WebSocket API`(key: String) throws {
        let path = try "/v2/apis/\(emulation.webSocketAPI())/routes"
        let route = try emulation.create(path, ["routeKey": "word"], identifier: "routeId")
        for (method, path) in [(HTTPMethod.post, path), (.patch, "\(path)/\(route)")] {
            let answer = try emulation.call(method, path, ["routeKey": .string(key)])
            #expect(answer.status == 400)
            #expect(answer.message == "The provided route key is not formatted properly")
        }
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
                == 201)
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

    @Test(arguments: ["integration/x", "integrations/", "integrations/a/b", "a1b2c3d"])
    func `a target has a form`(target: String) throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/routes"
        let route = try emulation.create(path, ["routeKey": "GET /a"], identifier: "routeId")
        let created = try emulation.call(.post, path, ["routeKey": "GET /", "target": .string(target)])
        let updated = try emulation.call(.patch, "\(path)/\(route)", ["target": .string(target)])
        for (answer, name) in [(created, "null"), (updated, route)] {
            #expect(answer.status == 400)
            #expect(
                answer.message == "Unexpected or malformed target in route \(name). Correct format should be "
                    + "integrations/<integration_id>.")
        }
    }

    @Test func `a target must exist`() throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/routes"
        #expect(
            try emulation.call(.post, path, ["routeKey": "GET /", "target": "integrations/nope"]).status
                == 404)
    }

    @Test func `an HTTP API's route needs no API key, on create and on update`() throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/routes"
        let route = try emulation.create(
            path, ["routeKey": "GET /a", "apiKeyRequired": false], identifier: "routeId")
        let created = try emulation.call(.post, path, ["routeKey": "PUT /", "apiKeyRequired": true])
        let updated = try emulation.call(.patch, "\(path)/\(route)", ["apiKeyRequired": true])
        for (answer, name) in [(created, "null"), (updated, route)] {
            #expect(answer.status == 400)
            #expect(
                answer.message == "ApiKeyRequired is not currently supported for HTTP APIs. Please set "
                    + "ApiKeyRequired to false for route \(name)")
        }
    }

    @Test(arguments: ["NONE", "AWS_IAM"])
    func `scopes are for tokens`(type: String) throws {
        let answer = try emulation.call(
            .post, "/v2/apis/\(emulation.httpAPI())/routes",
            ["routeKey": "PUT /", "authorizationType": .string(type), "authorizationScopes": ["read"]])
        #expect(answer.status == 400)
        #expect(
            answer.message
                == "Invalid Route authorization type specified. Authorization Scopes are only valid "
                + "for COGNITO_USER_POOLS and JWT authorization types")
    }

    @Test(
        arguments: [
            ("JWT", "JWT requires a valid JWT authorizer.", emulatedFunction),
            ("CUSTOM", "CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.", emulatedIssuer),
        ] as [(String, String, JSON)])
    func `a route's authorizer is there and of the route's type`(
        type: String, requirement: String, other: JSON
    ) throws {
        let api = try emulation.httpAPI()
        let authorizer = try emulation.create(
            "/v2/apis/\(api)/authorizers", other, identifier: "authorizerId")
        let path = "/v2/apis/\(api)/routes"
        let route = try emulation.create(path, ["routeKey": "GET /a"], identifier: "routeId")
        var body: JSONObject = ["routeKey": "PUT /b", "authorizationType": .string(type)]
        for id in [nil, "nope", authorizer] {
            body["authorizerId"] = id.map(JSON.string)
            for (method, place) in [(HTTPMethod.post, path), (.patch, "\(path)/\(route)")] {
                let answer = try emulation.call(method, place, .object(body))
                #expect(answer.status == 400)
                #expect(
                    answer.message
                        == "Invalid authorizer ID specified. Setting the authorization type to \(requirement)"
                )
            }
        }
    }

    @Test func `an update names the authorization type with the authorizer`() throws {
        let api = try emulation.httpAPI()
        let ids = try ["one", "two"].map { name in
            guard case .object(var body) = emulatedIssuer else { return "" }
            body["name"] = .string(name)
            return try emulation.create(
                "/v2/apis/\(api)/authorizers", .object(body), identifier: "authorizerId")
        }
        let route = try emulation.create(
            "/v2/apis/\(api)/routes",
            ["routeKey": "PUT /", "authorizationType": "JWT", "authorizerId": .string(ids[0])],
            identifier: "routeId")
        let path = "/v2/apis/\(api)/routes/\(route)"

        let alone = try emulation.call(.patch, path, ["authorizerId": .string(ids[1])])
        let both = try emulation.call(
            .patch, path, ["authorizerId": .string(ids[1]), "authorizationType": "JWT"])

        #expect(alone.status == 400)
        #expect(alone.message == "Unable to update route. Authorizer type is invalid or null.")
        #expect(both.status == 201)
        #expect(both["authorizerId"] == .string(ids[1]))
        #expect(try emulation.call(.patch, path, ["operationName": "Put"]).status == 201)
    }

    @Test func `scopes leave a route with the type JWT`() throws {
        let api = try emulation.httpAPI()
        let authorizer = try emulation.create(
            "/v2/apis/\(api)/authorizers", emulatedIssuer, identifier: "authorizerId")
        let route = try emulation.create(
            "/v2/apis/\(api)/routes",
            [
                "routeKey": "PUT /", "authorizationType": "JWT", "authorizerId": .string(authorizer),
                "authorizationScopes": ["write"],
            ], identifier: "routeId")

        let answer = try emulation.call(
            .patch, "/v2/apis/\(api)/routes/\(route)", ["authorizationType": "NONE"])

        #expect(answer.status == 201)
        #expect(answer["authorizationScopes"] == nil)
        #expect(answer["authorizerId"] == nil)
    }

    @Test(arguments: ["$default", "$disconnect", "send"])
    func `request parameters of a WebSocket API are for its connection alone`(key: String) throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/routes"
        let parameters: JSON = ["route.request.header.x": ["required": false]]
        let connect = try emulation.create(
            path, ["routeKey": "$connect", "requestParameters": parameters], identifier: "routeId")
        let other = try emulation.create(
            path, ["routeKey": .string(key), "requestParameters": [:]], identifier: "routeId")
        let answers = [
            try emulation.call(.patch, "\(path)/\(other)", ["requestParameters": parameters]),
            try emulation.call(.patch, "\(path)/\(connect)", ["routeKey": "elsewhere"]),
            try emulation.call(.post, path, ["routeKey": "more", "requestParameters": parameters]),
        ]
        for answer in answers {
            #expect(answer.status == 400)
            #expect(
                answer.message
                    == "Request parameters are only supported for the $connect route in WEBSOCKET APIs")
        }
    }

    @Test func `request models join those that are there, and an empty name removes one`() throws {
        let path = "/v2/apis/\(try emulation.webSocketAPI())/routes"
        let route = try emulation.create(
            path, ["routeKey": "send", "requestModels": ["a": "A", "b": "B"]], identifier: "routeId")
        let answer = try emulation.call(
            .patch, "\(path)/\(route)", ["requestModels": ["a": "", "c": "C"]])
        #expect(answer["requestModels"] == ["b": "B", "c": "C"])
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
        #expect(updated.status == 201)
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
