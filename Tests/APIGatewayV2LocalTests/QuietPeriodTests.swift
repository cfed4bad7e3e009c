/// Bursts of changes: when one is over, on a clock that stands.

import APIGatewayV2Local
import Testing

struct QuietPeriodTests {
    private var quiet = QuietPeriod(quietTime: .milliseconds(100), unquietTimeMax: .seconds(2))

    @Test mutating func `without a change there is no burst`() {
        let isOver = quiet.isOver(at: .seconds(9))

        #expect(quiet.end == nil)
        #expect(!isOver)
    }

    @Test mutating func `a burst is over when it has been quiet for the time, once`() {
        let first = quiet.noteChange(at: .seconds(5))
        let second = quiet.noteChange(at: .seconds(5) + .milliseconds(60))
        let early = quiet.isOver(at: .seconds(5) + .milliseconds(159))
        let end = quiet.end
        let inTime = quiet.isOver(at: .seconds(5) + .milliseconds(160))
        let again = quiet.isOver(at: .seconds(6))

        #expect(first && !second)
        #expect(end == .seconds(5) + .milliseconds(160))
        #expect(!early && inTime && !again)
    }

    @Test mutating func `changes that never cease do not put it off for ever`() {
        for step in 0...40 { _ = quiet.noteChange(at: .milliseconds(50 * step)) }

        #expect(quiet.end == .seconds(2))
        let isOver = quiet.isOver(at: .seconds(2))
        let isFirst = quiet.noteChange(at: .seconds(2) + .milliseconds(1))
        #expect(isOver && isFirst)
        #expect(quiet.end == .seconds(2) + .milliseconds(101))
    }
}
