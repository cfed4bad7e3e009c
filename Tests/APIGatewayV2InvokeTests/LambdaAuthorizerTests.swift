/// REQUEST authorizers: sources, events, answers of functions, and the cache. Developer guide, "Control
/// access to HTTP APIs with AWS Lambda authorizers"; the sources of other facts stand at their tests.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct LambdaAuthorizerTests {
    private func authorizer(_ members: JSONObject = [:]) -> LambdaAuthorizer {
        var all: JSONObject = [
            "authorizerType": "REQUEST", "name": "gate", "authorizerPayloadFormatVersion": "2.0",
            "identitySource": ["$request.header.X-Token", "$request.querystring.k"],
            "authorizerResultTtlInSeconds": 300,
        ]
        for member in members.members { all[member.name] = member.value }
        return LambdaAuthorizer(Members(.authorizer, record(.authorizer, .object(all))), id: "a1")
    }

    private func sample(_ target: String = "/pets/7?k=2", token: String? = "t1") throws -> Invocation {
        try invocation(
            request("GET", target, token.map { [("x-token", $0)] } ?? []), route: "GET /pets/{id}",
            stages: ["$default", "dev"])
    }

    private func status(_ body: () throws(AuthorizationRefusal) -> some Sendable) -> [String]? {
        do {
            _ = try body()
            return nil
        } catch {
            return [
                "\(error.response.status)", error.response.fields["www-authenticate"] ?? "-", error.cause,
            ]
        }
    }

    @Test(arguments: [("/pets/7?k=2", nil), ("/pets/7?k=2", ""), ("/pets/7?k=", "t1"), ("/pets/7", "t1")])
    func `a missing or empty source is a 401 without a challenge`(target: String, token: String?) throws {
        // Two dumps.
        let invocation = try sample(target, token: token)

        let refusal = status { () throws(AuthorizationRefusal) in try authorizer().identity(of: invocation) }

        #expect(refusal?[0] == "401")
        #expect(refusal?[1] == "-")
        #expect(
            refusal?[2].hasPrefix("authorizer gate of route GET /pets/{id}: no value at $request.") == true)
    }

    @Test func `the event of format 2_0 is the proxy's with type, ARN and sources, and no body`() throws {
        let invocation = try sample()

        let event = try document(authorizer().payload(invocation, identity: ["t1", "2"]))

        #expect(
            event.members.prefix(6).map(\.name)
                == ["version", "type", "routeArn", "identitySource", "routeKey", "rawPath"])
        #expect(event["type"] == "REQUEST")
        #expect(
            event["routeArn"]
                == "arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5/$default/GET/pets/7")
        #expect(event["identitySource"] == ["t1", "2"])
        #expect(event["pathParameters"] == ["id": "7"])
        #expect(event["body"] == nil && event["isBase64Encoded"] == nil)
    }

    @Test func `the event of format 1_0 has its sources as one text, twice`() throws {
        let old = authorizer(["authorizerPayloadFormatVersion": "1.0"])

        let event = try document(old.payload(sample("/dev/pets/7?k=2"), identity: ["t1", "2"]))

        #expect(
            event.members.map(\.name) == [
                "version", "type", "methodArn", "identitySource", "authorizationToken", "resource", "path",
                "httpMethod", "headers", "queryStringParameters", "pathParameters", "stageVariables",
                "requestContext",
            ])
        #expect(event["version"] == "1.0")
        #expect(event["identitySource"] == "t1,2")
        #expect(event["authorizationToken"] == "t1,2")
        #expect(event["methodArn"] == "arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5/dev/GET/pets/7")
        #expect(event["path"] == "/dev/pets/7")
    }

    @Test func `without sources an event has none`() throws {
        // awslabs/aws-lambda-rust-runtime, fixtures of authorizer requests.
        let open = authorizer(["identitySource": []])

        let invocation = try sample()

        #expect(try open.identity(of: invocation) == [])
        #expect(try document(open.payload(invocation, identity: []))["identitySource"] == nil)
        #expect(open.cacheKey([], invocation, uri: "f") == nil)
    }

    @Test func `a cached answer is found by stage, authorizer, sources and function`() throws {
        func key(
            _ authorizer: LambdaAuthorizer, _ value: String = "2", _ path: String = "/pets/7?k=2"
        ) throws
            -> AuthorizerCacheKey?
        { authorizer.cacheKey(["t1", value], try sample(path), uri: authorizer.uri) }
        let own = try key(authorizer())

        #expect(own != nil)
        #expect(try own == key(authorizer(), "2", "/pets/8?k=2"))
        #expect(try own != key(authorizer(), "3"))
        #expect(try own != key(authorizer(), "2", "/dev/pets/7?k=2"))
        #expect(try own != key(authorizer(["authorizerUri": "another"])))
        #expect(try own != key(authorizer(["enableSimpleResponses": true])))
        #expect(try own != key(authorizer(["authorizerPayloadFormatVersion": "1.0"])))
        #expect(try key(authorizer(["authorizerResultTtlInSeconds": 0])) == nil)
        #expect(authorizer().timeToLive == .seconds(300))
    }

    @Test func `the route may be a source, so that each has an answer of its own`() throws {
        let byRoute = authorizer(["identitySource": ["$context.routeKey"]])

        #expect(try byRoute.identity(of: sample()) == ["GET /pets/{id}"])
    }

    private func end(_ payload: String, _ members: JSONObject = [:]) throws -> [String]? {
        let invocation = try sample()
        return status { () throws(AuthorizationRefusal) in
            try authorizer(members).answer(.answered(Array(payload.utf8))).authorization(of: invocation)
        }
    }

    private func policy(_ statements: String...) -> String {
        #"{"principalId":"me","policyDocument":{"Version":"2012-10-17","Statement":["#
            + statements.joined(separator: ",") + #"]},"context":{"n":1}}"#
    }

    private func statement(
        _ effect: String, _ resource: String, action: String = "execute-api:Invoke"
    ) -> String {
        #"{"Effect":"\#(effect)","Action":"\#(action)","Resource":"\#(resource)"}"#
    }

    @Test func `isAuthorized decides with simple responses`() throws {
        let simple: JSONObject = ["enableSimpleResponses": true]

        #expect(try end(#"{"isAuthorized":true}"#, simple) == nil)
        #expect(try end(#"{"isAuthorized":false}"#, simple)?[0] == "403")
        #expect(try end(#"{"isAuthorized":"true"}"#, simple)?[0] == "500")
        #expect(try end(policy(statement("Allow", "*")), simple)?[0] == "500")
    }

    @Test(arguments: [
        ("*", true), ("arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5/*", true),
        ("arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5/$default/GET/pets/?", true),
        ("arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5/$default/POST/pets/*", false),
        ("arn:aws:execute-api:*:*:other/*", false),
    ])
    func `a policy lets in what it allows`(resource: String, isAllowed: Bool) throws {
        #expect(try (end(policy(statement("Allow", resource))) == nil) == isAllowed)
    }

    @Test func `a statement that denies wins, and one about other actions says nothing`() throws {
        let arn = "arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5/$default/GET/pets/7"

        #expect(
            try end(policy(statement("Allow", "*"), statement("Deny", arn))) == [
                "403", "-", "the authorizer of route GET /pets/{id} denies \(arn)",
            ])
        #expect(try end(policy(statement("Allow", "*", action: "s3:GetObject")))?[0] == "403")
        #expect(try end(policy(statement("Allow", "*", action: "Execute-API:*"))) == nil)
        #expect(try end(policy())?[0] == "403")
    }

    @Test(arguments: ["/pets/7/", "//pets/7", "/pets//7"])
    func `a second slash leads past no statement that denies`(target: String) throws {
        let arn = "arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5/$default/GET/pets/7"
        let answer = try AuthorizerAnswer(
            Array(policy(statement("Allow", "*"), statement("Deny", arn)).utf8), isSimple: false)

        let invocation = try invocation(request("GET", target), route: "GET /pets/{id}")

        #expect(!answer.allows(invocation.routeARN))
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"isAuthorized":true}"#, #"{"policyDocument":{"Statement":[{"Effect":"Maybe"}]}}"#,
        #"{"policyDocument":{"Statement":[{"Effect":"Allow","Resource":"*"}]}}"#,
        #"{"policyDocument":{"Statement":[]},"context":7}"#,
    ])
    func `an answer that is none is a 500`(payload: String) throws {
        #expect(try end(payload)?[0] == "500")
    }

    @Test(arguments: ["Condition", "NotAction", "NotResource"])
    func `a policy with members that are not evaluated lets nobody in`(member: String) throws {
        let statement =
            #"{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*","\#(member)":{}}"#

        #expect(
            try end(policy(statement)) == [
                "501", "-",
                "\(member) of authorizer gate in a policy is not evaluated by this local stand-in, so that "
                    + "the request is not let through",
            ])
    }

    @Test(arguments: [LambdaOutcome.failed("boom"), .notInvocable("no function"), .throttled, .timedOut])
    func `a function that gives no answer is a 500`(outcome: LambdaOutcome) {
        let end = status { () throws(AuthorizationRefusal) in try authorizer().answer(outcome) }

        #expect(end?[0] == "500")
        #expect(end?[2].hasPrefix("authorizer gate: ") == true)
    }

    @Test func `the context goes on with its types`() throws {
        let answer = try authorizer().answer(.answered(Array(policy(statement("Allow", "*")).utf8)))

        #expect(
            try answer.authorization(of: sample()) == .lambda(context: ["n": 1], principalId: "me"))
    }
}

