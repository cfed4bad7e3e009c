/// Rules of accounts: what is limited to one sees, changes and resets its own, and counts of rules.

import APIGatewayV2Local
import HTTPWire
import TestSupport
import Testing

struct FaultIsolationTests {
    private static let ours = "111122223333"
    private static let theirs = "444455556666"
    private let rule = #"{"name": "busy", "when": {"first": 1}, "then": {"status": 599}}"#

    private func statuses(_ account: String, _ count: Int, on emulator: TestEmulator) throws -> [Int] {
        try (1...count).map { _ in
            try emulator.send(.get, "/v2/apis", [authorization(account)]).status
        }
    }

    @Test func `two accounts have a rule of one name each, with its own count`() throws {
        let emulator = try TestEmulator()

        let added = try [Self.ours, Self.theirs].map {
            try emulator.send(.post, "/__admin/faults?account=\($0)", body: rule)
        }
        let theirsFirst = try statuses(Self.theirs, 2, on: emulator)
        let oursThen = try statuses(Self.ours, 2, on: emulator)

        #expect(added.map(\.status) == [201, 201])
        #expect(
            added[0].text == #"{"rules":[{"name":"busy","match":{"account":"111122223333"},"#
                + #""when":{"first":1},"then":{"status":599}}]}"# + "\n")
        #expect(theirsFirst == [599, 200])
        #expect(oursThen == [599, 200])
        #expect(try emulator.send(.get, "/v2/apis").status == 200)
    }

