/// Who is let in to the admin API, and what becomes of its paths where it is not served.

import APIGatewayV2
import APIGatewayV2Local
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct AdminAccessTests {
    private func emulator() throws -> Emulator {
        Emulator(
            service: try TestEmulator.service(), faults: try Faults(), clock: EmulatorClock(ManualClock()))
    }

    private func pipeline(
        _ emulator: Emulator, _ access: AdminAccess, servesAdmin: Bool = true
    ) -> Pipeline {
        Pipeline(
            emulator, reloader: Reloader(StartFiles(scope: TestEmulator.scope), emulator),
            identities: IdentityReader(defaultScope: TestEmulator.scope),
            random: RandomSource(seed: 1), access: access, servesAdmin: servesAdmin)
    }

    private func status(
        _ fields: [(name: String, value: String)], _ access: AdminAccess = AdminAccess()
    ) throws -> Int {
        let request = try request("/__admin/health", fields)
        return try pipeline(try emulator(), access).handle(
            request, from: Client(connection: ConnectionID(rawValue: 1))
        ).reply
            .response.status
    }

    private func request(_ path: String, _ fields: [(name: String, value: String)]) throws -> HTTPRequest {
        var section = HTTPFields()
        for (name, value) in fields { section.append(name, value) }
        return HTTPRequest(method: .get, target: try RequestTarget(parsing: path), fields: section)
    }

    @Test(arguments: [
        ("localhost", 200), ("LocalHost:4290", 200), ("localhost.", 200), ("127.0.0.1:4290", 200),
        ("127.8.9.10", 200), ("[::1]:4290", 200), ("[::1]", 200), ("example.com", 403),
        ("localhost.example.com", 403), ("127.0.0.1.example.com", 403), ("127.0.0.256", 403), ("", 403),
        ("10.0.0.5:4290", 403), ("[fe80::1]", 403), ("apigw:4290", 403),
    ])
    func `a server on the loopback address is asked for by names of this machine`(
        host: String, expected: Int
    ) throws {
        #expect(try status([("Host", host)]) == expected)
    }

    @Test(arguments: [
        ("10.0.0.5", "10.0.0.5:4290", 200), ("10.0.0.5", "10.0.0.6:4290", 403),
        ("10.0.0.5", "localhost", 200),
        ("fd00::5", "[fd00::5]:4290", 200), ("fd00::5", "[fd00::6]:4290", 403),
        ("0.0.0.0", "10.0.0.6", 200), ("0.0.0.0", "[fd00::6]:4290", 200), ("::", "10.0.0.6", 200),
        ("0.0.0.0", "example.com", 403), ("builder.lan", "builder.lan:4290", 200),
        ("builder.lan", "10.0.0.6", 200), ("builder.lan", "other.lan", 403),
    ])
    func `a server is asked for by the address that it listens at`(
        listening: String, host: String, expected: Int
    ) throws {
        #expect(try status([("Host", host)], AdminAccess(KnownHosts(listeningAt: listening))) == expected)
    }

    @Test func `a query that a URI may not have is refused to all but calls of APIs`() throws {
        let target = try RequestTarget(parsing: "/v2/apis?a[b]=c", isQueryLenient: true)
        let answer = try pipeline(try emulator(), AdminAccess()).handle(
            HTTPRequest(method: .get, target: target), from: Client(connection: ConnectionID(rawValue: 1))
        ).reply.response

        #expect(answer.status == 400)
        #expect(
            String(decoding: answer.body, as: UTF8.self)
                == #"{"message":"The target has a character that a URI may not have."}"#)
    }

    @Test func `a name that was let in is taken in any case, and only that`() throws {
        let access = AdminAccess(KnownHosts(listeningAt: "0.0.0.0", names: ["ApiGw"]))

        #expect(try status([("Host", "apigw:4290")], access) == 200)
        #expect(try status([("Host", "apigw.example.com")], access) == 403)
        #expect(try status([], access) == 403)
    }

    @Test(arguments: [
        ("Origin", "http://localhost:4290", 200), ("Origin", "HTTP://LOCALHOST:4290", 200),
        ("Origin", "https://localhost:4290", 200), ("Origin", "http://localhost:8080", 403),
        ("Origin", "http://example.com", 403), ("Origin", "null", 403), ("Origin", "", 403),
        ("Sec-Fetch-Site", "none", 200), ("Sec-Fetch-Site", "same-origin", 200),
        ("Sec-Fetch-Site", "same-site", 403), ("Sec-Fetch-Site", "cross-site", 403),
    ])
    func `a page of another site is refused`(name: String, value: String, expected: Int) throws {
        #expect(try status([("Host", "localhost:4290"), (name, value)]) == expected)
    }

    @Test func `a refusal says what was found and what to do`() throws {
        let emulator = try TestEmulator()

        let host = try emulator.send(.get, "/__admin/health", [("Host", "example.com")])
        let body = try emulator.send(.post, "/__admin/faults", [("Host", "localhost")], body: "{}")

        #expect(
            host.text
                == #"{"message":"The admin API was asked for as \"example.com\", which does not name this "#
                + "machine. Use localhost or an address that is listened at, or start the server with "
                + #"--admin-host."}"# + "\n")
        #expect(
            body.text
                == #"{"message":"The body's Content-Type is missing, expected application/json "#
                + #"(curl: -H 'Content-Type: application/json')."}"# + "\n")
    }

    @Test(arguments: [
        ("application/json", 201), ("Application/JSON; charset=utf-8", 201), ("application/json ;a=b", 201),
        ("application/x-www-form-urlencoded", 415), ("text/plain", 415), ("application/jsonx", 415),
        ("", 415),
    ])
    func `a body is JSON by its media type`(type: String, expected: Int) throws {
        let emulator = try TestEmulator()

        let answer = try emulator.send(
            .post, "/__admin/faults", [("Host", "localhost"), ("Content-Type", type)],
            body: #"{"then": {"status": 500}}"#)

        #expect(answer.status == expected)
        #expect(emulator.faults.all.isEmpty == (expected == 415))
    }

    @Test func `what is asked without a body needs no media type`() throws {
        let answer = try TestEmulator().send(.post, "/__admin/reset", [("Host", "localhost")])

        #expect(answer.status == 204)
    }

    @Test func `where the admin API is not served its paths are the service's, which has none like them`()
        throws
    {
        let emulator = try emulator()
        let pipeline = pipeline(emulator, AdminAccess(), servesAdmin: false)
        let health = try request("/__admin/health", [("Host", "localhost")])
        let listener = AdminListener(pipeline.admin)

        let answer = try pipeline.handle(health, from: Client(connection: ConnectionID(rawValue: 1))).reply
            .response
        let own = try listener.handle(health, from: Client(connection: ConnectionID(rawValue: 2))).reply
            .response
        let none = try listener.handle(
            request("/v2/apis", [("Host", "localhost")]), from: Client(connection: ConnectionID(rawValue: 2))
        ).reply.response

        #expect(answer.status == 403)
        #expect(answer.fields["x-amzn-ErrorType"] == "AccessDeniedException")
        #expect(try emulator.journal.entries().map(\.target) == ["/__admin/health"])
        #expect(own.status == 200)
        #expect(none.status == 404)
        #expect(
            none.text.hasPrefix(#"{"message":"There is no /v2/apis.","available":["GET /__admin/","#))
    }
}
