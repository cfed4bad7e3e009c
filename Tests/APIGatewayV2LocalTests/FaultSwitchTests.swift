/// Rules that are off: they match nothing, keep their place and counts, and go on when they are on again.

import APIGatewayV2Local
import HTTPWire
import Testing

struct FaultSwitchTests {
    private static let path = "/__admin/faults/teapot"
    private let rule = FaultRule(name: "teapot", when: .first(2), then: .status(418))

    @Test func `a rule that is off matches nothing and goes on with its counts`() throws {
        let emulator = try TestEmulator([rule])
        try emulator.send()

        let off = try emulator.send(.patch, Self.path, body: #"{"enabled": false}"#)
        let passed = try (0..<3).map { _ in try emulator.send().status }
        let on = try emulator.send(.patch, Self.path, body: #"{"enabled": true}"#)
        let later = try (0..<2).map { _ in try emulator.send().status }

        #expect(off.status == 200 && off.text.contains(#"{"name":"teapot","enabled":false,"#))
        #expect(off.text.contains(#""matched":1,"fired":1"#))
        #expect(passed == [200, 200, 200])
        #expect(!on.text.contains("enabled"))
        #expect(later == [418, 200])
    }

    @Test func `a rule that is off lets later rules fire and keeps its place`() throws {
        let other = FaultRule(name: "other", then: .status(599))
        let emulator = try TestEmulator([rule, other])

        emulator.faults.setEnabled(false, named: "teapot")
        let without = try emulator.send().status
        emulator.faults.setEnabled(true, named: "teapot")

        #expect(without == 599)
        #expect(try emulator.send().status == 418)
        #expect(emulator.faults.all.map(\.name) == ["teapot", "other"])
    }

    @Test func `a rule of invocations that is off has no candidates`() throws {
        var match = FaultMatch()
        match.plane = .invoke
        let faults = try Faults([FaultRule(name: "a", match: match, then: .status(500), isEnabled: false)])

        #expect(faults.all.map(\.isEnabled) == [false])
        #expect(faults.setEnabled(true, named: "a")?.isEnabled == true)
        #expect(faults.setEnabled(true, named: "b") == nil)
    }

    @Test func `a rule in a file may be off and is written and read as such`() throws {
        let text = #"{"name":"a","enabled":false,"then":{"status":500}}"#

        let rules = try FaultRule.rules(json: text)

        #expect(rules.map(\.isEnabled) == [false])
        #expect(try FaultRule.rules(json: #"{"enabled":true,"then":{"status":500}}"#)[0].isEnabled)
        let emulator = try TestEmulator(rules)
        #expect(try emulator.send().status == 200)
        let listed = try emulator.send(.get, "/__admin/faults").text
        #expect(listed.contains(#"{"name":"a","enabled":false,"#))
    }

    @Test(arguments: [
        (#"{"enabled": 1}"#, #"{"path":"/enabled","#), ("{}", "an object without enabled"),
        (#"{"enabled": true, "name": "x"}"#, "an unknown member"), ("[]", "an object with enabled"),
        (#"{"enabled": tru}"#, #""line":1"#),
    ])
    func `a document that does not say on or off changes nothing`(body: String, words: String) throws {
        let emulator = try TestEmulator([rule])

        let refused = try emulator.send(.patch, Self.path, body: body)

        #expect(refused.status == 400 && refused.text.contains(words))
        #expect(try emulator.send().status == 418)
    }

    @Test func `a reset restores the state of the start`() throws {
        let emulator = try TestEmulator([rule])
        emulator.faults.setEnabled(false, named: "teapot")

        try emulator.send(.post, "/__admin/reset")

        #expect(try emulator.send().status == 418)
    }

    @Test func `an unknown rule cannot be turned off`() throws {
        let emulator = try TestEmulator([rule])

        let answer = try emulator.send(.patch, "/__admin/faults/teapo", body: #"{"enabled": false}"#)

        #expect(answer.status == 404 && answer.text.contains("Did you mean teapot?"))
    }
}
