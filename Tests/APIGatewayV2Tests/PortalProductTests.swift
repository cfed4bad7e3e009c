/// Portal products, their pages and their sharing policies.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct PortalProductTests {
    private var emulation = Emulation()
    private let path = "/v2/portalproducts"

    private func product(_ body: JSON = ["displayName": "Pets"]) throws -> String {
        try emulation.create(path, body, identifier: "portalProductId")
    }

    @Test func `a new product has a date, an ARN and no order`() throws {
        let answer = try emulation.call(
            .post, path,
            [
                "displayName": "Pets", "description": "all", "displayOrder": ["contents": []],
                "tags": ["a": "b"],
            ])
        let id = try answer.string("portalProductId")
        #expect(answer.status == 201)
        #expect(
            answer.body == [
                "description": "all", "displayName": "Pets", "lastModified": "2030-01-01T00:00:00Z",
                "portalProductArn": .string(
                    "arn:aws:apigateway:us-east-1:000000000000:/portalproducts/\(id)"),
                "portalProductId": .string(id), "tags": ["a": "b"],
            ])
        #expect(try emulation.call(.get, "\(path)/\(id)?resourceOwnerAccountId=1").body == answer.body)
    }

    @Test func `an update orders pages, which a list does not show`() throws {
        var emulation = emulation
        let id = try product()
        emulation.now += .seconds(1)
        let order: JSON = [
            "contents": [
                [
                    "productRestEndpointPageArns": ["arn:aws:apigateway:us-east-1:1:/portalproducts/p/x"],
                    "sectionName": "Adopt",
                ]
            ],
            "overviewPageArn": "arn:aws:apigateway:us-east-1:1:/portalproducts/p/productpages/q",
            "productPageArns": [],
        ]
        let answer = try emulation.call(.patch, "\(path)/\(id)", ["displayOrder": order])
        #expect(answer.status == 200)
        #expect(answer["displayOrder"] == order)
        #expect(answer["lastModified"] == "2030-01-01T00:00:01Z")
        let list = try emulation.call(.get, path + "?resourceOwner=SELF")
        #expect(
            list["items"] == [
                [
                    "description": "", "displayName": "Pets", "lastModified": "2030-01-01T00:00:01Z",
                    "portalProductArn": .string(
                        "arn:aws:apigateway:us-east-1:000000000000:/portalproducts/\(id)"),
                    "portalProductId": .string(id), "tags": [:],
                ]
            ])
        let incomplete = try emulation.call(
            .patch, "\(path)/\(id)", ["displayOrder": ["contents": [["sectionName": "s"]]]])
        #expect(
            incomplete.message
                == "1 validation error detected: Value null at "
                + "'displayOrder.contents.1.member.productRestEndpointPageArns' failed to satisfy "
                + "constraint: Member must "
                + "not be null")
    }

    @Test func `a product's tags are reached by its ARN`() throws {
        let id = try product()
        let arn = "arn%3Aaws%3Aapigateway%3Aus-east-1%3A000000000000%3A%2Fportalproducts%2F\(id)"
        #expect(try emulation.call(.post, "/v2/tags/\(arn)", ["tags": ["k": "v"]]).status == 201)
        #expect(try emulation.call(.get, "\(path)/\(id)")["tags"] == ["k": "v"])
        #expect(try emulation.call(.get, path).body.text.contains(#""tags":{"k":"v"}"#))
    }

    @Test func `pages and policy go with their product`() throws {
        let id = try product()
        let page = try emulation.create(
            "\(path)/\(id)/productpages", ["displayContent": ["title": "t", "body": "b"]],
            identifier: "productPageId")
        #expect(
            try emulation.call(.put, "\(path)/\(id)/sharingpolicy", ["policyDocument": "{}"]).status == 200)
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 204)
        for part in ["", "/productpages", "/productpages/\(page)", "/sharingpolicy"] {
            let answer = try emulation.call(.get, "\(path)/\(id)\(part)")
            #expect(answer.status == 404)
            #expect(answer.message == "Invalid portal product identifier specified")
        }
        #expect(emulation.service.store.recordCounts() == [:])
    }

    @Test func `a list in the order of identifiers goes on after its token`() throws {
        let identifiers = try (0..<5).map { _ in try product() }.sorted()
        let first = try emulation.call(.get, path + "?maxResults=3")
        let second = try emulation.call(
            .get, path + "?maxResults=3&nextToken=\(try first.string("nextToken"))")
        #expect(
            first.identifiers("portalProductId") + second.identifiers("portalProductId") == identifiers)
    }
}

struct ProductPageTests {
    private var emulation = Emulation()

