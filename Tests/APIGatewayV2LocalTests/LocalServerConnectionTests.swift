/// The open connections of a server as a Swift test sees them: who is connected, messages to clients, and the
/// ends of connections.

import APIGatewayV2Local
import Testing

struct LocalServerConnectionTests {
    private func server() throws -> (LocalServer, url: String) {
        let server = try LocalServer.start(fixtures: ["fixtures/scenarios/a-chat.json"])
        return (server, server.invokeURL(apiId: "d4e5f6g7h8", stage: "dev"))
    }

    @Test func `a connection is listed with its facts and its messages`() throws {
        let (server, url) = try server()
        defer { server.stop() }
        #expect(server.connections.isEmpty)

        let client = try ChatClient(url)
        try client.send(#"{"action": "say", "text": "hello"}"#)
        let answer = try client.text()
        let connections = server.connections

        #expect(answer == "hello")
        try #require(connections.count == 1)
        let connection = connections[0]
        #expect((connection.api, connection.stage) == ("d4e5f6g7h8", "dev"))
        #expect((connection.account, connection.region) == ("000000000000", "us-east-1"))
        #expect((connection.sourceIP, connection.userAgent) == ("127.0.0.1", nil))
        #expect((connection.receivedCount, connection.sentCount) == (1, 1))
        #expect(connection.lastActiveAt >= connection.connectedAt)
    }

    @Test func `messages reach the client of their connection in order, and then its end`() throws {
        let (server, url) = try server()
        defer { server.stop() }
        let first = try ChatClient(url)
        let second = try ChatClient(url)
        let ids = server.connections.map(\.id)
        try #require(ids.count == 2)

        for (id, name) in zip(ids, ["a", "b"]) {
            try server.send("\(name)1", to: id)
            try server.send("\(name)2", to: id)
        }
        try server.closeConnection(ids[0], code: 4000, reason: "bye")

        let texts = [try first.text(), try first.text(), try second.text(), try second.text()]
        #expect(texts == ["a1", "a2", "b1", "b2"] || texts == ["b1", "b2", "a1", "a2"])
        let closed = texts[0] == "a1" ? first : second
        let end = try closed.end()
        #expect(end.code == 4000 && end.reason == "bye")
    }

    @Test func `messages of clients are waited for, those that are there and those that come`() throws {
        let (server, url) = try server()
        defer { server.stop() }
        let client = try ChatClient(url)
        let id = try #require(server.connections.first?.id)
        let messages = JournalFilter(match: FaultMatch(event: .message), connectionID: id)

        try client.send(#"{"action": "say", "text": "one"}"#)
        let first = try server.journal.waitForEntries(messages)
        try client.send(#"{"action": "say", "text": "two"}"#)
        let both = try server.journal.waitForEntries(messages, count: 2)
        let later = JournalFilter(match: messages.match, after: first.last?.number, connectionID: id)
        let second = try server.journal.waitForEntries(later)

        #expect(first.map(\.connectionID) == [id])
        #expect(both.count == 2 && both.first?.number == first.first?.number)
        #expect(second.map(\.number) == [both[1].number])
    }

    @Test func `entries that do not come are an error with the number of those that came`() throws {
        let (server, url) = try server()
        defer { server.stop() }
        _ = try ChatClient(url)
        let ofChat = JournalFilter(match: FaultMatch(event: .connect))

        #expect(throws: JournalError.tooFew(found: 1, expected: 2)) {
            try server.journal.waitForEntries(ofChat, count: 2, atMost: .zero)
        }
        #expect(throws: JournalError.self) {
            try server.journal.waitForEntries(JournalFilter(limit: 0), atMost: .zero)
        }
    }

    @Test func `an order that a connection cannot take is refused with its reason`() throws {
        let (server, url) = try server()
        defer { server.stop() }
        let client = try ChatClient(url)
        let id = try #require(server.connections.first?.id)

        #expect(throws: WebSocketClientError.gone("x")) { try server.send("hello", to: "x") }
        #expect(throws: WebSocketClientError.gone("x")) { try server.closeConnection("x") }
        #expect(throws: WebSocketClientError.code(1005)) { try server.closeConnection(id, code: 1005) }
        #expect(throws: WebSocketClientError.code(-1)) { try server.closeConnection(id, code: -1) }
        #expect(throws: WebSocketClientError.reason(byteCount: 124)) {
            try server.closeConnection(id, reason: String(repeating: "x", count: 124))
        }
        try server.closeConnection(id, reason: String(repeating: "x", count: 123))
        #expect(try client.end().reason.utf8.count == 123)
    }
}
