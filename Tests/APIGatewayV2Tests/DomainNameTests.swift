/// Domain names: the configuration that the service completes, mutual TLS, and what goes with a deleted one.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct DomainNameTests {
    private let emulation = Emulation()
    private let path = "/v2/domainnames"
    private let certificate: JSON = "arn:aws:acm:us-east-1:123456789012:certificate/c1"

    private func create(_ members: JSONObject = [:], name: JSON = "api.example.com") throws -> Answer {
        var body: JSONObject = [
            "domainName": name, "domainNameConfigurations": [["certificateArn": certificate]],
        ]
        for member in members.members { body[member.name] = member.value }
        return try emulation.call(.post, path, .object(body))
    }

    private func configuration(_ answer: Answer) throws -> JSONObject {
        guard case .array(let list) = answer["domainNameConfigurations"], case .object(let first) = list.first
        else {
            throw ExpectedConfiguration()
        }
        return first
    }

    private struct ExpectedConfiguration: Error {}

    @Test func `a new domain name gets its target, zone, status and defaults`() throws {
        let answer = try create()
        let target = try #require(try configuration(answer)["apiGatewayDomainName"].flatMap(String.init))
        #expect(answer.status == 201)
        #expect(try /d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com/.wholeMatch(in: target) != nil)
        #expect(
            answer.body == [
                "apiMappingSelectionExpression": "$request.basepath", "domainName": "api.example.com",
                "domainNameArn": "arn:aws:apigateway:us-east-1::/domainnames/api.example.com",
                "domainNameConfigurations": [
                    [
                        "apiGatewayDomainName": .string(target), "certificateArn": certificate,
                        "domainNameStatus": "AVAILABLE", "endpointType": "REGIONAL",
                        "hostedZoneId": "Z1UJRXOUMOOFQ8", "ipAddressType": "ipv4",
                        "securityPolicy": "TLS_1_2",
                    ]
                ],
                "routingMode": "API_MAPPING_ONLY", "tags": [:],
            ])
        #expect(try emulation.call(.get, "\(path)/api.example.com").body == answer.body)
    }

    @Test func `members that the service makes are not taken from a request`() throws {
        let given: JSON = [
            "certificateArn": certificate, "apiGatewayDomainName": "mine", "domainNameStatus": "UPDATING",
            "hostedZoneId": "Z", "unknown": true, "securityPolicy": "TLS_1_2", "ipAddressType": "dualstack",
        ]
        let answer = try create(["domainNameConfigurations": [given]])
        let made = try configuration(answer)
        #expect(made["domainNameStatus"] == "AVAILABLE")
        #expect(made["hostedZoneId"] == "Z1UJRXOUMOOFQ8")
        #expect(made["apiGatewayDomainName"] != "mine")
        #expect(made["unknown"] == nil)
        #expect(made["securityPolicy"] == "TLS_1_2")
        #expect(made["ipAddressType"] == "dualstack")
    }

    @Test(
        arguments: [
            ([:], "Invalid input. Expected one domain name configuration"),
            (["domainNameConfigurations": []], "Invalid input. Expected one domain name configuration"),
            (
                ["domainNameConfigurations": [[:], [:]]],
                "Invalid input. Expected one domain name configuration"
            ),
            (
                ["domainNameConfigurations": [["securityPolicy": "TLS_1_0"]]],
                "TLS_1_0 is not supported for APIGatewayV2 domainName."
            ),
            (
                ["domainName": "my_api.example.com", "domainNameConfigurations": [[:]]],
                "Domain names cannot contain an underscore character"
            ),
            (
                ["domainNameConfigurations": [["endpointType": "EDGE"]]],
                "EDGE endpoint type is not supported for APIGatewayV2 domainName"
            ),
            (
                ["domainNameConfigurations": [["certificateArn": "arn:aws:acm:eu-west-1:1:certificate/c"]]],
                "Invalid certificate ARN: arn:aws:acm:eu-west-1:1:certificate/c. Certificate must "
                    + "be in 'us-east-1'."
            ),
            (
                ["domainNameConfigurations": [["certificateArn": "certificate"]]],
                "Invalid certificate ARN: certificate. Certificate must be in 'us-east-1'."
            ),
            (
                ["domainNameConfigurations": [["securityPolicy": "TLS_1_3"]]],
                "1 validation error detected: Value 'TLS_1_3' at "
                    + "'domainNameConfigurations.1.member.securityPolicy' "
                    + "failed to satisfy constraint: Member must satisfy enum value set: [TLS_1_0, TLS_1_2]"
            ),
        ] as [(JSONObject, String)])
    func `what the service refuses is refused in its words`(members: JSONObject, message: String) throws {
        var body: JSONObject = ["domainName": "api.example.com"]
        for member in members.members { body[member.name] = member.value }
        let answer = try emulation.call(.post, path, .object(body))
        #expect(answer.status == 400)
        #expect(answer.errorType == "BadRequestException")
        #expect(answer.message == message)
    }

    @Test func `a name that is taken is refused with 400, not 409`() throws {
        #expect(try create().status == 201)
        let answer = try create()
        #expect(answer.status == 400)
        #expect(answer.message == "The domain name you provided already exists.")
    }

    @Test func `an update changes what it gives of the configuration and keeps the rest`() throws {
        let before = try configuration(try create())
        let answer = try emulation.call(
            .patch, "\(path)/api.example.com",
            [
                "domainNameConfigurations": [["ipAddressType": "dualstack"]],
                "routingMode": "ROUTING_RULE_THEN_API_MAPPING", "domainName": "other.example.com",
                "tags": ["a": "b"],
            ])
        var expected = before
        expected["ipAddressType"] = "dualstack"
        #expect(answer.status == 200)
        #expect(answer["domainName"] == "api.example.com")
        #expect(answer["routingMode"] == "ROUTING_RULE_THEN_API_MAPPING")
        #expect(answer["tags"] == [:])
        #expect(try configuration(answer) == expected)
        let untouched = try emulation.call(
            .patch, "\(path)/api.example.com", ["routingMode": "API_MAPPING_ONLY"])
        #expect(try configuration(untouched) == expected)
        let none = try emulation.call(.patch, "\(path)/api.example.com", ["domainNameConfigurations": []])
        #expect(none.message == "Invalid input. Expected one domain name configuration")
    }

    @Test func `mutual TLS is merged member by member and ends with its truststore`() throws {
        let item = "\(path)/api.example.com"
        let made = try create([
            "mutualTlsAuthentication": ["truststoreUri": "s3://b/1", "truststoreWarnings": []]
        ])
        #expect(made["mutualTlsAuthentication"] == ["truststoreUri": "s3://b/1"])
        func update(_ truststore: JSON) throws -> Answer {
            try emulation.call(
                .patch, item,
                ["domainNameConfigurations": [[:]], "mutualTlsAuthentication": truststore])
        }
        let versioned = try update(["truststoreVersion": "v1"])
        #expect(
            versioned["mutualTlsAuthentication"] == ["truststoreUri": "s3://b/1", "truststoreVersion": "v1"])
        let unversioned = try update(["truststoreVersion": ""])
        #expect(unversioned["mutualTlsAuthentication"] == ["truststoreUri": "s3://b/1"])
        let off = try update(["truststoreUri": ""])
        #expect(off.status == 200)
        #expect(off["mutualTlsAuthentication"] == nil)
        #expect(
            try create(["mutualTlsAuthentication": [:]], name: "b.example.com")["mutualTlsAuthentication"]
                == nil)
    }

    @Test(
        arguments: [
            [:], ["mutualTlsAuthentication": ["truststoreVersion": "2"]],
            ["routingMode": "ROUTING_RULE_ONLY", "mutualTlsAuthentication": ["truststoreUri": ""]],
        ] as [JSON])
    func `only the routing mode is changed without naming the configuration`(body: JSON) throws {
        let before = try create(["mutualTlsAuthentication": ["truststoreUri": "s3://b/1"]])
        let answer = try emulation.call(.patch, "\(path)/api.example.com", body)
        #expect(answer.status == 400)
        #expect(answer.message == "Invalid input. Expected one domain name configuration")
        #expect(try emulation.call(.get, "\(path)/api.example.com").body == before.body)
    }

    @Test func `an update is held to what a create is`() throws {
        #expect(try create().status == 201)
        let answer = try emulation.call(
            .patch, "\(path)/api.example.com",
            ["domainNameConfigurations": [["securityPolicy": "TLS_1_0"]]])
        #expect(answer.message == "TLS_1_0 is not supported for APIGatewayV2 domainName.")
    }

    @Test func `an ownership certificate is kept as it is given`() throws {
        let own: JSON = "arn:aws:acm:us-east-1:123456789012:certificate/own"
        let answer = try create([
            "domainNameConfigurations": [
                ["certificateArn": certificate, "ownershipVerificationCertificateArn": own]
            ],
            "mutualTlsAuthentication": ["truststoreUri": "s3://b/1"],
        ])
        #expect(try configuration(answer)["ownershipVerificationCertificateArn"] == own)
        #expect(try configuration(answer)["domainNameStatus"] == "AVAILABLE")
    }

    @Test func `a list shows domain names in order and without their tags`() throws {
        for name: JSON in ["b.example.com", "a.example.com"] {
            #expect(try create(["tags": ["k": "v"]], name: name).status == 201)
        }
        let list = try emulation.call(.get, path)
        #expect(list.identifiers("domainName") == ["a.example.com", "b.example.com"])
        #expect(!list.body.text.contains("tags"))
        #expect(list.body.text.contains(#""routingMode":"API_MAPPING_ONLY""#))
    }

    @Test func `mappings and rules go with their domain name`() throws {
        #expect(try create().status == 201)
        let api = try emulation.httpAPI()
        #expect(try emulation.call(.post, "/v2/apis/\(api)/stages", ["stageName": "t"]).status == 201)
        let mapping = try emulation.create(
            "\(path)/api.example.com/apimappings", ["apiId": .string(api), "stage": "t"],
            identifier: "apiMappingId")
        #expect(try emulation.call(.delete, "/v2/apis/\(api)").status == 400)
        #expect(try emulation.call(.delete, "\(path)/api.example.com").status == 204)
        #expect(
            try emulation.call(.get, "\(path)/api.example.com/apimappings/\(mapping)").message
                == "Invalid domain name identifier specified")
        #expect(try emulation.call(.delete, "/v2/apis/\(api)").status == 204)
        #expect(try create().status == 201)
        #expect(try emulation.call(.get, "\(path)/api.example.com/apimappings")["items"] == [])
    }

    @Test func `every region's hosted zone is one of its own`() {
        let zones = DomainName.hostedZones.values
        #expect(Set(zones).count == zones.count)
        #expect(zones.allSatisfy { $0.hasPrefix("Z") })
        #expect(DomainName.hostedZones["us-west-2"] == "Z2OJLYMUO9EFXC")
    }
}
