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
        #expect(answer.status == 201)
        #expect(
            answer.body == ["apiId": api, "apiMappingId": .string(id), "apiMappingKey": "", "stage": "t"])
        #expect(try emulation.call(.get, "\(path)/\(id)").body == answer.body)
        let second = try emulation.call(.post, path, ["apiId": api, "stage": "t", "apiMappingKey": ""])
        #expect(second.status == 409)
        #expect(second.message == "ApiMapping key already exists for this domain name")
    }

    @Test(arguments: [
        ("v1", 201), ("orders/v1/items", 201), ("$-_.+!*'(),", 201), ("$context.domainName", 201), ("é", 400),
        ("a b", 400), ("a?b", 400), (String(repeating: "k", count: 300), 201),
        (String(repeating: "k", count: 301), 400),
    ])
    func `a key has up to 300 characters of a few kinds, on any number of levels`(
        key: String, status: Int
    ) throws {
        let answer = try emulation.call(
            .post, path, ["apiId": try target(), "stage": "t", "apiMappingKey": .string(key)])
        #expect(answer.status == status)
        if key == "a b" {
            #expect(
                answer.message == "An ApiMapping key may contain only letters, numbers and one of $-_.+!*'(),"
            )
        }
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
        #expect(try emulation.call(.post, path, ["apiId": .string(chat), "stage": "t"]).status == 201)
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
            try #require(try emulation.call(.post, path, body).status == 201)
        }
        let refused = try emulation.call(
            .post, path, ["apiId": api, "stage": "t", "apiMappingKey": "b/c"])
        #expect(refused.status == 429)
        #expect(
            try emulation.call(.post, path, ["apiId": api, "stage": "t", "apiMappingKey": "b"]).status == 201)
    }
}
