/// Tags of every resource that has them, by ARN.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct TagTests {
    private let emulation = Emulation()

    /// The path of the operations on what `resource` names below the service's ARN.
    private func path(_ resource: String, account: String = "", region: String = "us-east-1") -> String {
        let encoded = resource.split(separator: "/").joined(separator: "%2F").replacing("$", with: "%24")
        return "/v2/tags/arn%3Aaws%3Aapigateway%3A\(region)%3A\(account)%3A%2F\(encoded)"
    }

    @Test func `tags given to a new API are read by its ARN`() throws {
        let api = try emulation.create(
            "/v2/apis", ["name": "orders", "protocolType": "HTTP", "tags": ["owner": "me"]],
            identifier: "apiId")
        let answer = try emulation.call(.get, path("apis/\(api)"))
        #expect(answer.status == 200)
        #expect(answer.body == ["tags": ["owner": "me"]])
    }

    @Test(arguments: ["apis/%", "v2/apis/%"], ["", "000000000000"])
    func `an ARN may have the account and the version or not`(form: String, account: String) throws {
        let arn = form.replacing("%", with: try emulation.httpAPI())
        #expect(try emulation.call(.get, path(arn, account: account)).body == ["tags": [:]])
    }

    @Test func `tagging joins and replaces, untagging removes, and the resource shows it`() throws {
        let api = try emulation.httpAPI()
        let tagged = try emulation.call(.post, path("apis/\(api)"), ["tags": ["a": "1", "b": "2"]])
        #expect(tagged.status == 201)
        #expect(tagged.body == [:])
        _ = try emulation.call(.post, path("apis/\(api)"), ["tags": ["b": "3", "c d": "4"]])
        #expect(
            try emulation.call(.get, "/v2/apis/\(api)")["tags"] == ["a": "1", "b": "3", "c d": "4"])
        let untagged = try emulation.call(
            .delete, path("apis/\(api)") + "?tagKeys=a&tagKeys=c%20d&tagKeys=no")
        #expect(untagged.status == 204)
        #expect(untagged.body == .null)
        #expect(try emulation.call(.get, "/v2/apis/\(api)")["tags"] == ["b": "3"])
    }

    @Test func `a stage's tags change neither its date nor its deployment`() throws {
        var emulation = emulation
        let api = try emulation.httpAPI()
        let body: JSON = ["stageName": "$default", "autoDeploy": true]
        #expect(try emulation.call(.post, "/v2/apis/\(api)/stages", body).status == 201)
        let before = try emulation.call(.get, "/v2/apis/\(api)/stages/$default")
        emulation.now += .seconds(60)
        #expect(
            try emulation.call(.post, path("apis/\(api)/stages/$default"), ["tags": ["a": "1"]]).status == 201
        )
        let after = try emulation.call(.get, "/v2/apis/\(api)/stages/$default")
        #expect(after["tags"] == ["a": "1"])
        #expect(after["lastUpdatedDate"] == before["lastUpdatedDate"])
        #expect(after["deploymentId"] == before["deploymentId"])
    }

    @Test(
        arguments: [
            ("apis", 400, "Invalid ARN specified in the request"),
            ("apis/nope", 404, "Invalid API identifier specified 000000000000:nope"),
            ("apis/nope/stages/t", 404, "Invalid API identifier specified 000000000000:nope"),
            ("apis/nope/routes/r", 400, "Invalid ARN specified in the request"),
            ("restapis/nope", 400, "Invalid ARN specified in the request"),
            ("vpclinks/nope", 404, "Invalid Vpc Link identifier specified"),
            ("domainnames/nope.example.com", 404, "Invalid domain name identifier specified"),
        ])
    func `an ARN that names nothing taggable is refused, a resource that is not there missed`(
        resource: String, status: Int, message: String
    ) throws {
        for method in [HTTPMethod.get, .post] {
            let answer = try emulation.call(method, path(resource))
            #expect(answer.status == status)
            #expect(answer.message == message)
        }
    }

    @Test(arguments: ["nonsense", "arn%3Aaws%3Aapigateway", "arn%3Aaws%3As3%3Aus-east-1%3A%3A%2Fapis%2Fa"])
    func `what is no ARN of the service is refused`(arn: String) throws {
        let answer = try emulation.call(.get, "/v2/tags/\(arn)")
        #expect(answer.status == 400)
        #expect(answer.message == "Invalid ARN specified in the request")
    }

    @Test func `an ARN of another region or account is refused`() throws {
        let api = try emulation.httpAPI()
        #expect(try emulation.call(.get, path("apis/\(api)", region: "eu-west-1")).status == 400)
        #expect(try emulation.call(.get, path("apis/\(api)", account: "111122223333")).status == 400)
    }

    @Test func `fifty tags are as many as a resource has`() throws {
        let path = path("apis/\(try emulation.httpAPI())")
        let fifty = JSONObject((0..<50).map { .init(name: "key\($0)", value: "v") })
        #expect(try emulation.call(.post, path, ["tags": .object(fifty)]).status == 201)
        #expect(try emulation.call(.post, path, ["tags": ["key7": "again"]]).status == 201)
        let answer = try emulation.call(.post, path, ["tags": ["one too many": "v"]])
        #expect(answer.status == 400)
        #expect(answer.message == "A resource must not have more than 50 tags.")
        #expect(try emulation.call(.get, path)["tags"].map { JSONObject($0)?.members.count } == 50)
    }

    @Test(
        arguments: [
            (String(repeating: "k", count: 128), "v", 201), (String(repeating: "k", count: 129), "v", 400),
            ("", "v", 400), ("aws:owner", "v", 400), ("AWS", "v", 201), ("k", "", 201),
            ("k", String(repeating: "v", count: 1600), 201), ("k", String(repeating: "v", count: 1601), 400),
        ])
    func `keys have 1 to 128 characters, values up to 1600, and aws: is reserved`(
        key: String, value: String, status: Int
    ) throws {
        let tags: JSON = .object(JSONObject([.init(name: key, value: .string(value))]))
        let path = path("apis/\(try emulation.httpAPI())")
        #expect(try emulation.call(.post, path, ["tags": tags]).status == status)
        let new: JSON = ["name": "n", "protocolType": "HTTP", "tags": tags]
        #expect(try emulation.call(.post, "/v2/apis", new).status == status)
    }

    @Test func `untagging without keys is refused`() throws {
        let answer = try emulation.call(.delete, path("apis/\(try emulation.httpAPI())"))
        #expect(answer.status == 400)
        #expect(
            answer.message
                == "1 validation error detected: Value null at 'tagKeys' failed to satisfy "
                + "constraint: Member must not "
                + "be null")
    }
}
