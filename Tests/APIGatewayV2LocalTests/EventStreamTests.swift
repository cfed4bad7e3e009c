/// `/__admin/events`: the events of a stream, their times, what a client misses, and the bounds.

import APIGatewayV2Local
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct EventStreamTests {
    private static let pause: Duration = .milliseconds(100)

    /// The events in a text of chunks, each as its lines without the empty one.
    private func events(_ text: String) -> [String] {
        var rest = Substring(text.components(after: "\r\n\r\n") ?? text)
        var body = ""
        while let end = rest.firstRange(of: "\r\n"), let count = Int(rest[..<end.lowerBound], radix: 16) {
            let chunk = rest[end.upperBound...].utf8.prefix(count)
            body += String(decoding: chunk, as: UTF8.self)
            rest = Substring(rest[end.upperBound...].utf8.dropFirst(count + 2))
        }
        return body.split(separator: "\n\n").map(String.init)
    }

    /// The kind and the id of each event, and the count of its rows or of the missed requests.
    private func outline(_ text: String) -> [String] {
        events(text).map { event in
            let lines = event.split(separator: "\n")
            guard lines.count == 3 else { return event }
            let rows = event.count { $0 == "{" }
            return "\(lines[0].dropFirst(7)) \(lines[1].dropFirst(4)) \(rows)"
        }
    }

    @Test func `a stream begins with its head and a request comes as a row`() throws {
        let emulator = try TestEmulator()
        let client = try MemoryConnection(to: emulator)
        try emulator.send()

        let head = client.get("/__admin/events")
        try emulator.send(.get, "/v2/apis?X-Amz-Signature=secret", [("amz-sdk-request", "attempt=2")])
        let row = client.received()

        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(head.contains("\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"))
        #expect(head.hasSuffix("\r\n\r\nd\r\nretry: 1000\n\n\r\n"))
        #expect(outline(row) == ["requests 2 1"])
        #expect(row.contains(#"{"number":2,"time":"2030-01-01T00:00:00.000000Z","requestId":""#))
        #expect(
            row.contains(#""method":"GET","target":"/v2/apis?X-Amz-Signature=***","operation":"GetApis""#))
        #expect(row.contains(#""status":200,"durationMs":0.0,"attempt":2}]"#))
    }

    @Test func `requests of a pause are one event and the first of a quiet time comes at once`() throws {
        let emulator = try TestEmulator()
        let client = try MemoryConnection(to: emulator)
        client.get("/__admin/events")

        try emulator.send()
        let first = client.received()
        for _ in 0..<3 { try emulator.send() }
        emulator.clock.advanceReal(by: Self.pause - .nanoseconds(1))
        let early = client.received()
        emulator.clock.advanceReal(by: .nanoseconds(1))

        #expect(outline(first) == ["requests 1 1"])
        #expect(early == "")
        #expect(outline(client.received()) == ["requests 4 3"])
    }

    @Test(arguments: [(2, ["requests 2 2"]), (3, ["dropped 3 1", "requests 3 2"])])
    func `a sample has the newest requests and the others are counted`(count: Int, expected: [String]) throws
    {
        var limits = EventLimits()
        (limits.burstMax, limits.sampleMax) = (2, 2)
        let emulator = try TestEmulator(events: limits)
        let client = try MemoryConnection(to: emulator)
        client.get("/__admin/events")
        for _ in 0..<count { try emulator.send() }

        let received = client.received()

        #expect(outline(received) == expected)
        #expect(received.contains(#"data: {"count":1}"#) == (count == 3))
    }

    @Test(arguments: [(4, ["requests 5 4"]), (5, ["dropped 6 1", "requests 6 3"])])
    func `requests at the rate are told in full and one more makes a sample`(
        count: Int, expected: [String]
    ) throws {
        var limits = EventLimits()
        (limits.rateMax, limits.burstMax, limits.sampleMax) = (40, 4, 3)
        let emulator = try TestEmulator(events: limits)
        let client = try MemoryConnection(to: emulator)
        client.get("/__admin/events")
        try emulator.send()
        let first = client.received()
        emulator.clock.advanceReal(by: Self.pause)
        for _ in 0..<count { try emulator.send() }

        let second = client.received()
        try emulator.send()
        emulator.clock.advanceReal(by: .milliseconds(250) - .nanoseconds(1))
        let early = client.received()
        emulator.clock.advanceReal(by: .nanoseconds(1))
        let late = client.received()

        #expect(outline(first) == ["requests 1 1"])
        #expect(outline(second) == expected)
        #expect(outline(early).count + outline(late).count == 1)
        #expect(outline(early).isEmpty == (count == 5))
    }

    @Test(arguments: [(5, 250), (6, 500)])
    func `samples are rarer above their rate`(count: Int, milliseconds: Int) throws {
        var limits = EventLimits()
        (limits.rateMax, limits.burstMax, limits.sampleMax) = (0, 1, 1)
        limits.sampleRateMax = 50
        let emulator = try TestEmulator(events: limits)
        let client = try MemoryConnection(to: emulator)
        client.get("/__admin/events")
        try emulator.send()
        _ = client.received()
        emulator.clock.advanceReal(by: Self.pause)
        for _ in 0..<count { try emulator.send() }
        _ = client.received()
        try emulator.send()

        emulator.clock.advanceReal(by: .milliseconds(milliseconds) - .nanoseconds(1))
        let early = client.received()
        emulator.clock.advanceReal(by: .nanoseconds(1))

        #expect(outline(early).isEmpty)
        #expect(outline(client.received()).count == 1)
    }

    @Test func `requests that come at once after a pause are told in full up to the burst`() throws {
        var limits = EventLimits()
        (limits.rateMax, limits.burstMax, limits.sampleMax) = (10, 3, 1)
        let emulator = try TestEmulator(events: limits)
        let client = try MemoryConnection(to: emulator)
        client.get("/__admin/events")

        let told = try [3, 3, 4].map { count in
            for _ in 0..<count { try emulator.send() }
            let text = client.received()
            emulator.clock.advanceReal(by: .seconds(60))
            return outline(text)
        }

        #expect(told == [["requests 3 3"], ["requests 6 3"], ["dropped 10 1", "requests 10 1"]])
    }

    @Test func `a burst above the rows of an event is no sample`() throws {
        var limits = EventLimits()
        (limits.burstMax, limits.requestsMax, limits.sampleMax) = (4, 3, 1)
        let emulator = try TestEmulator(events: limits)
        let client = try MemoryConnection(to: emulator)
        client.get("/__admin/events")
        for _ in 0..<4 { try emulator.send() }

        #expect(outline(client.received()) == ["dropped 4 1", "requests 4 3"])
    }

    @Test(arguments: [(3, ["requests 5 4"]), (4, ["dropped 6 1", "requests 6 1"])])
    func `a stream behind the others gets as much as they do`(count: Int, expected: [String]) throws {
        var limits = EventLimits()
        (limits.rateMax, limits.burstMax, limits.sampleMax) = (0, 5, 1)
        let emulator = try TestEmulator(events: limits)
        let ahead = try MemoryConnection(to: emulator, id: 9)
        let behind = try MemoryConnection(to: emulator, id: 10)
        for client in [ahead, behind] { client.get("/__admin/events") }
        try emulator.send()
        _ = [ahead.received(), behind.received()]
        emulator.clock.advanceReal(by: Self.pause)
        try emulator.send()
        _ = ahead.received()
        emulator.clock.advanceReal(by: Self.pause)
        for _ in 0..<count { try emulator.send() }
        _ = ahead.received()

        #expect(outline(behind.received()) == expected)
    }

    @Test(arguments: [(2, ["requests 2 2"]), (3, ["requests 3 2"])])
    func `a first event has the newest requests of the journal`(count: Int, expected: [String]) throws {
        var limits = EventLimits()
        limits.requestsMax = 2
        let emulator = try TestEmulator(events: limits)
        let client = try MemoryConnection(to: emulator)
        for _ in 0..<count { try emulator.send() }

        let received = client.get("/__admin/events?since=0")

        #expect(outline(received + client.received()) == ["retry: 1000"] + expected)
    }

    @Test func `a client that connects again gets the requests since its last`() throws {
        let emulator = try TestEmulator()
        for _ in 0..<5 { try emulator.send() }
        let client = try MemoryConnection(to: emulator)

        let received = client.get("/__admin/events?since=1", "Last-Event-ID: 3")

        #expect(outline(received + client.received()) == ["retry: 1000", "requests 5 2"])
    }

    @Test func `a client of an earlier process gets all that there is`() throws {
        let emulator = try TestEmulator()
        for _ in 0..<2 { try emulator.send() }
        let client = try MemoryConnection(to: emulator)

        let received = client.get("/__admin/events", "Last-Event-ID: 999")

        #expect(outline(received + client.received()) == ["retry: 1000", "requests 2 2"])
    }

    @Test func `entries that the journal has lost are counted as dropped`() throws {
        let emulator = try TestEmulator()
        for _ in 0..<4 { try emulator.send() }
        emulator.journal.removeAll()
        let client = try MemoryConnection(to: emulator)

        let received = client.get("/__admin/events?since=1")

        #expect(outline(received + client.received()) == ["retry: 1000", "dropped 4 1"])
    }

    @Test func `a comment comes each fifteen seconds without an event, on the real clock`() throws {
        let emulator = try TestEmulator()
        let client = try MemoryConnection(to: emulator)
        client.get("/__admin/events")

        emulator.clock.advanceReal(by: .seconds(15) - .nanoseconds(1))
        let early = client.received()
        emulator.clock.advanceReal(by: .nanoseconds(1))
        let first = client.received()
        emulator.clock.advanceReal(by: .seconds(15))

        #expect(early == "")
        #expect(first == "3\r\n:\n\n\r\n")
        #expect(client.received() == "3\r\n:\n\n\r\n")
    }

    @Test func `two streams get the same events, also if one joins later`() throws {
        let emulator = try TestEmulator()
        let one = try MemoryConnection(to: emulator, id: 9)
        let other = try MemoryConnection(to: emulator, id: 10)
        one.get("/__admin/events")
        try emulator.send()
        let before = one.received()
        other.get("/__admin/events")
        try emulator.send()
        emulator.clock.advanceReal(by: Self.pause)

        let both = [one.received(), other.received()]

        #expect(outline(before) == ["requests 1 1"])
        #expect(both.map(outline) == [["requests 2 1"], ["requests 2 1"]])
        #expect(both[0] == both[1])
    }

    @Test func `one more stream than the limit is refused until one ends`() throws {
        var limits = EventLimits()
        limits.streamsMax = 1
        let emulator = try TestEmulator(events: limits)
        let first = try MemoryConnection(to: emulator, id: 9)
        let second = try MemoryConnection(to: emulator, id: 10)

        let opened = first.get("/__admin/events")
        let refused = second.get("/__admin/events")
        first.end()
        let reopened = second.get("/__admin/events")

        #expect(opened.hasPrefix("HTTP/1.1 200 "))
        #expect(refused.hasPrefix("HTTP/1.1 503 ") && refused.contains("--limit event-streams-max=…"))
        #expect(reopened.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `HEAD opens no stream`() throws {
        var limits = EventLimits()
        limits.streamsMax = 1
        let emulator = try TestEmulator(events: limits)
        let client = try MemoryConnection(to: emulator)

        let heads = (0..<2).map { _ in client.get("/__admin/events", method: "HEAD") }

        for head in heads { #expect(head.contains("\r\nContent-Type: text/event-stream\r\n")) }
    }

    @Test(arguments: [
        ("/__admin/events?since=x", "1.1", 400, #""found":"\"x\"","expected":"the number of an entry""#),
        ("/__admin/events?since=-1", "1.1", 400, #""found":"-1","expected":"the number of an entry""#),
        ("/__admin/events?sinse=1", "1.1", 400, #""suggestion":"since""#),
        ("/__admin/events", "1.0", 505, "Events need HTTP/1.1 or HTTP/2."),
    ])
    func `a mistaken request is refused`(path: String, version: String, status: Int, words: String) throws {
        let client = try MemoryConnection(to: try TestEmulator())

        let received = client.get(path, version: version)

        #expect(received.hasPrefix("HTTP/1.1 \(status) "))
        #expect(received.contains(words))
    }

    @Test func `a server without a journal has no events`() throws {
        var limits = JournalLimits()
        limits.entriesMax = 0
        let client = try MemoryConnection(to: try TestEmulator(journal: limits))

        #expect(client.get("/__admin/events").hasPrefix("HTTP/1.1 409 "))
    }
}

extension String {
    /// The text behind the first `separator`; nil without one.
    fileprivate func components(after separator: String) -> String? {
        firstRange(of: separator).map { String(self[$0.upperBound...]) }
    }
}
