/// Random numbers that repeat with the same seed. The n-th number of a rule depends only on the seed and on
/// n. The mixing function is `RandomSource`'s.

internal import APIGatewayV2

/// A sequence of random numbers, addressed by index.
struct Chance: Sendable {
    /// The use of the numbers. With the same seed, the firing of a rule and the length of its delay are
    /// independent.
    enum Stream: UInt64 {
        case firing = 1
        case delay = 2
        case angle = 3
    }

    private let seed: UInt64

    init(seed: UInt64, stream: Stream) {
        // The seed is mixed, because neighbouring seeds would give the same sequence, shifted.
        self.seed = RandomSource.number(stream.rawValue, seed: RandomSource.number(1, seed: seed))
    }

    /// The `index`-th number: at least 0 and below 1, in steps of 2^-53.
    func number(_ index: Int) -> Double {
        Double(RandomSource.number(UInt64(index), seed: seed) >> 11) * 0x1p-53
    }
}
