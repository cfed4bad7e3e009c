/// Chance that a seed brings back. The n-th number of a rule depends on the seed and on n, and neither on
/// time nor on other rules. The mixing function is `RandomSource`'s.

internal import APIGatewayV2

/// Numbers in no order of their own.
struct Chance: Sendable {
    /// The use of the numbers. With the same seed, whether a rule fires says nothing about how long it
    /// delays.
    enum Stream: UInt64 {
        case firing = 1
        case delay = 2
        case angle = 3
    }

    private let seed: UInt64

    init(seed: UInt64, stream: Stream) {
        // Mixed, since the sequences of neighbouring seeds are the same one, shifted.
        self.seed = RandomSource.number(stream.rawValue, seed: RandomSource.number(1, seed: seed))
    }

    /// The `index`-th number, from 0 up to but not 1, in steps of 2^-53.
    func number(_ index: Int) -> Double {
        Double(RandomSource.number(UInt64(index), seed: seed) >> 11) * 0x1p-53
    }
}
