/// Where a request goes: hosts, path forms, stages and custom domains.

import APIGatewayV2
import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct AddressTests {
    @Test(arguments: [
        "abc123.execute-api.us-east-1.amazonaws.com", "abc123.execute-api.cn-north-1.amazonaws.com.cn",
        "abc123.execute-api.localhost:4290", "ABC123.Execute-API.localhost.localstack.cloud:4566",
        "abc123-vpce-0a1b2c.execute-api.us-east-1.amazonaws.com", "abc123.execute-api.localhost.",
    ])
    func `the first label before execute-api is an API`(host: String) throws {
        // Developer guide, "Invoke HTTP APIs"; LocalStack's and floci's forms.
        #expect(RequestAddress(try request("GET", "/", [("Host", host)])) == .host(apiId: "abc123"))
    }

    @Test func `the API of a VPC endpoint's host stands in a header`() throws {
        let host = ("Host", "vpce-1.execute-api.us-east-1.vpce.amazonaws.com")

        let address = RequestAddress(try request("GET", "/", [host, ("X-Apigw-Api-Id", "abc123")]))

        #expect(address == .host(apiId: "abc123"))
    }

    @Test(arguments: [
        ("api.example.com:443", "api.example.com"), ("Api.Example.COM", "api.example.com"),
        ("127.0.0.1:4290", "127.0.0.1"), ("[::1]:4290", "[::1]"), ("localhost", "localhost"),
        ("execute-api.us-east-1.amazonaws.com", "execute-api.us-east-1.amazonaws.com"),
        (".execute-api.localhost", ".execute-api.localhost"),
    ])
    func `any other host may be a domain name`(host: String, name: String) throws {
        #expect(RequestAddress(try request("GET", "/pets", [("Host", host)])) == .domain(name))
    }

    @Test func `the path forms name an API under any host`() throws {
        let host = ("Host", "other.execute-api.localhost")

        #expect(
            RequestAddress(try request("GET", "/_aws/execute-api/abc123/dev/pets", [host]))
                == .path(apiId: "abc123", stage: nil, prefixCount: 3))
        #expect(
            RequestAddress(try request("GET", "/restapis/abc123/dev/_user_request_/pets", [host]))
                == .path(apiId: "abc123", stage: "dev", prefixCount: 4))
        #expect(RequestAddress(try request("GET", "/_aws/execute-api/", [])) == .domain(""))
    }

    /// Stage, event path and path for routes of a request to an API with the stages `$default`, `dev`.
    private func choice(
        _ target: String, host: String = "abc123.execute-api.localhost",
        stages: Set<String> = ["$default", "dev"]
    ) throws -> [String]? {
        let request = try request("GET", target, [("Host", host)])
        let address = StageAddress(
            RequestAddress(request), path: RequestPath(request.target), host: host, scope: scope,
            hasStage: stages.contains)
        return address.map { [$0.stage, $0.eventPath, $0.path.decoded, $0.calledPath] }
    }

    @Test func `the first segment is a stage only if the API has it`() throws {
        // Developer guide, "Develop routes for HTTP APIs"; ministackorg/ministack 404.
        #expect(try choice("/dev/pets") == ["dev", "/dev/pets", "/pets", "/dev/pets"])
        #expect(try choice("/prod/pets") == ["$default", "/prod/pets", "/prod/pets", "/prod/pets"])
        #expect(try choice("/") == ["$default", "/", "/", "/"])
        #expect(try choice("/dev") == ["dev", "/dev", "", "/dev"])
        #expect(try choice("/prod/pets", stages: ["dev"]) == nil)
    }

    @Test func `a path form may name the default stage or leave it out`() throws {
        let form = "/_aws/execute-api/abc123"

        #expect(try choice(form + "/$default/pets") == ["$default", "/pets", "/pets", "/pets"])
        #expect(try choice(form + "/pets") == ["$default", "/pets", "/pets", "/pets"])
        #expect(try choice(form + "/dev/pets/") == ["dev", "/dev/pets/", "/pets/", "/dev/pets/"])
        #expect(try choice(form) == ["$default", "/", "", "/"])
        #expect(try choice("/restapis/abc123/nope/_user_request_/pets") == nil)
        #expect(try choice("/$default/pets")?[1] == "/$default/pets")
    }

    @Test func `domainName is the host that was called, and its first label the prefix`() throws {
        // Recorded for a custom domain: `local.dev`, `local`.
        let path = try path("/pets")
        let host = try #require(
            StageAddress(
                .host(apiId: "abc123"), path: path, host: "abc123.execute-api.localhost:4290", scope: scope,
                hasStage: { $0 == "$default" }))
        let form = try #require(
            StageAddress(
                .path(apiId: "abc123", stage: nil, prefixCount: 0), path: path, host: "127.0.0.1:4290",
                scope: scope, hasStage: { $0 == "$default" }))

        #expect(host.domainName == "abc123.execute-api.localhost")
        #expect(host.domainPrefix == "abc123")
        #expect(form.domainName == "abc123.execute-api.us-west-2.amazonaws.com")
    }
}

