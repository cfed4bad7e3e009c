/// What the journal keeps of a request, for how long, and how it finds it again.

import APIGatewayV2Local
import HTTPWire
import TestSupport
import Testing

struct JournalTests {
    private let signed = authorization("111122223333", "eu-west-1")

    @Test func `an entry holds the request, the answer and how the one led to the other`() throws {
        let emulator = try TestEmulator([
            FaultRule(name: "busy", match: FaultMatch(attempt: 2), then: .error(.tooManyRequests))
        ])
        emulator.clock.advance(by: .milliseconds(1500))

        let answer = try emulator.send(
            .patch, TestEmulator.integrationPath + "?a=b",
            [
                ("Host", "localhost"), signed, ("amz-sdk-invocation-id", "call-1"),
                ("amz-sdk-request", "ttl=x; attempt=2; max=3"), ("X-Two", "1"), ("x-two", "2"),
            ], body: #"{"timeoutInMillis": 50}"#, connection: 7)
        let entry = try #require(try emulator.journal.entries().first)

        #expect(entry.number == 1)
        #expect(entry.time == .seconds(1_893_456_001) + .milliseconds(500))
        #expect(entry.requestID == answer.fields["x-amzn-RequestId"])
        #expect(entry.method == "PATCH")
        #expect(entry.target == TestEmulator.integrationPath + "?a=b")
        #expect(entry.httpVersion == "HTTP/1.1")
        #expect(
            entry.headers.map(\.name) == [
                "host", "authorization", "amz-sdk-invocation-id", "amz-sdk-request", "x-two", "x-two",
            ])
        #expect(entry.header("X-TWO") == "1, 2")
        #expect(entry.header("x-three") == nil)
        #expect(String(decoding: entry.body, as: UTF8.self) == #"{"timeoutInMillis": 50}"#)
        #expect(entry.bodyByteCount == 23)
        #expect(entry.operation == "UpdateIntegration")
        #expect(entry.account == "111122223333")
        #expect(entry.region == "eu-west-1")
        #expect(entry.accessKeyID == "111122223333")
        #expect(entry.attempt == 2)
        #expect(entry.invocationID == "call-1")
        #expect(entry.connection == 7)
        #expect(entry.status == 429)
        #expect(String(decoding: entry.answerBody, as: UTF8.self) == answer.text)
        #expect(entry.answerBodyByteCount == answer.body.count)
        #expect(entry.duration == .zero)
        #expect(entry.fault == "busy")
    }

    @Test func `what is no operation is kept, and admin requests are not`() throws {
        let emulator = try TestEmulator()

        try emulator.send(.get, "/v2/nonsense")
        try emulator.send(.get, "/__admin/health")
        try emulator.send(.get, "/__admin/nonsense")

        let entries = try emulator.journal.entries()
        #expect(entries.map(\.target) == ["/v2/nonsense"])
        #expect(entries.map(\.operation) == [nil])
        #expect(entries.map(\.attempt) == [1])
        #expect(entries.map(\.invocationID) == [nil])
        #expect(entries.map(\.accessKeyID) == [nil])
    }

    @Test func `at its bound the journal lets go of the oldest and counts it`() throws {
        var limits = JournalLimits()
        limits.entriesMax = 3
        let emulator = try TestEmulator(journal: limits)
        let journal = emulator.journal

        for number in 1...3 { try emulator.send(.get, "/\(number)") }
        #expect(journal.overwrittenCount == 0)
        #expect(try journal.entries().map(\.target) == ["/1", "/2", "/3"])
        for number in 4...5 { try emulator.send(.get, "/\(number)") }

        #expect(try journal.entries().map(\.target) == ["/3", "/4", "/5"])
        #expect(try journal.entries().map(\.number) == [3, 4, 5])
        #expect(journal.overwrittenCount == 2)
        #expect(journal.entryCount == 3)
    }

