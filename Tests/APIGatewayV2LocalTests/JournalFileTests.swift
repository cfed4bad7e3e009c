/// A journal's file in a Swift test: complete when the server has stopped, and bounded meanwhile.

import APIGatewayV2Local
import Testing

struct JournalFileTests {
    @Test func `a line that has no end is ended, so that the next entry has its own`() throws {
        let folder = try FixtureFolder(["journal.jsonl": "{\"number\": 1"])
        var configuration = LocalServer.Configuration()
        configuration.port = 0
        configuration.journalFile = folder.path + "/journal.jsonl"

        try LocalServer.start(configuration).stop()

        let saved = try SavedRequests(path: folder.path + "/journal.jsonl")
        let found = try saved.lines(
            matching: [], last: nil, asJSON: true, style: TerminalStyle(isColoured: false))
        #expect(found.lines == [])
        #expect(found.mistakes.count == 1)
    }

    @Test func `a saved journal is filtered by patterns, and refuses filters of a server`() throws {
        let lines = [
            #"{"number":1,"operation":"GetApi","status":200,"fault":null}"#,
            #"{"number":2,"operation":"GetApis","status":429,"fault":"slow"}"#,
            #"{"number":3,"operation":null,"status":null,"fault":null}"#,
        ]
        let folder = try FixtureFolder(["a.jsonl": lines.joined(separator: "\n")])
        let saved = try SavedRequests(path: folder.path + "/a.jsonl")
        func found(_ name: String, _ value: String) throws -> [String] {
            try saved.lines(
                matching: [(name, value)], last: nil, asJSON: true, style: TerminalStyle(isColoured: false)
            ).lines
        }

        #expect(try found("operation", "GetApi?") == [lines[1]])
        #expect(try found("operation", "Get*") == [lines[0], lines[1]])
        #expect(try found("fault", "*") == [lines[1]])
        #expect(try found("status", "200") == [lines[0]])
        #expect(throws: DocumentError.self) { try found("apiId", "x") }
    }
}
