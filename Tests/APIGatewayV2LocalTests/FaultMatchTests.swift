/// Which requests a rule is about, asked through the pipeline: the rule answers 599 and nothing else does.

import APIGatewayV2Local
import HTTPWire
import Testing

struct FaultMatchTests {
    private func isMatched(
        _ match: FaultMatch, _ method: HTTPMethod = .get, _ path: String = TestEmulator.integrationPath,
        _ fields: [(name: String, value: String)] = []
    ) throws -> Bool {
        let emulator = try TestEmulator([FaultRule(match: match, then: .status(599))])
        return try emulator.send(method, path, fields).status == 599
    }

    @Test(arguments: [
        FaultMatch(), FaultMatch(operation: "GetIntegration"), FaultMatch(operation: "Get*"),
        FaultMatch(operation: "*Integration"), FaultMatch(operation: "GetIntegratio?"),
        FaultMatch(method: "GET"),
        FaultMatch(path: "/v2/apis/a1b2c3d4e5/integrations/abc123d"),
        FaultMatch(path: "/v2/apis/*/integrations/*"),
        FaultMatch(path: "*abc123d"), FaultMatch(apiId: "a1b2c3d4e5"), FaultMatch(apiId: "a1*"),
        FaultMatch(parameters: ["integrationId": "abc123d"]), FaultMatch(attempt: 1),
        FaultMatch(
            operation: "GetIntegration", method: "GET", path: "/v2/*", apiId: "a1b2c3d4e5",
            parameters: ["integrationId": "abc123?"], attempt: 1),
    ])
    func `GetIntegration of abc123d is matched`(match: FaultMatch) throws {
        #expect(try isMatched(match))
    }

    @Test(arguments: [
        FaultMatch(operation: "GetIntegrations"), FaultMatch(operation: "GetApi*"),
        FaultMatch(method: "POST"),
        FaultMatch(path: "/v2/apis/*/routes/*"), FaultMatch(path: "/v2/apis"),
        FaultMatch(path: "/v2/vpclinks*"),
        FaultMatch(apiId: "a1b2c3d4e"), FaultMatch(apiId: "f6g7h8i9j0"), FaultMatch(apiId: "A1B2C3D4E5"),
        FaultMatch(parameters: ["integrationId": "def456g"]), FaultMatch(parameters: ["routeId": "*"]),
        FaultMatch(attempt: 2), FaultMatch(operation: "GetIntegration", apiId: "f6g7h8i9j0"),
        FaultMatch(operation: "GetIntegration", attempt: 3),
    ])
    func `GetIntegration of abc123d is not matched`(match: FaultMatch) throws {
        #expect(try !isMatched(match))
    }

    @Test(arguments: [
        (FaultMatch(), true), (FaultMatch(path: "/v2/nonsense"), true), (FaultMatch(path: "/v3*"), false),
        (FaultMatch(method: "GET"), true), (FaultMatch(method: "POST"), false),
        (FaultMatch(attempt: 1), true),
        (FaultMatch(operation: "*"), false), (FaultMatch(apiId: "*"), false),
    ])
    func `a request that is no operation is matched by method and path alone`(
        match: FaultMatch, isMatched: Bool
    ) throws {
        #expect(try self.isMatched(match, .get, "/v2/nonsense?x=y") == isMatched)
    }

    @Test func `the attempt is the one that the client says`() throws {
        let second = FaultMatch(attempt: 2)

        #expect(
            try isMatched(
                second, .get, TestEmulator.integrationPath, [("amz-sdk-request", "attempt=2; max=3")]))
        #expect(try isMatched(second, .get, TestEmulator.integrationPath, [("AWS-SDK-Retry", "1/50")]))
        #expect(
            try !isMatched(
                second, .get, TestEmulator.integrationPath, [("amz-sdk-request", "attempt=1; max=3")]))
    }

    @Test func `a path is matched decoded and without its query`() throws {
        let match = FaultMatch(path: "/v2/apis/a1b2c3d4e5/stages/$default")

        #expect(try isMatched(match, .get, "/v2/apis/a1b2c3d4e5/stages/%24default?x=y"))
    }

    @Test func `an operation that is not built can fail too`() throws {
        #expect(try isMatched(FaultMatch(operation: "CreateApi"), .post, "/v2/apis"))
    }

    @Test func `the admin API never meets a fault`() throws {
        #expect(try !isMatched(FaultMatch(), .get, "/__admin/health"))
    }

    @Test func `rules about one API and about all are tried in their order`() throws {
        let emulator = try TestEmulator([
            FaultRule(match: FaultMatch(apiId: "f6g7h8i9j0"), then: .status(591)),
            FaultRule(match: FaultMatch(attempt: 2), then: .status(592)),
            FaultRule(match: FaultMatch(apiId: "a1b2c3d4e5"), then: .status(593)),
            FaultRule(then: .status(594)),
            FaultRule(match: FaultMatch(apiId: "a1b2c3d4e5"), then: .status(595)),
        ])
        let again = [(name: "amz-sdk-request", value: "attempt=2; max=3")]

        #expect(try emulator.send().status == 593)
        #expect(try emulator.send(.get, TestEmulator.integrationPath, again).status == 592)
        #expect(try emulator.send(.get, TestEmulator.otherIntegrationPath).status == 591)
        #expect(try emulator.send(.get, "/v2/apis/zzz/integrations/abc123d").status == 594)
        #expect(try emulator.send(.get, "/v2/vpclinks").status == 594)
    }
}
