/// CORS configurations: what is refused, how they are kept, and what an update does.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct CORSTests {
    private let emulation = Emulation()

    private func create(_ cors: JSON) throws -> Answer {
        try emulation.call(
            .post, "/v2/apis", ["name": "n", "protocolType": "HTTP", "corsConfiguration": cors])
    }

    @Test(
        arguments: [
            (
                ["allowOrigins": ["https://a.example", "app://local"]],
                "Invalid format for origin app://local"
            ),
            (["allowOrigins": ["a.example"]], "Invalid format for origin a.example"),
            (["allowOrigins": ["https://"]], "Invalid format for origin https://"),
            (["allowOrigins": ["https://*.a.example"]], "Invalid format for origin https://*.a.example"),
            (["allowMethods": ["GET", "ANY"]], "Method ANY is not supported"),
            (["allowMethods": ["fetch"]], "Method fetch is not supported"),
            (
                ["allowOrigins": ["http://a.example", "*"], "allowCredentials": true],
                "allow-credentials is not supported if 'allow-origin' is *"
            ),
        ] as [(JSON, String)])
    func `what the service refuses is refused in its words, on create and on update`(
        cors: JSON, message: String
    ) throws {
        let api = try emulation.httpAPI()
        let created = try create(cors)
        let updated = try emulation.call(.patch, "/v2/apis/\(api)", ["corsConfiguration": cors])
        for answer in [created, updated] {
            #expect(answer.status == 400)
            #expect(answer.message == message)
        }
    }

    @Test(
        arguments: [
            "*", "http://*", "https://*", "http://localhost:3000", "https://a.example",
        ])
    func `an origin is a star or a web address`(origin: JSON) throws {
        let cors: JSON = ["allowMethods": ["*", "get", "PATCH"], "allowOrigins": [origin]]
        #expect(try create(cors)["corsConfiguration"] == cors)
    }

    @Test func `names of header fields are kept in lower case, and nothing is added`() throws {
        let answer = try create([
            "allowHeaders": ["X-Key", "*"], "allowMethods": ["Put"], "allowOrigins": [],
            "exposeHeaders": ["Date"],
        ])
        #expect(
            answer["corsConfiguration"] == [
                "allowHeaders": ["x-key", "*"], "allowMethods": ["Put"], "exposeHeaders": ["date"],
            ])
        #expect(try create([:])["corsConfiguration"] == [:])
        #expect(try create(["allowCredentials": false])["corsConfiguration"] == ["allowCredentials": false])
    }

    @Test func `an empty update leaves it, another replaces it`() throws {
        let api = try create(["allowOrigins": ["https://a.example"], "maxAge": 5]).string("apiId")
        let path = "/v2/apis/\(api)"
        let empty = try emulation.call(.patch, path, ["corsConfiguration": [:]])
        #expect(empty["corsConfiguration"] == ["allowOrigins": ["https://a.example"], "maxAge": 5])
        let other = try emulation.call(.patch, path, ["corsConfiguration": ["maxAge": 6]])
        #expect(other["corsConfiguration"] == ["maxAge": 6])
    }
}

struct QuickCreateKeyTests {
    private let emulation = Emulation()

    @Test func `a quick create's route key is held to what a route's is, on create and on update`() throws {
        func body(_ key: JSON) -> JSON {
            ["name": "n", "protocolType": "HTTP", "target": "https://a.example", "routeKey": key]
        }
        let api = try emulation.create("/v2/apis", body("GET /pets"), identifier: "apiId")
        let created = try emulation.call(.post, "/v2/apis", body("pets"))
        let updated = try emulation.call(.patch, "/v2/apis/\(api)", ["routeKey": "GET pets"])
        for answer in [created, updated] {
            #expect(answer.status == 400)
            #expect(answer.message?.hasPrefix("The provided route key is not formatted properly") == true)
        }
    }
}
