/// `/__admin/requests` and `/__admin/calls` that wait for an entry: what ends the wait, with which document,
/// and what is refused.

import APIGatewayV2Local
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct AdminWaitTests {
    private let nothing = #"{"requests":[],"overwritten":0,"capacity":10000}"# + "\n"

    @Test(arguments: [("requests", #"{"requests":[{"number":2,"#), ("calls", #"{"calls":[{"invocationId":"#)])
    func `a wait ends with the first entry that is newer`(path: String, begin: String) throws {
        let emulator = try TestEmulator()
        let waiting = try MemoryConnection(to: emulator)
        try emulator.send()

        let early = waiting.get("/__admin/\(path)?since=1&wait=20s")
        let openWaits = waiting.openWaits.count
        try emulator.send()
        let received = waiting.received()

        #expect(early.isEmpty && openWaits == 1)
        #expect(received.contains("\r\n\r\n" + begin))
        #expect(received.contains(#""operation":"GetIntegration""#))
        #expect(waiting.openWaits.count == 0)
    }

    @Test func `an entry that is there already ends the wait at once`() throws {
        let emulator = try TestEmulator()
        let waiting = try MemoryConnection(to: emulator)
        try emulator.send()
        try emulator.send()

        let received = waiting.get("/__admin/requests?since=1&wait=20s")

        #expect(received.contains(#"{"requests":[{"number":2,"#))
        #expect(waiting.openWaits.count == 0)
    }

    @Test func `an entry that the filter is not about does not end the wait`() throws {
        let emulator = try TestEmulator()
        let waiting = try MemoryConnection(to: emulator)

        waiting.get("/__admin/requests?operation=GetIntegration&status=404&wait=20s")
        try emulator.send()
        let early = waiting.received()
        try emulator.send(.get, "/v2/apis/a1b2c3d4e5/integrations/nope")
        let received = waiting.received()

        #expect(early.isEmpty)
        #expect(received.contains(#"{"requests":[{"number":2,"#))
    }

    @Test func `without an entry the list is empty at the end of the wait and not before`() throws {
        let emulator = try TestEmulator()
        let waiting = try MemoryConnection(to: emulator)

        waiting.get("/__admin/requests?wait=20s")
        emulator.clock.advance(by: .seconds(20) - .nanoseconds(1))
        let early = waiting.received()
        emulator.clock.advance(by: .nanoseconds(1))
        let received = waiting.received()

        #expect(early.isEmpty)
        #expect(received.hasSuffix("\r\n\r\n" + nothing))
    }

    @Test(arguments: ["", "&wait=0s"])
    func `without a wait the list is what is there`(wait: String) throws {
        let waiting = try MemoryConnection(to: try TestEmulator())

        let received = waiting.get("/__admin/requests?since=0\(wait)")

        #expect(received.hasSuffix("\r\n\r\n" + nothing))
    }

    @Test func `two that wait are both told and a third entry tells nobody`() throws {
        let emulator = try TestEmulator()
        let waiting = try (0..<2).map { _ in try MemoryConnection(to: emulator) }
        for connection in waiting { connection.get("/__admin/requests?wait=20s") }

        try emulator.send()
        let received = waiting.map { $0.received() }
        try emulator.send()

        #expect(received.allSatisfy { $0.contains(#"{"requests":[{"number":1,"#) })
        #expect(waiting.map { $0.received() } == ["", ""])
    }

    @Test func `those that wait with one filter have their own numbers`() throws {
        let emulator = try TestEmulator()
        let waiting = try [0, 1, 2].map { number in
            let connection = try MemoryConnection(to: emulator)
            connection.get("/__admin/requests?operation=GetIntegration&since=\(number)&wait=20s")
            return connection
        }

        try emulator.send()
        let first = waiting.map { $0.received().contains(#""number":1,"#) }
        try emulator.send()
        let second = waiting.map { $0.received().contains(#""number":2,"#) }
        try emulator.send()
        let third = waiting.map { $0.received().contains(#""number":3,"#) }

        #expect(first == [true, false, false])
        #expect(second == [false, true, false])
        #expect(third == [false, false, true])
    }

    @Test func `one that goes leaves the others of its filter, and accounts wait for themselves`() throws {
        let emulator = try TestEmulator()
        let own = "/__admin/requests?account=111122223333&integrationId=abc123d&wait=20s"
        let other = "/__admin/requests?account=444455556666&integrationId=abc123d&wait=20s"
        let waiting = try [own, own, other].map { path in
            let connection = try MemoryConnection(to: emulator)
            connection.get(path)
            return connection
        }

        waiting[0].end()
        try emulator.send(.get, TestEmulator.integrationPath, [authorization("111122223333")])
        let first = waiting.map { $0.received().isEmpty }
        try emulator.send(.get, TestEmulator.integrationPath, [authorization("444455556666")])
        let second = waiting.map { $0.received().isEmpty }

        #expect(first == [true, false, true])
        #expect(second == [true, true, false])
        #expect(waiting.map(\.openWaits.count) == [0, 0, 0])
    }

    @Test func `a client that goes is forgotten and no line is written for it`() throws {
        let emulator = try TestEmulator()
        let waiting = try MemoryConnection(to: emulator)
        waiting.get("/__admin/requests?wait=20s")

        waiting.end()
        try emulator.send()

        #expect(waiting.received().isEmpty)
        #expect(waiting.openWaits.count == 0)
        #expect(emulator.summaries.all.map(\.target) == [TestEmulator.integrationPath])
    }

    @Test func `the line of the log is written when the answer is known`() throws {
        let emulator = try TestEmulator()
        let waiting = try MemoryConnection(to: emulator)

        waiting.get("/__admin/requests?wait=20s")
        let early = emulator.summaries.all.count
        try emulator.send()
        _ = waiting.received()

        #expect(early == 0)
        #expect(
            emulator.summaries.all.map(\.target) == [
                TestEmulator.integrationPath, "/__admin/requests?wait=20s",
            ])
    }

    @Test func `one more than may wait is 503`() throws {
        var limits = SocketLimits()
        limits.waitsMax = 0
        let waiting = try MemoryConnection(to: try TestEmulator(), limits: limits)

        let received = waiting.get("/__admin/requests?wait=20s")

        #expect(received.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(received.contains("--limit waits-max"))
    }

    @Test(arguments: [
        ("60s", nil), ("60.001s", #""60.001s""#), ("-1s", #""-1s""#), ("20", #""20""#), ("", #""""#),
    ])
    func `a wait is at most a minute`(wait: String, found: String?) throws {
        let waiting = try MemoryConnection(to: try TestEmulator())

        let received = waiting.get("/__admin/requests?wait=\(wait)")
        // A wait holds the journal until somebody ends it.
        waiting.end()

        let quoted = found?.replacing("\"", with: "\\\"") ?? ""
        let refusal =
            #"{"message":"The filter has a mistake.","errors":[{"path":"/wait","found":"\#(quoted)","#
            + #""expected":"a time such as 500ms, at most 60s"}]}"#
        #expect(received.contains(refusal) == (found != nil), "\(received)")
        #expect(received.isEmpty == (found == nil))
    }

    @Test func `a count does not wait`() throws {
        let answer = try TestEmulator().send(.post, "/__admin/requests/count?wait=20s")

        #expect(answer.status == 400)
    }

    @Test func `without a journal a wait is refused as the list is`() throws {
        var journal = JournalLimits()
        journal.entriesMax = 0
        let waiting = try MemoryConnection(to: try TestEmulator(journal: journal))

        #expect(waiting.get("/__admin/requests?wait=20s").hasPrefix("HTTP/1.1 409 Conflict\r\n"))
    }

    @Test(arguments: [(0, [3, 4, 5]), (2, [3, 4, 5]), (3, [4, 5]), (4, [5]), (5, []), (99, [])])
    func `the journal gives the entries behind a number`(after: Int, expected: [Int]) throws {
        var limits = JournalLimits()
        limits.entriesMax = 3
        let emulator = try TestEmulator(journal: limits)
        for number in 1...5 { try emulator.send(.get, "/\(number)") }

        #expect(try emulator.journal.entries(JournalFilter(after: after)).map(\.number) == expected)
    }

    @Test func `numbers that were forgotten leave no gap in what is found`() throws {
        let emulator = try TestEmulator()
        for number in 1...6 {
            try emulator.send(
                .get, "/\(number)", number % 2 == 0 ? [authorization("111122223333")] : [])
        }
        emulator.journal.removeAll(account: "111122223333")

        #expect(try emulator.journal.entries(JournalFilter(after: 2)).map(\.number) == [3, 5])
        #expect(try emulator.journal.entries(JournalFilter(after: 3)).map(\.number) == [5])
    }
}
