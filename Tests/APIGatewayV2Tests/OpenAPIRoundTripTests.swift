/// An exported API that is imported is the same API, and is exported as the same document: over APIs made by
/// seed.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct OpenAPIRoundTripTests {
    @Test(arguments: UInt64(0)..<60)
    func `an export is imported as the same API and exported as the same document`(seed: UInt64) throws {
        // Given an API and both forms of its export
        var emulation = Emulation()
        var generator = APIGenerator(emulation: emulation, seed: seed)
        let api = try generator.api()
        let json = try emulation.exporting(api)
        try #require(json.status == 200, "seed \(seed): \(json.text)")
        let yaml = try emulation.exporting(api, "outputType=YAML")
        let view = try view(of: api, in: emulation)

        // When each becomes a new API, and one takes its own place
        emulation.now += .seconds(3600)
        let copies = try [json, yaml].map { exported in
            let answer = try emulation.importing(exported.text, query: "?failOnWarnings=true")
            try #require(answer.status == 201, "seed \(seed): \(answer) \(exported.text)")
            return try answer.string("apiId")
        }
        let reimported = try emulation.reimporting(api, yaml.text, query: "?failOnWarnings=true")
        #expect(reimported.status == 201, "seed \(seed)")

        // Then all are the same
        for copy in copies + [api] {
            #expect(try self.view(of: copy, in: emulation) == view, "seed \(seed)")
            let text = try emulation.exporting(copy).text
            #expect(stable(text, of: copy) == stable(json.text, of: api), "seed \(seed)")
            let yamlText = try emulation.exporting(copy, "outputType=YAML").text
            #expect(stable(yamlText, of: copy) == stable(yaml.text, of: api), "seed \(seed)")
        }
    }

    /// With the API's identifier replaced, and without those in the names of unused integrations, which are
    /// new with each import.
    private func stable(_ text: String, of api: String) -> String {
        var parts = text.split(separator: "unusedIntegration_", omittingEmptySubsequences: false)
        for place in parts.indices.dropFirst() { parts[place] = parts[place].dropFirst(7) }
        return parts.joined(separator: "unusedIntegration_")
            .split(separator: "https://\(api).", omittingEmptySubsequences: false).joined(
                separator: "https://api.")
    }

    /// What routes do: each with its authorizer's name and its integration in full, but for what no document
    /// has.
    private func view(of api: String, in emulation: Emulation) throws -> [String: JSONObject] {
        func items(_ name: String, _ identifier: String) throws -> [String: JSONObject] {
            var items: [String: JSONObject] = [:]
            guard case .array(let list) = try emulation.call(.get, "/v2/apis/\(api)/\(name)")["items"] else {
                return items
            }
            for case .object(let item) in list {
                items[try #require(item[identifier].flatMap(String.init))] = item
            }
            return items
        }
        let integrations = try items("integrations", "integrationId")
        let authorizers = try items("authorizers", "authorizerId")
        return try items("routes", "routeKey").mapValues { route in
            var route = route
            route["routeId"] = nil
            let authorizer = route["authorizerId"].flatMap(String.init).flatMap { authorizers[$0] }
            route["authorizerId"] = authorizer?["name"]
            guard let target = route["target"].flatMap(String.init) else { return route }
            var integration = integrations[String(target.dropFirst("integrations/".count))] ?? [:]
            integration["integrationId"] = nil
            integration["description"] = nil
            if let uri = integration["integrationUri"].flatMap(String.init), uri.hasPrefix("arn:aws:lambda:")
            {
                integration["integrationUri"] = .string(
                    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\(uri)/invocations")
            }
            // The order of a map's entries is kept, that of an object's members is the table's.
            route["target"] = .object(integration)
            return route
        }
    }
}

/// HTTP APIs with a few of everything, the same ones for the same seed.
private struct APIGenerator {
    let emulation: Emulation
    private var state: UInt64

    init(emulation: Emulation, seed: UInt64) {
        self.emulation = emulation
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678
    }

    /// SplitMix64.
    private mutating func number(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ (word >> 31)) % UInt64(bound))
    }

    private mutating func chance() -> Bool { number(below: 2) == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[number(below: elements.count)]
    }

    private mutating func text() -> String {
        pick([
            "two words", "\"quoted\": {yes}", "- # 1.0", "é😀", "tab\tand\nline", "null", "007", "*a",
        ])
    }

    mutating func api() throws -> String {
        var body: JSONObject = ["name": .string(text()), "protocolType": "HTTP"]
        if chance() { body["description"] = .string(text()) }
        if chance() { body["version"] = .string(pick(["1", "1.0", "v1 beta", "2020-01-01"])) }
        if chance() { body["tags"] = ["a": .string(text()), "b:c": .string(text())] }
        if chance() { body["disableExecuteApiEndpoint"] = true }
        if chance() { body["ipAddressType"] = "dualstack" }
        if chance() {
            body["corsConfiguration"] = [
                "allowOrigins": ["https://a", "https://b"], "allowMethods": ["GET", "*"], "maxAge": 0,
                "allowCredentials": .bool(chance()),
            ]
        }
        let api = try emulation.create("/v2/apis", .object(body), identifier: "apiId")
        var authorizers: [(id: String, isJWT: Bool)] = []
        for place in 0..<number(below: 4) { authorizers.append(try authorizer(place, of: api)) }
        var integrations: [String] = []
        for _ in 0..<number(below: 6) { integrations.append(try integration(of: api)) }
        for key in keys() { try route(key, of: api, authorizers, integrations) }
        return api
    }

    private mutating func keys() -> Set<String> {
        var keys: Set<String> = []
        for _ in 0...number(below: 12) {
            if number(below: 8) == 0 {
                keys.insert("$default")
                continue
            }
            let path = pick([
                "/", "/pets", "/pets/{id}", "/pets/{id}/toys/{toy}", "/a.b_c:d", "/200", "/{proxy+}",
            ])
            keys.insert(
                "\(pick(["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "ANY"])) \(path)")
        }
        return keys
    }

    private mutating func authorizer(_ place: Int, of api: String) throws -> (id: String, isJWT: Bool) {
        let isJWT = chance()
        var body: JSONObject = ["name": .string("\(text()) \(place)")]
        if isJWT {
            body["authorizerType"] = "JWT"
            body["identitySource"] = ["$request.header.Authorization"]
            body["jwtConfiguration"] = [
                "audience": .array(chance() ? ["a"] : ["b", "c d"]), "issuer": "https://issuer.example.com",
            ]
        } else {
            body["authorizerType"] = "REQUEST"
            body["authorizerUri"] =
                .string(
                    "arn:aws:apigateway:a:lambda:path/2015-03-31/functions/arn:aws:lambda:a:1:function:f"
                        + "/invocations")
            body["authorizerPayloadFormatVersion"] = .string(pick(["1.0", "2.0"]))
            body["identitySource"] = .array(
                pick([
                    ["$request.header.A"], ["$request.querystring.q"],
                    ["$context.path", "$request.header.B"],
                ])
            )
            if chance() { body["authorizerResultTtlInSeconds"] = .integer(number(below: 3600)) }
            if chance() { body["authorizerCredentialsArn"] = "arn:aws:iam::000000000000:role/r" }
            if body["authorizerPayloadFormatVersion"] == "2.0" {
                body["enableSimpleResponses"] = .bool(chance())
            }
        }
        let id = try emulation.create(
            "/v2/apis/\(api)/authorizers", .object(body), identifier: "authorizerId")
        return (id, isJWT)
    }

    private mutating func integration(of api: String) throws -> String {
        var body: JSONObject
        switch number(below: 4) {
        case 0:
            body = [
                "integrationType": "HTTP_PROXY", "integrationUri": "https://${stageVariables.host}/a?b=c",
                "payloadFormatVersion": "1.0", "integrationMethod": .string(pick(["GET", "ANY", "POST"])),
            ]
        case 1:
            body = [
                "integrationType": "AWS_PROXY", "payloadFormatVersion": .string(pick(["1.0", "2.0"])),
                "integrationUri": "arn:aws:lambda:us-east-1:000000000000:function:f:alias",
            ]
            if chance() { body["credentialsArn"] = "arn:aws:iam::*:user/*" }
        case 2:
            body = [
                "integrationType": "AWS_PROXY", "integrationSubtype": "SQS-PurgeQueue",
                "payloadFormatVersion": "1.0", "credentialsArn": "arn:aws:iam::000000000000:role/r",
                "requestParameters": ["QueueUrl": .string(text())],
            ]
        default:
            body = [
                "integrationType": "HTTP_PROXY", "connectionType": "VPC_LINK", "connectionId": "abc123",
                "integrationUri": "arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1",
                "payloadFormatVersion": "1.0", "integrationMethod": "ANY",
            ]
            if chance() { body["tlsConfig"] = ["serverNameToVerify": "example.com"] }
        }
        if chance() { body["timeoutInMillis"] = .integer(50 + number(below: 29_951)) }
        if chance() { body["description"] = .string(text()) }
        if body["requestParameters"] == nil, chance() {
            body["requestParameters"] = [
                "append:header.a": .string(text()), "overwrite:path": "$request.path",
                "remove:header.b": "''",
            ]
        }
        if chance() {
            body["responseParameters"] = [
                "200": ["overwrite:statuscode": "201"], "404": ["append:header.x": .string(text())],
            ]
        }
        return try emulation.create(
            "/v2/apis/\(api)/integrations", .object(body), identifier: "integrationId")
    }

    private mutating func route(
        _ key: String, of api: String, _ authorizers: [(id: String, isJWT: Bool)], _ integrations: [String]
    ) throws {
        var body: JSONObject = ["routeKey": .string(key)]
        if chance() { body["operationName"] = .string(text()) }
        if !integrations.isEmpty, number(below: 4) > 0 {
            body["target"] = .string("integrations/\(pick(integrations))")
        }
        switch number(below: 4) {
        case 0: body["authorizationType"] = "AWS_IAM"
        case 1, 2:
            guard !authorizers.isEmpty else { break }
            let authorizer = pick(authorizers)
            body["authorizerId"] = .string(authorizer.id)
            body["authorizationType"] = authorizer.isJWT ? "JWT" : "CUSTOM"
            if authorizer.isJWT, chance() {
                body["authorizationScopes"] = ["read", .string("a/\(text().count)")]
            }
        default: break
        }
        _ = try emulation.create("/v2/apis/\(api)/routes", .object(body), identifier: "routeId")
    }
}
