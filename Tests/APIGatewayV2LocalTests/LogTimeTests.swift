/// The time of a log line, written out.

import APIGatewayV2Local
import TestSupport
import Testing

struct LogTimeTests {
    @Test(arguments: [
        (Duration.zero, "1970-01-01T00:00:00.000000Z"),
        (.seconds(1_893_456_000), "2030-01-01T00:00:00.000000Z"),
        (.seconds(1_893_456_000) + .microseconds(7), "2030-01-01T00:00:00.000007Z"),
        (.seconds(1_893_456_000) + .nanoseconds(999_999_999), "2030-01-01T00:00:00.999999Z"),
    ])
    func `a moment is rendered to the microsecond, rounded down`(time: Duration, text: String) {
        let log = LogTime(clock: ManualClock(date: time))

        var bytes: [UInt8] = []
        log.append(to: &bytes)
        log.append(to: &bytes)

        #expect(String(decoding: bytes, as: UTF8.self) == text + text)
    }
}
