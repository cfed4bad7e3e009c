/// `--throttle`: the rates that AWS publishes, on a clock that a test moves.

import APIGatewayV2Local
import HTTPWire
import TestSupport
import Testing

struct PublishedRatesTests {
    @Test func `every published rate is one rule, and the total is the last`() throws {
        let rules = try FaultRule.throttle("aws")

        let rates: [(name: String, operation: String?, requests: Int, seconds: Int, burst: Int)] = [
            ("throttle-CreateDeployment", "CreateDeployment", 1, 5, 1),
            ("throttle-CreateDomainName", "CreateDomainName", 1, 30, 1),
            ("throttle-DeleteDomainName", "DeleteDomainName", 1, 30, 1),
            ("throttle-UpdateDomainName", "UpdateDomainName", 1, 30, 1),
            ("throttle-CreateVpcLink", "CreateVpcLink", 1, 15, 1),
            ("throttle-DeleteVpcLink", "DeleteVpcLink", 1, 30, 1),
            ("throttle-CreatePortal", "CreatePortal", 1, 3, 1),
            ("throttle-UpdatePortal", "UpdatePortal", 2, 60, 2),
            ("throttle-PublishPortal", "PublishPortal", 2, 60, 2),
            ("throttle-GetPortal", "GetPortal", 10, 1, 10),
            ("throttle-ListPortals", "ListPortals", 10, 1, 10),
            ("throttle", nil, 10, 1, 40),
        ]
        #expect(
            rules
                == rates.map { rate in
                    FaultRule(
                        name: rate.name, match: FaultMatch(operation: rate.operation),
                        when: .rate(
                            RequestRate(rate.requests, in: .seconds(rate.seconds)), burst: rate.burst),
                        then: .error(.tooManyRequests))
                })
    }

    @Test(arguments: [
        ("aws*10", 100.0, 400, RequestRate(1, in: .seconds(3)), 10),
        ("aws*0.5", 5, 20, RequestRate(1, in: .seconds(60)), 1),
        ("aws*1", 10, 40, RequestRate(1, in: .seconds(30)), 1),
        ("aws*0.01", 0.1, 1, RequestRate(1, in: .seconds(3000)), 1),
        ("aws*1000", 10_000, 40_000, RequestRate(1000, in: .seconds(30)), 1000),
    ])
    func `a factor scales rates and bursts`(
        text: String, total: Double, totalBurst: Int, vpcLink: RequestRate, vpcLinkBurst: Int
    ) throws {
        let rules = try Faults(FaultRule.throttle(text))

        #expect(rules.rule(named: "throttle")?.when == .rate(perSecond: total, burst: totalBurst))
        #expect(rules.rule(named: "throttle-DeleteVpcLink")?.when == .rate(vpcLink, burst: vpcLinkBurst))
    }

    @Test(arguments: [
        ("", #"found "", expected aws, or aws*10 for ten times the quotas"#),
        ("azure", #"found "azure", expected aws, or aws*10 for ten times the quotas"#),
        ("aws*", #"found "aws*", expected aws, or aws*10 for ten times the quotas"#),
        ("aws*ten", #"found "aws*ten", expected aws, or aws*10 for ten times the quotas"#),
        ("aws*0", "found a factor of 0, expected 0.01 to 1000"),
        ("aws*1000.1", "found a factor of 1000.1, expected 0.01 to 1000"),
    ])
    func `another throttle is refused in one line`(text: String, line: String) {
        let error = #expect(throws: DocumentError.self) { try FaultRule.throttle(text) }
        #expect(error?.lines == [line])
    }

    @Test func `a slow operation is admitted again after its time, to the millisecond`() throws {
        let emulator = try TestEmulator(FaultRule.throttle("aws"))
        func deploy() throws -> Int {
            try emulator.send(.post, "/v2/apis/a1b2c3d4e5/deployments", body: "{}").status
        }
        #expect(try [deploy(), deploy()] != [429, 429])
        #expect(try deploy() == 429)

        emulator.clock.advance(by: .milliseconds(4999))
        let early = try deploy()
        emulator.clock.advance(by: .milliseconds(1))

        #expect(early == 429)
        #expect(try deploy() != 429)
    }

    @Test func `what an operation's own rate refuses is not counted in the total`() throws {
        let emulator = try TestEmulator(FaultRule.throttle("aws"))
        let deployments = try (1...100).map { _ in
            try emulator.send(.post, "/v2/apis/a1b2c3d4e5/deployments", body: "{}").status
        }
        let reads = try (1...40).map { _ in try emulator.send().status }

        #expect(deployments.count { $0 == 429 } == 99)
        #expect(reads.count { $0 == 200 } == 39)
        #expect(reads.last == 429)
    }
}
