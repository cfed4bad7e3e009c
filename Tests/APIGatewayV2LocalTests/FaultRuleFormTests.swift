/// The JSON of matches by identity, triggers by chance and time, delays and connection faults: what is read,
/// what is refused and in which words, and that what is written is read again.

import APIGatewayV2Local
import Foundation
import JSON
import Testing

struct FaultRuleFormTests {
    private func lines(_ text: String) -> [String] {
        do throws(DocumentError) {
            return ["accepted: \(try FaultRule.rules(json: text))"]
        } catch {
            return error.lines
        }
    }

    /// The file with every feature, and the rules that it means.
    private static let everything: [FaultRule] = [
        FaultRule(
            name: "one-test-alone",
            match: FaultMatch(
                operation: "GetIntegration", method: "GET", path: "/v2/apis/*", apiId: "a1b2c3d4e5",
                parameters: ["integrationId": "abc*"], attempt: 1, account: "111122223333",
                accessKeyId: "1111*", region: "eu-*", headers: ["User-Agent": "*Boto3*"], httpVersion: .http11
            ),
            when: .first(2),
            then: .error(
                .tooManyRequests, message: "Slow down", detail: "account", retryAfter: .seconds(1)
            )),
        FaultRule(
            name: "slow-reads", match: FaultMatch(operation: "Get*"),
            then: .delay(.uniform(.milliseconds(100)...(.milliseconds(300)), seed: 7))),
        FaultRule(
            name: "slow-writes", match: FaultMatch(operation: "Create*"), when: .after(3),
            then: .delay(.lognormal(median: .milliseconds(200), .p99(.seconds(2)), seed: 7))),
        FaultRule(
            name: "slow-deletes", match: FaultMatch(operation: "Delete*"), when: .every(2),
            then: .delay(.normal(mean: .milliseconds(200), deviation: .milliseconds(50)))),
        FaultRule(
            name: "one-in-twenty", match: FaultMatch(operation: "List*"), when: .probability(0.05, seed: 42),
            then: .error(.notFound, message: "Gone", detail: "Portal")),
        FaultRule(
            name: "storm", when: .between(.seconds(2)..<(.seconds(5))),
            then: FaultAction(answer: .error(.serviceUnavailable), delay: .fixed(.milliseconds(50)))),
        FaultRule(
            name: "one-each-thirty-seconds", match: FaultMatch(operation: "CreateDomainName"),
            when: .rate(RequestRate(1, in: .seconds(30)), burst: 1, per: .accessKeyId),
            then: .error(.tooManyRequests)),
        FaultRule(
            name: "ten-a-second", when: .rate(perSecond: 10, burst: 40), then: .error(.tooManyRequests)),
        FaultRule(
            name: "page", match: FaultMatch(operation: "GetModels"),
            then: .status(
                502, headers: [FaultHeader("Content-Type", "text/html")], body: "<h1>Bad Gateway</h1>")),
        FaultRule(
            name: "half", match: FaultMatch(operation: "GetRoutes"), then: .connection(.truncate(bytes: 20))),
        FaultRule(
            name: "modem", match: FaultMatch(operation: "GetStages"),
            then: .connection(.slow(bytesPerSecond: 1000))),
        FaultRule(name: "cut", match: FaultMatch(operation: "GetRoute"), then: .connection(.reset())),
        FaultRule(
            name: "cut-late", match: FaultMatch(operation: "GetStage"),
            then: .connection(.reset(afterHead: true))),
        FaultRule(name: "shut", match: FaultMatch(operation: "GetModel"), then: .connection(.close)),
        FaultRule(name: "hang", match: FaultMatch(operation: "GetTags"), then: .connection(.stall)),
        FaultRule(
            name: "goodbye", match: FaultMatch(operation: "GetApis", httpVersion: .http2),
            then: .connection(.goaway)),
        FaultRule(
            name: "not-this-stream", match: FaultMatch(operation: "GetApi", httpVersion: .http2),
            then: .connection(.refuseStream)),
        FaultRule(
            name: "cancelled", match: FaultMatch(operation: "GetVpcLinks"),
            then: .connection(.resetStream(.cancel))),
        FaultRule(
            name: "lost-messages",
            match: FaultMatch(
                plane: .invoke, api: "w6x7y8z9a0", stage: "prod", route: "say", event: .message),
            when: .every(3), then: .delivery(.drop)),
        FaultRule(
            name: "echoes", match: FaultMatch(plane: .invoke, direction: .outbound),
            then: .delivery(.duplicate)),
        FaultRule(
            name: "leave", match: FaultMatch(plane: .invoke, event: .message, direction: .inbound),
            then: .connection(.closeFrame(code: 4000, reason: "bye"))),
    ]

    @Test func `the file with every feature means these rules`() throws {
        let rules = try FaultRule.rules(file: "fixtures/faults/everything.json")

        #expect(rules == Self.everything)
        #expect(try Faults(rules).all == rules)
    }

    @Test func `what is written is read again as the same rules`() throws {
        var bytes: [UInt8] = []
        JSONWriter.append(FaultRule.json(Self.everything), to: &bytes)

        #expect(try FaultRule.rules(reading: bytes) == Self.everything)
    }

