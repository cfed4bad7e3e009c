/// The tables of the resources that take part in a call, against the page that says what becomes of each
/// member.

import APIGatewayV2
import Foundation
import Testing

struct SettingsTests {
    private static let resources: [Resource] = [
        .api, .route, .integration, .authorizer, .stage, .model, .integrationResponse, .routeResponse,
        .domainName, .apiMapping, .routingRule,
    ]

    /// The rows `| `Api.name` | part | how |` of the page.
    private func rows() throws -> [String: String] {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/fidelity-invoke.md").standardized
        let page = try String(contentsOf: url, encoding: .utf8)
        var rows: [String: String] = [:]
        for match in page.matches(of: /\| `([A-Za-z]+\.[A-Za-z]+)` \| ([A-Za-z0-9]+) \|/) {
            rows[String(match.output.1)] = String(match.output.2)
        }
        return rows
    }

    @Test func `every member has a row, and every row a member`() throws {
        let members = Self.resources.flatMap { resource in
            resource.fields.map { "\(resource.noun).\($0.name)" }
        }

        #expect(Set(try rows().keys).symmetricDifference(members).sorted() == [])
    }

    @Test func `a part is one of three`() throws {
        #expect(Set(try rows().values) == ["honoured", "501", "none"])
    }
}
