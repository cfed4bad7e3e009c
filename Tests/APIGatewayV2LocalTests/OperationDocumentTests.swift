/// docs/operations.md against the tables that it is made of.

import APIGatewayV2Local
import Foundation
import Testing

struct OperationDocumentTests {
    @Test func `the page of operations is what the command prints`() throws {
        let page = URL(filePath: #filePath).appending(path: "../../../docs/operations.md").standardized

        let written = try String(contentsOf: page, encoding: .utf8)

        #expect(
            written == OperationList.markdown + "\n",
            "Run `apigatewayv2-local operations --format markdown > docs/operations.md`.")
    }

    @Test func `what the service does and this program does not stands below the resource`() throws {
        let lines = OperationList.markdown.split(separator: "\n", omittingEmptySubsequences: false)

        let start = try #require(lines.firstIndex(of: "## Authorizer"))
        let end = try #require(lines[(start + 1)...].firstIndex { $0.hasPrefix("## ") })

        #expect(lines[start..<end].contains("- The issuer of a JWT authorizer is not called."))
        #expect(
            lines[start..<end].contains(
                "| CreateAuthorizer | POST | `/v2/apis/{apiId}/authorizers` | 201 |"))
        #expect(
            lines[start..<end].contains(
                "| `authorizerResultTtlInSeconds` | integer, 0 to 3600 | HTTP APIs only |"))
    }
}
