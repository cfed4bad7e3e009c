/// Seconds and nanoseconds of times against `Duration.components`: at whole seconds, beside them, at the ends
/// of the range for the quick way, and at times of a seeded generator.

import HTTPWire
import Testing

struct DurationPartsTests {
    @Test(arguments: [
        .zero, .nanoseconds(1), .nanoseconds(-1), .milliseconds(1_500), .milliseconds(-1_500), .seconds(1),
        .seconds(253_402_300_799) + .nanoseconds(999_999_999), .seconds(Int64.max), .seconds(Int64.min),
        Duration(attoseconds: 999_999_999_999_999_999), Duration(attoseconds: 1),
        Duration(attoseconds: Int128(1) << 109 - 1), Duration(attoseconds: Int128(1) << 109),
        Duration(attoseconds: Int128(1) << 64 - 1), Duration(attoseconds: Int128(1) << 64),
    ])
    func `the parts of a time are those of its components`(time: Duration) {
        expectParts(of: time)
    }

    @Test func `the nanosecond before a second belongs to the second before`() {
        for second in stride(from: Int64(1), through: 1 << 45, by: 1 << 38) {
            for offset in [-1, 0, 1] { expectParts(of: .seconds(second) + .nanoseconds(offset)) }
            expectParts(of: .seconds(second) - Duration(attoseconds: 1))
        }
    }

    @Test func `times of all sizes have the parts of their components`() {
        var state: UInt64 = 20_261_128
        for index in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let time = Int128(state) << Int128(index % 46)
            expectParts(of: Duration(attoseconds: time))
            expectParts(of: Duration(attoseconds: -time))
        }
    }

    private func expectParts(of time: Duration) {
        let (seconds, attoseconds) = time.components
        #expect(time.parts == (Int(seconds), Int(attoseconds / 1_000_000_000)), "\(time)")
    }
}
