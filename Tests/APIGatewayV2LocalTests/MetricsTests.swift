/// The figures for Prometheus: what is counted, and the text.

import APIGatewayV2Local
import HTTPWire
import Testing

struct MetricsTests {
    private func lines(_ emulator: TestEmulator, of family: String) throws -> [String] {
        let answer = try emulator.send(.get, "/__admin/metrics")
        #expect(answer.status == 200)
        #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
        let lines = answer.text.split(separator: "\n").map(String.init)
        return lines.filter { $0.hasPrefix("apigatewayv2_local_\(family)") }
    }

    @Test func `requests are counted by operation and status, and those to the admin API are not`() throws {
        let emulator = try TestEmulator([
            FaultRule(match: FaultMatch(operation: "GetApis"), then: .error(.tooManyRequests)),
            FaultRule(match: FaultMatch(operation: "GetTags"), then: .connection(.reset())),
        ])
        for path in [
            TestEmulator.integrationPath, TestEmulator.integrationPath, "/v2/apis/nope/integrations/x",
            "/v2/apis",
            "/v2/nonsense", "/v2/tags/x", "/__admin/health",
        ] {
            try emulator.send(.get, path)
        }

        let place = #"account="000000000000",region="us-east-1"}"#
        let lines = try lines(emulator, of: "requests_total")
        #expect(
            lines.map { $0.dropFirst("apigatewayv2_local_requests_total{".count) } == [
                "operation=\"\",status=\"403\",\(place) 1",
                "operation=\"GetApis\",status=\"429\",\(place) 1",
                "operation=\"GetIntegration\",status=\"200\",\(place) 2",
                "operation=\"GetIntegration\",status=\"404\",\(place) 1",
                "operation=\"GetTags\",status=\"none\",\(place) 1",
            ])
    }

    @Test func `durations are counted within bounds, a delay of a fault with them`() throws {
        let emulator = try TestEmulator([
            FaultRule(when: .first(1), then: .delay(.fixed(.milliseconds(1)))),
            FaultRule(when: .first(1), then: .delay(.fixed(.milliseconds(11)))),
        ])
        for _ in 1...3 { try emulator.send() }
        let family = "apigatewayv2_local_request_duration_seconds"

        #expect(
            try lines(emulator, of: "request_duration_seconds") == [
                #"\#(family)_bucket{operation="GetIntegration",le="1e-05"} 2"#,
                #"\#(family)_bucket{operation="GetIntegration",le="2.5e-05"} 2"#,
                #"\#(family)_bucket{operation="GetIntegration",le="5e-05"} 2"#,
                #"\#(family)_bucket{operation="GetIntegration",le="0.0001"} 2"#,
                #"\#(family)_bucket{operation="GetIntegration",le="0.00025"} 2"#,
                #"\#(family)_bucket{operation="GetIntegration",le="0.001"} 2"#,
                #"\#(family)_bucket{operation="GetIntegration",le="0.01"} 2"#,
                #"\#(family)_bucket{operation="GetIntegration",le="0.1"} 3"#,
                #"\#(family)_bucket{operation="GetIntegration",le="1.0"} 3"#,
                #"\#(family)_bucket{operation="GetIntegration",le="10.0"} 3"#,
                #"\#(family)_bucket{operation="GetIntegration",le="+Inf"} 3"#,
                #"\#(family)_sum{operation="GetIntegration"} 0.012"#,
                #"\#(family)_count{operation="GetIntegration"} 3"#,
            ])
    }

    @Test func `a duration at a bound is within it`() throws {
        let emulator = try TestEmulator([FaultRule(then: .delay(.fixed(.milliseconds(1))))])
        try emulator.send()

        let lines = try lines(emulator, of: "request_duration_seconds_bucket").map { $0.suffix(12) }

        #expect(lines[4].hasSuffix(" 0"))
        #expect(lines[5].hasSuffix(" 1"))
    }

    @Test func `rules show how often they fired, under names that are escaped`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: #"a "b" \c"#, when: .first(2), then: .error(.tooManyRequests)),
            FaultRule(name: "own", match: FaultMatch(account: "111122223333"), then: .error(.conflict)),
        ])
        for _ in 1...3 { try emulator.send() }

        #expect(
            try lines(emulator, of: "faults_total") == [
                #"apigatewayv2_local_faults_total{rule="a \"b\" \\c",account=""} 2"#,
                #"apigatewayv2_local_faults_total{rule="own",account="111122223333"} 0"#,
            ])
    }

    @Test func `connections, resources and the journal are shown as they are now`() throws {
        var limits = JournalLimits()
        limits.entriesMax = 2
        let emulator = try TestEmulator(journal: limits)
        emulator.pipeline.connections.set { 7 }
        for _ in 1...3 { try emulator.send() }

        #expect(try lines(emulator, of: "open_connections") == ["apigatewayv2_local_open_connections 7"])
        #expect(
            try lines(emulator, of: "resources{resource=\"Api\"")
                == [#"apigatewayv2_local_resources{resource="Api"} 2"#])
        #expect(
            try lines(emulator, of: "resources{resource=\"Integration\"")
                == [#"apigatewayv2_local_resources{resource="Integration"} 2"#])
        #expect(
            try lines(emulator, of: "journal") == [
                "apigatewayv2_local_journal_entries 2", "apigatewayv2_local_journal_overwritten 1",
            ])
    }

    @Test func `streams of events are counted while they are open`() throws {
        let emulator = try TestEmulator()
        let clients = try (9...10).map { try MemoryConnection(to: emulator, id: $0) }
        for client in clients { client.get("/__admin/events") }
        let open = try lines(emulator, of: "event_streams")
        clients[0].end()

        #expect(open == ["apigatewayv2_local_event_streams 2"])
        #expect(try lines(emulator, of: "event_streams") == ["apigatewayv2_local_event_streams 1"])
    }

    @Test func `accounts and regions are told apart, and one account's figures come alone`() throws {
        let emulator = try TestEmulator([
            FaultRule(match: FaultMatch(account: "111122223333"), then: .error(.conflict))
        ])
        try emulator.send()
        for region in ["eu-west-1", "eu-west-1", "us-east-1"] {
            try emulator.send(.get, TestEmulator.integrationPath, [authorization("111122223333", region)])
        }

        let all = try lines(emulator, of: "requests_total")
        #expect(
            all == [
                #"apigatewayv2_local_requests_total{operation="GetIntegration",status="200","#
                    + #"account="000000000000",region="us-east-1"} 1"#,
                #"apigatewayv2_local_requests_total{operation="GetIntegration",status="409","#
                    + #"account="111122223333",region="eu-west-1"} 2"#,
                #"apigatewayv2_local_requests_total{operation="GetIntegration",status="409","#
                    + #"account="111122223333",region="us-east-1"} 1"#,
            ])
        let answer = try emulator.send(.get, "/__admin/metrics?account=111122223333")
        let own = answer.text.split(separator: "\n").map(String.init)
        #expect(own.filter { $0.contains("requests_total{") } == all.suffix(2))
        #expect(
            own.contains(#"apigatewayv2_local_request_duration_seconds_count{operation="GetIntegration"} 3"#))
        #expect(own.contains(#"apigatewayv2_local_faults_total{rule="rule-1",account="111122223333"} 3"#))
        #expect(own.contains(#"apigatewayv2_local_resources{resource="Api"} 0"#))
        #expect(!answer.text.contains("open_connections"))
    }

    @Test(arguments: [100, 0, 3])
    func `accounts and regions beyond the limit are counted together`(limit: Int) throws {
        let emulator =
            limit == ServerLimits().meteredScopesMax
            ? try TestEmulator() : try TestEmulator(meteredScopesMax: limit)
        for number in 0..<limit + 2 {
            for _ in 1...2 {
                try emulator.send(
                    .get, TestEmulator.integrationPath,
                    [authorization("\(111_122_223_000 + number)", "us-east-1")])
            }
        }

        let lines = try lines(emulator, of: "requests_total")

        #expect(lines.count == limit + 1)
        #expect(lines.dropLast().allSatisfy { $0.hasSuffix(#",region="us-east-1"} 2"#) })
        #expect(
            lines.last == #"apigatewayv2_local_requests_total{operation="GetIntegration",status="404","#
                + #"account="other",region=""} 4"#)
    }

    @Test(arguments: ["account=1", "acount=111122223333"])
    func `metrics take an account and nothing else`(query: String) throws {
        #expect(try TestEmulator().send(.get, "/__admin/metrics?\(query)").status == 400)
    }
}
