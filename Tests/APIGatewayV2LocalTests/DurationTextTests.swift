/// Times in rules: what is read, what is refused, and that what is written is read again.

import APIGatewayV2Local
import Testing

struct DurationTextTests {
    @Test(arguments: [
        ("1s", Duration.seconds(1)), ("250ms", .milliseconds(250)), ("1.5s", .milliseconds(1500)),
        ("2m", .seconds(120)), ("1h", .seconds(3600)), ("0s", .zero), ("0.5m", .seconds(30)),
        ("0.000000001s", .nanoseconds(1)), ("0.000001ms", .nanoseconds(1)), ("007s", .seconds(7)),
    ])
    func `a number and a unit are a time`(text: String, duration: Duration) {
        #expect(Duration(ruleText: text) == duration)
    }

    @Test(arguments: [
        "", "s", "1", "1 s", " 1s", "-1s", "+1s", "1e3s", "1.s", ".5s", "1.5.5s", "1us", "1S", "1sec", "١s",
        "0.0000000001s", "9999999999999999999s", "9999999999999h",
    ])
    func `anything else is none`(text: String) {
        #expect(Duration(ruleText: text) == nil)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.seconds(90), "90s"), (.milliseconds(1500), "1500ms"),
        (.nanoseconds(1_500_000_001), "1500.000001ms"), (.microseconds(1), "0.001ms"),
    ])
    func `a time is written in seconds or else in milliseconds`(duration: Duration, text: String) {
        #expect(duration.ruleText == text)
        #expect(Duration(ruleText: text) == duration)
    }
}
