/// The library as a Swift test uses it: a real server on a real port.

import APIGatewayV2Local
import HTTPWire
import Testing

/// One request over a connection of its own, and everything that comes back.
func exchange(port: UInt16, _ request: String) throws -> String {
    let socket = try LoopbackSocket(port: port)
    try socket.send(Array(request.utf8))
    var answer: [UInt8] = []
    while let piece = try socket.receive() { answer += piece }
    return String(decoding: answer, as: UTF8.self)
}

private func get(_ path: String, from server: LocalServer) throws -> String {
    try exchange(port: server.port, "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

struct LocalServerTests {
    private let path = "/v2/apis/b2c3d4e5f6/integrations/pay001a"

    @Test func `a server serves fixtures, takes rules, forgets them and stops`() throws {
        let server = try LocalServer.start(fixtures: ["fixtures/scenarios/two-apis-one-integration-each.json"]
        )
        #expect(server.endpoint == "http://127.0.0.1:\(server.port)")

        let plain = try get(path, from: server)
        try server.faults.add(
            FaultRule(
                match: FaultMatch(operation: "GetIntegration"), when: .first(1),
                then: .error(.tooManyRequests)))
        let throttled = try get(path, from: server)
        let retried = try get(path, from: server)
        server.reset()
        let rules = try get("/__admin/faults", from: server)
        server.stop()

        #expect(plain.hasPrefix("HTTP/1.1 200 OK\r\nDate: "))
        #expect(plain.contains(#""integrationUri":"https://payments.example.com/charge""#))
        #expect(throttled.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
        #expect(throttled.hasSuffix("\r\n\r\n" + #"{"message":"Too Many Requests"}"#))
        #expect(retried.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(rules.hasSuffix("\r\n\r\n" + #"{"rules":[]}"# + "\n"))
    }

    @Test func `what was asked is told to the program too, and forgotten by account`() throws {
        let server = try LocalServer.start(fixtures: ["fixtures/scenarios/two-apis-one-integration-each.json"]
        )
        defer { server.stop() }

        _ = try get(path, from: server)
        let calls = try server.journal.calls(JournalFilter(match: FaultMatch(operation: "GetIntegration")))
        server.reset(account: "111122223333")
        let kept = try server.journal.count()
        server.reset(account: "000000000000")

        #expect(calls.map(\.outcome) == [.succeeded])
        #expect(calls.first?.attempts.first?.entry.target == path)
        #expect(kept == 1)
        #expect(try server.journal.count() == 0)
        #expect(server.adminEndpoint == nil)
    }

    @Test func `the admin API can have a port of its own, or none`() throws {
        var configuration = LocalServer.Configuration()
        configuration.admin = .ownPort(0)
        let moved = try LocalServer.start(configuration)
        defer { moved.stop() }
        configuration.admin = .off
        let without = try LocalServer.start(configuration)
        defer { without.stop() }

        let port = try #require(moved.adminEndpoint?.split(separator: ":").last.flatMap { UInt16($0) })
        let request = "GET /__admin/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        #expect(try exchange(port: port, request).hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(try get("/__admin/health", from: moved).hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        #expect(without.adminEndpoint == nil)
        #expect(try get("/__admin/health", from: without).hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        configuration.admin = .ownPort(port)
        let error = #expect(throws: StartError.self) { try LocalServer.start(configuration) }
        #expect(error == .addressInUse(host: "127.0.0.1", port: port))
    }

    @Test func `a port in use is told with what to do`() throws {
        let server = try LocalServer.start()
        defer { server.stop() }

        let error = #expect(throws: StartError.self) { try LocalServer.start(port: server.port) }

        #expect(error == .addressInUse(host: "127.0.0.1", port: server.port))
        #expect(
            error?.lines == [
                "port \(server.port) on 127.0.0.1 is in use: stop the program that listens there, or "
                    + "choose another "
                    + "port (port 0 picks a free one)"
            ])
    }

    @Test func `an address that is none is told`() throws {
        var configuration = LocalServer.Configuration()
        configuration.host = "256.0.0.1"

        let error = #expect(throws: StartError.self) { try LocalServer.start(configuration) }

        #expect(error?.lines == ["cannot listen: getaddrinfo: name or service not known"])
    }

    @Test func `bad fixtures keep a server from starting`() throws {
        let error = #expect(throws: StartError.self) { try LocalServer.start(fixtures: ["/nowhere"]) }

        #expect(
            error
                == .documents([
                    "/nowhere: found no such file or directory, expected a file or a folder of fixtures"
                ]))
    }

    @Test func `bad rules keep a server from starting`() throws {
        var configuration = LocalServer.Configuration()
        configuration.faults = [
            .rule(FaultRule(when: .first(0), then: .status(500))), .rule(FaultRule(then: .status(1))),
        ]

        let error = #expect(throws: StartError.self) { try LocalServer.start(configuration) }

        #expect(
            error?.description == """
                /0/when/first: found 0, expected 1 to 1000000000
                /1/then/status: found 1, expected 200 to 599
                """)
    }

    @Test func `account, region, authentication, seed and observer are those of the configuration`() throws {
        let summaries = Summaries()
        var configuration = LocalServer.Configuration()
        configuration.account = "111122223333"
        configuration.region = "eu-west-1"
        configuration.authentication = .present
        configuration.eventLoops = 1
        configuration.seed = 7
        configuration.onRequest = { summaries.append($0) }
        let signed =
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Authorization: Bearer x\r\n\r\n"

        for _ in 1...2 {
            let server = try LocalServer.start(configuration)
            let refused = try get(path, from: server)
            let missed = try exchange(port: server.port, signed)
            server.stop()
            #expect(refused.hasSuffix(#"{"message":"Missing Authentication Token"}"#))
            #expect(
                missed.hasSuffix(
                    #"{"message":"Invalid API identifier specified 111122223333:b2c3d4e5f6"}"# + "\n"))
        }

        let told = summaries.all
        #expect(told.map(\.status) == [403, 404, 403, 404])
        #expect(told.map(\.region) == Array(repeating: "eu-west-1", count: 4))
        #expect(told[0].requestID == told[2].requestID)
        #expect(told[1].requestID == told[3].requestID)
        #expect(told[0].requestID != told[1].requestID)
    }

    @Test func `an endpoint of IPv6 has brackets`() throws {
        var configuration = LocalServer.Configuration()
        configuration.host = "::1"

        let server = try LocalServer.start(configuration)
        defer { server.stop() }

        #expect(server.endpoint == "http://[::1]:\(server.port)")
    }
}