    @Test func `all entries together keep within their bytes, and the newest is always kept`() throws {
        var limits = JournalLimits()
        limits.bytesMax = 10_000
        limits.bodyBytesMax = 20_000
        let emulator = try TestEmulator(journal: limits)
        let journal = emulator.journal
        func post(_ size: Int) throws {
            try emulator.send(.post, "/\(size)", body: String(repeating: "x", count: size))
        }

        for size in [3001, 3002, 3003] { try post(size) }
        #expect(try journal.entries().map(\.target) == ["/3002", "/3003"])
        try post(10)
        #expect(try journal.entries().map(\.target) == ["/3002", "/3003", "/10"])
        try post(15_000)

        #expect(try journal.entries().map(\.target) == ["/15000"])
        #expect(journal.overwrittenCount == 4)
    }

    @Test func `the room grows behind an oldest entry that is not the first in memory`() throws {
        var limits = JournalLimits()
        limits.bytesMax = 100_000
        limits.bodyBytesMax = 90_000
        let emulator = try TestEmulator(journal: limits)
        try emulator.send(.post, "/large", body: String(repeating: "x", count: 90_000))
        for number in 2...100 { try emulator.send(.get, "/\(number)") }

        #expect(emulator.journal.overwrittenCount == 1)
        #expect(try emulator.journal.entries().map(\.target) == (2...100).map { "/\($0)" })
    }

    @Test func `a body is kept up to its bound, and its length is told`() throws {
        var limits = JournalLimits()
        limits.bodyBytesMax = 57
        let emulator = try TestEmulator(journal: limits)

        for body in ["", String(repeating: "a", count: 57), String(repeating: "b", count: 58)] {
            try emulator.send(.post, "/v2/nonsense", body: body)
        }
        try emulator.send()

        let entries = try emulator.journal.entries()
        #expect(entries.map(\.body.count) == [0, 57, 57, 0])
        #expect(entries.map(\.bodyByteCount) == [0, 57, 58, 0])
        #expect(entries.map(\.answerBody.count) == [57, 57, 57, 57])
        #expect(entries.map(\.answerBodyByteCount) == [73, 73, 73, 58])
        #expect(TestEmulator.integration.utf8.count == 58)
    }

    @Test func `a journal without room keeps nothing and says so`() throws {
        var limits = JournalLimits()
        limits.entriesMax = 0
        let emulator = try TestEmulator(journal: limits)
        let journal = emulator.journal
        try emulator.send()

        #expect(journal.isOn == false)
        #expect(journal.entryCount == 0)
        #expect(throws: JournalError.off) { try journal.entries() }
        #expect(throws: JournalError.off) { try journal.count() }
        #expect(throws: JournalError.off) { try journal.calls() }
        #expect(throws: JournalError.off) { try journal.entry(requestID: "x") }
        journal.removeAll()
    }

    @Test func `entries are forgotten by account, and numbers go on`() throws {
        let emulator = try TestEmulator()
        let journal = emulator.journal
        for account in ["111122223333", "444455556666", "111122223333"] {
            try emulator.send(.get, "/v2/apis", [authorization(account)])
        }

        journal.removeAll(account: "111122223333")
        try emulator.send(.get, "/v2/apis", [authorization("111122223333")])
        #expect(try journal.entries().map(\.number) == [2, 4])
        journal.removeAll()

        #expect(try journal.entries() == [])
        try emulator.send()
        #expect(try journal.entries().map(\.number) == [5])
    }

    @Test func `removing all begins to count the overwritten anew`() throws {
        var limits = JournalLimits()
        limits.entriesMax = 1
        let emulator = try TestEmulator(journal: limits)
        for _ in 1...3 { try emulator.send() }
        #expect(emulator.journal.overwrittenCount == 2)

        emulator.journal.removeAll()

        #expect(emulator.journal.overwrittenCount == 0)
    }

