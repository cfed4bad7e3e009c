/// Rules by who asks and how: account, access key, region, header field and version of HTTP.

import APIGatewayV2Local
import HTTPWire
import SocketServer
import Testing

struct FaultMatchIdentityTests {
    private static let account = "111122223333"

    private func isMatched(
        _ match: FaultMatch, _ fields: [(name: String, value: String)] = [], version: HTTPVersion = .http11
    ) throws -> Bool {
        let emulator = try TestEmulator([FaultRule(match: match, then: .status(599))])
        return try emulator.reply(.get, "/v2/apis", fields, version: version).response.status == 599
    }

    @Test(arguments: [
        (FaultMatch(account: account), true), (FaultMatch(account: "444455556666"), false),
        (FaultMatch(accessKeyId: account), true), (FaultMatch(accessKeyId: "1111*"), true),
        (FaultMatch(accessKeyId: "2*"), false), (FaultMatch(region: "eu-west-1"), true),
        (FaultMatch(region: "eu-*"), true), (FaultMatch(region: "us-*"), false),
        (FaultMatch(account: account, accessKeyId: "*", region: "eu-west-?"), true),
        (FaultMatch(account: account, region: "us-east-1"), false),
    ])
    func `a signed request is matched by its account, key and region`(
        match: FaultMatch, isMatched: Bool
    )
        throws
    {
        #expect(try self.isMatched(match, [authorization(Self.account, "eu-west-1")]) == isMatched)
    }

    @Test func `a key that is no account is matched as it is, and its account too`() throws {
        let fields = [authorization("AKIAIOSFODNN7EXAMPLE")]

        #expect(try isMatched(FaultMatch(accessKeyId: "AKIA*"), fields))
        #expect(try isMatched(FaultMatch(account: "000000000000"), fields))
    }

    @Test func `an unsigned request has no key, and the default account and region`() throws {
        #expect(try !isMatched(FaultMatch(accessKeyId: "*")))
        #expect(try isMatched(FaultMatch(account: "000000000000", region: "us-east-1")))
    }

    @Test func `a presigned request has the key of its query`() throws {
        let emulator = try TestEmulator([FaultRule(match: FaultMatch(accessKeyId: "KEY"), then: .status(599))]
        )
        let credential = "X-Amz-Credential=KEY%2F20300101%2Fus-east-1%2Fapigateway%2Faws4_request"

        #expect(try emulator.send(.get, "/v2/apis?\(credential)").status == 599)
    }

    @Test(arguments: [
        (["X-Test": "*"], true), (["x-test": "red"], true), (["X-TEST": "r?d"], true),
        (["X-Test": "blue"], true),
        (["X-Test": "green"], false), (["X-Other": "*"], false), (["X-Test": "red", "X-More": "1"], true),
        (["X-Test": "red", "X-More": "2"], false),
    ])
    func `a field is matched by its name in any case and one of its values`(
        headers: [String: String], isMatched: Bool
    ) throws {
        let fields = [("X-Test", "red"), ("x-test", "blue"), ("X-More", "1")]

        #expect(try self.isMatched(FaultMatch(headers: headers), fields) == isMatched)
    }

    @Test(arguments: [
        (FaultMatch.HTTPVersion.http10, HTTPVersion.http10), (.http11, .http11), (.http2, .http2),
    ])
    func `a version is matched by itself alone`(wanted: FaultMatch.HTTPVersion, version: HTTPVersion) throws {
        for other in [HTTPVersion.http10, .http11, .http2] {
            #expect(try isMatched(FaultMatch(httpVersion: wanted), version: other) == (other == version))
        }
    }

    @Test func `rules that are looked up by a key keep their order among those that are not`() throws {
        let emulator = try TestEmulator([
            FaultRule(match: FaultMatch(account: "444455556666"), then: .status(591)),
            FaultRule(match: FaultMatch(attempt: 2), then: .status(592)),
            FaultRule(match: FaultMatch(accessKeyId: Self.account), when: .first(1), then: .status(593)),
            FaultRule(match: FaultMatch(apiId: "a1b2c3d4e5"), when: .first(1), then: .status(594)),
            FaultRule(match: FaultMatch(account: Self.account), when: .first(1), then: .status(595)),
            FaultRule(then: .status(596)),
        ])
        let fields = [authorization(Self.account)]

        let statuses = try (1...4).map { _ in
            try emulator.send(.get, TestEmulator.integrationPath, fields).status
        }

        #expect(statuses == [593, 594, 595, 596])
    }
}
