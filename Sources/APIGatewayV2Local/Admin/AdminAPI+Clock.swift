/// `/__admin/clock`: reads and moves the emulator's clock. A body with a mistake moves nothing and gets a
/// 400.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension AdminAPI {
    func showClock(_ call: AdminCall) -> HTTPResponse {
        .admin(
            status: 200,
            .object([
                "mode": .string(emulator.clock.mode.rawValue),
                "time": .string(Timestamp.text(emulator.clock.date)),
                "elapsed": .string(emulator.clock.elapsed.ruleText),
            ]))
    }

    func moveClock(_ call: AdminCall) -> HTTPResponse {
        refusing("The order") { () throws(DocumentError) in
            let order = try ClockOrder(reading: call.request.body)
            var problems = DocumentProblems()
            let advance = order.advance ?? .zero
            if !emulator.clock.change(mode: order.mode, date: order.date, advance: advance) {
                problems.note(
                    [.member("advance")], found: advance.ruleText, expected: "less: the clock ends there")
                try problems.check()
            }
            return showClock(call)
        }
    }
}

/// `{"mode": "manual"}`, `{"set": "2030-01-01T00:00:00Z"}`, `{"advance": "5s"}`, or several of them, which
/// are done in this order.
private struct ClockOrder {
    var mode: EmulatorClock.Mode?
    var date: Duration?
    var advance: Duration?

    private static let members = ["mode", "set", "advance"]

    init(reading bytes: [UInt8]) throws(DocumentError) {
        let document = try JSONDocument(reading: bytes)
        var problems = DocumentProblems()
        let place = DocumentPlace(node: document.root, path: [])
        if problems.isObject(place, members: Self.members) {
            if place.node.count == 0 {
                problems.note(place, found: "an empty object", expected: "one of mode, set, advance")
            }
            mode = place["mode"].flatMap { problems.choice($0) }
            date = place["set"].flatMap { Self.date($0, &problems) }
            advance = place["advance"].flatMap { problems.duration($0) }
            if let advance { problems.check(advance, in: EmulatorClock.advances, at: [.member("advance")]) }
        }
        try problems.check(in: document)
    }

    private static func date(_ place: DocumentPlace, _ problems: inout DocumentProblems) -> Duration? {
        let expected = "a time of the years 1970 to 9999 such as \"2030-01-01T00:00:00Z\""
        if let text = place.node.string, let date = timeSince1970(parsing: text),
            EmulatorClock.dates.contains(date)
        {
            return date
        }
        problems.note(place, expected: expected)
        return nil
    }
}
