/// Which operation a method and a path are.

import APIGatewayV2
import HTTPWire
import Testing

struct RouterTests {
    private let router = Router(Catalogue.service.operations)

    private func name(_ method: HTTPMethod, _ path: String) throws -> String? {
        let target = try RequestTarget(parsing: path)
        return router.route(method, target.pathSegments)?.operation.name
    }

    @Test func `every operation is found by its own method and path`() throws {
        for operation in Catalogue.service.operations {
            let path = operation.path.split(separator: "/").map { $0.hasPrefix("{") ? "abc123" : String($0) }
            let found = router.route(operation.method, path)
            #expect(found?.operation.name == operation.name)
            #expect(found?.parameters.values == operation.parameterNames.map { _ in "abc123" })
        }
    }

    @Test func `parameters are given by name, decoded`() throws {
        let target = try RequestTarget(parsing: "/v2/apis/a1b2c3d4e5/stages/%24default")
        let routed = try #require(router.route(.get, target.pathSegments))
        #expect(routed.operation.name == "GetStage")
        #expect(routed.parameters["apiId"] == "a1b2c3d4e5")
        #expect(routed.parameters["stageName"] == "$default")
        #expect(routed.parameters["integrationId"] == nil)
    }

    @Test func `an encoded ARN is one segment`() throws {
        let arn = "arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2Fa1b2c3d4e5"
        let target = try RequestTarget(parsing: "/v2/tags/" + arn)
        let routed = try #require(router.route(.get, target.pathSegments))
        #expect(routed.parameters.values == ["arn:aws:apigateway:us-east-1::/apis/a1b2c3d4e5"])
    }

    @Test func `a trailing slash is passed over`() throws {
        #expect(try name(.get, "/v2/apis/") == "GetApis")
        #expect(try name(.get, "/v2/apis/a1b2c3d4e5/integrations/") == "GetIntegrations")
    }

    @Test(arguments: [
        "/", "/v2", "/v1/apis", "/v2/apis/a/integrations/b/c/d", "/v2//integrations",
        "/v2/apis//integrations/b",
        "/v2/apis/a/integration/b", "/V2/apis", "/v2/Apis",
    ])
    func `a path that no operation has is none`(path: String) throws {
        #expect(try name(.get, path) == nil)
    }

    @Test func `a method that the path does not have is none`() throws {
        #expect(try name(.put, "/v2/apis/a/integrations/b") == nil)
        #expect(try name(HTTPMethod(rawValue: "OPTIONS"), "/v2/apis") == nil)
        #expect(try name(.head, "/v2/apis") == nil)
    }
}

struct CatalogueTests {
    @Test func `the service's tables do not contradict themselves`() {
        #expect(Catalogue.service.contradictions() == [])
    }

    @Test func `the service has 103 operations`() {
        #expect(Catalogue.service.operations.count == 103)
    }

    @Test func `two operations of one name, method or path are contradictions`() {
        let found = Catalogue(resources: [.api, .integration, .integration]).contradictions()
        #expect(found.contains("Two operations are GET /v2/apis/{apiId}/integrations/{integrationId}."))
        #expect(found.contains("Two operations are called GetIntegration."))
        #expect(found.count == 10)
    }

    @Test func `a resource outside its parent's path, without its identifier, with a lost rule is told`() {
        let stray = Resource(
            id: .integration, noun: "Stray", parent: .api, path: "/v2/strays/{strayId}", verbs: [],
            fields: [.string("name")], rules: [Rule(at: "nmae") { _, _ in nil }])
        #expect(
            Catalogue(resources: [stray]).contradictions() == [
                "Stray is not under the path of its parent Api.",
                "Stray has no member strayId, which its path names.",
                "A rule of Stray reports at nmae, which is no member.",
            ])
    }
}
