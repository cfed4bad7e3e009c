/// Warnings about settings that no call can use, as a program that embeds the server gets them.

import APIGatewayV2Local
import Synchronization
import Testing

struct StoredSettingsTests {
    /// Lines in the order of their arrival.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private static func folder(template: String) throws -> FixtureFolder {
        try FixtureFolder([
            "chat.json": """
            {"apis": [{"apiId": "chat123456", "name": "chat", "protocolType": "WEBSOCKET",
              "routeSelectionExpression": "$request.body.action",
              "integrations": [{"integrationId": "mock123", "integrationType": "MOCK",
                "requestTemplates": {"$default": "\(template)"}}]}]}
            """
        ])
    }

    private static let warning =
        "api chat123456 integration mock123 requestTemplates.$default: line 1, column 1: #end of this #if is "
        + "missing, so that every call of its routes will fail with 501"

    @Test func `the start and each reload tell of a template that cannot be parsed`() throws {
        let (folder, lines) = (try Self.folder(template: "#if(true)"), Lines())
        var configuration = LocalServer.Configuration()
        configuration.fixtures = [folder.path]
        configuration.onWarning = { lines.add($0) }

        let server = try LocalServer.start(configuration)
        defer { server.stop() }
        let atStart = lines.all
        _ = try withExtendedLifetime(folder) { try server.reload() }

        #expect(atStart == [Self.warning])
        #expect(lines.all == [Self.warning, Self.warning])
    }

    @Test func `the start and the check of fixtures tell of a schema that cannot be compiled`() throws {
        let folder = try FixtureFolder([
            "chat.json": ##"""
            {"apis": [{"apiId": "chat123456", "name": "chat", "protocolType": "WEBSOCKET",
              "routeSelectionExpression": "$request.body.action",
              "models": [{"modelId": "model1", "name": "Pet", "contentType": "application/json",
                "schema": "{\"$ref\": \"#/definitions/far\"}"}]}]}
            """##
        ])
        let lines = Lines()
        var configuration = LocalServer.Configuration()
        configuration.fixtures = [folder.path]
        configuration.onWarning = { lines.add($0) }

        let server = try LocalServer.start(configuration)
        server.stop()
        let check = withExtendedLifetime(folder) { LocalServer.checkFixtures([folder.path]) }

        let warning =
            "api chat123456 model Pet schema: $ref #/definitions/far names nothing, so that every call of "
            + "its routes will fail with 501"
        #expect(lines.all == [warning])
        #expect(check.problems == [])
        #expect(check.warnings == [warning])
    }

    @Test func `nothing is told of templates that can be parsed`() throws {
        let (folder, lines) = (try Self.folder(template: "#if(true)x#end"), Lines())
        var configuration = LocalServer.Configuration()
        configuration.fixtures = [folder.path]
        configuration.onWarning = { lines.add($0) }

        let server = try LocalServer.start(configuration)
        server.stop()

        #expect(lines.all == [])
    }

    @Test func `the check of fixtures counts a template that cannot be parsed as a warning`() throws {
        let folder = try Self.folder(template: "#if(true)")

        let check = withExtendedLifetime(folder) { LocalServer.checkFixtures([folder.path]) }

        #expect(check.problems == [])
        #expect(check.warnings == [Self.warning])
    }
}
