/// Reloads of a server that a Swift program embeds: all of the files or none, what stays, and how many runs a
/// crowd of them takes.

import APIGatewayV2
import APIGatewayV2Local
import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

/// The reloads that a server told of, in order.
private final class Events: Sendable {
    private let told = Mutex<[ReloadEvent]>([])

    var all: [ReloadEvent] { told.withLock { $0 } }

    func append(_ event: ReloadEvent) {
        told.withLock { $0.append(event) }
    }
}

struct ReloadTests {
    private static let api = #"{"apiId":"a1b2c3d4e5","name":"orders","protocolType":"HTTP"}"#
    private let integration = #"{"integrationId":"abc123d","integrationType":"HTTP_PROXY"}"#

    /// A server over a folder of fixtures with one API and a file of rules.
    private func start(_ folder: FixtureFolder, _ events: Events = Events()) throws -> LocalServer {
        var configuration = LocalServer.Configuration()
        configuration.fixtures = [folder.path + "/fixtures"]
        configuration.faults = [
            .rule(FaultRule(name: "option", when: .first(1), then: .status(599))),
            .file(folder.path + "/rules.json"),
        ]
        configuration.onReload = { events.append($0) }
        return try LocalServer.start(configuration)
    }

    private func folder() throws -> FixtureFolder {
        try FixtureFolder([
            "fixtures/apis/a1b2c3d4e5.json": Self.api,
            "rules.json": #"{"name": "file", "when": {"first": 1}, "then": {"status": 598}}"#,
        ])
    }

