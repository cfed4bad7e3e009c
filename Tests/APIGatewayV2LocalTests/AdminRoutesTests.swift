/// The page of the admin API has every route of the program, as the program's own table says it.

import APIGatewayV2Local
import Foundation
import Testing

struct AdminRoutesTests {
    @Test func `docs/admin.md has the table of routes`() throws {
        let page = URL(filePath: #filePath).appending(path: "../../../docs/admin.md").standardized
        let written = try String(contentsOf: page, encoding: .utf8)

        #expect(written.contains("\n" + AdminAPI.markdown + "\n\n"))
    }

    @Test func `a route is a method, a path and a line of help`() {
        let lines = AdminAPI.markdown.split(separator: "\n")

        #expect(lines[0] == "| call | does |")
        #expect(lines[4] == "| `GET /__admin/health` | says that the server is up, and its version |")
        #expect(
            lines.contains("| `PUT /__admin/faults/{name}` | replaces a rule or adds it, counting anew |"))
        #expect(lines.count == 34)
    }
}
