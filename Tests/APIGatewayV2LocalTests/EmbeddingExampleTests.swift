/// The example of README.md, word for word: a client test compares the two.

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
