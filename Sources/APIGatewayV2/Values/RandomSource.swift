/// A counter-based random generator. Threads share it without a lock, and it gives the same numbers for the
/// same seed. The mixing function is SplitMix64's (Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators", OOPSLA 2014).

import Synchronization

/// The numbers for identifiers of requests and resources. They are not for secrets.
package final class RandomSource: Sendable {
    private let seed: UInt64
    private let drawn: Atomic<UInt64>

    /// The sequence of `seed`, after `drawn` numbers.
    package init(seed: UInt64, drawn: UInt64 = 0) {
        self.seed = seed
        self.drawn = Atomic(drawn)
    }

    /// The count of drawn numbers.
    package var drawnCount: UInt64 { drawn.load(ordering: .relaxed) }

    /// The next number of the sequence.
    package func next() -> UInt64 {
        Self.number(drawn.wrappingAdd(1, ordering: .relaxed).newValue, seed: seed)
    }

    /// The `index`-th number of the sequence that starts at `seed`.
    package static func number(_ index: UInt64, seed: UInt64) -> UInt64 {
        var word = seed &+ index &* 0x9e37_79b9_7f4a_7c15
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
