/// Functions that are set late, and called often.

import SocketServer
import Testing

struct LateFunctionTests {
    @Test func `the function that was set last is called`() {
        let late = LateFunction<@Sendable (Int) -> Bool>({ _ in true })
        let first = late.current

        late.set { $0 > 7 }
        let second = late.current

        #expect(first(7))
        #expect(!second(7))
        #expect(second(8))
    }

    /// With one more layer at each call, the last calls would need more stack than a thread has.
    @Test func `no call leaves a layer around the function`() {
        let late = LateFunction<@Sendable (Int) -> Bool>({ $0 >= 0 })
        let count = (0..<500_000).count { late.current($0) }
        #expect(count == 500_000)
    }
}