    @Test func `an entry is found by the id that the client saw`() throws {
        let emulator = try TestEmulator()
        let journal = emulator.journal
        let ids = try (1...3).map { _ in try #require(try emulator.send().fields["x-amzn-RequestId"]) }

        #expect(try journal.entry(requestID: ids[1])?.number == 2)
        #expect(try journal.entry(requestID: "nope") == nil)
    }

    @Test(arguments: [
        (
            "AWS4-HMAC-SHA256 Credential=AKID/x, SignedHeaders=host, Signature=0f",
            "AWS4-HMAC-SHA256 Credential=AKID/x, SignedHeaders=host, Signature=***"
        ),
        (
            "AWS4-HMAC-SHA256 Signature=0f,Credential=AKID/x",
            "AWS4-HMAC-SHA256 Signature=***,Credential=AKID/x"
        ),
        ("Bearer secret", "Bearer ***"), ("secret", "***"), ("", ""),
    ])
    func `a signature is not shown`(sent: String, shown: String) throws {
        let emulator = try TestEmulator()

        try emulator.send(.get, "/v2/apis", [("Authorization", sent), ("X-Amz-Security-Token", "secret")])

        let entry = try #require(try emulator.journal.entries().first)
        #expect(entry.header("authorization") == shown)
        #expect(entry.header("x-amz-security-token") == "***")
    }

    @Test func `the signature of a presigned URL is not shown`() throws {
        let emulator = try TestEmulator()

        try emulator.send(
            .get,
            "/v2/apis?X-Amz-Credential=AKID%2Fx&x-amz-signature=0f&a=b&X-Amz-Security-Token=s&X-Amz-Signature"
        )

        let entry = try #require(try emulator.journal.entries().first)
        #expect(
            entry.target
                == "/v2/apis?X-Amz-Credential=AKID%2Fx&x-amz-signature=***&a=b&X-Amz-Security-Token=***"
                + "&X-Amz-Signature=***")
        #expect(entry.accessKeyID == "AKID")
    }
}

struct JournalFilterTests {
    /// Four requests, one second apart, all different.
    private func asked() throws -> TestEmulator {
        let emulator = try TestEmulator([
            FaultRule(name: "busy", match: FaultMatch(operation: "GetApis"), then: .error(.tooManyRequests))
        ])
        try emulator.send(.get, TestEmulator.integrationPath, [authorization("111122223333")])
        emulator.clock.advance(by: .seconds(1))
        try emulator.send(.get, TestEmulator.integrationPath, [("amz-sdk-request", "attempt=2; max=3")])
        emulator.clock.advance(by: .seconds(1))
        try emulator.send(.get, "/v2/apis", [authorization("AKIAONE")])
        emulator.clock.advance(by: .seconds(1))
        try emulator.send(.get, TestEmulator.otherIntegrationPath, [authorization("AKIATWO", "eu-west-1")])
        return emulator
    }

    @Test(arguments: [
        (JournalFilter(), [1, 2, 3, 4]),
        (JournalFilter(match: FaultMatch(operation: "GetIntegration")), [1, 2, 4]),
        (JournalFilter(match: FaultMatch(operation: "Get*s")), [3]),
        (JournalFilter(match: FaultMatch(apiId: "a1b2c3d4e5")), [1, 2]),
        (JournalFilter(match: FaultMatch(attempt: 2)), [2]),
        (JournalFilter(match: FaultMatch(path: "/v2/apis")), [3]),
        (JournalFilter(match: FaultMatch(method: "DELETE")), []),
        (JournalFilter(status: 404), [1, 4]), (JournalFilter(status: 200), [2]),
        (JournalFilter(match: FaultMatch(accessKeyId: "AKIA*")), [3, 4]),
        (JournalFilter(match: FaultMatch(accessKeyId: "111122223333")), [1]),
        (JournalFilter(fault: "*"), [3]), (JournalFilter(fault: "other"), []),
        (JournalFilter(match: FaultMatch(account: "000000000000")), [2, 3, 4]),
        (JournalFilter(since: .seconds(1_893_456_002)), [3, 4]),
        (JournalFilter(since: .seconds(1_893_456_002) + .nanoseconds(1)), [4]),
        (JournalFilter(after: 3), [4]), (JournalFilter(after: 4), []),
        (JournalFilter(limit: 2), [3, 4]), (JournalFilter(status: 404, limit: 1), [4]),
        (JournalFilter(limit: 100_000), [1, 2, 3, 4]),
        (
            JournalFilter(
                match: FaultMatch(operation: "GetIntegration", account: "000000000000"), status: 404), [4]
        ),
    ])
    func `a filter finds the entries for which all of it holds`(filter: JournalFilter, numbers: [Int]) throws
    {
        let journal = try asked().journal

        #expect(try journal.entries(filter).map(\.number) == numbers)
        #expect(try journal.count(filter) == numbers.count)
    }

