/// Routing rules: their conditions, their one action and their priorities.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct RoutingRuleTests {
    private let emulation: Emulation
    private let path = "/v2/domainnames/api.example.com/routingrules"
    private static let action: JSON = ["invokeApi": ["apiId": "abcd1234", "stage": "prod"]]

    init() throws {
        emulation = Emulation()
        let answer = try emulation.call(
            .post, "/v2/domainnames",
            [
                "domainName": "api.example.com", "domainNameConfigurations": [[:]],
                "routingMode": "ROUTING_RULE_THEN_API_MAPPING",
            ])
        try #require(answer.status == 201)
    }

    private func rule(_ conditions: JSON, priority: JSON = 50, action: JSON = Self.action) -> JSON {
        ["actions": [action], "conditions": conditions, "priority": priority]
    }

    @Test func `a new rule is answered with its ARN, which has the account`() throws {
        let answer = try emulation.call(
            .post, path + "?domainNameId=abc", rule([["matchBasePaths": ["anyOf": ["PetStoreShopper"]]]]))
        let id = try answer.string("routingRuleId")
        #expect(answer.status == 201)
        #expect(try /[a-z0-9]{6}/.wholeMatch(in: id) != nil)
        #expect(
            answer.body == [
                "actions": [["invokeApi": ["apiId": "abcd1234", "stage": "prod", "stripBasePath": false]]],
                "conditions": [["matchBasePaths": ["anyOf": ["PetStoreShopper"]]]], "priority": 50,
                "routingRuleArn": .string(
                    "arn:aws:apigateway:us-east-1:000000000000:/domainnames/api.example.com"
                        + "/routingrules/\(id)"
                ),
                "routingRuleId": .string(id),
            ])
        #expect(try emulation.call(.get, "\(path)/\(id)").body == answer.body)
    }

    @Test func `a rule without conditions is one for every request`() throws {
        #expect(try emulation.call(.post, path, rule([])).status == 201)
    }

    @Test func `no two rules of a domain name have one priority`() throws {
        let id = try emulation.create(path, rule([]), identifier: "routingRuleId")
        let taken = try emulation.call(.post, path, rule([]))
        #expect(taken.status == 409)
        #expect(taken.errorType == "ConflictException")
        let other = try emulation.create(path, rule([], priority: 51), identifier: "routingRuleId")
        #expect(try emulation.call(.put, "\(path)/\(other)", rule([])).status == 409)
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 204)
        #expect(try emulation.call(.put, "\(path)/\(other)", rule([])).status == 200)
        #expect(
            try emulation.call(.get, "\(path)/\(id)").message == "Invalid routing rule identifier specified")
    }

    @Test func `a put replaces all of a rule and needs all of it`() throws {
        let id = try emulation.create(
            path, rule([["matchBasePaths": ["anyOf": ["a"]]]]), identifier: "routingRuleId")
        let answer = try emulation.call(
            .put, "\(path)/\(id)",
            rule(
                [], priority: 1_000_000,
                action: ["invokeApi": ["apiId": "other", "stage": "s", "stripBasePath": false]]))
        #expect(answer.status == 200)
        #expect(answer["conditions"] == [])
        #expect(answer["priority"] == 1_000_000)
        for missing in ["actions", "conditions", "priority"] {
            var body = try #require(JSONObject(rule([])))
            body[missing] = nil
            let refused = try emulation.call(.put, "\(path)/\(id)", .object(body))
            #expect(
                refused.message
                    == "1 validation error detected: Value null at '\(missing)' failed to satisfy "
                    + "constraint: Member must "
                    + "not be null")
        }
    }

    @Test(arguments: [(0, 400), (1, 201), (1_000_000, 201), (1_000_001, 400)])
    func `priorities are 1 to 1,000,000`(priority: Int, status: Int) throws {
        #expect(try emulation.call(.post, path, rule([], priority: .integer(priority))).status == status)
    }

    private static func header(_ name: String, _ glob: String = "a") -> JSON {
        ["header": .string(name), "valueGlob": .string(glob)]
    }

    private static func headers(_ headers: JSON...) -> JSON { ["matchHeaders": ["anyOf": .array(headers)]] }

    private static func basePaths(_ paths: String...) -> JSON {
        ["matchBasePaths": ["anyOf": .array(paths.map(JSON.string))]]
    }

    private static func name(of length: Int) -> String { String(repeating: "x", count: length) }

    @Test(
        arguments: [
            [headers(header("x-a"), header("x-b")), basePaths("users/v1")],
            [headers(header("x-a")), headers(header("x-b"))],
            [headers(header(name(of: 39)))], [headers(header("X-Version!#$%&'.^_`|~*?-"))],
            [headers(header("x", name(of: 127)))], [headers(header("x", "*beta"))],
            [headers(header("x", "beta*"))], [headers(header("x", "*be*"))], [headers(header("x", "*"))],
            [headers(header("x", "*\(name(of: 38))*"))], [basePaths(name(of: 127))],
            [basePaths("$-_.+!*'()/")],
        ] as [[JSON]])
    func `conditions within the bounds are taken`(conditions: [JSON]) throws {
        let answer = try emulation.call(.post, path, rule(.array(conditions)))
        #expect(answer.status == 201, "\(answer.body)")
        #expect(answer["conditions"] == .array(conditions))
    }

    @Test(
        arguments: [
            (
                [headers(header("x-a"), header("x-b")), headers(header("x-c"))],
                "A routing rule must not have more than 2 header conditions"
            ),
            (
                [basePaths("a"), basePaths("b")],
                "A routing rule must not have more than 1 base path condition"
            ),
            ([basePaths("a", "b")], "A routing rule must not have more than 1 base path condition"),
            ([[:]], "A condition must match base paths or headers"),
            ([["matchBasePaths": ["anyOf": []]]], "A condition must not be empty"),
            (
                [["matchBasePaths": ["anyOf": ["a"]], "matchHeaders": ["anyOf": [header("x")]]]],
                "A condition must not match both base paths and headers"
            ),
            ([headers(header(name(of: 40)))], "Invalid header name: \(name(of: 40))"),
            ([headers(header(""))], "Invalid header name: "),
            ([headers(header("x y"))], "Invalid header name: x y"),
            ([headers(header("Authorization"))], "Header Authorization is not supported in a routing rule"),
            ([headers(header("X-Amz-Date"))], "Header X-Amz-Date is not supported in a routing rule"),
            ([headers(header("x", ""))], "Invalid header value glob: "),
            ([headers(header("x", name(of: 128)))], "Invalid header value glob: \(name(of: 128))"),
            ([headers(header("x", "a*b"))], "Invalid header value glob: a*b"),
            ([headers(header("x", "**"))], "Invalid header value glob: **"),
            ([headers(header("x", "*\(name(of: 39))*"))], "Invalid header value glob: *\(name(of: 39))*"),
            ([basePaths("")], "Invalid base path: "),
            ([basePaths(name(of: 128))], "Invalid base path: \(name(of: 128))"),
            ([basePaths("a\\b")], "Invalid base path: a\\b"),
            (
                [["matchHeaders": ["anyOf": [["header": "x"]]]]],
                "1 validation error detected: Value null at "
                    + "'conditions.1.member.matchHeaders.anyOf.1.member.valueGlob' failed to "
                    + "satisfy constraint: Member "
                    + "must not be null"
            ),
        ] as [([JSON], String)])
    func `conditions beyond the bounds are refused`(conditions: [JSON], message: String) throws {
        let answer = try emulation.call(.post, path, rule(.array(conditions)))
        #expect(answer.status == 400)
        #expect(answer.message == message)
    }

    @Test(
        arguments: [
            ([], "A routing rule must have exactly one action"),
            ([action, action], "A routing rule must have exactly one action"),
            (
                [["invokeApi": ["apiId": "a"]]],
                "1 validation error detected: Value null at 'actions.1.member.invokeApi.stage' "
                    + "failed to satisfy "
                    + "constraint: Member must not be null"
            ),
            (
                [[:]],
                "1 validation error detected: Value null at 'actions.1.member.invokeApi' failed to "
                    + "satisfy constraint: "
                    + "Member must not be null"
            ),
            (
                [["invokeApi": ["apiId": "a", "stage": "s", "stripBasePath": true]]],
                "stripBasePath can only be set for a routing rule with a base path condition"
            ),
        ] as [([JSON], String)])
    func `a rule has one action, complete`(actions: [JSON], message: String) throws {
        let answer = try emulation.call(
            .post, path, ["actions": .array(actions), "conditions": [], "priority": 1])
        #expect(answer.status == 400)
        #expect(answer.message == message)
    }

    @Test func `a list has its own member and pages of at most a hundred`() throws {
        for priority in 1...3 {
            _ = try emulation.create(
                path, rule([], priority: .integer(priority)), identifier: "routingRuleId")
        }
        let page = try emulation.call(.get, path + "?maxResults=2")
        let rules = try #require(page["routingRules"].flatMap([JSON].init))
        #expect(rules.count == 2)
        let token = try page.string("nextToken")
        let rest = try emulation.call(.get, path + "?maxResults=100&nextToken=\(token)")
        #expect(rest["routingRules"].flatMap([JSON].init)?.count == 1)
        #expect(rest["nextToken"] == .null)
        for refused in ["0", "101", "x"] {
            #expect(try emulation.call(.get, path + "?maxResults=\(refused)").status == 400)
        }
    }

    @Test func `fifty rules are as many as a domain name has`() throws {
        for priority in 1...50 {
            _ = try emulation.create(
                path, rule([], priority: .integer(priority)), identifier: "routingRuleId")
        }
        #expect(try emulation.call(.post, path, rule([], priority: 51)).status == 429)
    }

    @Test func `a list as the AWS CLI prints it is a fixture`() throws {
        let problems = try lines(
            ("domainnames/api.example.com.json", #"{"DomainName": "api.example.com"}"#),
            (
                "domainnames/api.example.com/routingrules.json",
                """
                {"RoutingRules": [{"Actions": [{"InvokeApi": {"ApiId": "abcd1234", "Stage": "prod",
                  "StripBasePath": false}}], "Conditions": [], "Priority": 150,
                  "RoutingRuleArn": "arn:aws:apigateway:a:1:/domainnames/api.example.com/routingrules/aaa111",
                  "RoutingRuleId": "aaa111"}]}
                """
            ))
        #expect(problems == [])
    }
}
