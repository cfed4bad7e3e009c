/// API mappings: their keys, what they lead to, and what they keep from being deleted.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct ApiMappingTests {
    private let emulation = Emulation()
    private let path = "/v2/domainnames/api.example.com/apimappings"

    private func domain() throws {
        let answer = try emulation.call(
            .post, "/v2/domainnames",
            ["domainName": "api.example.com", "domainNameConfigurations": [[:]]])
        try #require(answer.status == 201)
    }

    private func stage(_ name: JSON, of api: String) throws {
        try #require(
            try emulation.call(.post, "/v2/apis/\(api)/stages", ["stageName": name]).status == 201)
    }

    /// An API with the stage `t`, and the domain.
    private func target() throws -> JSON {
        let api = try emulation.httpAPI()
        try stage("t", of: api)
        try domain()
        return .string(api)
    }

    @Test func `a mapping without a key has the empty one`() throws {
        let api = try target()
        let answer = try emulation.call(.post, path, ["apiId": api, "stage": "t"])
        let id = try answer.string("apiMappingId")
        #expect(answer.status == 200)
        #expect(
            answer.body == ["apiId": api, "apiMappingId": .string(id), "apiMappingKey": "", "stage": "t"])
        #expect(try emulation.call(.get, "\(path)/\(id)").body == answer.body)
        let second = try emulation.call(.post, path, ["apiId": api, "stage": "t", "apiMappingKey": ""])
        #expect(second.status == 409)
        #expect(second.message == "ApiMapping key already exists for this domain name")
    }

    @Test(arguments: [
        "v1", "orders/v1/items", "$-_.+!*'(),", "$context.domainName", String(repeating: "k", count: 300),
    ])
    func `a key has up to 300 characters of a few kinds, on any number of levels`(key: String) throws {
        let body: JSON = ["apiId": try target(), "stage": "t", "apiMappingKey": .string(key)]
        #expect(try emulation.call(.post, path, body)["apiMappingKey"] == .string(key))
    }

    @Test(
        arguments: [
            ("é", characters), ("a b", characters), ("a?b", characters), ("v1/~x", characters), ("/", end),
            ("v1/", end), ("/v1/", end), ("/v1", slashes), ("v1//x", slashes),
            (String(repeating: "k", count: 301), "ApiMapping key length must be under 300 characters."),
        ])
    func `a key of another form is refused in the service's words`(key: String, message: String) throws {
        let api = try target()
        let made = try emulation.create(
            path, ["apiId": api, "stage": "t", "apiMappingKey": "k"], identifier: "apiMappingId")
        let body: JSON = ["apiId": api, "stage": "t", "apiMappingKey": .string(key)]
        let created = try emulation.call(.post, path, body)
        #expect(created.status == 400)
        #expect(created.message == message)
        #expect(try emulation.call(.patch, "\(path)/\(made)", body).message == message)
    }

    private static let characters =
        "An API mapping key may contain only letters, numbers and one of $-_.+!*'(), characters."
    private static let end = "API mapping key should not end with a '/'."
    private static let slashes = "API mapping key should not start with a '/' or have consecutive '/'s."

    @Test func `a domain name that routes by rules alone takes no mapping, and the other way round`() throws {
        let api = try target()
        let domain = "/v2/domainnames/api.example.com"
        let body: JSON = ["apiId": api, "stage": "t"]
        let rule: JSON = [
            "actions": [["invokeApi": ["apiId": "a", "stage": "s"]]], "conditions": [], "priority": 1,
        ]
        #expect(try emulation.call(.post, "\(domain)/routingrules", rule).status == 400)
        let made = try emulation.create(path, body, identifier: "apiMappingId")
        _ = try emulation.call(.patch, domain, ["routingMode": "ROUTING_RULE_ONLY"])
        #expect(try emulation.call(.post, "\(domain)/routingrules", rule).status == 201)
        #expect(try emulation.call(.get, "\(path)/\(made)").status == 200)
        #expect(try emulation.call(.delete, "\(path)/\(made)").status == 204)
        #expect(try emulation.call(.post, path, body).status == 400)
        _ = try emulation.call(.patch, domain, ["routingMode": "ROUTING_RULE_THEN_API_MAPPING"])
        #expect(try emulation.call(.post, path, body).status == 200)
    }

    @Test func `an unknown API or stage is the request's fault, an unknown domain is missed`() throws {
        let api = try target()
        let noAPI = try emulation.call(.post, path, ["apiId": "nope", "stage": "t"])
        #expect(noAPI.status == 400)
        #expect(noAPI.message == "Invalid API identifier specified 000000000000:nope")
        let noStage = try emulation.call(.post, path, ["apiId": api, "stage": "u"])
        #expect(noStage.status == 400)
        #expect(noStage.message == "Invalid stage identifier specified")
        let noDomain = try emulation.call(
            .post, "/v2/domainnames/b.example.com/apimappings", ["apiId": api, "stage": "t"])
        #expect(noDomain.status == 404)
        #expect(noDomain.message == "Invalid domain name identifier specified")
    }

    @Test func `an update needs the API, moves the mapping and keeps what it does not give`() throws {
        let api = try target()
        let other = try emulation.httpAPI()
        try stage("u", of: other)
        let id = try emulation.create(
            path, ["apiId": api, "stage": "t", "apiMappingKey": "k"], identifier: "apiMappingId")
        let without = try emulation.call(.patch, "\(path)/\(id)", ["stage": "t"])
        #expect(without.status == 400)
        #expect(
            without.message
                == "1 validation error detected: Value null at 'apiId' failed to satisfy "
                + "constraint: Member must not be "
                + "null")
        let wrong = try emulation.call(.patch, "\(path)/\(id)", ["apiId": .string(other)])
        #expect(wrong.message == "Invalid stage identifier specified")
        let moved = try emulation.call(.patch, "\(path)/\(id)", ["apiId": .string(other), "stage": "u"])
        #expect(
            moved.body == [
                "apiId": .string(other), "apiMappingId": .string(id), "apiMappingKey": "k", "stage": "u",
            ])
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 204)
        #expect(try emulation.call(.get, "\(path)/\(id)").status == 404)
    }

    @Test func `an update cannot take a sibling's key`() throws {
        let api = try target()
        let first = try emulation.create(
            path, ["apiId": api, "stage": "t", "apiMappingKey": "a"], identifier: "apiMappingId")
        _ = try emulation.create(
            path, ["apiId": api, "stage": "t", "apiMappingKey": "b"], identifier: "apiMappingId")
        let taken = try emulation.call(.patch, "\(path)/\(first)", ["apiId": api, "apiMappingKey": "b"])
        #expect(taken.status == 409)
        let same = try emulation.call(.patch, "\(path)/\(first)", ["apiId": api, "apiMappingKey": "a"])
        #expect(same.status == 200)
    }

    @Test func `a WebSocket API shares a domain name with no HTTP API`() throws {
        let api = try target()
        let chat = try emulation.webSocketAPI()
        try stage("t", of: chat)
        let id = try emulation.create(path, ["apiId": api, "stage": "t"], identifier: "apiMappingId")
        let mixed: JSON = ["apiId": .string(chat), "stage": "t", "apiMappingKey": "chat"]
        #expect(try emulation.call(.post, path, mixed).status == 400)
        #expect(try emulation.call(.patch, "\(path)/\(id)", mixed).status == 200)
        #expect(try emulation.call(.post, path, ["apiId": .string(chat), "stage": "t"]).status == 200)
    }

    @Test func `a stage that a domain name leads to is kept`() throws {
        let api = try String(target()) ?? ""
        let id = try emulation.create(
            path, ["apiId": .string(api), "stage": "t"], identifier: "apiMappingId")
        let refused = try emulation.call(.delete, "/v2/apis/\(api)/stages/t")
        #expect(refused.status == 400)
        #expect(
            refused.message
                == "Deleting stage t failed. Please remove all base path mappings related to the "
                + "stage in your domains: "
                + "api.example.com")
        #expect(
            try emulation.call(.delete, "/v2/apis/\(api)").message
                == "Deleting API \(api) failed. Please remove all API mappings for the API from "
                + "your custom domain names."
        )
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 204)
        #expect(try emulation.call(.delete, "/v2/apis/\(api)/stages/t").status == 204)
    }

    @Test func `two hundred keys of several levels are as many as a domain name has, others go on`() throws {
        let api = try target()
        for number in 0..<200 {
            let body: JSON = ["apiId": api, "stage": "t", "apiMappingKey": .string("a/\(number)")]
            try #require(try emulation.call(.post, path, body).status == 200)
        }
        let refused = try emulation.call(
            .post, path, ["apiId": api, "stage": "t", "apiMappingKey": "b/c"])
        #expect(refused.status == 429)
        #expect(
            try emulation.call(.post, path, ["apiId": api, "stage": "t", "apiMappingKey": "b"]).status == 200)
    }
}