    private func pages() throws -> String {
        let product = try emulation.create(
            "/v2/portalproducts", ["displayName": "Pets"], identifier: "portalProductId")
        return "/v2/portalproducts/\(product)/productpages"
    }

    @Test func `a page keeps its text, a list shows its title`() throws {
        var emulation = emulation
        let path = try pages()
        let answer = try emulation.call(
            .post, path, ["displayContent": ["title": "Terms", "body": "# Terms", "more": 1]])
        let id = try answer.string("productPageId")
        let arn = JSON.string("arn:aws:apigateway:us-east-1:000000000000:\(path.dropFirst(3))/\(id)")
        #expect(answer.status == 201)
        #expect(
            answer.body == [
                "displayContent": ["body": "# Terms", "title": "Terms"],
                "lastModified": "2030-01-01T00:00:00Z",
                "productPageArn": arn, "productPageId": .string(id),
            ])
        emulation.now += .seconds(1)
        let updated = try emulation.call(
            .patch, "\(path)/\(id)", ["displayContent": ["title": "Rules", "body": "b"]])
        #expect(updated["displayContent"] == ["body": "b", "title": "Rules"])
        #expect(
            try emulation.call(.get, path)["items"] == [
                [
                    "lastModified": "2030-01-01T00:00:01Z", "pageTitle": "Rules", "productPageArn": arn,
                    "productPageId": .string(id),
                ]
            ])
        #expect(try emulation.call(.delete, "\(path)/\(id)").status == 204)
        #expect(
            try emulation.call(.get, "\(path)/\(id)").message == "Invalid product page identifier specified")
    }

    @Test(
        arguments: [
            (["displayContent": ["title": "t"]], "displayContent.body"),
            (["displayContent": ["title": .null, "body": "b"]], "displayContent.title"),
            ([:], "displayContent"),
        ] as [(JSON, String)])
    func `a page needs a title and a body`(body: JSON, place: String) throws {
        let answer = try emulation.call(.post, pages(), body)
        #expect(answer.status == 400)
        #expect(
            answer.message
                == "1 validation error detected: Value null at '\(place)' failed to satisfy "
                + "constraint: Member must not "
                + "be null")
    }

    @Test(arguments: [(32_768, 201), (32_769, 400)])
    func `a body has at most 32768 characters`(length: Int, status: Int) throws {
        let body = JSON.string(String(repeating: "b", count: length))
        let answer = try emulation.call(.post, pages(), ["displayContent": ["title": "t", "body": body]])
        #expect(answer.status == status)
    }

    @Test func `forty pages are as many as a product has`() throws {
        let path = try pages()
        for _ in 0..<40 {
            _ = try emulation.create(
                path, ["displayContent": ["title": "t", "body": "b"]], identifier: "productPageId")
        }
        let answer = try emulation.call(.post, path, ["displayContent": ["title": "t", "body": "b"]])
        #expect(answer.status == 429)
    }
}

struct ProductRestEndpointPageTests {
    private let emulation = Emulation()
    private static let identifier: JSON = [
        "identifierParts": ["method": "GET", "path": "/pets", "restApiId": "a1b2c3d4e5", "stage": "prod"]
    ]

    private func pages() throws -> String {
        let product = try emulation.create(
            "/v2/portalproducts", ["displayName": "Pets"], identifier: "portalProductId")
        return "/v2/portalproducts/\(product)/productrestendpointpages"
    }

