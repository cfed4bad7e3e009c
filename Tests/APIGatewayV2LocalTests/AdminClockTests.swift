/// `/__admin/clock` without sockets, over a machine whose clock stands still.

import APIGatewayV2Local
import HTTPWire
import JSON
import TestSupport
import Testing

struct AdminClockTests {
    private func order(_ body: String, on emulator: TestEmulator) throws -> String {
        try emulator.send(.post, "/__admin/clock", body: body).text
    }

    @Test func `a clock is shown, stopped, set and moved`() throws {
        let emulator = try TestEmulator()
        emulator.clock.advance(by: .milliseconds(250))

        let shown = try emulator.send(.get, "/__admin/clock")
        let stopped = try order(#"{"mode": "manual"}"#, on: emulator)
        emulator.clock.advance(by: .seconds(9))
        let moved = try order(#"{"advance": "5s"}"#, on: emulator)
        let set = try order(#"{"set": "2031-02-03T04:05:06+01:00"}"#, on: emulator)
        let all = try order(
            #"{"advance": "1m", "set": "2030-01-01T00:00:00Z", "mode": "real"}"#, on: emulator)

        #expect(shown.status == 200)
        #expect(
            shown.text == #"{"mode":"real","time":"2030-01-01T00:00:00.250000Z","elapsed":"250ms"}"# + "\n")
        #expect(
            stopped == #"{"mode":"manual","time":"2030-01-01T00:00:00.250000Z","elapsed":"250ms"}"# + "\n")
        #expect(moved == #"{"mode":"manual","time":"2030-01-01T00:00:05.250000Z","elapsed":"5250ms"}"# + "\n")
        #expect(set == #"{"mode":"manual","time":"2031-02-03T03:05:06.000000Z","elapsed":"5250ms"}"# + "\n")
        #expect(all == #"{"mode":"real","time":"2030-01-01T00:01:00.000000Z","elapsed":"65250ms"}"# + "\n")
    }

    @Test(arguments: [
        ("", "found the end of the text, expected a value"),
        ("{}", "/: found an empty object, expected one of mode, set, advance"),
        (
            #"{"advnace": "5s"}"#,
            "/advnace: found an unknown member, expected one of mode, set, advance; did you mean advance?"
        ),
        (
            #"{"mode": "manuel"}"#,
            #"/mode: found "manuel", expected one of real, manual; did you mean manual?"#
        ),
        (#"{"advance": 5}"#, #"/advance: found 5, expected a time such as "1s" or "250ms""#),
        (#"{"advance": "-5s"}"#, #"/advance: found "-5s", expected a time such as "1s" or "250ms""#),
        (#"{"advance": "9000h"}"#, "/advance: found 32400000s, expected 0s to 31622400s"),
        (
            #"{"set": "tomorrow"}"#,
            #"/set: found "tomorrow", expected a time of the years 1970 to 9999 such as "#
                + #""2030-01-01T00:00:00Z""#
        ),
        (
            #"{"set": "1969-12-31T23:59:59Z"}"#,
            #"/set: found "1969-12-31T23:59:59Z", expected a time of the years 1970 to 9999 such as "#
                + #""2030-01-01T00:00:00Z""#
        ),
        (
            #"{"set": "9999-12-31T23:59:59Z", "advance": "1s"}"#,
            "/advance: found 1s, expected less: the clock ends there"
        ),
    ])
    func `an order with a mistake is refused in one line and moves nothing`(body: String, line: String) throws
    {
        let emulator = try TestEmulator()

        let answer = try emulator.send(.post, "/__admin/clock", body: body)

        #expect(answer.status == 400)
        #expect(try AdminAnswer(answer).lines == [line])
        #expect(
            try emulator.send(.get, "/__admin/clock").text
                == #"{"mode":"real","time":"2030-01-01T00:00:00.000000Z","elapsed":"0s"}"# + "\n")
    }

    @Test func `dates of resources and of answers follow the clock`() throws {
        let emulator = try TestEmulator()
        _ = try order(#"{"mode": "manual", "set": "2040-05-06T07:08:09Z"}"#, on: emulator)

        let made = try emulator.send(
            .post, "/v2/apis", body: #"{"name": "new", "protocolType": "HTTP"}"#)

        #expect(made.text.contains(#""createdDate":"2040-05-06T07:08:09Z""#))
        // The trace id begins with the second.
        #expect(made.fields["X-Amzn-Trace-Id"]?.hasPrefix("Root=1-8450ffd9-") == true)
    }

    @Test func `a token bucket is exact to the millisecond by the clock alone`() throws {
        let emulator = try TestEmulator([FaultRule(rateLimit: "10/40")])
        _ = try order(#"{"mode": "manual"}"#, on: emulator)
        for _ in 1...40 { #expect(try emulator.send().status == 200) }
        // The machine's own time brings nothing.
        emulator.clock.advance(by: .seconds(60))
        #expect(try emulator.send().status == 429)

        _ = try order(#"{"advance": "99ms"}"#, on: emulator)
        let early = try emulator.send().status
        _ = try order(#"{"advance": "1ms"}"#, on: emulator)
        let next = try (1...2).map { _ in try emulator.send().status }

        #expect(early == 429)
        #expect(next == [200, 429])
    }

    @Test func `reset brings the clock back to how it was started`() throws {
        let emulator = try TestEmulator()
        _ = try order(#"{"mode": "manual", "advance": "5s"}"#, on: emulator)

        try emulator.send(.post, "/__admin/reset")

        #expect(
            try emulator.send(.get, "/__admin/clock").text
                == #"{"mode":"real","time":"2030-01-01T00:00:00.000000Z","elapsed":"0s"}"# + "\n")
    }
}

/// The mistakes in an answer of the admin API, each as one line.
private struct AdminAnswer {
    let lines: [String]

    init(_ response: HTTPResponse) throws {
        let document = try JSONDocument(parsing: response.body)
        lines =
            document.root["errors"]?.elements.map { error in
                func text(_ name: String) -> String { error[name]?.string ?? "" }
                let path = text("path")
                let hint = error["suggestion"]?.string.map { "; did you mean \($0)?" } ?? ""
                return (path.isEmpty ? "" : path + ": ")
                    + "found \(text("found")), expected \(text("expected"))\(hint)"
            } ?? []
    }
}