    @Test func `a list is limited to the account`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "global", match: FaultMatch(attempt: 9), then: .status(500))
        ])
        try emulator.send(.post, "/__admin/faults?account=\(Self.ours)", body: rule)
        try emulator.send(.post, "/__admin/faults?account=\(Self.theirs)", body: rule)

        let own = try emulator.send(.get, "/__admin/faults?account=\(Self.ours)").text

        #expect(
            own == #"{"rules":[{"name":"busy","match":{"account":"111122223333"},"when":{"first":1},"#
                + #""then":{"status":599},"matched":0,"fired":0}]}"# + "\n")
        #expect(emulator.faults.all.count == 3)
        #expect(emulator.faults.all(of: Self.ours).count == 1)
    }

    @Test func `one rule is read, replaced and removed in its account alone`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "busy", match: FaultMatch(attempt: 9), then: .status(500))
        ])
        try emulator.send(.post, "/__admin/faults?account=\(Self.theirs)", body: rule)
        let path = "/__admin/faults/busy?account=\(Self.ours)"

        let missing = try emulator.send(.get, path)
        let put = try emulator.send(.put, path, body: #"{"then": {"status": 598}}"#)
        let read = try emulator.send(.get, path)
        let removed = try emulator.send(.delete, path)

        #expect([missing, put, read, removed].map(\.status) == [404, 201, 200, 204])
        #expect(
            missing.text == #"{"message":"No fault rule of account 111122223333 is called \"busy\".","#
                + #""rules":[]}"# + "\n")
        #expect(read.text.hasPrefix(#"{"name":"busy","match":{"account":"111122223333"},"#))
        #expect(emulator.faults.all.map(\.match.account) == [nil, Self.theirs])
    }

    @Test func `without an account a name is that of a rule of none, and the hint names the account`() throws
    {
        let emulator = try TestEmulator()
        try emulator.send(.post, "/__admin/faults?account=\(Self.ours)", body: rule)

        let answer = try emulator.send(.delete, "/__admin/faults/busy")

        #expect(answer.status == 404)
        #expect(
            answer.text
                == #"{"message":"No fault rule is called \"busy\". Account 111122223333 has one: add "#
                + #"?account=111122223333.","rules":[]}"# + "\n")
    }

    @Test func `removal and reset of an account leave the others alone`() throws {
        let emulator = try TestEmulator([
            FaultRule(
                name: "start", match: FaultMatch(account: Self.ours), when: .first(1), then: .status(597)),
            FaultRule(name: "limit", when: .rate(perSecond: 1, burst: 1), then: .status(598)),
        ])
        try emulator.send(.post, "/__admin/faults?account=\(Self.ours)", body: rule)
        try emulator.send(.post, "/__admin/faults?account=\(Self.theirs)", body: rule)
        #expect(try statuses(Self.ours, 3, on: emulator) == [597, 599, 598])
        #expect(try statuses(Self.theirs, 2, on: emulator) == [599, 598])

        #expect(try emulator.send(.post, "/__admin/reset?account=\(Self.ours)").status == 204)

        #expect(emulator.faults.all.map(\.name) == ["start", "limit", "busy"])
        #expect(try statuses(Self.ours, 3, on: emulator) == [597, 200, 598])
        #expect(try statuses(Self.theirs, 1, on: emulator) == [598])
        try emulator.send(.delete, "/__admin/faults?account=\(Self.theirs)")
        #expect(emulator.faults.all.map(\.name) == ["start", "limit"])
    }

    @Test(arguments: [
        "faults?account=1", "faults?account=", "faults/x?account=abc", "reset?account=12345678901a",
    ])
    func `an account that is none is refused`(path: String) throws {
        let method: HTTPMethod = path.hasPrefix("reset") ? .post : .delete
        let emulator = try TestEmulator([FaultRule(name: "x", then: .status(500))])

        let answer = try emulator.send(method, "/__admin/" + path)

        #expect(answer.status == 400)
        #expect(answer.text.contains(#""expected":"an account of 12 digits""#))
        #expect(emulator.faults.all.count == 1)
    }

    @Test func `a rule that names another account than the query is refused`() throws {
        let emulator = try TestEmulator()
        let body = #"{"match": {"account": "444455556666"}, "then": {"status": 500}}"#

        let answer = try emulator.send(.post, "/__admin/faults?account=\(Self.ours)", body: body)

        #expect(answer.status == 400)
        #expect(answer.text.contains(#""expected":"\"111122223333\", as the query says""#))
        #expect(emulator.faults.all == [])
    }

    @Test func `a rule tells what it matched, on what it fired, and the last firings`() throws {
        let emulator = try TestEmulator([
            FaultRule(
                name: "slow", match: FaultMatch(operation: "Get*"), when: .after(1),
                then: .delay(.seconds(2)))
        ])
        try emulator.send()
        emulator.clock.advance(by: .milliseconds(1))
        let fired = try emulator.send(
            .get, "/v2/apis?maxResults=5",
            [authorization(Self.ours, "eu-west-1"), ("amz-sdk-request", "attempt=2")])

        let read = try emulator.send(.get, "/__admin/faults/slow").text

        let id = try #require(fired.fields["x-amzn-RequestId"])
        #expect(
            read == #"{"name":"slow","match":{"operation":"Get*"},"when":{"after":1},"then":{"delay":"2s"},"#
                + #""matched":2,"fired":1,"lastFirings":[{"time":"2030-01-01T00:00:00.001000Z","#
                + #""requestId":"\#(id)","method":"GET","target":"/v2/apis?maxResults=5","#
                + #""operation":"GetApis","account":"111122223333","region":"eu-west-1","attempt":2,"#
                + #""delay":"2s"}]}"# + "\n")
        let again = try emulator.send(.put, "/__admin/faults/slow", body: read)
        #expect(again.status == 200)
        #expect(emulator.faults.report(on: "slow")?.matchedCount == 0)
    }

    @Test func `as many firings as the limit are kept, the last ones`() throws {
        let emulator = try TestEmulator([FaultRule(name: "r", then: .status(500))])
        let limit = FaultLimits.firingsPerRuleMax
        #expect(limit == 20)

        for number in 1...limit { try emulator.send(.get, "/v2/apis?n=\(number)") }
        let full = try #require(emulator.faults.report(on: "r"))
        try emulator.send(.get, "/v2/apis?n=21")
        let after = try #require(emulator.faults.report(on: "r"))

        #expect(full.lastFirings.map(\.target) == (1...20).map { "/v2/apis?n=\($0)" })
        #expect(after.lastFirings.map(\.target) == (2...21).map { "/v2/apis?n=\($0)" })
        #expect(after.firedCount == 21)
    }
}