struct IAMSignatureTests {
    private let credential = "AKIDEXAMPLE/20261127/us-east-1/execute-api/aws4_request"

    private func authorization(_ target: String, _ header: String?) throws -> Authorization? {
        let invocation = try invocation(
            request("GET", target, header.map { [("Authorization", $0)] } ?? []), route: "$default")
        do {
            return try IAMSignature.authorization(of: invocation)
        } catch {
            #expect(error.response.status == 403)
            #expect(error.cause.hasPrefix("route $default has AWS_IAM, and the request is "))
            return nil
        }
    }

    @Test func `a signed request is let in by its signature's presence`() throws {
        let header = "AWS4-HMAC-SHA256 Credential=\(credential), SignedHeaders=host, Signature=abc"
        let expected = Authorization.iam(accessKeyId: "AKIDEXAMPLE", account: "123456789012")

        #expect(try authorization("/", header) == expected)
        let query = "/?X-Amz-Credential=\(credential.replacing("/", with: "%2F"))&X-Amz-Signature=abc"
        #expect(try authorization(query, nil) == expected)
    }

    @Test(arguments: [
        nil, "Bearer x", "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=abc",
        "AWS4-HMAC-SHA256 Credential=AKID/20261127/us-east-1/execute-api/aws4_request, SignedHeaders=host",
        "AWS4-HMAC-SHA256 Credential=AKID/20261127/us-east-1/s3/aws4_request, Signature=abc",
        "AWS4-HMAC-SHA256 Credential=/20261127/us-east-1/execute-api/aws4_request, Signature=abc",
        "AWS4-HMAC-SHA256 Credential=AKID/20261127/us-east-1/execute-api/aws4_request/, Signature=abc",
        "AWS4-HMAC-SHA256 Credential=AKID/us-east-1/execute-api/aws4_request, Signature=abc",
        "AWS4-HMAC-SHA256 Credential=AKID/20261127/us-east-1/execute-api/aws4, Signature=abc",
        "AWS4-HMAC-SHA256 Signature=abc, Credential=", "AWS4-HMAC-SHA256 S Credential",
    ])
    func `every other request is a 403`(header: String?) throws {
        // KensioSoftware/yulin 303; floci pull request 2895.
        #expect(try authorization("/", header) == nil)
    }
}