    @Test(arguments: [
        (
            JournalFilter(match: FaultMatch(operation: "GetIntegratio")),
            #"/operation: found "GetIntegratio", expected the name of an operation of the service; "#
                + "did you mean GetIntegration?"
        ),
        (JournalFilter(status: 199), "/status: found 199, expected 200 to 599"),
        (JournalFilter(status: 600), "/status: found 600, expected 200 to 599"),
        (JournalFilter(limit: 0), "/limit: found 0, expected 1 to 100000"),
        (JournalFilter(limit: 100_001), "/limit: found 100001, expected 1 to 100000"),
        (
            JournalFilter(match: FaultMatch(accessKeyId: "")),
            #"/accessKeyId: found "", expected a pattern; * matches anything"#
        ),
        (
            JournalFilter(match: FaultMatch(account: "test")),
            #"/account: found "test", expected an account of 12 digits"#
        ),
    ])
    func `a filter that can never hold is refused`(filter: JournalFilter, line: String) throws {
        let journal = try TestEmulator().journal

        let error = #expect(throws: JournalError.self) { try journal.count(filter) }

        #expect(error?.description == line)
    }
}

struct JournalDeliveryTests {
    @Test(arguments: [
        (FaultConnection.reset(), nil, 0), (.close, nil, 0), (.stall, nil, 0), (.refuseStream, nil, 0),
        (.reset(afterHead: true), 200, 58), (.truncate(bytes: 1), 200, 58),
        (.slow(bytesPerSecond: 9), 200, 58), (.goaway, 200, 58),
    ])
    func `an entry has the status that the client saw, if it saw one`(
        fault: FaultConnection, status: Int?, bytes: Int
    ) throws {
        let emulator = try TestEmulator([FaultRule(name: "cut", then: .connection(fault))])

        try emulator.send()

        let entry = try #require(try emulator.journal.entries().first)
        #expect(entry.status == status)
        #expect(entry.answerBodyByteCount == bytes)
        #expect(entry.fault == "cut")
    }

    @Test func `the delay that a fault puts before an answer counts as its duration`() throws {
        let emulator = try TestEmulator([FaultRule(then: .delay(.fixed(.seconds(3))))])
        let call = [("amz-sdk-invocation-id", "a")].map { (name: $0.0, value: $0.1) }

        try emulator.send(.get, TestEmulator.integrationPath, call)
        emulator.clock.advance(by: .seconds(4))
        try emulator.send(.get, TestEmulator.integrationPath, call)
        emulator.clock.advance(by: .seconds(1))
        try emulator.send(.get, TestEmulator.integrationPath, call)

        let attempts = try emulator.journal.calls().flatMap(\.attempts)
        #expect(attempts.map(\.entry.duration) == [.seconds(3), .seconds(3), .seconds(3)])
        #expect(attempts.map(\.gap) == [nil, .seconds(1), .zero])
    }
}
