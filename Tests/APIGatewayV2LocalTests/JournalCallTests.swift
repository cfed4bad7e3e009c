/// Attempts put together into calls: whose they are, the pauses between them, and what came of it.

import APIGatewayV2Local
import HTTPWire
import TestSupport
import Testing

struct JournalCallTests {
    private func attempt(
        _ number: Int, of call: String, _ more: [(name: String, value: String)] = []
    ) -> [(name: String, value: String)] {
        [("amz-sdk-invocation-id", call), ("amz-sdk-request", "attempt=\(number); max=3")] + more
    }

    @Test func `attempts are grouped by the client's name for the call, in the order of the first`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "once", match: FaultMatch(attempt: 1), then: .error(.tooManyRequests))
        ])
        try emulator.send(.get, TestEmulator.integrationPath, attempt(1, of: "a"))
        emulator.clock.advance(by: .milliseconds(250))
        try emulator.send(.get, "/v2/apis", attempt(1, of: "b"))
        try emulator.send(.get, TestEmulator.integrationPath, attempt(2, of: "a"))
        emulator.clock.advance(by: .seconds(1))
        try emulator.send(.get, "/v2/apis", attempt(1, of: "b"))
        try emulator.send(.get, "/v2/nonsense")

        let calls = try emulator.journal.calls()

        #expect(calls.map(\.invocationID) == ["a", "b", nil])
        #expect(calls.map(\.operation) == ["GetIntegration", "GetApis", nil])
        #expect(calls.map { $0.attempts.map(\.entry.number) } == [[1, 3], [2, 4], [5]])
        #expect(calls.map { $0.attempts.map(\.entry.status) } == [[429, 200], [429, 429], [429]])
        #expect(
            calls.map { $0.attempts.map(\.entry.fault) } == [["once", nil], ["once", "once"], ["once"]])
        #expect(
            calls.map { $0.attempts.map(\.gap) } == [[nil, .milliseconds(250)], [nil, .seconds(1)], [nil]])
        #expect(calls.map(\.outcome) == [.succeeded, .failed, .failed])
    }

    @Test func `PHP's names and retries are read too`() throws {
        let emulator = try TestEmulator()
        for retry in ["0/0", "1/200"] {
            try emulator.send(
                .get, "/v2/apis", [("aws-sdk-invocation-id", "php"), ("aws-sdk-retry", retry)])
        }

        let calls = try emulator.journal.calls()

        #expect(calls.map(\.invocationID) == ["php"])
        #expect(calls.map { $0.attempts.map(\.entry.attempt) } == [[1, 2]])
    }

    @Test func `requests without a name are calls of their own`() throws {
        let emulator = try TestEmulator()
        for _ in 1...2 { try emulator.send() }

        let calls = try emulator.journal.calls()

        #expect(calls.map { $0.attempts.map(\.entry.number) } == [[1], [2]])
        #expect(calls.map(\.account) == ["000000000000", "000000000000"])
        #expect(calls.map(\.region) == ["us-east-1", "us-east-1"])
    }

    @Test func `the same name in two accounts is two calls`() throws {
        let emulator = try TestEmulator()
        for account in ["111122223333", "444455556666"] {
            try emulator.send(.get, "/v2/apis", attempt(1, of: "a", [authorization(account)]))
        }

        #expect(try emulator.journal.calls().map(\.account) == ["111122223333", "444455556666"])
    }

    @Test func `a filter finds calls by one of their attempts and keeps the others of them`() throws {
        let emulator = try TestEmulator([FaultRule(when: .first(2), then: .error(.tooManyRequests))])
        for (number, call) in [(1, "a"), (2, "a"), (3, "a"), (1, "b"), (1, "c")] {
            try emulator.send(.get, TestEmulator.integrationPath, attempt(number, of: call))
        }
        let journal = emulator.journal

        let limited = try journal.calls(JournalFilter(status: 429))
        let newest = try journal.calls(JournalFilter(status: 200, limit: 2))

        #expect(limited.map { $0.attempts.map(\.entry.status) } == [[429, 429, 200]])
        #expect(newest.map(\.invocationID) == ["b", "c"])
        #expect(throws: JournalError.self) { try journal.calls(JournalFilter(limit: 0)) }
    }

    @Test func `calls after a number have their earlier attempts too`() throws {
        let emulator = try TestEmulator()
        for (number, call) in [(1, "a"), (1, "b"), (2, "a"), (1, "c"), (3, "a")] {
            try emulator.send(.get, TestEmulator.integrationPath, attempt(number, of: call))
        }
        let journal = emulator.journal

        let newest = try journal.calls(JournalFilter(after: 4))
        let newer = try journal.calls(JournalFilter(after: 2))
        let filtered = try journal.calls(JournalFilter(match: FaultMatch(attempt: 2), after: 2))

        #expect(newest.map { $0.attempts.map(\.entry.number) } == [[1, 3, 5]])
        #expect(newer.map { $0.attempts.map(\.entry.number) } == [[1, 3, 5], [4]])
        #expect(filtered.map { $0.attempts.map(\.entry.number) } == [[1, 3, 5]])
        #expect(try journal.calls(JournalFilter(after: 5)).isEmpty)
    }

    @Test func `calls after a number begin with the last attempt that says it is the first`() throws {
        let emulator = try TestEmulator()
        for number in [1, 2, 1, 2] {
            try emulator.send(.get, TestEmulator.integrationPath, attempt(number, of: "a"))
        }

        let calls = try emulator.journal.calls(JournalFilter(after: 3))

        #expect(calls.map { $0.attempts.map(\.entry.number) } == [[3, 4]])
    }
}
