/// The examples of README.md and docs/invoke.md, word for word: a client test compares them.

import APIGatewayV2Local
import Foundation
import FoundationNetworking
import Testing

struct PriceListTests {
    @Test func `two rate limits are followed by the integration`() async throws {
        let server = try LocalServer.start(fixtures: ["fixtures"], port: 0)
        defer { server.stop() }
        let reads = FaultMatch(operation: "GetIntegration")
        try server.faults.add(FaultRule(match: reads, when: .first(2), then: .error(.tooManyRequests)))

        // Yours to replace: hand server.endpoint to the code under test.
        let url = try #require(URL(string: server.endpoint + "/v2/apis/a1b2c3d4e5/integrations/abc123d"))
        var statuses: [Int?] = []
        for _ in 1...3 {
            let (_, response) = try await URLSession.shared.data(from: url)
            statuses.append((response as? HTTPURLResponse)?.statusCode)
        }

        #expect(statuses == [429, 429, 200])
    }
}

struct PetsTests {
    @Test func `the route calls the test's own function`() async throws {
        let server = try LocalServer.start()
        defer { server.stop() }
        // Your handler: an event in, a result out.
        server.setFunction("pets") { event in
            let event = try JSONSerialization.jsonObject(with: Data(event.payload)) as? [String: Any]
            return #"{"statusCode": 200, "body": "hello \#(event?["rawPath"] ?? "")"}"#
        }
        var request = URLRequest(url: try #require(URL(string: server.endpoint + "/v2/apis")))
        request.httpMethod = "POST"
        let function = "arn:aws:lambda:us-east-1:000000000000:function:pets"
        let api = ["name": "pets", "protocolType": "HTTP", "target": function]
        request.httpBody = try JSONEncoder().encode(api)
        let (made, _) = try await URLSession.shared.data(for: request)
        let created = try #require(try JSONSerialization.jsonObject(with: made) as? [String: Any])

        let id = try #require(created["apiId"] as? String)
        let url = try #require(URL(string: server.invokeURL(apiId: id) + "/mimi"))
        let (body, _) = try await URLSession.shared.data(from: url)

        #expect(String(decoding: body, as: UTF8.self) == "hello /mimi")
    }
}

struct ChatTests {
    @Test func `the client shows what the server sends`() throws {
        let server = try LocalServer.start(fixtures: ["fixtures/scenarios/a-chat.json"])
        defer { server.stop() }
        // Yours to replace: let the code under test connect to this address.
        let client = try ChatClient(server.invokeURL(apiId: "d4e5f6g7h8", stage: "dev"))
        let connection = try #require(server.connections.first)

        try client.send(#"{"action": "say", "text": "hi"}"#)
        // Returns as soon as the message has come.
        let messages = JournalFilter(match: FaultMatch(event: .message), connectionID: connection.id)
        let said = try server.journal.waitForEntries(messages)
        try server.send("hello", to: connection.id)
        try server.closeConnection(connection.id, code: 4000, reason: "bye")

        #expect(said.map { String(decoding: $0.body, as: UTF8.self).contains("hi") } == [true])
        #expect(try [client.text(), client.text()] == ["hi", "hello"])
        #expect(try client.end() == (4000, "bye"))
    }
}