struct DomainRoutingTests {
    private func routing(
        _ mode: String? = nil, mappings: [(String, String)] = [], rules: [JSON] = [],
        domain extra: JSONObject = [:]
    ) -> DomainRouting {
        var domain: JSONObject = ["domainName": "api.example.com"]
        for member in extra.members { domain[member.name] = member.value }
        domain["routingMode"] = mode.map(JSON.string)
        return DomainRouting(
            domain: record(.domainName, .object(domain)),
            mappings: collection(
                .apiMapping,
                mappings.enumerated().map { index, mapping in
                    (
                        "m\(index)",
                        [
                            "apiMappingKey": .string(mapping.0), "apiId": .string(mapping.1),
                            "stage": "$default",
                        ]
                    )
                }),
            rules: collection(.routingRule, rules.enumerated().map { ("r\($0)", $1) }))
    }

    private func rule(_ priority: Int, _ api: String, strips: Bool = false, _ conditions: JSON...) -> JSON {
        [
            "priority": .integer(priority), "conditions": .array(conditions),
            "actions": [
                ["invokeApi": ["apiId": .string(api), "stage": "v1", "stripBasePath": .bool(strips)]]
            ],
        ]
    }

    @Test func `the longest mapping wins and the empty one takes the rest`() throws {
        // Developer guide, "Map API stages to a custom domain name for HTTP APIs".
        let routing = routing(mappings: [("", "root"), ("orders", "orders"), ("orders/v1/items", "items")])

        func target(_ text: String) throws -> [String]? {
            try routing.target(for: HTTPFields(), path: path(text)).map {
                [$0.apiId, "\($0.prefixCount)", $0.mappingKey]
            }
        }

        #expect(try target("/orders/v1/items/7") == ["items", "3", "orders/v1/items"])
        #expect(try target("/orders/v1") == ["orders", "1", "orders"])
        #expect(try target("/ordersx") == ["root", "0", ""])
        #expect(try target("/") == ["root", "0", ""])
        #expect(
            try self.routing(mappings: [("orders", "orders")]).target(for: HTTPFields(), path: path("/x"))
                == nil)
    }

    @Test func `an event shows the path without the mapping's key, format 1_0 with it`() throws {
        // Developer guide, "Create AWS Lambda proxy integrations for HTTP APIs", on rawPath and path.
        let target = DomainTarget(apiId: "abc123", stage: "dev", prefixCount: 1, mappingKey: "orders")

        let address = try #require(
            StageAddress(
                target, path: path("/orders/a%20b"), host: "api.example.com", scope: scope,
                hasStage: { $0 == "dev" }))

        #expect(address.eventPath == "/dev/a b")
        #expect(address.calledPath == "/orders/a%20b")
        #expect(address.path.decoded == "/a b")
        #expect(address.mappingKey == "orders")
    }

    @Test func `rules are asked by priority and before mappings where the mode says so`() throws {
        // Developer guide, "Routing rules to connect API stages to a custom domain name".
        let rules = [
            rule(20, "beta", ["matchHeaders": ["anyOf": [["header": "X-Version", "valueGlob": "beta*"]]]]),
            rule(10, "users", strips: true, ["matchBasePaths": ["anyOf": ["users"]]]),
        ]
        let both = routing("ROUTING_RULE_THEN_API_MAPPING", mappings: [("", "root")], rules: rules)
        let version = fields([("x-version", "beta-2")])

        #expect(try both.target(for: version, path: path("/users/1"))?.apiId == "users")
        #expect(try both.target(for: version, path: path("/users/1"))?.prefixCount == 1)
        #expect(try both.target(for: version, path: path("/x"))?.apiId == "beta")
        #expect(try both.target(for: HTTPFields(), path: path("/x"))?.apiId == "root")
        #expect(
            try routing("ROUTING_RULE_ONLY", mappings: [("", "root")], rules: rules)
                .target(for: HTTPFields(), path: path("/x")) == nil)
        #expect(
            try routing(mappings: [("", "root")], rules: rules).target(for: version, path: path("/users"))?
                .apiId == "root")
    }

    @Test func `all conditions of a rule have to hold`() throws {
        let routing = routing(
            "ROUTING_RULE_ONLY",
            rules: [
                rule(
                    1, "x", ["matchBasePaths": ["anyOf": ["a"]]],
                    ["matchHeaders": ["anyOf": [["header": "h", "valueGlob": "*1*"]]]])
            ])

        #expect(try routing.target(for: fields([("H", "a1b")]), path: path("/a/b"))?.prefixCount == 0)
        #expect(try routing.target(for: fields([("H", "a1b")]), path: path("/b")) == nil)
        #expect(try routing.target(for: fields([("H", "ab")]), path: path("/a")) == nil)
    }

    @Test func `mutual TLS is named as not honoured`() {
        let domain: JSONObject = ["mutualTlsAuthentication": ["truststoreUri": "s3://b/t.pem"]]

        #expect(
            routing(domain: domain).unsupported.map(\.message) == [
                "mutualTlsAuthentication of domain name api.example.com is not honoured by this local "
                    + "stand-in, so that the request is not let through"
            ])
        #expect(routing().unsupported == [])
    }

    @Test(arguments: [
        ("a.example.com", "*.example.com"), ("a.b.example.com", "*.b.example.com"), ("com", nil),
        (".com", nil),
        ("", nil),
    ])
    func `a wildcard stands for the first label`(host: String, wildcard: String?) {
        #expect(DomainRouting.wildcard(of: host) == wildcard)
    }
}
