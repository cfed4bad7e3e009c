/// Chance as a value: a counter-based generator that any number of threads may draw from without a lock
/// and that gives the same numbers again for the same seed. The mixing function is SplitMix64's (Steele,
/// Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).

import Synchronization

/// Numbers for request and resource identifiers. Not for secrets.
package final class RandomSource: Sendable {
    private let seed: UInt64
    private let drawn: Atomic<UInt64>

    /// `drawn` numbers of the sequence are passed over.
    package init(seed: UInt64, drawn: UInt64 = 0) {
        self.seed = seed
        self.drawn = Atomic(drawn)
    }

    /// How many numbers have been drawn.
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
