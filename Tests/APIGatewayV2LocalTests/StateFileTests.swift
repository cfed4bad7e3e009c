/// The state in a file: what is written is read again, whole and in order, and other files are left alone.

import APIGatewayV2
import APIGatewayV2Local
import Glibc
import HTTPWire
import JSON
import SQLite
import TestSupport
import Testing

/// An emulator whose state is in `folder`, with what the file held.
private struct KeptEmulator {
    let emulator: TestEmulator
    let store: Store
    let keeper: StateKeeper

    init(in folder: StateFolder, seed: State = [:], delays: LifecycleDelays = LifecycleDelays()) throws {
        let file = try StateFile.open(folder.path + "/state")
        let contents = try file.contents()
        store = Store(seed: seed, state: file.isNew ? seed : contents.state, isRecorded: true)
        if file.isNew { try file.write([.replaced(account: nil, by: seed)], drawn: 0) }
        let random = RandomSource(seed: 9, drawn: contents.drawn)
        emulator = try TestEmulator(service: Service(store: store, random: random, delays: delays))
        keeper = StateKeeper(store: store, random: random, file: file, onFailure: { fatal($0) })
    }
}

private func fatal(_ reason: String) -> Never {
    preconditionFailure(reason)
}

struct StateFileTests {
    @Test func `one of every resource comes back as it was`() throws {
        let folder = try StateFolder()
        let state = try {
            let kept = try KeptEmulator(in: folder)
            try kept.emulator.createEverything()
            kept.keeper.saveChanges()
            return try kept.emulator.state()
        }()

        let again = try KeptEmulator(in: folder)

        #expect(try again.emulator.state() == state)
        #expect(Set(again.store.recordCounts().keys) == Set(ResourceID.allCases))
    }

