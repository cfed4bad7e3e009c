/// Parameter mappings of requests and responses: every source, every action, and JSON paths. Developer guide,
/// "Transform API requests and responses for HTTP APIs".

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct MappingTests {
    private func mapping(
        _ name: String, _ value: String, _ message: ParameterMapping.Message = .request
    ) throws -> ParameterMapping {
        try ParameterMapping(name, value, of: message)
    }

    private func sample(
        _ body: String = #"{"a":{"b":[1,{"c":"x"}]},"n":null,"t":"text","d c":true}"#
    ) throws
        -> Invocation
    {
        try invocation(
            request(
                "POST", "/pets/7/a/b?q=1&q=2&Q=3&e=a%20b",
                [("X-One", "1"), ("x-one", "2"), ("User-Agent", "me"), ("Content-Type", "application/json")],
                body: Array(body.utf8)), route: "POST /pets/{id}/{rest+}",
            variables: [StageVariable(name: "env", value: "test")])
    }

    @Test(arguments: [
        ("$request.header.x-ONE", "1,2"), ("$request.querystring.q", "1,2"), ("$request.querystring.Q", "3"),
        ("$request.querystring.e", "a b"), ("$request.path", "/pets/7/a/b"), ("$request.path.id", "7"),
        ("$request.path.rest", "a/b"), ("$context.requestId", "JCJJxhz4PHcEJgQ="),
        ("$context.identity.sourceIp", "192.0.2.1"), ("$stageVariables.env", "test"), ("static", "static"),
        ("${request.path.id}-${context.stage}/x", "7-$default/x"), ("$request.body.t", "text"),
        ("$request.body.a.b[0]", "1"), ("$request.body.a.b[1].c", "x"), ("$request.body.a.b[-1].c", "x"),
        ("$request.body.a", #"{"b":[1,{"c":"x"}]}"#), ("$request.body['d c']", "true"),
        ("$request.body.a.b[*]", #"[1,{"c":"x"}]"#), ("$request.body.a.b[0:1]", "[1]"),
        ("$request.body.a.b[-1:]", #"[{"c":"x"}]"#), ("$request.body.a.b[5:9]", "[]"),
        ("$request.body.a.*[0]", "[1]"),
    ])
    func `a value is read from its source`(expression: String, expected: String) throws {
        let mapping = try mapping("overwrite:header.x", expression)

        let mapped = MappedRequest(try sample(), [mapping])

        #expect(mapped.fields["x"] == expected)
    }

    @Test(arguments: [
        "$request.header.none", "$request.querystring.Q2", "$request.path.none", "$request.body.none",
        "$request.body.n", "$request.body.t.u", "$request.body.a.b[7]", "$context.none",
        "$stageVariables.none", "a-${request.header.none}",
    ])
    func `a value that is not there passes its mapping over`(expression: String) throws {
        // As floci and MiniStack do.
        let mapped = MappedRequest(try sample(), [try mapping("overwrite:header.x-one", expression)])

        #expect(mapped.fields.values(of: "x-one") == ["1", "2"])
    }

    @Test func `the whole body is a value, and a path sees its first 100 KB`() throws {
        let body = #"{"a":"\#(String(repeating: "x", count: MappingScope.bodyBytesMax))"}"#
        let small = #"{"a":"\#(String(repeating: "x", count: MappingScope.bodyBytesMax - 8))"}"#
        let path = [try mapping("overwrite:header.x", "$request.body.a")]

        #expect(MappedRequest(try sample(body), path).fields["x"] == nil)
        #expect(
            MappedRequest(try sample(small), path).fields["x"]?.utf8.count == MappingScope.bodyBytesMax - 8)
        let whole = MappedRequest(try sample(body), [try mapping("overwrite:header.x", "$request.body")])
        #expect(whole.fields["x"] == body)
    }

    @Test func `a path of a mapping has a value at its bound of steps and none below`() throws {
        let body = #"{"a":{"b":"c"}}"#
        let mappings = [try mapping("overwrite:header.x", "$request.body.a.b")]
        func value(_ steps: Int) throws -> String? {
            try MappedRequest(sample(body), mappings, limits: MappingLimits(pathStepsMax: steps)).fields["x"]
        }

        #expect(try value(2) == "c")
        #expect(try value(1) == nil)
    }

    @Test func `headers are appended, overwritten and removed without regard to case`() throws {
        let mapped = try MappedRequest(
            sample(),
            [
                mapping("append:header.X-ONE", "3"), mapping("overwrite:header.user-agent", "you"),
                mapping("remove:header.Content-type", "''"),
            ])

        #expect(mapped.fields.values(of: "x-one") == ["1", "2", "3"])
        #expect(mapped.fields.values(of: "User-Agent") == ["you"])
        #expect(!mapped.fields.contains("content-type"))
    }

    @Test func `query parameters are changed with regard to case`() throws {
        let mapped = try MappedRequest(
            sample(),
            [
                mapping("append:querystring.Q", "a b&c"), mapping("overwrite:querystring.q", "9"),
                mapping("remove:querystring.e", "''"),
            ])

        #expect(mapped.query == "Q=3&Q=a%20b%26c&q=9")
    }

    @Test func `a rename reads the request as it came`() throws {
        let mapped = try MappedRequest(
            sample(),
            [
                mapping("remove:header.x-one", "''"), mapping("append:header.two", "$request.header.x-one"),
            ])

        #expect(mapped.fields["two"] == "1,2")
        #expect(!mapped.fields.contains("x-one"))
    }

    @Test func `a value with a line break adds no line`() throws {
        let body = #"{"a":"1\r\nx-evil: 1"}"#

        let mapped = MappedRequest(try sample(body), [try mapping("overwrite:header.x", "$request.body.a")])

        #expect(mapped.fields["x"] == nil)
    }

    @Test func `a function's event shows the request after its mappings`() throws {
        let mapped = try sample().mapped(by: [
            mapping("append:header.x-id", "$request.path.id"), mapping("overwrite:querystring.q", "9"),
            mapping("overwrite:path", "/new"),
        ])

        let event = try document(LambdaEvent.payload(mapped, .version2))

        #expect(event["headers"]?["x-id"] == "7")
        #expect(event["rawQueryString"] == "Q=3&e=a%20b&q=9")
        #expect(event["queryStringParameters"]?["q"] == "9")
        #expect(event["rawPath"] == "/new")
    }

    @Test func `authorizer values are texts`() throws {
        var invocation = try sample()
        invocation.authorization = .lambda(context: ["n": 1, "o": ["a": true]], principalId: "me")
        let jwt = { (invocation: Invocation) in
            var invocation = invocation
            invocation.authorization = .jwt(claims: ["sub": "u1"], scopes: nil)
            return invocation
        }(invocation)

        #expect(invocation.contextValue("authorizer.n") == "1")
        #expect(invocation.contextValue("authorizer.o") == #"{"a":true}"#)
        #expect(invocation.contextValue("authorizer.principalId") == "me")
        #expect(jwt.contextValue("authorizer.claims.sub") == "u1")
        #expect(jwt.contextValue("authorizer.sub") == nil)
    }

    private func answer() -> HTTPResponse {
        HTTPResponse(
            status: 500, contentType: "application/json",
            fields: fields([("x-error", "E1"), ("x-error", "E2"), ("server", "b")]),
            body: Array(#"{"code":404,"text":"gone"}"#.utf8))
    }

    @Test(arguments: [
        ("$response.header.X-Error", "E1,E2"), ("$response.header.content-type", "application/json"),
        ("$response.body.text", "gone"), ("$response.body", #"{"code":404,"text":"gone"}"#),
        ("$context.requestId", "JCJJxhz4PHcEJgQ="), ("$stageVariables.env", "test"), ("static", "static"),
        ("$request.header.User-Agent", "me"),
    ])
    func `a response's value is read from its source`(expression: String, expected: String) throws {
        let mapping = try mapping("overwrite:header.x", expression, .response)

        #expect(try answer().mapped(by: [mapping], sample()).fields["x"] == expected)
    }

    @Test func `a response's headers and status are changed`() throws {
        let mapped = try answer().mapped(
            by: [
                mapping("overwrite:statuscode", "$response.body.code", .response),
                mapping("append:header.x-error", "E3", .response),
                mapping("remove:header.Server", "''", .response),
                mapping("overwrite:header.Content-Type", "text/plain", .response),
            ], sample())

        #expect(mapped.status == 404)
        #expect(lines(mapped.fields) == ["x-error: E1", "x-error: E2", "x-error: E3"])
        #expect(mapped.contentType == "text/plain")
    }

    @Test(arguments: ["99", "600", "abc"])
    func `a status that is none is passed over`(status: String) throws {
        let mapping = try mapping("overwrite:statuscode", status, .response)

        #expect(try answer().mapped(by: [mapping], sample()).status == 500)
    }

    @Test func `mappings stand by the status code of the integration's answer`() throws {
        let api = try deployed(
            routes: [("r1", ["routeKey": "$default", "target": "integrations/i1"])],
            integrations: [
                (
                    "i1",
                    [
                        "integrationType": "HTTP_PROXY", "integrationUri": "https://example.com",
                        "integrationMethod": "ANY",
                        "responseParameters": ["404": ["overwrite:statuscode": "200"]],
                    ]
                )
            ])

        let mappings = try #require(api.routes[0].integration).responseMappings

        #expect(mappings[404]?.count == 1)
        #expect(mappings[500] == nil)
    }
}