    @Test(arguments: [
        (
            #"{"rate": {"requests": 1, "in": "30s"}}"#,
            FaultTrigger.rate(RequestRate(1, in: .seconds(30)), burst: 1)
        ),
        (#"{"rate": {"requests": 20, "in": "2s"}}"#, .rate(perSecond: 10, burst: 10)),
        (#"{"probability": 1}"#, .probability(1)),
        (#"{"seed": 9, "probability": 0.5}"#, .probability(0.5, seed: 9)),
        (#"{"between": ["0s", "1ms"]}"#, .between(.zero..<(.milliseconds(1)))),
    ])
    func `another form of a trigger is read`(when: String, trigger: FaultTrigger) throws {
        let rule = try FaultRule.rules(json: #"[{"when": \#(when), "then": {"status": 500}}]"#).first

        #expect(rule?.when == trigger)
    }

    @Test(arguments: [
        (#"{"account": "12"}"#, #"/0/match/account: found "12", expected an account of 12 digits"#),
        (#"{"account": 111122223333}"#, "/0/match/account: found 111122223333, expected a string"),
        (#"{"accessKeyId": ""}"#, #"/0/match/accessKeyId: found "", expected a pattern; * matches anything"#),
        (#"{"region": ""}"#, #"/0/match/region: found "", expected a pattern; * matches anything"#),
        (
            #"{"httpVersion": "3"}"#,
            #"/0/match/httpVersion: found "3", expected one of 1.0, 1.1, 2; did you mean 2?"#
        ),
        (#"{"httpVersion": 2}"#, "/0/match/httpVersion: found 2, expected one of 1.0, 1.1, 2"),
        (#"{"header": "X"}"#, #"/0/match/header: found "X", expected an object of names and patterns"#),
        (#"{"header": {"X Y": "*"}}"#, #"/0/match/header/X Y: found the name "X Y", expected a field name"#),
        (#"{"header": {"X": 1}}"#, "/0/match/header/X: found 1, expected a string"),
        (#"{"header": {"X": ""}}"#, #"/0/match/header/X: found "", expected a pattern; * matches anything"#),
    ])
    func `a match of another form is refused`(match: String, expected: String) throws {
        let found = lines(#"[{"match": \#(match), "then": {"status": 500}}]"#)

        #expect(found.first?.hasSuffix(": \(expected)") == true, "\(found)")
    }

    @Test(arguments: [
        (#"{"probability": 0}"#, "/0/when/probability: found 0.0, expected a probability above 0, at most 1"),
        (
            #"{"probability": 1.01}"#,
            "/0/when/probability: found 1.01, expected a probability above 0, at most 1"
        ),
        (
            #"{"probability": "1"}"#,
            #"/0/when/probability: found "1", expected a probability above 0, at most 1"#
        ),
        (#"{"probability": 0.5, "seed": -1}"#, "/0/when/seed: found -1, expected 0 to 9223372036854775807"),
        (
            #"{"first": 1, "seed": 1}"#,
            "/0/when/seed: found seed beside first, expected it beside probability"
        ),
        (#"{"between": "2s"}"#, #"/0/when/between: found "2s", expected two times such as ["2s", "5s"]"#),
        (
            #"{"between": ["2s"]}"#,
            #"/0/when/between: found an array, expected two times such as ["2s", "5s"]"#
        ),
        (#"{"between": ["2s", 5]}"#, #"/0/when/between/1: found 5, expected a time such as "1s" or "250ms""#),
        (#"{"between": ["5s", "5s"]}"#, "/0/when/between: found 5s to 5s, expected a start before the end"),
        (#"{"between": ["0s", "8761h"]}"#, "/0/when/between/1: found 31539600s, expected 0s to 31536000s"),
        (
            #"{"rate": {"perSecond": 1, "per": "user"}}"#,
            #"/0/when/rate/per: found "user", expected one of account, connection, accessKeyId, apiId, "#
                + "operation"
        ),
        (
            #"{"rate": {"perSecond": 1, "requests": 1, "in": "1s"}}"#,
            "/0/when/rate/perSecond: found perSecond beside requests or in, expected either perSecond or "
                + "both of these"
        ),
        (#"{"rate": {"requests": 1}}"#, "/0/when/rate: found requests without in, expected both"),
        (#"{"rate": {"in": "1s"}}"#, "/0/when/rate: found in without requests, expected both"),
        (
            #"{"rate": {"requests": 0, "in": "1s", "burst": 1}}"#,
            "/0/when/rate/requests: found 0, expected 1 to 1000000"
        ),
        (
            #"{"rate": {"requests": 1, "in": "10001s", "burst": 1}}"#,
            "/0/when/rate/in: found 10001s, expected 1ms to 10000s"
        ),
    ])
    func `a trigger of another form is refused`(when: String, expected: String) throws {
        let found = lines(#"[{"when": \#(when), "then": {"status": 500}}]"#)

        #expect(found.first?.hasSuffix(": \(expected)") == true, "\(found)")
    }

    @Test(arguments: [
        (
            #"{"delay": 3}"#,
            "/0/then/delay: found 3, expected a time, an object with uniform, normal, lognormal, seed"
        ),
        (#"{"delay": "3"}"#, #"/0/then/delay: found "3", expected a time such as "1s" or "250ms""#),
        (#"{"delay": "61m"}"#, "/0/then/delay: found 3660s, expected 0s to 3600s"),
        (
            #"{"delay": {}}"#,
            "/0/then/delay: found no distribution, expected one of uniform, normal, lognormal"
        ),
        (
            #"{"delay": {"uniform": ["2s", "1s"]}}"#,
            "/0/then/delay/uniform: found 2s to 1s, expected the shorter time first"
        ),
        (
            #"{"delay": {"uniform": ["1s", "61m"]}}"#,
            "/0/then/delay/uniform/1: found 3660s, expected 0s to 3600s"
        ),
        (
            #"{"delay": {"normal": {"mean": "1s"}}}"#,
            "/0/then/delay/normal: found an object without deviation, expected one with it"
        ),
        (
            #"{"delay": {"lognormal": {"median": "1s"}}}"#,
            "/0/then/delay/lognormal: found no percentile, expected one of p90, p95, p99"
        ),
        (
            #"{"delay": {"lognormal": {"median": "1s", "p90": "2s", "p99": "3s"}}}"#,
            "/0/then/delay/lognormal: found p90 beside p99, expected one of p90, p95, p99"
        ),
        (
            #"{"delay": {"lognormal": {"median": "2s", "p99": "1s"}}}"#,
            "/0/then/delay/lognormal/p99: found 1s, expected 2s to 3600s"
        ),
        (
            #"{"delay": {"lognormal": {"median": "0s", "p99": "1s"}}}"#,
            "/0/then/delay/lognormal/median: found 0s, expected 0.000001ms to 3600s"
        ),
        (
            #"{"delay": "1s", "body": "x"}"#,
            "/0/then/body: found an unknown member, expected one of error, status, delay, connection, "
                + "delivery"
        ),
        (
            #"{"connection": "resets"}"#,
            #"/0/then/connection: found "resets", expected one of reset, reset-after-head, close, stall, "#
                + "goaway, refuse-stream, truncate, slow, reset-stream; did you mean reset?"
        ),
        (
            #"{"connection": {}}"#,
            "/0/then/connection: found an empty object, expected one of truncate, slow, reset-stream, close"
        ),
        (
            #"{"connection": {"truncate": 1, "slow": 1}}"#,
            "/0/then/connection/slow: found slow beside truncate, expected one of them"
        ),
        (
            #"{"connection": {"truncate": -1}}"#,
            "/0/then/connection/truncate: found -1, expected 0 to 10485760"
        ),
        (#"{"connection": {"slow": 0}}"#, "/0/then/connection/slow: found 0, expected 1 to 1000000000"),
        (
            #"{"connection": "stall", "error": "SlowDown"}"#,
            "/0/then/connection: found stall beside an answer, expected one: it sends none"
        ),
    ])
    func `an action of another form is refused`(then: String, expected: String) throws {
        let found = lines(#"[{"then": \#(then)}]"#)

        #expect(found.first?.hasSuffix(": \(expected)") == true, "\(found)")
    }

    @Test(arguments: [
        FaultRule(then: .delay(.seconds(3600))), FaultRule(then: .connection(.truncate(bytes: 0))),
        FaultRule(then: .connection(.truncate(bytes: 10_485_760))),
        FaultRule(then: .connection(.slow(bytesPerSecond: 1_000_000_000))),
        FaultRule(when: .between(.zero..<(.seconds(31_536_000))), then: .status(500)),
        FaultRule(when: .probability(1, seed: UInt64(Int.max)), then: .status(500)),
        FaultRule(
            match: FaultMatch(
                headers: Dictionary(uniqueKeysWithValues: (1...64).map { ("X-\($0)", "*") })),
            then: .status(500)),
    ])
    func `what is at a bound is taken`(rule: FaultRule) throws {
        #expect(try Faults([rule]).all.count == 1)
    }

    @Test(arguments: [
        FaultRule(then: .delay(.seconds(3600) + .nanoseconds(1))), FaultRule(then: FaultAction()),
        FaultRule(then: .connection(.truncate(bytes: 10_485_761))),
        FaultRule(then: .connection(.slow(bytesPerSecond: 1_000_000_001))),
        FaultRule(when: .between(.zero..<(.seconds(31_536_001))), then: .status(500)),
        FaultRule(when: .between(.zero..<(.zero)), then: .status(500)),
        FaultRule(when: .probability(1, seed: UInt64(Int.max) + 1), then: .status(500)),
        FaultRule(
            match: FaultMatch(
                headers: Dictionary(uniqueKeysWithValues: (1...65).map { ("X-\($0)", "*") })),
            then: .status(500)),
    ])
    func `what is past a bound is refused in one line`(rule: FaultRule) throws {
        let error = #expect(throws: DocumentError.self) { try Faults([rule]) }

        #expect(error?.lines.count == 1)
    }
}
