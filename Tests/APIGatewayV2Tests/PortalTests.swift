/// Portals: their content, their names, and being published, previewed and disabled.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct PortalTests {
    private var emulation = Emulation()
    private let path = "/v2/portals"

    private static let colors: JSON = [
        "accentColor": "#111111", "backgroundColor": "#222222", "errorValidationColor": "#333333",
        "headerColor": "#444444", "navigationColor": "#555555", "textColor": "#666666",
    ]
    private static let content: JSON = ["displayName": "Pets", "theme": ["customColors": colors]]
    private static let minimal: JSONObject = [
        "authorization": ["none": [:]], "endpointConfiguration": ["none": [:]], "portalContent": content,
    ]
    private static let cognito: JSON = [
        "cognitoConfig": [
            "appClientId": "client", "userPoolArn": "arn:aws:cognito-idp:us-east-1:1:userpool/p",
            "userPoolDomain": "pets.auth.us-east-1.amazoncognito.com",
        ]
    ]
    private static let certificate: JSON = "arn:aws:acm:us-east-1:123456789012:certificate/c1"

    private func portal(of emulation: Emulation) throws -> String {
        try emulation.create(path, .object(Self.minimal), identifier: "portalId")
    }

    private func slow(_ step: LifecycleStep) -> Emulation {
        Emulation(delays: LifecycleDelays([step: .seconds(120)]))
    }

    @Test func `a new portal is disabled and has a name of its own`() throws {
        let answer = try emulation.call(.post, path, .object(Self.minimal))
        let id = try answer.string("portalId")
        #expect(answer.status == 201)
        #expect(try /[a-z0-9]{10}/.wholeMatch(in: id) != nil)
        #expect(
            answer.body == [
                "authorization": ["none": [:]],
                "endpointConfiguration": [
                    "portalDefaultDomainName": .string("p-\(id).apigw-portal.us-east-1.on.aws"),
                    "portalDomainHostedZoneId": "Z2FDTNDATAQYW2",
                ],
                "includedPortalProductArns": [], "lastModified": "2030-01-01T00:00:00Z",
                "portalArn": .string("arn:aws:apigateway:us-east-1:000000000000:/portals/\(id)"),
                "portalContent": Self.content, "portalId": .string(id), "publishStatus": "DISABLED",
                "tags": [:],
            ])
        #expect(try emulation.call(.get, "\(path)/\(id)").body == answer.body)
        #expect(try emulation.call(.get, path)["items"] == [answer.body])
    }

    @Test func `every member that a request may give comes back, the logo as its time`() throws {
        var body = Self.minimal
        body["authorization"] = Self.cognito
        body["endpointConfiguration"] = [
            "acmManaged": ["certificateArn": Self.certificate, "domainName": "pets.example.com"]
        ]
        body["includedPortalProductArns"] = ["arn:aws:apigateway:us-east-1:1:/portalproducts/p000000000"]
        body["logoUri"] = "s3://bucket/logo.png"
        body["rumAppMonitorName"] = "monitor"
        body["tags"] = ["a": "b"]
        body["publishStatus"] = "PUBLISHED"
        let answer = try emulation.call(.post, path, .object(body))
        let id = try answer.string("portalId")
        #expect(answer["authorization"] == Self.cognito)
        #expect(
            answer["endpointConfiguration"] == [
                "certificateArn": Self.certificate, "domainName": "pets.example.com",
                "portalDefaultDomainName": .string("p-\(id).apigw-portal.us-east-1.on.aws"),
                "portalDomainHostedZoneId": "Z2FDTNDATAQYW2",
            ])
        #expect(
            answer["includedPortalProductArns"] == [
                "arn:aws:apigateway:us-east-1:1:/portalproducts/p000000000"
            ])
        #expect(answer["logoUri"] == nil)
        #expect(
            answer["portalContent"] == [
                "displayName": "Pets",
                "theme": ["customColors": Self.colors, "logoLastUploaded": "2030-01-01T00:00:00Z"],
            ])
        #expect(answer["rumAppMonitorName"] == "monitor")
        #expect(answer["tags"] == ["a": "b"])
        #expect(answer["publishStatus"] == "DISABLED")
    }

    private static func null(_ place: String) -> String {
        "1 validation error detected: Value null at '\(place)' failed to satisfy constraint: Member "
            + "must not be null"
    }

    @Test(
        arguments: [
            (["authorization": nil], null("authorization")),
            (["portalContent": nil], null("portalContent")),
            (["endpointConfiguration": nil], null("endpointConfiguration")),
            (["authorization": [:]], "Invalid input. Expected one of cognitoConfig and none"),
            (
                ["authorization": ["none": [:], "cognitoConfig": cognito["cognitoConfig"]]],
                "Invalid input. Expected one of cognitoConfig and none"
            ),
            (["endpointConfiguration": [:]], "Invalid input. Expected one of acmManaged and none"),
            (
                ["endpointConfiguration": ["portalDefaultDomainName": "mine"]],
                "Invalid input. Expected one of acmManaged and none"
            ),
            (
                [
                    "endpointConfiguration": [
                        "acmManaged": [
                            "certificateArn": "arn:aws:acm:eu-west-1:1:certificate/c",
                            "domainName": "a.example.com",
                        ]
                    ]
                ],
                "Invalid certificate ARN: arn:aws:acm:eu-west-1:1:certificate/c. Certificate must "
                    + "be in 'us-east-1'."
            ),
            (
                ["portalContent": ["displayName": "Pets", "theme": [:]]],
                null("portalContent.theme.customColors")
            ),
            (
                ["portalContent": ["displayName": "ab", "theme": ["customColors": colors]]],
                "1 validation error detected: Value 'ab' at 'portalContent.displayName' failed to "
                    + "satisfy constraint: "
                    + "Member must have length greater than or equal to 3"
            ),
            (
                ["authorization": ["cognitoConfig": ["appClientId": "c"]]],
                null("authorization.cognitoConfig.userPoolArn")
            ),
        ] as [([String: JSON?], String)])
    func `what a portal must have is told by its place`(changes: [String: JSON?], message: String) throws {
        var body = Self.minimal
        for (name, value) in changes { body[name] = value }
        let answer = try emulation.call(.post, path, .object(body))
        #expect(answer.status == 400)
        #expect(answer.message == message)
    }

    @Test func `an update changes what it gives, moves the date and keeps the names`() throws {
        var emulation = emulation
        let id = try portal(of: emulation)
        let before = try emulation.call(.get, "\(path)/\(id)")
        emulation.now += .seconds(9)
        let renamed = try emulation.call(
            .patch, "\(path)/\(id)",
            [
                "portalContent": ["displayName": "Animals", "theme": ["customColors": Self.colors]],
                "logoUri": "s3://b/l",
            ])
        #expect(renamed.status == 200)
        #expect(renamed["lastModified"] == "2030-01-01T00:00:09Z")
        #expect(renamed["endpointConfiguration"] == before["endpointConfiguration"])
        #expect(renamed["authorization"] == before["authorization"])
        let content: JSON = [
            "displayName": "Animals",
            "theme": ["customColors": Self.colors, "logoLastUploaded": "2030-01-01T00:00:09Z"],
        ]
        #expect(renamed["portalContent"] == content)
        emulation.now += .seconds(1)
        let moved = try emulation.call(
            .patch, "\(path)/\(id)",
            [
                "endpointConfiguration": [
                    "acmManaged": ["certificateArn": Self.certificate, "domainName": "pets.example.com"]
                ]
            ])
        #expect(moved["portalContent"] == content)
        let endpoint = try #require(moved["endpointConfiguration"].flatMap(JSONObject.init))
        #expect(endpoint["domainName"] == "pets.example.com")
        let back = try emulation.call(
            .patch, "\(path)/\(id)", ["endpointConfiguration": ["none": [:]], "logoUri": ""])
        #expect(back["endpointConfiguration"] == before["endpointConfiguration"])
        #expect(back.body.text.contains("logoLastUploaded") == false)
    }

    @Test func `publishing is under way, then done, and moves no date of modification`() throws {
        var emulation = slow(.portalPublication)
        let id = try portal(of: emulation)
        emulation.now += .seconds(5)
        let started = try emulation.call(.post, "\(path)/\(id)/publish", ["description": "first"])
        #expect(started.status == 202)
        #expect(started.body == [:])
        let during = try emulation.call(.get, "\(path)/\(id)")
        #expect(during["publishStatus"] == "PUBLISH_IN_PROGRESS")
        #expect(during["lastPublished"] == nil)
        let second = try emulation.call(.post, "\(path)/\(id)/publish")
        #expect(second.status == 409)
        #expect(second.errorType == "ConflictException")
        #expect(try emulation.call(.delete, "\(path)/\(id)/publish").status == 409)
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 400)
        emulation.now += .seconds(120)
        let after = try emulation.call(.get, "\(path)/\(id)")
        #expect(after["publishStatus"] == "PUBLISHED")
        #expect(after["lastPublished"] == "2030-01-01T00:02:05Z")
        #expect(after["lastPublishedDescription"] == "first")
        #expect(after["lastModified"] == "2030-01-01T00:00:00Z")
    }

    @Test func `a second publication without a description has none`() throws {
        let id = try portal(of: emulation)
        #expect(try emulation.call(.post, "\(path)/\(id)/publish", ["description": "first"]).status == 202)
        #expect(try emulation.call(.get, "\(path)/\(id)")["lastPublishedDescription"] == "first")
        #expect(try emulation.call(.post, "\(path)/\(id)/publish").status == 202)
        #expect(try emulation.call(.get, "\(path)/\(id)")["lastPublishedDescription"] == nil)
    }

    @Test func `a published portal is disabled before it is deleted`() throws {
        let id = try portal(of: emulation)
        #expect(try emulation.call(.post, "\(path)/\(id)/publish").status == 202)
        let refused = try emulation.call(.delete, "\(path)/\(id)")
        #expect(refused.status == 400)
        #expect(refused.message == "Portal \(id) must be disabled before it can be deleted")
        let disabled = try emulation.call(.delete, "\(path)/\(id)/publish")
        #expect(disabled.status == 204)
        #expect(disabled.body == .null)
        #expect(try emulation.call(.get, "\(path)/\(id)")["publishStatus"] == "DISABLED")
        #expect(try emulation.call(.delete, "\(path)/\(id)/publish").status == 204)
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 204)
        #expect(try emulation.call(.get, "\(path)/\(id)").message == "Invalid portal identifier specified")
    }

    @Test func `disabling takes its time`() throws {
        var emulation = slow(.portalDisabling)
        let id = try portal(of: emulation)
        #expect(try emulation.call(.post, "\(path)/\(id)/publish").status == 202)
        #expect(try emulation.call(.delete, "\(path)/\(id)/publish").status == 204)
        #expect(try emulation.call(.get, "\(path)/\(id)")["publishStatus"] == "DISABLE_IN_PROGRESS")
        #expect(try emulation.call(.post, "\(path)/\(id)/publish").status == 409)
        emulation.now += .seconds(120)
        #expect(try emulation.call(.get, "\(path)/\(id)")["publishStatus"] == "DISABLED")
    }

    @Test func `a preview is made beside a publication, and has an address when it is ready`() throws {
        var emulation = slow(.portalPreview)
        let id = try portal(of: emulation)
        let started = try emulation.call(.post, "\(path)/\(id)/preview")
        #expect(started.status == 202)
        #expect(started.body == [:])
        #expect(try emulation.call(.post, "\(path)/\(id)/preview").status == 409)
        #expect(try emulation.call(.post, "\(path)/\(id)/publish").status == 202)
        let during = try emulation.call(.get, "\(path)/\(id)")
        #expect(during["preview"] == ["previewStatus": "PREVIEW_IN_PROGRESS"])
        #expect(during["publishStatus"] == "PUBLISHED")
        emulation.now += .seconds(120)
        let preview = try #require(
            try emulation.call(.get, "\(path)/\(id)")["preview"].flatMap(JSONObject.init))
        #expect(preview["previewStatus"] == "PREVIEW_READY")
        let url = try #require(preview["previewUrl"].flatMap(String.init))
        #expect(url.hasPrefix("https://p-\(id)-") && url.hasSuffix(".apigw-portal.us-east-1.on.aws"))
    }

    @Test(arguments: [
        (HTTPMethod.post, "publish"), (.delete, "publish"), (.post, "preview"), (.get, ""), (.patch, ""),
        (.delete, ""),
    ])
    func `an unknown portal is missed`(method: HTTPMethod, part: String) throws {
        let answer = try emulation.call(method, "\(path)/nope\(part.isEmpty ? "" : "/" + part)")
        #expect(answer.status == 404)
        #expect(answer.message == "Invalid portal identifier specified")
    }

    @Test func `a published description has at most 1024 characters`() throws {
        let id = try portal(of: emulation)
        let description = JSON.string(String(repeating: "d", count: 1025))
        #expect(
            try emulation.call(.post, "\(path)/\(id)/publish", ["description": description]).status == 400)
        #expect(try emulation.call(.get, "\(path)/\(id)")["publishStatus"] == "DISABLED")
    }

    @Test func `fifteen portals are as many as an account has`() throws {
        for _ in 0..<15 { _ = try portal(of: emulation) }
        #expect(try emulation.call(.post, path, .object(Self.minimal)).status == 429)
    }
}

extension JSON {
    /// The member called `name`, null where there is none.
    fileprivate subscript(name: String) -> JSON {
        guard case .object(let object) = self else { return .null }
        return object[name] ?? .null
    }
}
