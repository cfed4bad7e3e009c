/// Lines of access logs: each variable of the developer guide's list, unset ones, and values that would
/// break out of a line.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct AccessLogFormatTests {
    private func sample(_ headers: [(String, String)] = [("User-Agent", "curl/8")]) throws -> Invocation {
        try invocation(
            request("POST", "/dev/pets/a%0Ab?q=1", headers, body: Array("hello".utf8)),
            route: "POST /pets/{id}", stages: ["$default", "dev"])
    }

    private let answered = InvocationOutcome(
        HTTPResponse(status: 401, body: Array("nope!!".utf8)), latency: .microseconds(12_345),
        integration: IntegrationOutcome(
            endpointStatus: 200, status: 401, latency: .milliseconds(9), requestID: "r-1", requestID2: "r-2"))

    private func value(_ name: String, _ outcome: InvocationOutcome? = nil) throws -> String {
        try AccessLogFormat("$context.\(name)").line(sample(), outcome ?? answered)
    }

    @Test(arguments: [
        ("accountId", "123456789012"), ("apiId", "a1b2c3d4e5"), ("awsEndpointRequestId", "r-1"),
        ("awsEndpointRequestId2", "r-2"), ("dataProcessed", "11"), ("domainName", recordedHost),
        ("domainPrefix", "a1b2c3d4e5"), ("extendedRequestId", "JCJJxhz4PHcEJgQ="), ("httpMethod", "POST"),
        ("identity.sourceIp", "192.0.2.1"), ("identity.userAgent", "curl/8"),
        ("integration.integrationStatus", "200"), ("integration.latency", "9"),
        ("integration.requestId", "r-1"), ("integration.status", "401"), ("integrationLatency", "9"),
        ("integrationStatus", "200"), ("path", "/dev/pets/a\\u000ab"), ("protocol", "HTTP/1.1"),
        ("requestId", "JCJJxhz4PHcEJgQ="), ("requestTime", "14/Apr/2025:22:13:56 +0000"),
        ("requestTimeEpoch", "1744668836"), ("resourcePath", "/pets/{id}"), ("responseLatency", "12"),
        ("responseLength", "6"), ("routeKey", "POST /pets/{id}"), ("stage", "dev"), ("status", "401"),
    ])
    func `a variable that is set is printed`(name: String, expected: String) throws {
        // Developer guide, "Customize HTTP API access logs"; seconds and both statuses: a log of 2021.
        #expect(try value(name) == expected)
    }

    @Test(arguments: [
        "authorizer.error", "authorizer.principalId", "authorizer.claims.sub", "authorizer.x",
        "customDomain.basePathMatched", "error.message", "error.messageString", "error.responseType",
        "identity.accountId", "identity.caller", "identity.cognitoAuthenticationProvider",
        "identity.cognitoAuthenticationType", "identity.cognitoIdentityId", "identity.cognitoIdentityPoolId",
        "identity.principalOrgId", "identity.clientCert.clientCertPem", "identity.clientCert.subjectDN",
        "identity.clientCert.issuerDN", "identity.clientCert.serialNumber",
        "identity.clientCert.validity.notBefore", "identity.clientCert.validity.notAfter", "identity.user",
        "identity.userArn", "integration.error", "integrationErrorMessage", "unknown",
    ])
    func `a variable that is not set prints a dash`(name: String) throws {
        // Two published logs.
        #expect(try value(name) == "-")
    }

    @Test func `an answer of the gateway is told as an error`() throws {
        let refused = InvocationOutcome(
            GatewayAnswer.unauthorized.response, latency: .zero, gatewayAnswer: .unauthorized,
            authorizerError: "invalid_token: JWKS communication error")

        #expect(try value("error.message", refused) == "Unauthorized")
        #expect(try value("error.messageString", refused) == #""Unauthorized""#)
        #expect(try value("error.responseType", refused) == "UNAUTHORIZED")
        #expect(try value("authorizer.error", refused) == "invalid_token: JWKS communication error")
        #expect(try value("integrationStatus", refused) == "-")
    }

    @Test(arguments: [
        ("$context.authorizer.claims.cognito:groups", "[admin]"),
        ("${context.authorizer.claims.custom:tenant_id}!", "7!"),
        ("$context.authorizer.claims.sub:$context.status", "ann:401"), ("$context.status:x", "401:x"),
    ])
    func `a claim's name may have a colon`(format: String, line: String) throws {
        var call = try sample()
        call.authorization = .jwt(
            claims: ["sub": "ann", "cognito:groups": "[admin]", "custom:tenant_id": "7"], scopes: nil)

        #expect(AccessLogFormat(format).line(call, answered) == line)
    }

    @Test func `an authorizer's values and a failed integration are printed`() throws {
        var invocation = try sample()
        invocation.authorization = .lambda(context: ["tier": "gold"], principalId: "me")
        let failed = InvocationOutcome(
            GatewayAnswer.unavailable.response, latency: .zero, gatewayAnswer: .unavailable,
            integration: IntegrationOutcome(latency: .seconds(30), error: "timed out"))
        let format = AccessLogFormat(
            "$context.authorizer.principalId $context.authorizer.tier $context.integrationErrorMessage "
                + "$context.integrationStatus")

        #expect(format.line(invocation, failed) == "me gold timed out -")
    }

    @Test(arguments: [
        (
            #"{ "requestId":"$context.requestId", "ua":"$context.identity.userAgent", "#
                + #""e":"$context.error.message" }"#,
            #"{ "requestId":"JCJJxhz4PHcEJgQ=", "ua":"a\"<b>\\", "e":"-" }"#
        ),
        (
            #"<request id="$context.requestId"><ua>$context.identity.userAgent</ua></request>"#,
            #"<request id="JCJJxhz4PHcEJgQ="><ua>a&quot;&lt;b&gt;\</ua></request>"#
        ),
        (
            #"$context.identity.sourceIp - - [$context.requestTime] "#
                + #""$context.httpMethod $context.routeKey" $context.status $context.requestId"#,
            #"192.0.2.1 - - [14/Apr/2025:22:13:56 +0000] "POST POST /pets/{id}" 401 JCJJxhz4PHcEJgQ="#
        ),
        ("$context.identity.sourceIp,$context.status,$context.requestId\n", "192.0.2.1,401,JCJJxhz4PHcEJgQ="),
        // An unescaped backslash would free the quotation mark behind it, and a request could add columns.
        (#""$context.identity.userAgent",$context.status"#, #""a\"<b>\\",401"#),
        ("${context.status}x $context.status. $context. $5 $", "401x 401. $context. $5 $"),
    ])
    func `a format keeps its text, and values are escaped for it`(format: String, expected: String) throws {
        // The four formats of the developer guide, "Configure logging for HTTP APIs".
        #expect(
            try AccessLogFormat(format).line(sample([("User-Agent", #"a"<b>\"#)]), answered) == expected)
    }

    @Test func `a custom domain's mapping and an unmatched route are told`() throws {
        let address = try #require(
            StageAddress(
                DomainTarget(apiId: "abc123", stage: "dev", prefixCount: 1, mappingKey: "v1"),
                path: path("/v1/x"), host: "api.example.com", scope: scope, hasStage: { _ in true }))
        let unmatched = Invocation(
            request: try request("GET", "/v1/x"), caller: Caller(address: "::1", port: 80, isTLS: false),
            address: address, requestID: "r", traceID: "t", time: .zero)

        let line = AccessLogFormat("$context.customDomain.basePathMatched $context.routeKey $context.path")
            .line(unmatched, InvocationOutcome(GatewayAnswer.notFound.response, latency: .zero))

        #expect(line == "v1 - /dev/x")
    }
}
