/// Hosts of the form `{apiId}.execute-api.{suffix}`: those that no stranger can point to this machine.

import APIGatewayV2Local
import Testing

struct KnownHostsTests {
    @Test(arguments: [
        ("us-east-1.amazonaws.com", true), ("cn-north-1.amazonaws.com.cn", true),
        ("us-east-1.api.aws", true), ("localhost", true), ("LocalHost:4290", true), ("localhost.", true),
        ("us-east-1.localhost:4290", true), ("localhost.localstack.cloud:4566", true), ("apis.test", true),
        ("builder.lan", true), ("gateway.example:80", true), ("evil.example", false), ("zone", false),
        ("localhost.evil.example", false), ("amazonaws.com.evil.example", false),
        ("evilamazonaws.com", false), ("a.gateway.example", false), ("localhostevil", false),
    ])
    func `a suffix is taken if no stranger can own it`(suffix: String, isTaken: Bool) {
        let hosts = KnownHosts(listeningAt: "builder.lan", names: ["Gateway.Example"])

        #expect(hosts.admitsAPI("abc123.execute-api.\(suffix)") == isTaken)
    }

    @Test(arguments: [
        ("{apiId}.execute-api.apis.example", "apis.example:80", true),
        ("{apiId}.execute-api.Apis.Example", "apis.example", true),
        ("{apiId}.execute-api.apis.example", "b.apis.example", false),
        ("{apiId}.execute-api.{region}.apis.example", "eu-west-1.apis.example", true),
        ("{apiId}.execute-api.{region}.apis.example", ".apis.example", false),
        ("{apiId}.execute-api.{region}.apis.example", "a.b.apis.example", false),
        ("{apiId}.execute-api.{region}.apis.example", "apis.example", false),
        ("gate.example", "gate.example", false),
    ])
    func `the endpoint option lets its own suffix in`(endpoint: String, suffix: String, isTaken: Bool) {
        let hosts = KnownHosts(endpoint: endpoint)

        #expect(hosts.admitsAPI("abc123.execute-api.\(suffix)") == isTaken)
    }
}