    @Test func `what was not kept is not there`() throws {
        let folder = try StateFolder()
        try {
            let kept = try KeptEmulator(in: folder)
            try kept.emulator.create(
                "/v2/apis", #"{"name":"kept","protocolType":"HTTP"}"#, identifier: "apiId")
            kept.keeper.saveChanges()
            try kept.emulator.create(
                "/v2/apis", #"{"name":"lost","protocolType":"HTTP"}"#, identifier: "apiId")
        }()

        let state = try KeptEmulator(in: folder).emulator.state()

        #expect(state.contains(#""name":"kept""#))
        #expect(!state.contains("lost"))
    }

    @Test func `changes, deletions, cascades and resets are kept`() throws {
        let folder = try StateFolder()
        let seed = try TestEmulator.service().store.state()
        func expectSame(_ step: String, _ change: (TestEmulator) throws -> Void) throws {
            let state = try {
                let kept = try KeptEmulator(in: folder, seed: seed)
                try change(kept.emulator)
                kept.keeper.saveChanges()
                return try kept.emulator.state()
            }()
            #expect(try KeptEmulator(in: folder, seed: seed).emulator.state() == state, "\(step)")
        }

        let path = TestEmulator.integrationPath
        try expectSame("create") {
            try $0.create("/v2/apis/a1b2c3d4e5/routes", #"{"routeKey":"GET /a"}"#, identifier: "routeId")
        }
        try expectSame("update") { try $0.send(.patch, path, body: #"{"description":"new"}"#) }
        try expectSame("delete") { try $0.send(.delete, path) }
        try expectSame("cascade") { try $0.send(.delete, "/v2/apis/a1b2c3d4e5") }
        try expectSame("refusal") { try $0.send(.post, "/v2/apis", body: "{}") }
        try expectSame("reset") { try $0.send(.post, "/__admin/reset?account=000000000000") }
        try expectSame("put") { try $0.send(.put, "/__admin/state", body: "{}") }
        try expectSame("reset of all") { try $0.send(.post, "/__admin/reset") }
        #expect(try KeptEmulator(in: folder).store.recordCounts() == [.api: 2, .integration: 2])
    }

    @Test func `a life cycle goes on where it was`() throws {
        let folder = try StateFolder()
        let delays = LifecycleDelays([.vpcLinkCreation: .seconds(90), .vpcLinkDeletion: .seconds(60)])
        let path = try {
            let kept = try KeptEmulator(in: folder, delays: delays)
            let id = try kept.emulator.create(
                "/v2/vpclinks", #"{"name":"link","subnetIds":["subnet-1"]}"#, identifier: "vpcLinkId")
            kept.keeper.saveChanges()
            return "/v2/vpclinks/\(id)"
        }()

        try {
            let again = try KeptEmulator(in: folder, delays: delays)
            again.emulator.clock.advance(by: .seconds(89))
            #expect(try again.emulator.send(.get, path).text.contains("PENDING"))
            again.emulator.clock.advance(by: .seconds(1))
            #expect(try again.emulator.send(.get, path).text.contains("AVAILABLE"))
            #expect(try again.emulator.send(.delete, path).status == 202)
            again.keeper.saveChanges()
        }()

        // The clock of a new emulator starts anew: the deletion is due 150 s from there.
        let last = try KeptEmulator(in: folder, delays: delays)
        last.emulator.clock.advance(by: .seconds(149))
        #expect(try last.emulator.send(.get, path).text.contains("DELETING"))
        last.emulator.clock.advance(by: .seconds(1))
        #expect(try last.emulator.send(.get, path).status == 404)
    }

    // Below and above the last second that is written as nanoseconds, and the last day of any clock.
    @Test(arguments: [8_999_999_000, 9_000_000_000, 9_223_372_036, 253_402_214_400])
    func `a transition is kept at any date`(second: Int) throws {
        let folder = try StateFolder()
        let delays = LifecycleDelays([.vpcLinkCreation: .seconds(90)])
        let date = Duration.seconds(second)
        let path = try {
            let kept = try KeptEmulator(in: folder, delays: delays)
            kept.emulator.clock.advance(by: date - kept.emulator.clock.wallTime())
            let id = try kept.emulator.create(
                "/v2/vpclinks", #"{"name":"link","subnetIds":["subnet-1"]}"#, identifier: "vpcLinkId")
            kept.keeper.saveChanges()
            return "/v2/vpclinks/\(id)"
        }()

        let again = try KeptEmulator(in: folder, delays: delays)
        again.emulator.clock.advance(by: date + .seconds(89) - again.emulator.clock.wallTime())
        #expect(try again.emulator.send(.get, path).text.contains("PENDING"))
        again.emulator.clock.advance(by: .seconds(1))
        #expect(try again.emulator.send(.get, path).text.contains("AVAILABLE"))
    }

    @Test func `what is deployed to a stage is still what it was when it was deployed`() throws {
        let folder = try StateFolder()
        let path = try {
            let kept = try KeptEmulator(in: folder)
            try kept.emulator.createEverything()
            let apis = try JSONDocument(parsing: try kept.emulator.send(.get, "/v2/apis").body).root
            let api = try #require(
                apis["items"]?.elements.first { $0["name"]?.string == "orders" }?["apiId"]?.string)
            let stages = "/v2/apis/\(api)/stages"
            try kept.emulator.send(.patch, stages + "/prod", body: #"{"autoDeploy":false}"#)
            try kept.emulator.create(
                "/v2/apis/\(api)/routes", #"{"routeKey":"GET /later"}"#, identifier: "routeId")
            kept.keeper.saveChanges()
            return "/v2/apis/\(api)/exports/OAS30?outputType=JSON&stageName=prod"
        }()

        let exported = try KeptEmulator(in: folder).emulator.send(.get, path)

        #expect(exported.status == 200)
        #expect(exported.text.contains("/a"))
        #expect(!exported.text.contains("/later"))
    }

    @Test func `identifiers go on after those that were given`() throws {
        let whole = try TestEmulator.empty()
        let expected = try (1...4).map { _ in
            try whole.create("/v2/apis", #"{"name":"a","protocolType":"HTTP"}"#, identifier: "apiId")
        }

        let folder = try StateFolder()
        var found: [String] = []
        for _ in 1...2 {
            let kept = try KeptEmulator(in: folder)
            for _ in 1...2 {
                found.append(
                    try kept.emulator.create(
                        "/v2/apis", #"{"name":"a","protocolType":"HTTP"}"#, identifier: "apiId"))
            }
            kept.keeper.saveChanges()
        }

        #expect(found == expected)
    }

    @Test func `a file that somebody has is refused`() throws {
        let folder = try StateFolder()
        let held = try KeptEmulator(in: folder)

        #expect(throws: StateFileError.unavailable("it is in use by another server or program")) {
            _ = try StateFile.open(folder.path + "/state")
        }
        #expect(held.store.recordCounts() == [:])
    }

    @Test(arguments: [
        ("PRAGMA user_version = 3", "found another program's database"),
        ("CREATE TABLE a (b)", "found another program's database"),
        (
            "PRAGMA application_id = 1095194162; PRAGMA user_version = 2",
            "found a state file of version 2"
        ),
    ])
    func `another database is refused and left as it is`(statements: String, found: String) throws {
        let folder = try StateFolder()
        let path = folder.path + "/state"
        try SQLiteDatabase(path: path).execute(statements)
        let before = try FileSystem.read(path)

        #expect(
            throws: StateFileError.unfit("\(found), expected a file that --state of this program made")
        ) {
            _ = try StateFile.open(path)
        }
        #expect(try FileSystem.read(path) == before)
    }

    @Test func `a file that is no database is refused`() throws {
        // Longer than a header, and none.
        #expect(
            throws: StateFileError.unfit(
                "found file is not a database, expected a file that --state of this program made")
        ) {
            _ = try StateFile.open("LICENSE")
        }
    }

    @Test(arguments: [
        "UPDATE record SET body = '{'", "UPDATE record SET resource = 'nothing'",
        "UPDATE record SET transitions = '[{}]'",
        "UPDATE record SET deployed = '{}'",
        #"UPDATE record SET transitions = '[{"due":1,"becomes":{"a":1}}]'"#,
    ])
    func `a damaged record is told and not served`(damage: String) throws {
        let folder = try StateFolder()
        try {
            let kept = try KeptEmulator(in: folder)
            try kept.emulator.create(
                "/v2/apis", #"{"name":"a","protocolType":"HTTP"}"#, identifier: "apiId")
            kept.keeper.saveChanges()
        }()
        try SQLiteDatabase(path: folder.path + "/state").execute(damage)

        let error = try #require(throws: StateFileError.self) {
            _ = try StateFile.open(folder.path + "/state").contents()
        }

        guard case .unfit(let reason) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.hasPrefix("found a damaged "))
    }

    @Test func `a folder that is not there is the machine's trouble`() throws {
        let folder = try StateFolder()

        #expect(throws: StateFileError.unavailable("unable to open database file")) {
            _ = try StateFile.open(folder.path + "/none/state")
        }
    }
}
