/// The way of a request without sockets: the front end's refusals, identity, and what is told of each
/// request.

import APIGatewayV2Local
import HTTPWire
import Testing

struct PipelineTests {
    @Test func `a stored integration is answered with the service's fields`() throws {
        let answer = try TestEmulator().send()

        #expect(answer.status == 200)
        #expect(answer.contentType == "application/json")
        #expect(answer.text == #"{"integrationId":"abc123d","integrationType":"HTTP_PROXY"}"#)
        #expect(
            (0..<answer.fields.count).map { answer.fields.name(at: $0) }
                == ["x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id"])
        #expect(answer.fields["X-Amzn-Trace-Id"]?.hasPrefix("Root=1-70dbd880-") == true)
    }

    @Test(arguments: [
        (
            HTTPMethod.get, "/v2/apis/nope/integrations/abc123d", 404, "NotFoundException",
            #"{"message":"Invalid API identifier specified 000000000000:nope"}"# + "\n"
        ),
        (
            .get, "/v2/apis/a1b2c3d4e5/integrations/nope", 404, "NotFoundException",
            #"{"message":"Invalid Integration identifier specified"}"# + "\n"
        ),
        (
            .get, "/v2/nonsense", 403, "AccessDeniedException",
            #"{"Message":"Unable to determine service/operation name to be authorized"}"#
        ),
        (
            .options, "/v2/apis", 403, "AccessDeniedException",
            #"{"Message":"Unable to determine service/operation name to be authorized"}"#
        ),
        (
            .head, TestEmulator.integrationPath, 403, "AccessDeniedException",
            #"{"Message":"Unable to determine service/operation name to be authorized"}"#
        ),
    ])
    func `a request that cannot be served is refused as the service does`(
        method: HTTPMethod, path: String, status: Int, name: String, body: String
    ) throws {
        let answer = try TestEmulator().send(method, path)

        #expect(answer.status == status)
        #expect(answer.fields["x-amzn-ErrorType"] == name)
        #expect(answer.contentType == "application/json")
        #expect(answer.text == body)
    }

    @Test func `an account and a region see their own state`() throws {
        let emulator = try TestEmulator()

        let own = try emulator.send(.get, TestEmulator.integrationPath, [authorization("000000000000")])
        let account = try emulator.send(.get, TestEmulator.integrationPath, [authorization("111122223333")])
        let region = try emulator.send(
            .get, TestEmulator.integrationPath, [authorization("test", "eu-west-1")])

        #expect(own.status == 200)
        #expect(
            account.text == #"{"message":"Invalid API identifier specified 111122223333:a1b2c3d4e5"}"# + "\n")
        #expect(
            region.text == #"{"message":"Invalid API identifier specified 000000000000:a1b2c3d4e5"}"# + "\n")
    }

    @Test func `an access key belongs to the account that was assigned to it`() throws {
        let emulator = try TestEmulator(accessKeyAccounts: ["AKIAIOSFODNN7EXAMPLE": "111122223333"])

        try emulator.send(.get, TestEmulator.integrationPath, [authorization("AKIAIOSFODNN7EXAMPLE")])
        try emulator.send(.get, TestEmulator.integrationPath, [authorization("AKIAOTHER")])

        #expect(emulator.summaries.all.map(\.account) == ["111122223333", "000000000000"])
    }

    @Test func `without credentials an operation is refused when they are needed`() throws {
        let emulator = try TestEmulator(
            [FaultRule(when: .first(9), then: .status(599))], authentication: .present)

        let unsigned = try emulator.send()
        let unknown = try emulator.send(.get, "/v2/nonsense")
        let signed = try emulator.send(.get, TestEmulator.integrationPath, [authorization("test")])
        let bearer = try emulator.send(.get, TestEmulator.integrationPath, [("Authorization", "Bearer x")])
        let presigned = try emulator.send(
            .get,
            TestEmulator.integrationPath
                + "?X-Amz-Credential=test%2F20300101%2Fus-east-1%2Fapigateway%2Faws4_request")

        #expect(unsigned.status == 403)
        #expect(unsigned.fields["x-amzn-ErrorType"] == "MissingAuthenticationTokenException")
        #expect(unsigned.text == #"{"message":"Missing Authentication Token"}"#)
        #expect([unknown, signed, bearer, presigned].map(\.status) == [599, 599, 599, 599])
    }

    @Test func `the admin API needs no credentials`() throws {
        #expect(try TestEmulator(authentication: .present).send(.get, "/__admin/health").status == 200)
    }

    @Test func `a summary says what became of a request`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "busy", match: FaultMatch(attempt: 2), then: .status(503))
        ])

        let answer = try emulator.send(
            .get, TestEmulator.integrationPath + "?a=b", [authorization("111122223333", "eu-west-1")])
        try emulator.send(.get, "/v2/nonsense", [("amz-sdk-request", "attempt=2")])
        try emulator.send(.get, "/__admin/health")

        let told = emulator.summaries.all
        #expect(told.map(\.method) == ["GET", "GET", "GET"])
        #expect(
            told.map(\.target) == [TestEmulator.integrationPath + "?a=b", "/v2/nonsense", "/__admin/health"])
        #expect(told.map(\.operation) == ["GetIntegration", nil, nil])
        #expect(told.map(\.status) == [404, 503, 200])
        #expect(told.map(\.account) == ["111122223333", "000000000000", "000000000000"])
        #expect(told.map(\.region) == ["eu-west-1", "us-east-1", "us-east-1"])
        #expect(told.map(\.fault) == [nil, "busy", nil])
        #expect(told[0].requestID == answer.fields["x-amzn-RequestId"])
        #expect(told[2].requestID == nil)
        #expect(told.allSatisfy { $0.duration == .zero })
    }

    @Test func `a resource of another account or region is pointed at, and no other miss is`() throws {
        let emulator = try TestEmulator()
        let elsewhere = [authorization("111122223333", "eu-west-1")]

        try emulator.send(.get, TestEmulator.integrationPath, elsewhere)
        try emulator.send(.get, "/v2/apis/a1b2c3d4e5", elsewhere)
        try emulator.send(.get, "/v2/apis/nowhere", elsewhere)
        try emulator.send(.get, "/v2/apis/a1b2c3d4e5/integrations/nope")

        let hint = "Api a1b2c3d4e5 is in account 000000000000, region us-east-1"
        #expect(emulator.summaries.all.map(\.hint) == [hint, hint, nil, nil])
        #expect(emulator.summaries.all.map(\.status) == [404, 404, 404, 404])
    }

    @Test
    func `two requests have different identifiers and another server of the same seed gives them again`()
        throws
    {
        let identifiers = try (1...2).map { _ in
            let emulator = try TestEmulator()
            return try (1...2).map { _ in try emulator.send().fields["x-amzn-RequestId"] }
        }

        #expect(identifiers[0][0] != identifiers[0][1])
        #expect(identifiers[0] == identifiers[1])
    }
}

extension HTTPMethod {
    fileprivate static let options = HTTPMethod(rawValue: "OPTIONS")
}
