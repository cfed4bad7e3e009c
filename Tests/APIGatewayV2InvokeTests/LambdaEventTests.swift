/// Members of events that the recordings of the Lambda test tool do not show. Each test names its source.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct LambdaEventTests {
    @Test func `a whole event 2_0 comes in the order that was captured`() throws {
        // A capture of July 2026: hotsock/voker, vokerhttp/testdata/apigwv2-request.json.
        let target =
            "/capture/space%20value?repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb"
            + "&literalPlus=a+b&encodedPlus=a%2Bb&empty="
        let request = try request(
            "POST", target,
            [
                ("Host", recordedHost), ("User-Agent", "curl/8.7.1"), ("Accept", "*/*"),
                ("Content-Type", "application/json"), ("Cookie", "session=abc123; theme=dark"),
                ("X-Voker-Probe", "first"), ("X-Voker-Probe", "second"), ("Connection", "keep-alive"),
            ], body: Array(#"{"a":1}"#.utf8))

        let event = LambdaEvent.payload(try invocation(request, route: "$default"), .version2)

        #expect(
            text(event)
                == #"{"version":"2.0","routeKey":"$default","rawPath":"/capture/space value","#
                + #""rawQueryString":"repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb"#
                + #"&literalPlus=a+b&encodedPlus=a%2Bb&empty=","#
                + #""cookies":["session=abc123","theme=dark"],"#
                + #""headers":{"accept":"*/*","content-length":"7","content-type":"application/json","#
                + #""host":"a1b2c3d4e5.execute-api.us-west-2.amazonaws.com","user-agent":"curl/8.7.1","#
                + #""x-amzn-trace-id":"Root=1-67fd88a4-127eb8e773d2bb6f7df47ab6","#
                + #""x-forwarded-for":"192.0.2.1","x-forwarded-port":"443","x-forwarded-proto":"https","#
                + #""x-voker-probe":"first,second"},"#
                + #""queryStringParameters":{"empty":"","encodedPlus":"a+b","literalPlus":"a b","#
                + #""redirect":"https://example.com/a/b","repeat":"one,two"},"#
                + #""requestContext":{"accountId":"123456789012","apiId":"a1b2c3d4e5","#
                + #""domainName":"a1b2c3d4e5.execute-api.us-west-2.amazonaws.com","#
                + #""domainPrefix":"a1b2c3d4e5","http":{"method":"POST","path":"/capture/space value","#
                + #""protocol":"HTTP/1.1","sourceIp":"192.0.2.1","userAgent":"curl/8.7.1"},"#
                + #""requestId":"JCJJxhz4PHcEJgQ=","routeKey":"$default","stage":"$default","#
                + #""time":"14/Apr/2025:22:13:56 +0000","timeEpoch":1744668836573},"#
                + #""body":"{\"a\":1}","isBase64Encoded":false}"#)
    }

    @Test func `a whole event 1_0 comes in the order that was captured`() throws {
        // A dump of August 2022 behind an HTTP API; capitals but for accept and its like: three dumps, among
        // them milliHQ/terraform-aws-next-js 31.
        let request = try request("GET", "/x", [("accept", "*/*"), ("x-own", "1"), ("x-own", "2")])

        let event = LambdaEvent.payload(try invocation(request, route: "GET /{p+}"), .version1)

        #expect(
            text(event)
                == #"{"version":"1.0","resource":"/{p+}","path":"/x","httpMethod":"GET","#
                + #""headers":{"Content-Length":"0","Host":"\#(recordedHost)","#
                + #""X-Amzn-Trace-Id":"Root=1-67fd88a4-127eb8e773d2bb6f7df47ab6","#
                + #""X-Forwarded-For":"192.0.2.1","X-Forwarded-Port":"443","X-Forwarded-Proto":"https","#
                + #""X-Own":"2","accept":"*/*"},"#
                + #""multiValueHeaders":{"Content-Length":["0"],"Host":["\#(recordedHost)"],"#
                + #""X-Amzn-Trace-Id":["Root=1-67fd88a4-127eb8e773d2bb6f7df47ab6"],"#
                + #""X-Forwarded-For":["192.0.2.1"],"X-Forwarded-Port":["443"],"#
                + #""X-Forwarded-Proto":["https"],"X-Own":["1","2"],"accept":["*/*"]},"#
                + #""queryStringParameters":null,"multiValueQueryStringParameters":null,"#
                + #""requestContext":{"accountId":"123456789012","apiId":"a1b2c3d4e5","#
                + #""domainName":"\#(recordedHost)","domainPrefix":"a1b2c3d4e5","#
                + #""extendedRequestId":"JCJJxhz4PHcEJgQ=","httpMethod":"GET","identity":{"accessKey":null,"#
                + #""accountId":null,"caller":null,"cognitoAmr":null,"cognitoAuthenticationProvider":null,"#
                + #""cognitoAuthenticationType":null,"cognitoIdentityId":null,"cognitoIdentityPoolId":null,"#
                + #""principalOrgId":null,"sourceIp":"192.0.2.1","user":null,"userAgent":"","userArn":null},"#
                + #""path":"/x","protocol":"HTTP/1.1","requestId":"JCJJxhz4PHcEJgQ=","#
                + #""requestTime":"14/Apr/2025:22:13:56 +0000","requestTimeEpoch":1744668836573,"#
                + #""resourceId":"GET /{p+}","resourcePath":"/{p+}","stage":"$default"},"#
                + #""pathParameters":{"p":"x"},"stageVariables":null,"body":null,"isBase64Encoded":false}"#)
    }

    private func event(
        _ request: HTTPRequest, route: String = "$default", _ format: PayloadFormat = .version2,
        _ change: (inout Invocation) -> Void = { _ in }
    ) throws -> JSON {
        var invocation = try invocation(request, route: route, stages: ["$default", "dev"])
        change(&invocation)
        return try document(LambdaEvent.payload(invocation, format))
    }

    @Test func `format 2_0 leaves out absent members`() throws {
        // aws/aws-lambda-go, events/testdata/apigw-v2-request-no-authorizer.json; ministack's changelog.
        let event = try event(request("GET", "/"))

        #expect(
            event.members.map(\.name) == [
                "version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext",
                "isBase64Encoded",
            ])
        #expect(event["requestContext"]?["authorizer"] == nil)
    }

    @Test func `a named stage begins the path, and a slash at its end stays`() throws {
        // floci-io/floci 2136 and 2172.
        let event2 = try event(request("GET", "/dev/pets/"))
        let event1 = try event(request("GET", "/dev/pets/"), .version1)

        #expect(event2["rawPath"] == "/dev/pets/")
        #expect(event2["requestContext"]?["http"]?["path"] == "/dev/pets/")
        #expect(event1["path"] == "/dev/pets/")
        #expect(event1["requestContext"]?["path"] == "/dev/pets/")
        let named = try self.event(request("GET", "/dev/pets"), route: "GET /pets", .version1)
        #expect(named["resource"] == "/pets")
        #expect(named["requestContext"]?["resourceId"] == "GET /pets")
    }

    @Test func `the path of 2_0 is decoded, that of 1_0 is not`() throws {
        // fastify/aws-lambda-fastify 169, honojs/hono 2156; snapshot V1_UnicodeCharactersInPath.
        let event2 = try event(request("GET", "/a%2Fb"), route: "GET /{p}")
        let event1 = try event(request("GET", "/a%2Fb"), route: "GET /{p}", .version1)

        #expect(event2["rawPath"] == "/a/b")
        #expect(event2["pathParameters"]?["p"] == "a/b")
        #expect(event1["path"] == "/a%2Fb")
        #expect(event1["requestContext"]?["path"] == "/a/b")
        #expect(event1["pathParameters"]?["p"] == "a/b")
    }

    @Test func `the client's forwarded addresses stand before its own`() throws {
        let event = try event(request("GET", "/", [("X-Forwarded-For", "203.0.113.9")]))

        #expect(event["headers"]?["x-forwarded-for"] == "203.0.113.9, 192.0.2.1")
    }

    @Test func `cookies that HTTP/2 parts are one list, and one line in 1_0`() throws {
        let split = try request("GET", "/", [("cookie", "a=1"), ("cookie", "b=2; c=3")])

        #expect(try event(split)["cookies"] == ["a=1", "b=2", "c=3"])
        #expect(try event(split)["headers"]?["cookie"] == nil)
        #expect(try event(split, .version1)["headers"]?["Cookie"] == "a=1; b=2; c=3")
    }

    @Test func `stage variables are shown by name`() throws {
        let variables = [StageVariable(name: "env", value: "test")]

        let invocation = try invocation(request("GET", "/"), route: "$default", variables: variables)

        #expect(try document(LambdaEvent.payload(invocation, .version2))["stageVariables"] == ["env": "test"])
    }

    @Test(arguments: [
        ("text/plain", false), ("text/html", false), ("text/csv", false), ("text/xml", false),
        ("application/json", false), ("application/xml", false), ("application/javascript", false),
        ("application/graphql", false), ("Application/JSON; Charset=UTF-8", false),
        ("application/json; charset=iso-8859-1", true), ("application/x-www-form-urlencoded", true),
        ("multipart/form-data; boundary=x", true), ("application/octet-stream", true),
        ("application/vnd.api+json", true), ("", true),
    ])
    func `a body is text for eight types, base64 for all others`(type: String, isBase64: Bool) throws {
        // floci-io/floci 2172 and 2203, measured in August 2026; ministack pull request 766.
        let headers = type.isEmpty ? [] : [("Content-Type", type)]
        let request = try request("POST", "/", headers, body: Array("hi?".utf8))

        for format in [PayloadFormat.version1, .version2] {
            let event = try event(request, format)
            #expect(event["isBase64Encoded"] == .bool(isBase64))
            #expect(event["body"] == (isBase64 ? "aGk/" : "hi?"))
        }
    }

    @Test func `an authorizer's result is shown as its kind`() throws {
        // aws/aws-lambda-go, events/testdata/apigw-v2-request-{jwt,lambda,iam}-authorizer.json.
        let get = try request("GET", "/")

        let jwt = try event(get) { $0.authorization = .jwt(claims: ["sub": "u1"], scopes: nil) }
        let lambda = try event(get) {
            $0.authorization = .lambda(context: ["n": 1, "b": true], principalId: "me")
        }
        let iam = try event(get) { $0.authorization = .iam(accessKeyId: "AKIA", account: "123456789012") }
        let old = try event(get, .version1) {
            $0.authorization = .lambda(context: ["n": 1], principalId: "me")
        }

        #expect(
            jwt["requestContext"]?["authorizer"] == ["jwt": ["claims": ["sub": "u1"], "scopes": .null]])
        #expect(lambda["requestContext"]?["authorizer"] == ["lambda": ["n": 1, "b": true]])
        #expect(iam["requestContext"]?["authorizer"]?["iam"]?["accessKey"] == "AKIA")
        #expect(
            iam["requestContext"]?["authorizer"]?["iam"]?.members.map(\.name) == [
                "accessKey", "accountId", "callerId", "cognitoIdentity", "principalOrgId", "userArn",
                "userId",
            ])
        #expect(old["requestContext"]?["authorizer"] == ["n": 1, "principalId": "me"])
    }
}
