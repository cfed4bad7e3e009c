/// Accounts and regions from credential scopes, well formed and not.

import APIGatewayV2
import APIGatewayV2Local
import HTTPWire
import Testing

struct IdentityTests {
    private let reader = IdentityReader(
        defaultScope: Scope(account: "000000000000", region: "us-east-1"),
        accessKeyAccounts: AccessKeyAccounts(["AKIAIOSFODNN7EXAMPLE": "111122223333"]))

    private func identity(authorization: String? = nil, target: String = "/v2/apis") throws -> Identity {
        var fields = HTTPFields()
        if let authorization { fields.append("Authorization", authorization) }
        return reader.identity(
            of: HTTPRequest(method: .get, target: try RequestTarget(parsing: target), fields: fields))
    }

    private func signed(_ credential: String) -> String {
        "AWS4-HMAC-SHA256 Credential=\(credential), SignedHeaders=host, Signature=00"
    }

    @Test(arguments: [
        ("444455556666/20300101/eu-west-1/apigateway/aws4_request", "444455556666", "eu-west-1"),
        ("AKIAIOSFODNN7EXAMPLE/20300101/us-west-2/apigateway/aws4_request", "111122223333", "us-west-2"),
        ("AKIAUNKNOWN/20300101/us-west-2/apigateway/aws4_request", "000000000000", "us-west-2"),
        ("test/20300101/ap-southeast-2/appsync/aws4_request", "000000000000", "ap-southeast-2"),
        ("44445555666/20300101/eu-west-1/apigateway/aws4_request", "000000000000", "eu-west-1"),
        ("4444555566667/20300101/eu-west-1/apigateway/aws4_request", "000000000000", "eu-west-1"),
        ("44445555666x/20300101/eu-west-1/apigateway/aws4_request", "000000000000", "eu-west-1"),
    ])
    func `the credential scope names account and region`(
        credential: String, account: String, region: String
    ) throws {
        let header = try identity(authorization: signed(credential))
        let presigned = try identity(
            target: "/v2/apis?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                + credential.split(separator: "/").joined(separator: "%2F"))

        #expect(header.scope == Scope(account: account, region: region))
        #expect(presigned.scope == header.scope)
        #expect(header.hasCredentials && presigned.hasCredentials)
    }

    @Test(arguments: [
        "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00, "
            + "Credential=444455556666/20300101/eu-west-1/apigateway/aws4_request",
        "AWS4-HMAC-SHA256 Credential=444455556666/20300101/eu-west-1/apigateway/aws4_request,"
            + "SignedHeaders=host,Signature=00",
        "AWS4-HMAC-SHA256   Credential=444455556666/20300101/eu-west-1/apigateway/aws4_request",
    ])
    func `parameters may come in any order and spacing`(value: String) throws {
        let identity = try identity(authorization: value)

        #expect(identity.scope == Scope(account: "444455556666", region: "eu-west-1"))
        #expect(identity.hasCredentials)
    }

    @Test func `an asymmetric signature has an account and no region`() throws {
        let value =
            "AWS4-ECDSA-P256-SHA256 Credential=444455556666/20300101/apigateway/aws4_request, "
            + "SignedHeaders=host"

        #expect(
            try identity(authorization: value).scope == Scope(account: "444455556666", region: "us-east-1"))
    }

    @Test(arguments: [
        "Bearer abc", "Basic dXNlcjpwYXNz", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256 Credential=",
        "AWS4-HMAC-SHA256 Credential", "AWS4-HMAC-SHA256 ,,,", "AWS4-HMAC-SHA256 Credential=////",
        "AWS4-HMAC-SHA256 Credential=a/b//c/d", "AWS4-HMAC-SHA256 Credential=a/b/US EAST/c/d",
        "AWS4-HMAC-SHA256 Credential=a/b/us_east/c/d", "AWS4-HMAC-SHA256 Credential=a/b/eu-west-1/c/d/e",
        "AWS4-HMAC-SHA256 Credential=a/b/eu-west-1/c",
        "AWS4-HMAC-SHA256 Credential=a/b/abcdefghijabcdefghijabcdefghijabc/c/d",
    ])
    func `what cannot be read is the default account and region, with credentials`(value: String) throws {
        let identity = try identity(authorization: value)

        #expect(identity.scope == Scope(account: "000000000000", region: "us-east-1"))
        #expect(identity.hasCredentials)
    }

    @Test func `a region of the longest length is read`() throws {
        let region = "abcdefghijabcdefghijabcdefghijab"

        #expect(try identity(authorization: signed("a/b/\(region)/c/d")).scope.region == region)
    }

    @Test(arguments: ["/v2/apis", "/v2/apis?X-Amz-Credential=", "/v2/apis?x=y"])
    func `a request without credentials has none`(target: String) throws {
        let identity = try identity(target: target)

        #expect(identity.scope == Scope(account: "000000000000", region: "us-east-1"))
        #expect(!identity.hasCredentials)
    }

    @Test func `an empty field is no credentials`() throws {
        #expect(try !identity(authorization: "").hasCredentials)
    }
}