    /// The status of a GET of the API, by the default account or by an access key.
    private func status(_ server: LocalServer, accessKey: String? = nil) throws -> String {
        var head = "GET /v2/apis/a1b2c3d4e5 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let accessKey {
            let field = authorization(accessKey)
            head += "\(field.name): \(field.value)\r\n"
        }
        let answer = try exchange(port: server.port, head + "\r\n")
        return String(answer.dropFirst("HTTP/1.1 ".count).prefix(3))
    }

    @Test func `new files take the place of all that there was, and a reset goes back to them`() throws {
        let folder = try folder()
        let events = Events()
        let server = try start(folder, events)
        defer { server.stop() }
        try server.faults.add(FaultRule(name: "added", then: .status(597)))
        try folder.write(integration, to: "fixtures/apis/a1b2c3d4e5/integrations/abc123d.json")
        try folder.write(#"[{"then": {"delay": "1ms"}}, {"then": {"delay": "2ms"}}]"#, to: "rules.json")

        let summary = try server.reload()

        let names = ["option", "rule-1", "rule-2"]
        #expect((summary.resources, summary.rules) == (2, 3))
        #expect((summary.keptRules, summary.droppedRules) == (0, 0))
        #expect(server.faults.all.map(\.name) == names)
        #expect(events.all.map(\.cause) == [.program])
        #expect(try status(server) == "599")
        server.faults.removeAll()
        server.reset()
        #expect(server.faults.all.map(\.name) == names)
    }

    @Test func `one mistake in one file changes nothing, and all are told`() throws {
        let folder = try folder()
        let server = try start(folder)
        defer { server.stop() }
        try server.faults.add(FaultRule(name: "added", then: .status(597)))
        try folder.write(Self.api.replacing("HTTP", with: "HTPP"), to: "fixtures/apis/a1b2c3d4e5.json")
        try folder.write(integration, to: "fixtures/apis/zzzzzzzzzz/integrations/abc123d.json")
        try folder.write(#"{"when": {"first": 0}, "then": {"status": 598}}"#, to: "rules.json")

        let error = #expect(throws: StartError.self) { try server.reload() }

        #expect(
            error?.lines.map { $0.replacing(folder.path + "/", with: "") } == [
                "fixtures/apis/a1b2c3d4e5.json:1:54: /protocolType: found \"HTPP\", expected one of "
                    + "WEBSOCKET, HTTP; did you mean HTTP?",
                "fixtures/apis/zzzzzzzzzz/integrations/abc123d.json:1:1: /: found Integration of Api "
                    + "\"zzzzzzzzzz\", which no fixture of account 000000000000 in us-east-1 holds, "
                    + "expected that Api too",
                "rules.json:1:20: /when/first: found 0, expected 1 to 1000000000",
            ])
        #expect(server.faults.all.map(\.name) == ["option", "file", "added"])
        server.faults.removeAll()
        #expect(try status(server) == "200")
    }

    @Test func `rules that contradict each other across files change nothing`() throws {
        let folder = try folder()
        let server = try start(folder)
        defer { server.stop() }
        try folder.remove("fixtures/apis/a1b2c3d4e5.json")
        try folder.write(#"{"name": "option", "then": {"status": 598}}"#, to: "rules.json")

        let error = #expect(throws: StartError.self) { try server.reload() }

        #expect(error?.lines.count == 1)
        #expect(error?.description.contains(#""option""#) == true)
        server.faults.removeAll()
        #expect(try status(server) == "200")
    }

    @Test func `added rules stay with their counts and names if they are to be kept`() throws {
        let folder = try folder()
        let server = try start(folder)
        defer { server.stop() }
        let numbered = try server.faults.add(FaultRule(then: .delay(.milliseconds(1))))
        try server.faults.add(FaultRule(name: "new", then: .status(597)))
        try server.faults.replace(FaultRule(name: "option", then: .delay(.milliseconds(1))))
        server.faults.remove(named: "file")
        server.faults.remove(named: "new")
        try server.faults.add(FaultRule(name: "new", when: .after(9), then: .status(597)))
        #expect(try status(server) == "200")
        try folder.write(
            #"[{"then": {"delay": "1ms"}}, {"name": "new", "then": {"delay": "2ms"}}]"#, to: "rules.json")

        let summary = try server.reload(keepingCreated: true)

        #expect(numbered.name == "rule-1")
        #expect((summary.rules, summary.keptRules, summary.droppedRules) == (3, 1, 1))
        #expect(server.faults.all.map(\.name) == ["option", "rule-2", "new", "rule-1"])
        #expect(server.faults.rule(named: "option")?.when == .first(1))
        #expect(server.faults.report(on: "rule-1")?.firedCount == 1)
        #expect(server.faults.report(on: "new")?.matchedCount == 0)
        server.reset()
        #expect(server.faults.all.map(\.name) == ["option", "rule-2", "new"])
    }

    @Test func `kept rules and new ones together are held to the limit`() throws {
        let folder = try folder()
        let server = try start(folder)
        defer { server.stop() }
        try server.faults.add((0..<998).map { _ in FaultRule(then: .delay(.milliseconds(1))) })
        try folder.write(
            #"[{"then": {"delay": "1ms"}}, {"then": {"delay": "2ms"}}]"#, to: "rules.json")

        let error = #expect(throws: StartError.self) { try server.reload(keepingCreated: true) }

        #expect(error?.lines == ["/: found 1001 rules in all, expected at most 1000"])
        #expect(server.faults.all.count == 1000)
    }

    @Test func `access keys are read again`() throws {
        let folder = try folder()
        let server = try start(folder)
        defer { server.stop() }
        server.faults.removeAll()
        let key = "AKIAIOSFODNN7EXAMPLE"
        #expect(try status(server, accessKey: key) == "200")

        try folder.write(#"{"accessKeys": {"\#(key)": "111122223333"}}"#, to: "fixtures/keys.json")
        try server.reload()
        server.faults.removeAll()
        #expect(try status(server, accessKey: key) == "404")

        try folder.remove("fixtures/keys.json")
        try server.reload()
        server.faults.removeAll()
        #expect(try status(server, accessKey: key) == "200")
    }

    @Test func `reloads that are asked for while another runs are one, of each kind`() throws {
        let emulator = Emulator(
            service: try TestEmulator.service(), faults: try Faults(), clock: EmulatorClock(ManualClock()))
        let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let events = Events()
        let reloader = Reloader(StartFiles(scope: TestEmulator.scope), emulator) { event in
            events.append(event)
            began.signal()
            mayEnd.wait()
        }
        let ended = DispatchGroup()
        func reload(keepingCreated: Bool) {
            ended.enter()
            reloader.reload(keepingCreated: keepingCreated, because: .request) { _ in ended.leave() }
        }

        reload(keepingCreated: false)
        began.wait()
        // The first has read the files, so that files which changed since are read by the next alone.
        for index in 0..<20 { reload(keepingCreated: index.isMultiple(of: 2)) }
        for _ in 0..<3 { mayEnd.signal() }
        ended.wait()

        #expect(events.all.map(\.keepsCreated) == [false, true, false])
    }

    @Test func `a server that watches its files reloads when one changes, until it stops`() throws {
        let folder = try folder()
        let (events, told) = (Events(), DispatchSemaphore(value: 0))
        var configuration = LocalServer.Configuration()
        configuration.fixtures = [folder.path + "/fixtures"]
        configuration.watchesFiles = true
        configuration.onReload = { event in
            events.append(event)
            told.signal()
        }
        let server = try LocalServer.start(configuration)

        try folder.remove("fixtures/apis/a1b2c3d4e5.json")
        #expect(told.wait(timeout: .now() + .seconds(60)) == .success)
        let status = try status(server)
        server.stop()
        try folder.write(Self.api, to: "fixtures/apis/a1b2c3d4e5.json")
        try server.reload()

        #expect(status == "404")
        let path = folder.path + "/fixtures/apis/a1b2c3d4e5.json"
        #expect(events.all.map(\.cause) == [.change(files: [path]), .program])
    }

    @Test func `a watch needs something to watch`() {
        var configuration = LocalServer.Configuration()
        configuration.watchesFiles = true
        configuration.faults = [.rule(FaultRule(then: .status(500)))]

        let error = #expect(throws: StartError.self) { try LocalServer.start(configuration) }

        #expect(error == .nothingToWatch)
    }
}
