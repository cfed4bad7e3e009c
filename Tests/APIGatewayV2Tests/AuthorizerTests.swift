/// Authorizers: what each type and each kind of API needs, and what it refuses.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct AuthorizerTests {
    private let emulation = Emulation()

    /// The answers to a CreateAuthorizer request and to an UpdateAuthorizer that makes the same of a right
    /// one.
    private func answers(
        _ api: String, _ right: JSON, with changes: JSONObject
    ) throws -> [Answer] {
        guard case .object(var body) = right else { return [] }
        let path = "/v2/apis/\(api)/authorizers"
        let id = try emulation.create(path, right, identifier: "authorizerId")
        body["name"] = "another"
        for member in changes.members { body[member.name] = member.value }
        return [
            try emulation.call(.post, path, .object(body)),
            try emulation.call(.patch, "\(path)/\(id)", .object(changes)),
        ]
    }

    private func capitalized(_ member: String) -> String {
        member.prefix(1).uppercased() + member.dropFirst()
    }

    private let webSocketFunction: JSON = {
        guard case .object(var body) = emulatedFunction else { return emulatedFunction }
        body["authorizerPayloadFormatVersion"] = nil
        return .object(body)
    }()

    @Test func `a new authorizer has what was sent and its identifier`() throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/authorizers"
        for right in [emulatedIssuer, emulatedFunction] {
            let answer = try emulation.call(.post, path, right)
            guard case .object(var body) = right else { return }
            body["authorizerId"] = answer["authorizerId"]
            #expect(answer.status == 201)
            guard case .object(let members) = answer.body else { return }
            #expect(members.members.allSatisfy { body[$0.name] == $0.value })
            #expect(members.members.count == body.members.count)
        }
    }

    // MARK: JWT

    @Test(
        arguments: [
            (["jwtConfiguration": nil], "JwtConfiguration must not be null for JWT Authorizer"),
            (
                ["jwtConfiguration": ["issuer": "https://a.example"]],
                "Audience list must have at least 1 item for JWT Authorizer"
            ),
            (
                ["jwtConfiguration": ["issuer": "https://a.example", "audience": []]],
                "Audience list must have at least 1 item for JWT Authorizer"
            ),
            (["jwtConfiguration": [:]], "Audience list must have at least 1 item for JWT Authorizer"),
            (
                ["jwtConfiguration": ["audience": ["b"]]],
                "Invalid issuer: Issuer is not a valid URL for JWT Authorizer"
            ),
        ] as [([String: JSON?], String)])
    func `a JWT authorizer has a configuration, an audience and an issuer`(
        changes: [String: JSON?], message: String
    ) throws {
        guard case .object(var body) = emulatedIssuer else { return }
        for (name, value) in changes { body[name] = value }
        let answer = try emulation.call(
            .post, "/v2/apis/\(emulation.httpAPI())/authorizers", .object(body))
        #expect(answer.status == 400)
        #expect(answer.message == message)
    }

    @Test(arguments: [
        "http://issuer.example.com", "ftp://localhost", "issuer.example.com", "https://", "https:///a",
        "://a.example", "https://a b.example", "http://localhost.example.com", "http://128.0.0.1",
        "http://127.0.0.1.example.com", "http://127.0.0", "http://127.0.0.256", "http://localhost@a.example",
        "http://[::2]", "//localhost",
    ])
    func `an issuer that is no https URL is refused`(issuer: String) throws {
        let changes: JSONObject = ["jwtConfiguration": ["audience": ["a"], "issuer": .string(issuer)]]
        for answer in try answers(emulation.httpAPI(), emulatedIssuer, with: changes) {
            #expect(answer.status == 400)
            #expect(answer.message == "Invalid issuer: Issuer is not a valid URL for JWT Authorizer")
        }
    }

    @Test(arguments: [
        "https://issuer.example.com/", "HTTPS://issuer.example.com:8443/a?b", "http://localhost",
        "http://LOCALHOST:8080/realms/a", "http://127.0.0.1:1", "http://127.255.255.255/", "http://[::1]:80/",
    ])
    func `an issuer of https, or of http on this machine, is let in`(issuer: String) throws {
        let changes: JSONObject = ["jwtConfiguration": ["audience": ["a"], "issuer": .string(issuer)]]
        let answers = try answers(emulation.httpAPI(), emulatedIssuer, with: changes)
        #expect(answers.map(\.status) == [201, 200])
    }

    @Test(
        arguments: [
            ("authorizerCredentialsArn", "arn:aws:iam::000000000000:role/r"),
            ("authorizerPayloadFormatVersion", "2.0"), ("authorizerResultTtlInSeconds", 0),
            ("authorizerUri", "arn:aws:lambda:us-east-1:000000000000:function:f"),
            ("enableSimpleResponses", false),
        ] as [(String, JSON)])
    func `a JWT authorizer has no member of a REQUEST authorizer`(member: String, value: JSON) throws {
        let changes = JSONObject([JSONObject.Member(name: member, value: value)])
        for answer in try answers(emulation.httpAPI(), emulatedIssuer, with: changes) {
            #expect(answer.status == 400)
            #expect(
                answer.message
                    == "\(capitalized(member)) cannot be set for JWT Authorizer"
            )
        }
    }

    @Test func `an update of one member of the configuration leaves the other`() throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/authorizers"
        let id = try emulation.create(path, emulatedIssuer, identifier: "authorizerId")
        let answer = try emulation.call(
            .patch, "\(path)/\(id)", ["jwtConfiguration": ["audience": ["cats"]]])
        #expect(
            answer["jwtConfiguration"] == ["audience": ["cats"], "issuer": "https://issuer.example.com"])
    }

    @Test func `a change of the type leaves the other type's members behind`() throws {
        let path = "/v2/apis/\(try emulation.httpAPI())/authorizers"
        let id = try emulation.create(path, emulatedFunction, identifier: "authorizerId")

        let token = try emulation.call(.patch, "\(path)/\(id)", emulatedIssuer)
        let function = try emulation.call(.patch, "\(path)/\(id)", emulatedFunction)

        #expect(token.status == 200)
        #expect(token["authorizerUri"] == nil)
        #expect(token["authorizerPayloadFormatVersion"] == nil)
        #expect(function.status == 200)
        #expect(function["jwtConfiguration"] == nil)
    }

    @Test func `an authorizer keeps its type while a route needs it`() throws {
        let api = "/v2/apis/\(try emulation.httpAPI())"
        for (right, other, type, requirement) in [
            (
                emulatedFunction, emulatedIssuer, "CUSTOM",
                "CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."
            ),
            (emulatedIssuer, emulatedFunction, "JWT", "JWT requires a valid JWT authorizer."),
        ] {
            let id = try emulation.create("\(api)/authorizers", right, identifier: "authorizerId")
            let route = try emulation.create(
                "\(api)/routes",
                [
                    "routeKey": .string("GET /\(type)"), "authorizationType": .string(type),
                    "authorizerId": .string(id),
                ], identifier: "routeId")

            let refused = try emulation.call(.patch, "\(api)/authorizers/\(id)", other)
            let kept = try emulation.call(.get, "\(api)/authorizers/\(id)")
            let same = try emulation.call(.patch, "\(api)/authorizers/\(id)", right)
            _ = try emulation.call(.patch, "\(api)/routes/\(route)", ["authorizationType": "NONE"])
            let taken = try emulation.call(.patch, "\(api)/authorizers/\(id)", other)

            #expect(refused.status == 400)
            #expect(
                refused.message == "Invalid authorizer ID specified. Setting the authorization type to "
                    + requirement)
            #expect(kept["authorizerType"] == .string(type == "JWT" ? "JWT" : "REQUEST"))
            #expect(same.status == 200 && taken.status == 200)
            _ = try emulation.call(.delete, "\(api)/authorizers/\(id)")
        }
    }

    // MARK: REQUEST

    @Test func `a REQUEST authorizer has a URI in both kinds of API`() throws {
        for api in [try emulation.httpAPI(), try emulation.webSocketAPI()] {
            let answer = try emulation.call(
                .post, "/v2/apis/\(api)/authorizers", ["authorizerType": "REQUEST", "name": "a"])
            #expect(answer.status == 400)
            #expect(answer.message == "AuthorizerUri is a required field in an Authorizer")
        }
    }

    @Test(arguments: [
        "f", "https://example.com", "arn:aws:sqs:us-east-1:000000000000:queue",
        "arn:aws:lambda:us-east-1:0:layer:l",
        "arn:aws:apigateway::lambda:path/2015-03-31/functions/f/invocations",
        "arn:aws:apigateway:us-east-1:sqs:path/2015-03-31/functions/f/invocations",
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f",
    ])
    func `a URI that calls no function is refused`(uri: String) throws {
        let changes: JSONObject = ["authorizerUri": .string(uri)]
        for answer in try answers(emulation.httpAPI(), emulatedFunction, with: changes) {
            #expect(answer.status == 400)
            #expect(
                answer.message
                    == "Invalid Authorizer URI: \(uri). Authorizer URI should be a valid API Gateway ARN "
                    + "that represents a Lambda function invocation.")
        }
    }

    @Test(arguments: [
        "arn:aws-cn:apigateway:cn-north-1:lambda:path/2015-03-31/functions/"
            + "arn:aws-cn:lambda:cn-north-1:0:function:f/invocations",
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            + "arn:aws:lambda:us-east-1:0:function:${stageVariables.f}/invocations",
        "arn:aws:lambda:us-east-1:000000000000:function:f:live",
    ])
    func `a URI that calls a function is let in`(uri: String) throws {
        let changes: JSONObject = ["authorizerUri": .string(uri)]
        let answers = try answers(emulation.httpAPI(), emulatedFunction, with: changes)
        #expect(answers.map(\.status) == [201, 200])
    }

    @Test(arguments: ["role", "arn:aws:iam::0", "arn:aws:lambda:us-east-1:0:function:f"])
    func `credentials are the ARN of a role`(arn: String) throws {
        let changes: JSONObject = ["authorizerCredentialsArn": .string(arn)]
        for answer in try answers(emulation.httpAPI(), emulatedFunction, with: changes) {
            #expect(answer.status == 400)
            #expect(answer.message == "Invalid ARN specified in the request")
        }
    }

    @Test(
        arguments: [
            (
                ["authorizerPayloadFormatVersion": "3.0"],
                "Unsupported AuthorizerPayloadFormatVersion: 3.0"
            ),
            (
                ["authorizerPayloadFormatVersion": "1.0", "enableSimpleResponses": true],
                #"EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0"."#
            ),
            (
                ["authorizerResultTtlInSeconds": 1],
                "Identity source must be set if authorizer caching is enabled (TTL is greater than 0)"
            ),
            (
                ["authorizerResultTtlInSeconds": -1],
                "Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds."
            ),
        ] as [(JSONObject, String)])
    func `versions, simple answers and the time to live are bounded`(
        changes: JSONObject, message: String
    ) throws {
        for answer in try answers(emulation.httpAPI(), emulatedFunction, with: changes) {
            #expect(answer.status == 400)
            #expect(answer.message == message)
        }
    }

    @Test func `simple answers may be turned off with version 1`() throws {
        let changes: JSONObject = ["authorizerPayloadFormatVersion": "1.0", "enableSimpleResponses": false]
        let answers = try answers(emulation.httpAPI(), emulatedFunction, with: changes)
        #expect(answers.map(\.status) == [201, 200])
    }

    // MARK: WebSocket APIs

    @Test(
        arguments: [
            ("authorizerPayloadFormatVersion", "1.0"), ("authorizerResultTtlInSeconds", 0),
            ("enableSimpleResponses", false), ("jwtConfiguration", ["audience": ["a"]]),
        ] as [(String, JSON)])
    func `a WebSocket API's authorizer has no member of an HTTP API's`(member: String, value: JSON) throws {
        let changes = JSONObject([JSONObject.Member(name: member, value: value)])
        for answer in try answers(emulation.webSocketAPI(), webSocketFunction, with: changes) {
            #expect(answer.status == 400)
            #expect(
                answer.message == "\(capitalized(member)) cannot be set for "
                    + "WEBSOCKET protocol Apis.")
        }
    }

    @Test func `a WebSocket API takes REQUEST authorizers only, on update too`() throws {
        let changes: JSONObject = ["authorizerType": "JWT"]
        for answer in try answers(emulation.webSocketAPI(), webSocketFunction, with: changes) {
            #expect(answer.status == 400)
            #expect(
                answer.message == "Invalid authorizer type. Only REQUEST authorizer type is supported on "
                    + "WEBSOCKET protocol Apis.")
        }
    }

    // MARK: Identity sources

    @Test(arguments: [
        "$request.header.", "$request.header", "$request.headers.a", "$request.body.a", "$request.path.a",
        "$request.querystring.a b", "$context.", "$stageVariables", "context.routeKey",
        "route.request.header.a", "${request.header.a}", "method.request.header.a", "",
    ])
    func `an identity source of another form is refused by an HTTP API`(source: String) throws {
        let changes: JSONObject = ["identitySource": ["$request.header.Auth", .string(source)]]
        for answer in try answers(emulation.httpAPI(), emulatedFunction, with: changes) {
            #expect(answer.status == 400)
            #expect(
                answer.message
                    == "Invalid identity source expression: \(source). The source must be a request "
                    + "header, request querystring, stage variable or context parameter")
        }
    }

    @Test func `an HTTP API takes headers, query parameters, stage variables and context`() throws {
        let changes: JSONObject = [
            "identitySource": [
                "$request.header.X-Key", "$request.querystring.user[id]", "$stageVariables.a_b",
                "$context.routeKey",
            ]
        ]
        let answers = try answers(emulation.httpAPI(), emulatedFunction, with: changes)
        #expect(answers.map(\.status) == [201, 200])
    }

    @Test(arguments: [
        "$request.querystring.a", "route.request.body.a", "route.request.header.", "route.request.header.a/b",
        "route.request.path.a", "context.", "stageVariables.a b", "route.request.header.a,", "",
        "route.request.header.a,$context.b", "method.request.header.a",
    ])
    func `an identity source of another form is refused by a WebSocket API`(source: String) throws {
        let changes: JSONObject = ["identitySource": [.string(source)]]
        for answer in try answers(emulation.webSocketAPI(), webSocketFunction, with: changes) {
            #expect(answer.status == 400)
            #expect(
                answer.message
                    == "Invalid request identity source expression: \(source). The sources must be "
                    + "separated by comma, and each source must be either a request parameter, matching "
                    + "'route.request.querystring|header.[a-zA-Z0-9._-]+', or a stage variable, matching "
                    + "'stageVariables.[a-zA-Z0-9._-]+', or a context parameter, matching "
                    + "'context.[a-zA-Z0-9._-]+'")
        }
    }

    @Test func `a WebSocket API takes the same without the sign, and several with commas`() throws {
        let changes: JSONObject = [
            "identitySource": [
                "route.request.header.X-Key", "route.request.querystring.a.b, context.connectionId",
                "stageVariables.a_b",
            ]
        ]
        let answers = try answers(emulation.webSocketAPI(), webSocketFunction, with: changes)
        #expect(answers.map(\.status) == [201, 200])
    }

    // MARK: Fixtures

    @Test func `a fixture keeps the rules of requests`() throws {
        let api =
            #"{"apiId": "a1b2c3d4e5", "protocolType": "HTTP", "authorizers": [{"authorizerId": "abc123", "#
            + #""name": "jwt", "authorizerType": "JWT", "#
            + #""jwtConfiguration": {"audience": ["a"], "issuer": "b"}}]}"#
        let found = try lines(("apis/a1b2c3d4e5.json", api))
        #expect(
            found.contains { $0.hasSuffix("Invalid issuer: Issuer is not a valid URL for JWT Authorizer") })
    }
}