    @Test func `a page without overrides shows the API's own address`() throws {
        let path = try pages()
        let answer = try emulation.call(.post, path, ["restEndpointIdentifier": Self.identifier])
        let id = try answer.string("productRestEndpointPageId")
        #expect(answer.status == 201)
        #expect(
            answer.body == [
                "displayContent": [
                    "endpoint": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod/pets"
                ],
                "lastModified": "2030-01-01T00:00:00Z",
                "productRestEndpointPageArn": .string(
                    "arn:aws:apigateway:us-east-1:000000000000:\(path.dropFirst(3))/\(id)"),
                "productRestEndpointPageId": .string(id), "restEndpointIdentifier": Self.identifier,
                "status": "AVAILABLE", "tryItState": "DISABLED",
            ])
    }

    @Test func `overrides are shown, kept by an update and taken back by none`() throws {
        let path = try pages()
        let id = try emulation.create(
            path,
            [
                "restEndpointIdentifier": Self.identifier, "tryItState": "ENABLED",
                "displayContent": ["overrides": ["body": "# Pets", "operationName": "All pets"]],
            ], identifier: "productRestEndpointPageId")
        let content: JSON = [
            "body": "# Pets", "endpoint": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod/pets",
            "operationName": "All pets",
        ]
        let updated = try emulation.call(
            .patch, "\(path)/\(id)", ["tryItState": "DISABLED", "restEndpointIdentifier": [:]])
        #expect(updated.status == 200)
        #expect(updated["displayContent"] == content)
        #expect(updated["restEndpointIdentifier"] == Self.identifier)
        let items = try #require(try emulation.call(.get, path)["items"].flatMap([JSON].init))
        let item = try #require(items.first.flatMap(JSONObject.init))
        #expect(
            item.members.map(\.name) == [
                "endpoint", "lastModified", "operationName", "productRestEndpointPageArn",
                "productRestEndpointPageId", "restEndpointIdentifier", "status", "tryItState",
            ])
        #expect(item["operationName"] == "All pets")
        let other = try emulation.call(
            .patch, "\(path)/\(id)",
            ["displayContent": ["overrides": ["endpoint": "https://pets.example.com"]]])
        #expect(other["displayContent"] == ["endpoint": "https://pets.example.com"])
        let none = try emulation.call(.patch, "\(path)/\(id)", ["displayContent": ["none": [:]]])
        #expect(
            none["displayContent"] == [
                "endpoint": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod/pets"
            ])
    }

    @Test(
        arguments: [
            (["restEndpointIdentifier": [:]], "Invalid input. Expected identifierParts"),
            (
                ["restEndpointIdentifier": identifier, "displayContent": [:]],
                "Invalid input. Expected one of none and overrides"
            ),
            (
                ["restEndpointIdentifier": ["identifierParts": ["path": "/"]]],
                "1 validation error detected: Value null at "
                    + "'restEndpointIdentifier.identifierParts.method' failed to "
                    + "satisfy constraint: Member must not be null"
            ),
        ] as [(JSON, String)])
    func `a page needs a method of a REST API`(body: JSON, message: String) throws {
        let answer = try emulation.call(.post, pages(), body)
        #expect(answer.status == 400)
        #expect(answer.message == message)
    }
}

struct PortalProductSharingPolicyTests {
    private let emulation = Emulation()

    private func policy() throws -> (path: String, product: String) {
        let product = try emulation.create(
            "/v2/portalproducts", ["displayName": "Pets"], identifier: "portalProductId")
        return ("/v2/portalproducts/\(product)/sharingpolicy", product)
    }

    @Test func `a policy is put, replaced, read and deleted`() throws {
        let (path, product) = try policy()
        let none = try emulation.call(.get, path)
        #expect(none.status == 404)
        #expect(none.message == "Portal product \(product) has no sharing policy")
        for document in [#"{"Version":"2012-10-17","Statement":[]}"#, "{}"] {
            let put = try emulation.call(.put, path, ["policyDocument": .string(document)])
            #expect(put.status == 200)
            #expect(put.body == [:])
            #expect(
                try emulation.call(.get, path).body == [
                    "policyDocument": .string(document), "portalProductId": .string(product),
                ])
        }
        #expect(try emulation.call(.delete, path).status == 204)
        #expect(try emulation.call(.delete, path).status == 404)
    }

    @Test(arguments: ["", "no JSON", "[]", "{"])
    func `a policy is a JSON object`(document: String) throws {
        let answer = try emulation.call(.put, policy().path, ["policyDocument": .string(document)])
        #expect(answer.status == 400)
        #expect(answer.errorType == "BadRequestException")
    }

    @Test func `a put without a policy is refused, one for an unknown product missed`() throws {
        let (path, _) = try policy()
        for _ in 0..<2 {
            let answer = try emulation.call(.put, path, [:])
            #expect(answer.status == 400)
            #expect(
                answer.message
                    == "1 validation error detected: Value null at 'policyDocument' failed to "
                    + "satisfy constraint: Member "
                    + "must not be null")
            #expect(try emulation.call(.put, path, ["policyDocument": "{}"]).status == 200)
        }
        let unknown = try emulation.call(
            .put, "/v2/portalproducts/nope/sharingpolicy", ["policyDocument": "{}"])
        #expect(unknown.status == 404)
        #expect(unknown.message == "Invalid portal product identifier specified")
    }

    @Test func `a policy is a fixture as the service answers it, in a file of its own or within its product`()
        throws
    {
        let product = #"{"portalProductId": "p000000000", "displayName": "Pets"}"#
        let policy = #"{"PolicyDocument": "{}"}"#
        #expect(
            try lines(
                ("portalproducts/p000000000.json", product),
                ("portalproducts/p000000000/sharingpolicy.json", policy)) == [])
        #expect(
            try lines(
                (
                    "everything.json",
                    #"{"portalproducts": [{"portalProductId": "p000000000", "displayName": "Pets", "#
                        + #""sharingpolicy": "#
                        + policy + "}]}"
                )) == [])
        #expect(
            try lines(("portalproducts/p000000000/sharingpolicy.json", policy)).count == 1)
    }
}
