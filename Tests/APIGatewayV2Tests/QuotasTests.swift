/// How many resources there may be: none, the published numbers, and those of a document.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct QuotasTests {
    private func quotas(_ text: String) throws -> Quotas {
        let (quotas, problems) = Quotas.reading(Array(text.utf8), file: "quotas.json", for: .service)
        #expect(problems.map(\.line) == [])
        return try #require(quotas)
    }

    private func lines(_ text: String) -> [String] {
        let (quotas, problems) = Quotas.reading(Array(text.utf8), file: "quotas.json", for: .service)
        #expect(quotas == nil)
        return problems.map(\.line)
    }

    @Test func `a quota of a document holds up to its number and no further`() throws {
        let emulation = Emulation(quotas: try quotas(#"{"Integration": 2}"#))
        let api = try emulation.httpAPI()
        for _ in 1...2 { _ = try emulation.integration(of: api) }

        let answer = try emulation.call(
            .post, "/v2/apis/\(api)/integrations",
            [
                "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
                "integrationUri": "https://a.example",
                "payloadFormatVersion": "1.0",
            ])

        #expect(answer.status == 429)
        #expect(answer.errorType == "TooManyRequestsException")
        #expect(
            answer.message
                == "Maximum number of Integrations for this API has been reached. Please contact AWS if you "
                + "need additional Integrations.")
    }

    @Test func `another API has a quota of its own, and a deletion makes room`() throws {
        let emulation = Emulation(quotas: try quotas(#"{"Route": 1}"#))
        let api = try emulation.httpAPI()
        let route = try emulation.route("GET /a", of: api)
        #expect(try emulation.call(.post, "/v2/apis/\(api)/routes", ["routeKey": "GET /b"]).status == 429)

        _ = try emulation.route("GET /a", of: try emulation.httpAPI())
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/routes/\(route)").status == 204)

        _ = try emulation.route("GET /b", of: api)
    }

    @Test func `what a document does not name keeps the published number, and null lifts it`() throws {
        let emulation = Emulation(quotas: try quotas(#"{"Authorizer": null}"#))
        let api = try emulation.httpAPI()
        let authorizer: JSON = [
            "authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
            "jwtConfiguration": ["audience": ["a"], "issuer": "https://issuer.example.com"],
        ]

        let authorizers = try (1...11).map { number in
            guard case .object(var body) = authorizer else { return 0 }
            body["name"] = .string("authorizer-\(number)")
            return try emulation.call(.post, "/v2/apis/\(api)/authorizers", .object(body)).status
        }
        let stages = try (1...11).map { number in
            try emulation.call(.post, "/v2/apis/\(api)/stages", ["stageName": .string("s\(number)")]).status
        }

        #expect(authorizers == Array(repeating: 201, count: 11))
        #expect(stages == Array(repeating: 201, count: 10) + [429])
    }

    @Test func `quota zero lets nothing be made`() throws {
        let emulation = Emulation(quotas: try quotas(#"{"Api": 0}"#))

        #expect(try emulation.call(.post, "/v2/apis", ["name": "a", "protocolType": "HTTP"]).status == 429)
    }

    @Test func `without quotas there may be more than the published number`() throws {
        let emulation = Emulation(quotas: .off)
        let api = try emulation.httpAPI()

        for _ in 1...301 { _ = try emulation.integration(of: api) }
    }

    @Test func `every mistake is told with its place`() {
        let nouns =
            "Api, Authorizer, Integration, Route, Stage, DomainName, ApiMapping, RoutingRule, VpcLink, "
            + "Portal, PortalProduct, ProductPage, ProductRestEndpointPage"
        #expect(
            lines(
                #"""
                {"Integratoin": 5, "Route": -1, "Stage": "10",
                 "Api": 1000000001, "Api": 1}
                """#) == [
                    "quotas.json:1:2: /Integratoin: found an unknown resource, expected one of \(nouns); "
                        + "did you mean Integration?",
                    "quotas.json:1:29: /Route: found -1, expected a whole number from 0 to "
                        + "1000000000, or null",
                    "quotas.json:1:42: /Stage: found \"10\", expected a whole number from 0 to "
                        + "1000000000, or null",
                    "quotas.json:2:9: /Api: found 1000000001, expected a whole number from 0 to 1000000000, "
                        + "or null",
                    "quotas.json:2:21: /Api: found this resource a second time, expected it once",
                ])
        #expect(
            lines("[1]") == [
                "quotas.json:1:1: /: found an array, expected an object of resources and their quotas"
            ])
        #expect(lines("{").count == 1)
    }
}
